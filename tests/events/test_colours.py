"""How far two colours stand apart, and that the site's own colours stand far enough."""

import re
from pathlib import Path

import pytest

from eventapp.events.colours import contrast, mix, readable_on_wall

TOKENS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text(encoding="utf-8")

TEXT_ON_GROUND = [
    *((text, ground) for text in ("ink", "ink-soft", "lake", "seal", "gold") for ground in ("wall", "paper", "mist")),
    ("lake-deep", "lake-wash"), ("seal-deep", "seal-wash"), ("gold-deep", "gold-wash"), ("leaf-deep", "leaf-wash"),
    ("ink", "lake-wash"), ("ink", "seal-wash"), ("ink", "gold-wash"), ("ink", "leaf-wash"), ("ink", "mist-deep"),
    ("on-lake", "lake-fill"), ("on-lake", "lake-fill-hover"), ("on-seal", "seal-fill"),
    ("on-tile", "tile-deep"), ("on-tile-soft", "tile-deep"),
]  # fmt: skip


def test_black_on_white_is_the_greatest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_a_colour_has_no_contrast_with_itself() -> None:
    assert contrast("#176b70", "#176b70") == 1.0


def test_contrast_is_the_same_in_both_directions_and_letter_cases() -> None:
    assert contrast("#767676", "#ffffff") == contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.01)


def test_lake_can_be_read_on_the_wall_and_yellow_cannot() -> None:
    assert readable_on_wall("#176b70") is True
    assert readable_on_wall("#f2c200") is False


@pytest.mark.parametrize("text", ["", "176b70", "#fff", "#gggggg", "#176b70 ", "#176b70\n"])
def test_what_is_no_colour_has_no_contrast(text: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        contrast(text, "#ffffff")


def test_mixing_goes_from_the_first_colour_to_the_second() -> None:
    assert [mix("#000000", "#ffffff", share) for share in (0.0, 0.5, 1.0)] == ["#000000", "#808080", "#ffffff"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_colour_of_the_site_can_be_read_on_its_ground(theme: str) -> None:
    colours = _colours(theme)
    measured = {f"{text} on {ground}": contrast(colours[text], colours[ground]) for text, ground in TEXT_ON_GROUND}
    assert {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_fields_can_be_seen_on_their_ground(theme: str) -> None:
    colours = _colours(theme)
    assert min(contrast(colours["line-strong"], colours[ground]) for ground in ("wall", "paper")) >= 3


def test_night_is_the_same_whether_the_device_or_the_page_asks_for_it() -> None:
    by_device = re.search(r':not\(\[data-theme="light"\]\) \{(.*?)\}', TOKENS, re.S)
    by_page = re.search(r'\[data-theme="dark"\] \{(.*?)\}', TOKENS, re.S)
    assert by_device is not None
    assert by_page is not None
    assert by_device.group(1).split() == by_page.group(1).split()


def _colours(theme: str) -> dict[str, str]:
    light, _, rest = TOKENS.partition("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", rest))
    return found
