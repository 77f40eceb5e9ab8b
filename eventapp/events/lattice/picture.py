"""The whole picture: a white wall under tiled eaves, a window in it, and what is seen through the lattice."""

from __future__ import annotations

import hashlib
from random import Random

from eventapp.events.colours import WALL, mix
from eventapp.events.lattice.garden import bamboo_shadow, eaves, seal, view
from eventapp.events.lattice.shapes import Window, window_for
from eventapp.events.lattice.tracery import PATTERNS, Tracery, tracery

TILE_DEEP = "#2b3640"
TILE = "#3b4854"


def lattice_svg(slug: str, colour: str, pattern: str | None = None, width: int = 1200, height: int = 630) -> str:
    """The garden window of `slug` as an SVG document: the same slug and colour give the same bytes.

    `colour` is `#rrggbb`; without a `pattern` the slug chooses one. Raises ValueError for other colours or patterns.
    """
    if pattern is not None and pattern not in PATTERNS:
        raise ValueError(f"{pattern!r} is not a lattice pattern; there are {', '.join(PATTERNS)}")
    digest = hashlib.sha256(slug.encode()).digest()
    chosen = pattern or PATTERNS[digest[0] % len(PATTERNS)]
    window = window_for(digest[1])
    bamboo_left = bool(digest[2] % 2)
    chance = Random(int.from_bytes(digest[8:16], "big"))
    scene = view(chance, colour, window)
    lines = tracery(chosen, chance, window)
    return "".join(
        [
            _opening_tag(width, height),
            _definitions(colour, window),
            '<rect width="1200" height="630" fill="url(#wall)"/>',
            bamboo_shadow(chance, on_the_right=not bamboo_left),
            _glazed(scene, lines, colour, window.outline),
            _frame(window),
            eaves(),
            seal(chance, 1112 if bamboo_left else 88),
            "</svg>\n",
        ]
    )


def _opening_tag(width: int, height: int) -> str:
    # "slice" keeps the window in the middle when a badge or a mail asks for another shape.
    size = f'viewBox="0 0 1200 630" width="{width:d}" height="{height:d}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} preserveAspectRatio="xMidYMid slice">'


def _definitions(colour: str, window: Window) -> str:
    sky = (mix(colour, WALL, 0.70), mix(colour, WALL, 0.90), mix("#eef1f0", WALL, 0.3))
    lake = (mix(colour, WALL, 0.80), mix(colour, WALL, 0.52))
    return (
        "<defs>"
        '<linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#fdfcfa"/>'
        '<stop offset="1" stop-color="#f1efe9"/></linearGradient>'
        f'<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{sky[0]}"/>'
        f'<stop offset=".45" stop-color="{sky[1]}"/><stop offset=".7" stop-color="{sky[2]}"/></linearGradient>'
        f'<linearGradient id="lake" x1="0" y1="0" x2="0" y2="1"><stop stop-color="{lake[0]}"/>'
        f'<stop offset="1" stop-color="{lake[1]}"/></linearGradient>'
        '<linearGradient id="shade" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#16212c" stop-opacity=".2"/>'
        '<stop offset=".45" stop-color="#16212c" stop-opacity=".06"/><stop offset="1" stop-color="#16212c" stop-opacity="0"/></linearGradient>'
        f'<clipPath id="opening"><path d="{window.outline}"/></clipPath>'
        "</defs>"
    )


def _glazed(scene: str, lines: Tracery, colour: str, outline: str) -> str:
    """What is seen through the opening, the lattice before it, and the depth of the wall round it."""
    wood = mix(colour, "#16212c", 0.12)
    joints = 'fill="none" stroke-linejoin="round" stroke-linecap="round"'
    flowers = (
        f'<path d="{lines.flowers}" fill="{mix(colour, WALL, 0.93)}" stroke="{wood}" stroke-width="4.5" stroke-linejoin="round"/>'
        f'<path d="{lines.hearts}" {joints} stroke="{wood}" stroke-width="3"/>'
        if lines.flowers
        else ""
    )
    return (
        f'<g clip-path="url(#opening)">{scene}'
        f'<path d="{lines.bars}" {joints} stroke="#16212c" stroke-opacity=".13" stroke-width="{lines.weight}" transform="translate(4 6)"/>'
        f'<path d="{lines.bars}" {joints} stroke="{wood}" stroke-width="{lines.weight}"/>{flowers}'
        f'<path d="{outline}" fill="none" stroke="#16212c" stroke-opacity=".13" stroke-width="44" transform="translate(0 7)"/></g>'
    )


def _frame(window: Window) -> str:
    """Grey brick round the opening: a dark band with a light groove in it, and its shadow on the wall."""
    bands = (
        ("#16212c", 52, ' stroke-opacity=".05" transform="translate(0 9)"'),
        ("#16212c", 44, ' stroke-opacity=".08" transform="translate(0 5)"'),
        (TILE_DEEP, 36, ""),
        (mix(TILE, WALL, 0.62), 25, ""),
        (TILE, 21, ""),
    )
    return "".join(
        f'<path d="{window.outline}" fill="none" stroke="{paint}" stroke-width="{breadth}" stroke-linejoin="miter"{more}/>'
        for paint, breadth, more in bands
    )
