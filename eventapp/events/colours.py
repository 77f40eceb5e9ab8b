"""Colours as `#rrggbb`: how far two stand apart, and what lies between them."""

from __future__ import annotations

import re

WALL = "#fbfaf7"
READABLE = 4.5

_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


def contrast(hex_a: str, hex_b: str) -> float:
    """The contrast ratio of two colours by WCAG 2, from 1.0 (the same) to 21.0 (black on white).

    Raises ValueError for anything but `#rrggbb`.
    """
    lighter, darker = sorted((_luminance(hex_a), _luminance(hex_b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on_wall(hex_colour: str) -> bool:
    """Whether text in this colour can be read on the site's light ground (4.5:1)."""
    return contrast(hex_colour, WALL) >= READABLE


def mix(hex_a: str, hex_b: str, share: float) -> str:
    """The colour between two: `share` 0.0 is the first, 1.0 the second."""
    pairs = zip(_channels(hex_a), _channels(hex_b), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(hex_colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(hex_colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(hex_colour: str) -> tuple[int, int, int]:
    if not _HEX.match(hex_colour):
        raise ValueError(f"{hex_colour!r} is not a colour like #176b70")
    return int(hex_colour[1:3], 16), int(hex_colour[3:5], 16), int(hex_colour[5:7], 16)
