"""Arrivals as bars, one for each five minutes. Pure: what is drawn is the template's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SLOT = timedelta(minutes=5)
# Two hours, so that the first who comes is no wall.
FEWEST_SLOTS = 24
HEIGHT = 100


@dataclass(frozen=True)
class Bar:
    """The five minutes from `at`: its place from the left, how many came, and how high that stands."""

    place: int
    at: datetime
    number: int
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars side by side, without a gap in time, and the busiest of them."""

    bars: Sequence[Bar]
    busiest: Bar

    @property
    def times(self) -> tuple[datetime, datetime, datetime]:
        """When it begins, its middle, and its end."""
        return self.bars[0].at, self.bars[len(self.bars) // 2].at, self.bars[-1].at + SLOT


def arrivals_chart(arrivals: Sequence[tuple[datetime, int]]) -> Chart | None:
    """None where nobody came yet."""
    if not arrivals:
        return None
    came = dict(arrivals)
    first, last = min(came), max(came)
    number = max(FEWEST_SLOTS, (last - first) // SLOT + 1)
    most = max(came.values())
    bars = [_bar(place, first + place * SLOT, came, most) for place in range(number)]
    return Chart(bars, max(bars, key=lambda bar: bar.number))


def _bar(place: int, at: datetime, came: dict[datetime, int], most: int) -> Bar:
    number = came.get(at, 0)
    return Bar(place, at, number, round(HEIGHT * number / most, 1))
