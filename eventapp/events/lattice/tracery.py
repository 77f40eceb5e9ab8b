"""The four lattices: cracked ice 冰裂纹, begonia 海棠, fret 回纹, and plum blossom on ice 梅花."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from random import Random

from eventapp.events.lattice.cracks import Cut, cracked
from eventapp.events.lattice.shapes import CENTRE, Point, Window, around, petals, place, polyline

PATTERNS = ("ice_crack", "begonia", "fret", "plum")


@dataclass(frozen=True)
class Tracery:
    """Path data of the bars, of the flowers set on them, and of the flowers' hearts; `weight` is the bars' breadth."""

    bars: str
    weight: float
    flowers: str = ""
    hearts: str = ""


def tracery(pattern: str, chance: Random, window: Window) -> Tracery:
    """The lattice of a window, reaching a little past its outline."""
    makers = {"ice_crack": _ice_crack, "begonia": _begonia, "fret": _fret, "plum": _plum}
    return makers[pattern](chance, window)


def _ice_crack(chance: Random, window: Window) -> Tracery:
    return Tracery(_bars(_cracks(chance, window, 3400)), 7)


def _plum(chance: Random, window: Window) -> Tracery:
    cuts = _cracks(chance, window, 7200)
    blossoms = [(joint, 27 + 11 * chance.random(), 72 * chance.random()) for joint in _apart(cuts, 98, window)]
    return Tracery(
        bars=_bars(cuts),
        weight=6,
        flowers="".join(petals(centre, 5, size * 0.6, size, turn) for centre, size, turn in blossoms),
        hearts="".join(_heart(centre, size, turn) for centre, size, turn in blossoms),
    )


def _heart(centre: Point, size: float, turn: float) -> str:
    """Stamens: a short line towards each petal, and a dot in the middle."""
    lines = (
        f"M{place(around(centre, size * 0.2, turn + 72 * index))}L{place(around(centre, size * 0.52, turn + 72 * index))}"
        for index in range(5)
    )
    return f"M{place(centre)}h.1" + "".join(lines)


def _begonia(_chance: Random, window: Window) -> Tracery:
    """Four-petalled flowers side by side, and a small square held between every four of them."""
    cell = 116.0
    flowers = [petals(point, 4, cell * 0.31, cell * 0.5) for point in _grid(window, cell, 0)]
    hearts = [petals(point, 4, cell * 0.1, cell * 0.17) for point in _grid(window, cell, 0)]
    squares = [polyline(_square(point, cell * 0.15), closed=True) for point in _grid(window, cell, 0.5)]
    ties = [
        polyline([around(point, cell * 0.106, degrees), around(point, cell * 0.397, degrees)])
        for point in _grid(window, cell, 0.5)
        for degrees in (45, 135, 225, 315)
    ]
    return Tracery("".join(flowers + hearts + squares + ties), 6.5)


def _square(centre: Point, radius: float) -> list[Point]:
    return [around(centre, radius, 90 * quarter) for quarter in range(4)]


def _grid(window: Window, step: float, shift: float) -> list[Point]:
    """Points of a net about the window's centre; `shift` is the share of a step by which it stands off."""
    columns, rows = int(window.half_width / step + 0.5 + shift), int(window.half_height / step + 0.5 + shift)
    return [
        (CENTRE[0] + (column + shift) * step, CENTRE[1] + (row + shift) * step)
        for row in range(-rows, rows + 1)
        for column in range(-columns, columns + 1)
    ]


def _fret(_chance: Random, window: Window) -> Tracery:
    """Square spirals that grow up and down from level bars, and away to both sides from the middle."""
    unit = 26.0
    spiral = ((0, 0), (0, 3), (3, 3), (3, 1), (1, 1), (1, 2), (2, 2))
    link = ((1.5, 3), (1.5, 4))
    columns, levels = int(window.half_width / unit / 4) + 1, int(window.half_height / unit / 7 + 0.5)
    bars = [
        polyline(_set(((-4 * columns, 0), (4 * columns, 0)), unit, 0, level, 1, 1))
        for level in range(-levels, levels + 1)
    ]
    bars += [
        polyline(_set(shape, unit, column, level, side, rise))
        for level in range(-levels, levels + 1)
        for column in range(columns)
        for side in (1, -1)
        for rise in (1, -1)
        for shape in (spiral, link)
    ]
    return Tracery("".join(bars), 7)


def _set(
    shape: tuple[tuple[float, float], ...], unit: float, column: int, level: int, side: int, rise: int
) -> list[Point]:
    """A shape of the fret in its place: `side` and `rise` are 1 or -1 and mirror it."""
    return [(CENTRE[0] + side * (4 * column + x) * unit, CENTRE[1] + (7 * level - rise * y) * unit) for x, y in shape]


def _cracks(chance: Random, window: Window, area: float) -> list[Cut]:
    """Cracks across a pane that stands askew, so that none of them runs along the frame."""
    reach = 1.3 * hypot(window.half_width, window.half_height)
    turn = 90 * chance.random()
    pane = [around(CENTRE, reach * (0.95 + 0.15 * chance.random()), turn + 72 * corner) for corner in range(5)]
    return [cut for cut in cracked(pane, area, chance) if _within(cut, window)]


def _within(cut: Cut, window: Window) -> bool:
    """Whether some of a crack can lie inside the window's box."""
    (ax, ay), (bx, by) = cut
    x, y = CENTRE
    return (
        max(ax, bx) > x - window.half_width
        and min(ax, bx) < x + window.half_width
        and max(ay, by) > y - window.half_height
        and min(ay, by) < y + window.half_height
    )


def _bars(cuts: list[Cut]) -> str:
    return "".join(polyline([start, end]) for start, end in cuts)


def _apart(cuts: list[Cut], distance: float, window: Window) -> list[Point]:
    """Joints of the bars that stand well apart from each other and clear of the frame."""
    kept: list[Point] = []
    for joint in (end for cut in cuts for end in cut):
        beside = hypot((joint[0] - CENTRE[0]) / window.half_width, (joint[1] - CENTRE[1]) / window.half_height)
        if beside < 0.84 and all(hypot(joint[0] - other[0], joint[1] - other[1]) >= distance for other in kept):
            kept.append(joint)
    return kept
