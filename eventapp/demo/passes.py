"""Sample passes."""


def sample_passes() -> list[dict[str, str]]:
    return []
