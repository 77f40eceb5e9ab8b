"""Text as people type it."""

from __future__ import annotations

import pytest

from eventapp.text import can_be_seen, hides_something, tidy, tidy_lines


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Lei \t Li\n", "Lei Li"),
        ("e\u0301", "é"),
        ("席\u3000酉民", "席 酉民"),
        (None, ""),
        ("", ""),
        ("😀", "😀"),
    ],
)
def test_a_line_is_tidied(typed, kept):
    assert tidy(typed) == kept


def test_lines_keep_their_breaks():
    assert tidy_lines(" one\r\ntwo\n\nthree \n") == "one\ntwo\n\nthree"
    assert tidy_lines(None) == ""


@pytest.mark.parametrize(
    "character",
    [
        *map(chr, range(9)),
        "\x0b",
        "\x1b",
        "\x7f",
        "\u061c",
        "\u200e",
        "\u200f",
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\ufeff",
    ],
)
def test_control_and_direction_characters_hide_something(character):
    assert hides_something(f"a{character}b")


@pytest.mark.parametrize("text", ["", "Lei Li", "a\tb\nc\r\n", "欧阳·娜娜", "👩‍🔬", "עברית", "العربية", "ﷺ"])
def test_what_people_type_hides_nothing(text):
    assert not hides_something(text)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u200d\ufe0f"[:1], "\u3164", "\u2800\u00a0", "\u2060"])
def test_what_does_not_show_cannot_be_seen(text):
    assert not can_be_seen(text)


@pytest.mark.parametrize("text", ["一", "x", "😀", ".", "\u200bx"])
def test_what_shows_can_be_seen(text):
    assert can_be_seen(text)
