"""What an event's clashes go by: how strict each rule is, the hours of a day, ways between halls, who or what is away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import delete, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.editing import scope_of_actor
from eventapp.agenda.clashes import LEVELS, RULES
from eventapp.agenda.errors import HallElsewhere, HoursIncomplete, OneAway, OutsideScope
from eventapp.agenda.models import ClashLevel, DayHours, HallWalk, Unavailability
from eventapp.agenda.queries.clashing import RULE_VALUES, rules_of, unavailabilities_of, walks_of
from eventapp.changing import fill, load_to_change, plain, version_of
from eventapp.db import db, transaction
from eventapp.errors import Stale
from eventapp.events.actions import EventCopied, EventZoneChanged
from eventapp.events.errors import EndsBeforeStart
from eventapp.events.models import Event, Hall
from eventapp.walltime import same_wall_times

AWAY_VALUES = ("person_id", "hall_id", "starts_at", "ends_at", "note")


def set_rules(
    event_id: int,
    *,
    by: Actor,
    levels: Mapping[str, str],
    opens: time | None = None,
    closes: time | None = None,
    version: str | None = None,
) -> None:
    """Set how strict the event is about each rule named, and from when to when a day may hold sessions; None: any time.

    Raises Stale, HoursIncomplete, OutsideScope.
    """
    if not (levels.keys() <= set(RULES) and set(levels.values()) <= set(LEVELS)):
        raise ValueError("unknown rule or level")
    if (opens is None) != (closes is None) or (opens is not None and opens == closes):
        raise HoursIncomplete
    with transaction() as session:
        event = load_to_change(Event, event_id)
        _check_scope(event_id, by)
        known = rules_of(event_id)
        if version is not None and version != version_of(known, RULE_VALUES):
            raise Stale
        wanted = {**levels, "opens": opens, "closes": closes}
        changed = {name: value for name, value in wanted.items() if getattr(known, name) != value}
        for rule in changed.keys() & levels.keys():
            session.merge(ClashLevel(event_id=event_id, rule=rule, level=levels[rule]))
        _set_hours(event_id, opens, closes)
        if changed:
            before = {name: plain(getattr(known, name)) for name in changed}
            after = {name: plain(value) for name, value in changed.items()}
            record("set_rules", event, by=by, event_id=event_id, before=before, after=after)


def set_walks(hall_id: int, *, by: Actor, minutes: Mapping[int, int], version: Mapping[int, int] | None = None) -> None:
    """Say how many minutes it takes from a hall to others of the event, and back; 0: no time.

    `version` is what was looked at. Raises Stale, HallElsewhere, OutsideScope.
    """
    if min(minutes.values(), default=0) < 0:
        raise ValueError("a walk cannot take less than no minutes")
    with transaction() as session:
        hall = session.get_one(Hall, hall_id)
        load_to_change(Event, hall.event_id)
        _check_scope(hall.event_id, by)
        halls = set(session.scalars(select(Hall.id).where(Hall.event_id == hall.event_id, Hall.id != hall_id)))
        if not minutes.keys() <= halls:
            raise HallElsewhere
        known = walks_of(hall_id)
        if version is not None and any(known.get(other, 0) != version.get(other, 0) for other in minutes):
            raise Stale
        changed = {other: number for other, number in minutes.items() if known.get(other, 0) != number}
        for other, number in changed.items():
            _set_walk(hall_id, other, number)
        if changed:
            before, after = ({str(other): source.get(other, 0) for other in changed} for source in (known, changed))
            record("set_walks", hall, by=by, event_id=hall.event_id, before=before, after=after)


def add_unavailability(
    event_id: int,
    *,
    by: Actor,
    starts_at: datetime,
    ends_at: datetime,
    person_id: int | None = None,
    hall_id: int | None = None,
    note: str = "",
) -> Unavailability:
    """Note when a person or a hall cannot be had. Raises OneAway, HallElsewhere, EndsBeforeStart, OutsideScope."""
    with transaction() as session:
        _check_scope(event_id, by)
        row = Unavailability(event_id=event_id)
        values = {"person_id": person_id, "hall_id": hall_id, "starts_at": starts_at, "ends_at": ends_at, "note": note}
        _before, after = fill(row, values, AWAY_VALUES)
        _check(row)
        session.add(row)
        record("add_unavailability", row, by=by, event_id=event_id, after=after)
        return row


def change_unavailability(row_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Unavailability:
    """Correct who or what is away, and when. Raises Stale, OneAway, HallElsewhere, EndsBeforeStart, OutsideScope."""
    with transaction():
        row = load_to_change(Unavailability, row_id, version, AWAY_VALUES)
        _check_scope(row.event_id, by)
        before, after = fill(row, values, AWAY_VALUES)
        _check(row)
        if after:
            record("change_unavailability", row, by=by, event_id=row.event_id, before=before, after=after)
        return row


def remove_unavailability(row_id: int, *, by: Actor, version: str | None = None) -> None:
    """Somebody or something can be had after all. Raises Stale, OutsideScope."""
    with transaction() as session:
        row = load_to_change(Unavailability, row_id, version, AWAY_VALUES)
        _check_scope(row.event_id, by)
        before = {name: plain(getattr(row, name)) for name in AWAY_VALUES}
        record("remove_unavailability", row, by=by, event_id=row.event_id, before=before)
        session.delete(row)


def copy_rules(fact: EventCopied) -> None:
    """A copy of an event is as strict, has the same hours and the same ways; who is away is another matter."""
    with transaction() as session:
        known = rules_of(fact.source_id)
        for row in session.scalars(select(ClashLevel).where(ClashLevel.event_id == fact.source_id)).all():
            session.add(ClashLevel(event_id=fact.event_id, rule=row.rule, level=row.level))
        _set_hours(fact.event_id, known.opens, known.closes)
        for old, new in fact.halls.items():
            for other, minutes in walks_of(old).items():
                if old < other:
                    _set_walk(new, fact.halls[other], minutes)


def keep_wall_times_of_rules(fact: EventZoneChanged) -> None:
    """Who is away stays so at the times that the clock on the wall shows, in the new zone."""
    with transaction():
        for row in unavailabilities_of(fact.event_id):
            row.starts_at, row.ends_at = same_wall_times(row.starts_at, row.ends_at, fact.old_zone, fact.new_zone)


def _check_scope(event_id: int, by: Actor) -> None:
    """The rules hold for the whole agenda: an editor of some tracks or halls does not change them. Raises OutsideScope."""
    scope = scope_of_actor(event_id, by)
    if scope is not None:
        raise OutsideScope(scope.names)


def _set_hours(event_id: int, opens: time | None, closes: time | None) -> None:
    if opens is None or closes is None:
        db.session.execute(delete(DayHours).where(DayHours.event_id == event_id))
    else:
        db.session.merge(DayHours(event_id=event_id, opens=opens, closes=closes))


def _set_walk(one: int, other: int, minutes: int) -> None:
    pair = {"hall_a_id": min(one, other), "hall_b_id": max(one, other)}
    row = db.session.scalar(select(HallWalk).filter_by(**pair)) or HallWalk(**pair)
    row.minutes = minutes
    if minutes:
        db.session.add(row)
    elif row.id is not None:
        db.session.delete(row)


def _check(row: Unavailability) -> None:
    if (row.person_id is None) == (row.hall_id is None):
        raise OneAway
    if row.starts_at >= row.ends_at:
        raise EndsBeforeStart
    with db.session.no_autoflush:
        hall = db.session.get(Hall, row.hall_id) if row.hall_id is not None else None
    if row.hall_id is not None and (hall is None or hall.event_id != row.event_id):
        raise HallElsewhere
