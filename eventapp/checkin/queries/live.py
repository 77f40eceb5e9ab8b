"""Numbers of the day for whoever watches the door: by checkpoint, by category, and how many came when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import distinct, extract, func, select

from eventapp.checkin.models import Admission, Checkpoint
from eventapp.checkin.numbers import counts_json
from eventapp.checkin.queries.counts import Counts, confirmed_by_category, counts_among, is_in
from eventapp.checkin.rules import day_of
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.i18n import Bilingual
from eventapp.registration.models import Registration
from eventapp.registration.queries import categories_of

FIVE_MINUTES = 300


@dataclass(frozen=True)
class CategoryCounts:
    """Where check-in stands in one category: who may come, who came anywhere, who is in somewhere now."""

    code: str
    name: Bilingual
    colour: str
    expected: int
    admitted: int
    inside: int


@dataclass(frozen=True)
class LiveCounts:
    """Where check-in stands. `arrivals`: when each five minutes of the day began in which guests came first, and how many."""

    checkpoints: Sequence[Counts]
    categories: Sequence[CategoryCounts]
    arrivals: Sequence[tuple[datetime, int]]

    @property
    def expected(self) -> int:
        return sum(count.expected for count in self.categories)

    @property
    def admitted(self) -> int:
        """People who were let in anywhere, each counted once."""
        return sum(count.admitted for count in self.categories)

    @property
    def inside(self) -> int:
        """All that are in at each checkpoint: somebody in the hall came through the gate, too, and counts twice."""
        return sum(count.inside for count in self.checkpoints)

    @property
    def present(self) -> int:
        """People who are in somewhere, each counted once."""
        return sum(count.inside for count in self.categories)


def live_counts(event: Event) -> LiveCounts:
    """All of it, in seven statements whatever the numbers; one more for doors of sessions."""
    confirmed, came = confirmed_by_category(event.id), _came_by_category(event)
    return LiveCounts(
        checkpoints=counts_among(event.id, confirmed),
        categories=[
            CategoryCounts(row.code, row.name, row.colour, confirmed.get(row.id, 0), *came.get(row.id, (0, 0)))
            for row in categories_of(event.id)
        ],
        arrivals=_arrivals(event),
    )


def counts_text(event_id: int) -> str:
    """The same as JSON text, for those who are told of changes."""
    event = get_event(event_id)
    return json.dumps(counts_json(live_counts(event), event.time_zone), ensure_ascii=False, separators=(",", ":"))


def shown_day(event: Event) -> date:
    """The day whose arrivals are shown: today, or the event's last one when that is over."""
    days = (day_of(event.day_starts, event.time_zone, moment) for moment in (now(), event.ends_at))
    return date.fromisoformat(min(days))


def _came_by_category(event: Event) -> dict[int, tuple[int, int]]:
    """By category, how many people were let in anywhere, and how many of them are in somewhere now."""
    people = distinct(Admission.registration_id)
    rows = db.session.execute(
        select(Registration.category_id, func.count(people), func.count(people).filter(is_in(event)))
        .select_from(Admission)
        .join(Registration, Registration.id == Admission.registration_id)
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .where(Checkpoint.event_id == event.id, Admission.voided_at.is_(None))
        .group_by(Registration.category_id)
    )
    return {category_id: (admitted, inside) for category_id, admitted, inside in rows}


def _arrivals(event: Event) -> list[tuple[datetime, int]]:
    """Of the day that is shown, when in five minutes somebody came for the first time that day, and how many did."""
    begins, ends = _span(event, shown_day(event))
    first = func.min(Admission.admitted_at)
    firsts = (
        select(first.label("at"))
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .where(Checkpoint.event_id == event.id, Admission.voided_at.is_(None))
        .where(Admission.admitted_at >= begins, Admission.admitted_at < ends)
        .group_by(Admission.registration_id)
        .subquery()
    )
    epoch = extract("epoch", firsts.c.at)
    slot = (epoch - epoch % FIVE_MINUTES).label("slot")
    rows = db.session.execute(select(slot, func.count()).group_by(slot).order_by(slot))
    return [(datetime.fromtimestamp(int(seconds), UTC), number) for seconds, number in rows]


def _span(event: Event, day: date) -> tuple[datetime, datetime]:
    """When a day of the event begins and the next one does."""
    begins, ends = (
        datetime.combine(one, event.day_starts, ZoneInfo(event.time_zone)).astimezone(UTC)
        for one in (day, day + timedelta(days=1))
    )
    return begins, ends
