"""Cracking ice: a convex pane is cut across again and again, so that every crack ends on an older one."""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin
from random import Random

from eventapp.events.lattice.shapes import Point

Polygon = list[Point]
Cut = tuple[Point, Point]

TRIES = 4


def cracked(pane: Polygon, area: float, chance: Random) -> list[Cut]:
    """The cracks of a convex pane whose pieces end up about `area` large, oldest first."""
    cuts: list[Cut] = []
    waiting = [pane]
    while waiting:
        piece = waiting.pop(0)
        if _area(piece) < area * (0.8 + 0.9 * chance.random()):
            continue
        cut, halves = _best_cut(piece, chance)
        cuts.append(cut)
        waiting.extend(halves)
    return cuts


def _best_cut(piece: Polygon, chance: Random) -> tuple[Cut, list[Polygon]]:
    """Of a few cuts across, the one whose two pieces are the least like slivers."""
    attempts = [_cut_across(piece, chance) for _ in range(TRIES)]
    return max(attempts, key=lambda attempt: min(_roundness(half) for half in attempt[1]))


def _cut_across(piece: Polygon, chance: Random) -> tuple[Cut, list[Polygon]]:
    """Cut from near the middle of the longest side, more or less at right angles to it."""
    sides = list(zip(piece, piece[1:] + piece[:1], strict=True))
    first = max(range(len(sides)), key=lambda index: _length(*sides[index]))
    (ax, ay), (bx, by) = sides[first]
    share = 0.34 + 0.32 * chance.random()
    start = (ax + (bx - ax) * share, ay + (by - ay) * share)
    angle = atan2(by - ay, bx - ax) + pi / 2 + (chance.random() - 0.5) * 1.7
    second, end = _far_side(sides, first, start, (cos(angle), sin(angle)))
    return (start, end), _halves(piece, first, second, start, end)


def _far_side(sides: list[tuple[Point, Point]], first: int, start: Point, way: Point) -> tuple[int, Point]:
    """Where the line through `start` leaves the convex piece on another side."""
    meetings = [(index, _meeting(side, start, way)) for index, side in enumerate(sides) if index != first]
    return max(((index, point) for index, point in meetings if point), key=lambda found: _length(start, found[1]))


def _meeting(side: tuple[Point, Point], start: Point, way: Point) -> Point | None:
    (ax, ay), (bx, by) = side
    dx, dy = bx - ax, by - ay
    across = way[0] * dy - way[1] * dx
    if abs(across) < 1e-9:
        return None
    share = (way[0] * (start[1] - ay) - way[1] * (start[0] - ax)) / across
    return (ax + dx * share, ay + dy * share) if -1e-9 <= share <= 1 + 1e-9 else None


def _halves(piece: Polygon, first: int, second: int, start: Point, end: Point) -> list[Polygon]:
    low, high = sorted(((first, start), (second, end)))
    inner = [low[1], *piece[low[0] + 1 : high[0] + 1], high[1]]
    outer = [high[1], *piece[high[0] + 1 :], *piece[: low[0] + 1], low[1]]
    return [inner, outer]


def _area(piece: Polygon) -> float:
    corners = zip(piece, piece[1:] + piece[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in corners)) / 2


def _roundness(piece: Polygon) -> float:
    around = sum(_length(a, b) for a, b in zip(piece, piece[1:] + piece[:1], strict=True))
    return _area(piece) / (around * around)


def _length(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])
