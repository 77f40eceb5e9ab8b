"""What stands round the window and behind it: eaves, hills over the lake, bamboo's shadow, a seal."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from eventapp.events.colours import WALL, mix
from eventapp.events.lattice.shapes import CENTRE, Point, Window, around, place

TILE_DEEP = "#2b3640"
TILE = "#3b4854"
SEAL = "#b3261e"


def view(chance: Random, colour: str, window: Window) -> str:
    """Sky, moon, three rows of hills and the lake, paler the farther away."""
    x, y = CENTRE
    left, top = x - window.half_width, y - window.half_height
    width, height = 2 * window.half_width, 2 * window.half_height
    shore = top + height * 0.70
    moon = (left + width * (0.28 + 0.44 * chance.random()), top + height * (0.2 + 0.1 * chance.random()))
    hills = "".join(
        f'<path d="{_ridge(chance, left, width, shore - height * rise, height * swell, shore + 2)}" fill="{mix(colour, WALL, pale)}"/>'
        for rise, swell, pale in ((0.24, 0.20, 0.80), (0.13, 0.15, 0.66), (0.045, 0.09, 0.5))
    )
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" fill="url(#sky)"/>'
        f'<circle cx="{moon[0]:.0f}" cy="{moon[1]:.0f}" r="46" fill="{WALL}" fill-opacity=".9"/>'
        f'{hills}<rect x="{left:g}" y="{shore:g}" width="{width:g}" height="{height * 0.3:g}" fill="url(#lake)"/>'
        f'<path d="{_ripples(chance, left, width, shore, height * 0.3)}" stroke="{WALL}" stroke-opacity=".75" stroke-width="2" stroke-linecap="round"/>'
    )


def _ridge(chance: Random, left: float, width: float, level: float, swell: float, foot: float) -> str:
    """A soft line of hills: curves through points whose heights come and go."""
    count = 7
    tops = [
        (left - 60 + (width + 120) * index / count, level - swell * (chance.random() - 0.35))
        for index in range(count + 1)
    ]
    curves = "".join(
        f"Q{place(here)} {place(((here[0] + after[0]) / 2, (here[1] + after[1]) / 2))}"
        for here, after in pairwise(tops[1:])
    )
    return f"M{place((tops[0][0], foot))}L{place(tops[0])}{curves}L{place(tops[-1])}V{foot:.1f}Z"


def _ripples(chance: Random, left: float, width: float, shore: float, depth: float) -> str:
    lines = []
    for row in range(1, 8):
        for _ in range(2):
            start = left + width * chance.random() * 0.85
            lines.append(f"M{place((start, shore + depth * row / 8))}h{30 + 90 * chance.random():.0f}")
    return "".join(lines)


def eaves() -> str:
    """Dark tiles along the top of the wall: ridges, round tile ends, drips between them, and the shade they cast."""
    step = 40
    ridges = "".join(f"M{x} 0v26" for x in range(0, 1201, step))
    drips = "".join(f"M{x} 22h{step}q-4 22-{step // 2} 30q-16-8-{step // 2}-30Z" for x in range(0, 1200, step))
    ends = "".join(f'<circle cx="{x}" cy="30" r="12.5"/>' for x in range(0, 1201, step))
    return (
        '<rect y="24" width="1200" height="96" fill="url(#shade)"/>'
        f'<path d="{drips}" fill="{mix(TILE, TILE_DEEP, 0.4)}" stroke="{mix(TILE, WALL, 0.3)}" stroke-width="1.5"/>'
        f'<rect width="1200" height="26" fill="{TILE_DEEP}"/>'
        f'<path d="{ridges}" stroke="{TILE}" stroke-width="19"/>'
        f'<path d="{ridges}" stroke="{mix(TILE, WALL, 0.14)}" stroke-width="5"/>'
        f'<g fill="{TILE_DEEP}" stroke="{mix(TILE, WALL, 0.38)}" stroke-width="2">{ends}</g>'
    )


def bamboo_shadow(chance: Random, on_the_right: bool) -> str:
    """The shadow of bamboo on the wall beside the window: leaning canes, leaves hanging in threes."""
    canes: list[str] = []
    leaves: list[str] = []
    for number in range(3):
        foot = (24.0 + 58 * number + 24 * chance.random(), 660.0)
        tip = (foot[0] + 30 + 34 * chance.random(), 140 + 120 * chance.random())
        canes.append(f"M{place(foot)}Q{place((foot[0] - 6, 380))} {place(tip)}")
        leaves.extend(_sprays(chance, foot, tip))
    side = ' transform="matrix(-1 0 0 1 1200 0)"' if on_the_right else ""
    return (
        f'<g fill="{TILE_DEEP}" opacity=".085"{side}><path d="{"".join(canes)}" fill="none" stroke="{TILE_DEEP}" '
        f'stroke-width="5" stroke-linecap="round"/><path d="{"".join(leaves)}"/></g>'
    )


def _sprays(chance: Random, foot: Point, tip: Point) -> list[str]:
    leaves: list[str] = []
    for knot in range(5):
        share = 0.62 * knot / 5
        root = (tip[0] + (foot[0] - tip[0]) * share, tip[1] + (foot[1] - tip[1]) * share)
        lean = (150, 212)[knot % 2] + 24 * chance.random()
        leaves.extend(_leaf(root, lean + spread, 62 + 30 * chance.random()) for spread in (-32, 0, 30))
    return leaves


def _leaf(root: Point, degrees: float, length: float) -> str:
    point = around(root, length, degrees)
    one, other = around(root, length * 0.4, degrees - 17), around(root, length * 0.4, degrees + 17)
    return f"M{place(root)}Q{place(one)} {place(point)}Q{place(other)} {place(root)}Z"


def seal(chance: Random, x: float) -> str:
    """A small red seal low on the wall, cut with strokes that mirror each other as in old script."""
    size, left, top = 52, x - 26, 534
    rows = [14 + 8 * row for row in range(4)]
    strokes = "".join(_stroke(chance, left, top + row) for row in rows)
    return (
        f'<rect x="{left:g}" y="{top}" width="{size}" height="{size}" rx="7" fill="{SEAL}"/>'
        f'<path d="M{x:g} {top + 9}v34{strokes}" fill="none" stroke="{WALL}" stroke-width="3.2" stroke-linecap="square"/>'
    )


def _stroke(chance: Random, left: float, y: float) -> str:
    reach = (8, 13, 17)[int(chance.random() * 3)]
    hook = "v5" if chance.random() < 0.5 else ""
    middle = left + 26
    return f"M{middle:g} {y}h{reach}{hook}M{middle:g} {y}h-{reach}{hook}"
