"""The garden window that stands in for a cover."""

from xml.etree import ElementTree

import pytest

from eventapp.events.lattice import PATTERNS, lattice_svg

LAKE = "#176b70"
SVG = "{http://www.w3.org/2000/svg}"
SLUGS = [f"summit-{number}" for number in range(24)]


def test_the_same_slug_gives_the_same_bytes() -> None:
    assert lattice_svg("yrd-summit", LAKE).encode() == lattice_svg("yrd-summit", LAKE).encode()


def test_another_slug_gives_another_window() -> None:
    assert len({lattice_svg(slug, LAKE) for slug in SLUGS}) == len(SLUGS)


def test_the_four_patterns_differ_and_the_slug_chooses_among_them() -> None:
    drawn = {pattern: lattice_svg("yrd-summit", LAKE, pattern) for pattern in PATTERNS}
    assert len(set(drawn.values())) == 4
    assert lattice_svg("yrd-summit", LAKE) in drawn.values()


def test_every_pattern_and_every_shape_is_chosen_by_some_slug() -> None:
    chosen = [
        next(pattern for pattern in PATTERNS if lattice_svg(slug, LAKE) == lattice_svg(slug, LAKE, pattern))
        for slug in SLUGS
    ]
    outlines = {_first(lattice_svg(slug, LAKE), "clipPath/path").get("d") for slug in SLUGS}
    assert set(chosen) == set(PATTERNS)
    assert len(outlines) == 4


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("slug", SLUGS[:12])
def test_a_window_is_small_valid_svg_with_nothing_active_in_it(slug: str, pattern: str) -> None:
    picture = lattice_svg(slug, LAKE, pattern)
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(picture).iter()}
    attributes = {name for element in ElementTree.fromstring(picture).iter() for name in element.attrib}
    assert tags == {"svg", "defs", "linearGradient", "stop", "clipPath", "rect", "path", "circle", "g"}
    assert not [name for name in attributes if name == "style" or name.startswith("on") or name.endswith("href")]
    assert picture.count("http") == 1  # the name of the SVG namespace
    assert len(picture.encode()) < 60_000


def test_the_lattice_is_drawn_in_the_events_colour() -> None:
    assert lattice_svg("yrd-summit", LAKE) != lattice_svg("yrd-summit", "#8a3b12")


def test_width_and_height_are_those_asked_for() -> None:
    root = ElementTree.fromstring(lattice_svg("yrd-summit", LAKE, width=600, height=600))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("600", "600", "0 0 1200 630")


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", '#123456"/><script>', "#176b70\n", ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        lattice_svg("yrd-summit", colour)


def test_an_unknown_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a lattice pattern"):
        lattice_svg("yrd-summit", LAKE, "brick")


def _first(picture: str, path: str) -> ElementTree.Element:
    found = ElementTree.fromstring(picture).find(".//" + "/".join(SVG + tag for tag in path.split("/")))
    assert found is not None
    return found
