"""The sample."""


def build_sample() -> bool:
    return False


def remove_sample() -> None:
    return None
