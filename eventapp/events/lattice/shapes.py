"""The openings in the wall, and the small geometry that everything here is drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin

Point = tuple[float, float]

CENTRE: Point = (600.0, 338.0)


@dataclass(frozen=True)
class Window:
    """An opening: its outline as path data, and half its width and height about the centre."""

    outline: str
    half_width: float
    half_height: float


def window_for(number: int) -> Window:
    """One of four shapes: moon gate, octagon, begonia, rectangle with begonia corners."""
    return (_moon, _octagon, _begonia, _rectangle)[number % 4]()


def place(point: Point) -> str:
    """A point as path data, to a tenth of a unit."""
    return f"{_short(point[0])} {_short(point[1])}"


def polyline(points: list[Point], closed: bool = False) -> str:
    """Straight lines through the points."""
    return "M" + "L".join(place(point) for point in points) + ("Z" if closed else "")


def around(centre: Point, radius: float, degrees: float) -> Point:
    """The point at an angle on a circle; 0 points up, clockwise."""
    angle = radians(degrees - 90)
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)


def petals(centre: Point, count: int, notch: float, reach: float, turn: float = 0.0) -> str:
    """A flower outline: `count` round petals that reach out to `reach`, between notches at distance `notch`."""
    step = 360 / count
    corners = [around(centre, notch, turn + step * (index + 0.5)) for index in range(count)]
    half = notch * sin(radians(step / 2))
    rise = reach - notch * cos(radians(step / 2))
    radius = _short((half * half + rise * rise) / (2 * rise))
    arc = f"A{radius} {radius} 0 {int(rise > half)} 1 "
    return f"M{place(corners[0])}" + "".join(f"{arc}{place(corner)}" for corner in [*corners[1:], corners[0]]) + "Z"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0").replace("-0.0", "0")


def _moon() -> Window:
    x, y = CENTRE
    return Window(f"M{place((x - 244, y))}a244 244 0 1 1 488 0a244 244 0 1 1-488 0Z", 244, 244)


def _octagon() -> Window:
    x, y = CENTRE
    wide, high, cut = 356.0, 236.0, 128.0
    corners = [
        (x - wide + cut, y - high), (x + wide - cut, y - high), (x + wide, y - high + cut), (x + wide, y + high - cut),
        (x + wide - cut, y + high), (x - wide + cut, y + high), (x - wide, y + high - cut), (x - wide, y - high + cut),
    ]  # fmt: skip
    return Window(polyline(corners, closed=True), wide, high)


def _begonia() -> Window:
    return Window(petals(CENTRE, 4, 196, 250), 250, 250)


def _rectangle() -> Window:
    x, y = CENTRE
    wide, high, corner = 400.0, 226.0, 44.0
    notch = f"a{corner:g} {corner:g} 0 0 0 "
    outline = (
        f"M{place((x - wide + corner, y - high))}H{x + wide - corner:g}{notch}{corner:g} {corner:g}"
        f"V{y + high - corner:g}{notch}-{corner:g} {corner:g}H{x - wide + corner:g}{notch}-{corner:g}-{corner:g}"
        f"V{y - high + corner:g}{notch}{corner:g}-{corner:g}Z"
    )
    return Window(outline, wide, high)
