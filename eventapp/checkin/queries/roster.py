"""The roster: what a device needs to decide without us, whole or as what changed since a cursor.

A cursor tells up to which mark of the event's changes the device has everything, and where a page ended. What a device
was given is complete even if a transaction that began earlier is committed later: the next cursor never lies beyond
one that is still open, so its rows come with the next call; a row may come twice, and none is missed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, text, tuple_

from eventapp.checkin.models import Admission, Checkpoint, Device, RosterEpoch, RosterMark, zone_grants
from eventapp.checkin.queries.doors import Door
from eventapp.clock import now
from eventapp.db import db, run
from eventapp.events.models import Event
from eventapp.passes.models import SigningKey
from eventapp.people.models import NAME_PARTS
from eventapp.registration.models import BookableSession, Booking, Category, Party, Registration

# What the roster shows of a guest, besides the category's code and the party.
ROSTER_COLUMNS = (
    "id", "public_id", "state", "pass_serial", "short_code", "party_role", "phone_tail", "organisation",
    "organisation_key", "position", "seat_label", "door_note", "purged_at", "key_full", "key_initials", "key_readings",
    "key_plain", *NAME_PARTS,
)  # fmt: skip
# Passes of an event that ended long ago turn up at no door.
KEYS_LAST = timedelta(days=30)


@dataclass(frozen=True)
class Cursor:
    """Where a device stands. While pages are fetched: the row the last one ended with, and whether all guests are asked for.

    Everything marked before `since` will be with the device when these pages are.
    """

    stamp: str
    since: int
    whole: bool = False
    mark: int = 0
    row: int = 0

    def __str__(self) -> str:
        return ".".join((self.stamp, str(self.since), "w" if self.whole else "c", str(self.mark), str(self.row)))

    @property
    def rests(self) -> bool:
        """Whether no page is left to fetch of what was asked for last."""
        return not self.whole and not self.mark

    def after(self, *, mark: int = 0, row: int) -> Cursor:
        """The cursor behind a page that is followed by another one."""
        return Cursor(self.stamp, self.since, self.whole, mark, row)

    def at_rest(self) -> Cursor:
        """The cursor behind the last page."""
        return Cursor(self.stamp, self.since)


@dataclass(frozen=True)
class RosterPage:
    """One page: guests as plain rows, who is gone, and what is known of the guests besides, by registration id."""

    cursor: str
    more: bool
    full: bool
    guests: Sequence[Any]
    removed: list[str]
    booked: dict[int, set[str]]
    granted: dict[int, set[str]]
    entries: dict[int, list[Any]]


def roster_page(door: Door, since: str, limit: int) -> RosterPage:
    """The next page after a cursor; one that is empty, unknown or another device's begins with everything."""
    edge, epoch = _edge(door.event_id)
    stamp = _stamp(door, epoch)
    cursor = read_cursor(since)
    full = cursor is None or cursor.stamp != stamp or cursor.since > edge
    if cursor is None or full:
        cursor = Cursor(stamp, edge, whole=True)
    following, ids, removed = (_all_guests if cursor.whole else _changed_guests)(door.event_id, cursor, edge, limit)
    guests = _guests(ids)
    known = [row.id for row in guests]
    return RosterPage(
        cursor=str(following),
        more=not following.rests,
        full=full,
        guests=guests,
        removed=removed,
        booked=_booked(known, door),
        granted=_granted(known, door),
        entries=_entries(known, door),
    )


def read_cursor(written: str) -> Cursor | None:
    """A cursor as a device sent it; None when it is none of ours."""
    match written.split("."):
        case [stamp, since, ("w" | "c") as kind, mark, row] if all(_is_number(part) for part in (since, mark, row)):
            return Cursor(stamp, int(since), kind == "w", int(mark), int(row))
    return None


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) <= 18


def _stamp(door: Door, epoch: str) -> str:
    """What a cursor holds for: another device, other checkpoints or a restored database begin anew."""
    own = [(gate.id, gate.session_id) for gate in door.own_gates()]
    return hashlib.sha256(repr((epoch, door.event_id, door.device_id, own)).encode()).hexdigest()[:12]


def _edge(event_id: int) -> tuple[int, str]:
    """The first mark that may still be given to something we do not see yet, and the epoch of the marks."""
    row = run(_edge_statement(db.engine.dialect.name), {"event_id": event_id}).one()
    return row.edge, row.epoch or ""


@lru_cache(maxsize=2)
def _edge_statement(dialect: str) -> Any:
    epoch = select(RosterEpoch.name).scalar_subquery().label("epoch")
    if dialect == "sqlite":
        # Writers take turns, and each takes the next number.
        last = select(func.max(RosterMark.mark)).where(RosterMark.event_id == bindparam("event_id")).scalar_subquery()
        return select((func.coalesce(last, 0) + 1).label("edge"), epoch)
    return select(text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS edge"), epoch)


def _all_guests(event_id: int, cursor: Cursor, _edge: int, limit: int) -> tuple[Cursor, list[int], list[str]]:
    ids = list(run(_ids_statement(), {"event_id": event_id, "after": cursor.row, "limit": limit + 1}).scalars())
    if len(ids) > limit:
        return cursor.after(row=ids[limit - 1]), ids[:limit], []
    return cursor.at_rest(), ids, []


@lru_cache(maxsize=1)
def _ids_statement() -> Any:
    # By the number alone: the index of the event would have to be sorted anew for each page.
    return (
        select(Registration.id)
        .where(Registration.event_id + 0 == bindparam("event_id"), Registration.id > bindparam("after"))
        .order_by(Registration.id)
        .limit(bindparam("limit"))
    )


def _changed_guests(event_id: int, cursor: Cursor, edge: int, limit: int) -> tuple[Cursor, list[int], list[str]]:
    mark, row = (cursor.since, 0) if cursor.rests else (cursor.mark, cursor.row + 1)
    rows = run(_marks_statement(), {"event_id": event_id, "mark": mark, "row": row, "limit": limit + 1}).all()
    page = rows[:limit]
    begun = Cursor(cursor.stamp, edge) if cursor.rests else cursor
    following = begun.after(mark=page[-1].mark, row=page[-1].registration_id) if len(rows) > limit else begun.at_rest()
    ids = list(dict.fromkeys(found.registration_id for found in page))
    return following, ids, list(dict.fromkeys(found.public_id for found in page if found.public_id))


@lru_cache(maxsize=1)
def _marks_statement() -> Any:
    place = tuple_(RosterMark.mark, RosterMark.registration_id)
    return (
        select(RosterMark.mark, RosterMark.registration_id, RosterMark.public_id)
        .where(RosterMark.event_id == bindparam("event_id"), place >= tuple_(bindparam("mark"), bindparam("row")))
        .order_by(RosterMark.mark, RosterMark.registration_id)
        .limit(bindparam("limit"))
    )


def _guests(ids: Sequence[int]) -> Sequence[Any]:
    return run(_guests_statement(), {"ids": list(ids)}).all() if ids else []


@lru_cache(maxsize=1)
def _guests_statement() -> Any:
    return (
        select(
            *(getattr(Registration, name) for name in ROSTER_COLUMNS),
            Category.code.label("category"),
            Party.public_id.label("party"),
        )
        .join(Category, Category.id == Registration.category_id)
        .outerjoin(Party, Party.id == Registration.party_id)
        .where(Registration.id.in_(bindparam("ids", expanding=True)))
        .order_by(Registration.id)
    )


def _booked(ids: Sequence[int], door: Door) -> dict[int, set[str]]:
    """The device's doors of sessions in which each guest has a confirmed seat."""
    doors = {gate.session_id: gate.code for gate in door.own_gates() if gate.session_id is not None}
    if not ids or not doors:
        return {}
    found = (
        select(Booking.registration_id, BookableSession.session_id)
        .join(BookableSession, BookableSession.id == Booking.bookable_id)
        .where(
            Booking.registration_id.in_(ids),
            Booking.state == "confirmed",
            BookableSession.session_id.in_(doors),
        )
    )
    return _gathered((registration_id, doors[session_id]) for registration_id, session_id in run(found))


def _granted(ids: Sequence[int], door: Door) -> dict[int, set[str]]:
    """The device's checkpoints that each guest may pass besides those of the category."""
    codes = {gate.id: gate.code for gate in door.own_gates()}
    if not ids:
        return {}
    found = select(zone_grants).where(
        zone_grants.c.registration_id.in_(ids), zone_grants.c.checkpoint_id.in_(list(codes))
    )
    return _gathered((row.registration_id, codes[row.checkpoint_id]) for row in run(found))


def _entries(ids: Sequence[int], door: Door) -> dict[int, list[Any]]:
    """Each guest's admissions at the device's checkpoints, in order; with the checkpoint's code and the device's name."""
    own = [gate.id for gate in door.own_gates()]
    if not ids:
        return {}
    found = (
        select(
            Admission.registration_id,
            Checkpoint.code,
            Admission.period,
            Admission.visit,
            Admission.admitted_at,
            Admission.left_at,
            Device.name.label("device"),
        )
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .join(Device, Device.id == Admission.device_id)
        .where(Admission.registration_id.in_(ids), Admission.checkpoint_id.in_(own), Admission.voided_at.is_(None))
        .order_by(Admission.admitted_at, Admission.id)
    )
    entries: dict[int, list[Any]] = {}
    for row in run(found):
        entries.setdefault(row.registration_id, []).append(row)
    return entries


def _gathered(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    gathered: dict[int, set[str]] = {}
    for key, value in pairs:
        gathered.setdefault(key, set()).add(value)
    return gathered


def current_keys(event_id: int) -> Sequence[Any]:
    """The public keys of this event and of others that are not long over, whose passes may turn up at this door."""
    return run(
        select(SigningKey.key_id, SigningKey.public_key, Event.id, Event.slug)
        .join(Event, Event.id == SigningKey.event_id)
        .where(or_(Event.id == event_id, and_(Event.state != "archived", Event.ends_at > now() - KEYS_LAST)))
        .order_by(SigningKey.key_id)
    ).all()


def inside_by_checkpoint(event_id: int) -> dict[int, int]:
    """How many are in at each checkpoint of an event, as it is counted for its limit."""
    return dict(run(select(Checkpoint.id, Checkpoint.inside).where(Checkpoint.event_id == event_id)).all())
