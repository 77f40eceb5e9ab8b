"""What clashes in an agenda: read by the event's own terms, told in words, with what would mend it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app
from sqlalchemy import or_, select

from eventapp.agenda.clashes import (
    ALWAYS,
    OF_PREPARATION,
    OF_TIME,
    RULES,
    Absence,
    Agenda,
    Block,
    Clash,
    HallTerms,
    Mend,
    Order,
    Presence,
    Terms,
    find_clashes,
    made_worse,
)
from eventapp.agenda.models import (
    AgendaItem,
    AgendaSession,
    ClashLevel,
    DayHours,
    HallWalk,
    Part,
    Track,
    Unavailability,
)
from eventapp.agenda.queries.clash_words import Named, clash_sentence, mend_sentence
from eventapp.agenda.queries.sessions import sessions_in_order
from eventapp.agenda.times import running_times
from eventapp.db import db
from eventapp.events.models import Event, Hall
from eventapp.events.queries import halls_of
from eventapp.people.models import EventPerson, Person

# Looking for a mend takes longer than finding a clash; whoever has more than these mends the first ones first.
MOST_MENDS = 20
TEXTS = ("title_en", "title_zh", "summary_en", "summary_zh")
SeatsNeeded = Callable[[int], Mapping[int, int]]


# What a form of the rules changes, and so what is compared when it is saved.
RULE_VALUES = (*RULES, "opens", "closes")


@dataclass(frozen=True)
class ToldMend:
    """What would end a clash, as an editor does it with one press: `verb` is 'move', 'resize' or 'order'."""

    sentence: str
    verb: str
    session: AgendaSession
    starts_at: datetime
    ends_at: datetime
    hall: Hall | None
    item: AgendaItem | None

    def as_json(self) -> dict[str, Any]:
        """As the board takes it."""
        return {
            "verb": self.verb,
            "sentence": self.sentence,
            "session": self.session.public_id,
            "sequence": self.session.sequence,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "hall": self.hall.public_id if self.hall else None,
            "item": self.item.public_id if self.item else None,
        }


@dataclass(frozen=True)
class ToldClash:
    """A clash in words: the rule, how strict the event is about it, the sessions it is about, and what would mend it."""

    sentence: str
    sessions: tuple[AgendaSession, ...]
    rule: str
    level: str
    mend: ToldMend | None = None

    @property
    def of_preparation(self) -> bool:
        """Whether it is about what is still to be done, not about time, place or people."""
        return self.rule in OF_PREPARATION

    def as_json(self) -> dict[str, Any]:
        """As the board shows it."""
        return {
            "rule": self.rule,
            "level": self.level,
            "sentence": self.sentence,
            "sessions": [row.public_id for row in self.sessions],
            "mend": self.mend.as_json() if self.mend else None,
        }


def register_seats(app: Flask, seats_needed: SeatsNeeded) -> None:
    """Have clashes know how many seats each session of an event needs; called where the application is made."""
    app.extensions["seats_needed"] = seats_needed


def clashes_of(event_id: int, *, mends: int = MOST_MENDS) -> list[ToldClash]:
    """Every clash in the agenda of an event that it does not ignore, in words: the strictest first, then by time.

    What is only still to be done comes last. The first `mends` of them tell what would mend them, if anything would.
    """
    blocks, terms = blocks_of(event_id), terms_of(event_id)
    return tell_clashes(event_id, find_clashes(blocks, terms), Agenda(blocks, terms), mends=mends)


def number_of_clashes(event_id: int) -> int:
    """How many clashes of time, place and people there are."""
    return sum(clash.rule not in OF_PREPARATION for clash in find_clashes(blocks_of(event_id), terms_of(event_id)))


def blocking_clashes(event_id: int) -> list[ToldClash]:
    """The clashes with which this event's agenda may not be released: those of rules that are set to block."""
    terms = terms_of(event_id)
    strict = [clash for clash in find_clashes(blocks_of(event_id), terms) if terms.level(clash.rule) == "block"]
    return tell_clashes(event_id, strict, Agenda((), terms))


def clashes_if(
    event_id: int, session_id: int | None, starts_at: datetime, ends_at: datetime, hall_id: int | None
) -> list[ToldClash]:
    """What a session would clash with at another time or in another hall, in words; None stands for a new session.

    Reads only; moments with a zone. The order is that of `clashes_of`; without mends.
    """
    blocks, terms = blocks_of(event_id), terms_of(event_id)
    agenda = Agenda(blocks, terms)
    if ends_at <= starts_at:
        return []
    # One that lies in the tray or was cancelled is as it would be if it were not.
    known = agenda.blocks.get(session_id or 0) or next(iter(_blocks(event_id, AgendaSession.id == session_id)), None)
    would_be = known.moved(starts_at, ends_at, hall_id) if known else Block(0, hall_id, starts_at, ends_at)
    return tell_clashes(event_id, agenda.clashes_with(would_be), agenda)


def worsened(before: tuple[list[Block], Terms], event_id: int) -> list[ToldClash]:
    """The clashes, in words, that the agenda has now and had not, or had less of, when `before` was read."""
    blocks, terms = before
    terms = terms.only(OF_TIME)
    after = find_clashes(blocks_of(event_id), terms)
    return tell_clashes(event_id, made_worse(find_clashes(blocks, terms), after), Agenda((), terms))


def blocks_of(event_id: int) -> list[Block]:
    """The sessions of an event as far as clashes go, without what lies in the tray or was cancelled.

    Who declined or does not come in person is nowhere twice.
    """
    return _blocks(event_id, ~AgendaSession.in_tray, AgendaSession.status == "planned")


def terms_of(event_id: int) -> Terms:
    """What the clashes of an event go by."""
    event = db.session.get_one(Event, event_id)
    halls = {
        hall.id: HallTerms(hall.capacity, hall.parallel_ok, hall.turnaround_minutes) for hall in halls_of(event_id)
    }
    walks = select(HallWalk).where(HallWalk.hall_a_id.in_(halls))
    hours = db.session.get(DayHours, event_id)
    ranks = select(EventPerson.person_id, EventPerson.position).where(EventPerson.event_id == event_id)
    return Terms(
        halls=halls,
        walks={(row.hall_a_id, row.hall_b_id): row.minutes for row in db.session.scalars(walks)},
        absences=tuple(
            Absence(row.id, row.starts_at, row.ends_at, row.person_id, row.hall_id)
            for row in unavailabilities_of(event_id)
        ),
        ranks={row.person_id: row.position for row in db.session.execute(ranks)},
        hours=(hours.opens, hours.closes) if hours else None,
        zone=event.time_zone,
        day_starts=event.day_starts,
        levels=levels_of(event_id),
    )


def rules_of(event_id: int) -> SimpleNamespace:
    """What an event has set: the level of every rule by its name, and `opens` and `closes`, None for any time."""
    terms = terms_of(event_id)
    opens, closes = terms.hours or (None, None)
    return SimpleNamespace(opens=opens, closes=closes, **{rule: terms.level(rule) for rule in RULES})


def walks_of(hall_id: int) -> dict[int, int]:
    """The minutes from a hall to every other one for which somebody said them."""
    query = select(HallWalk).where(or_(HallWalk.hall_a_id == hall_id, HallWalk.hall_b_id == hall_id))
    rows = db.session.scalars(query)
    return {row.hall_b_id if row.hall_a_id == hall_id else row.hall_a_id: row.minutes for row in rows}


def levels_of(event_id: int) -> dict[str, str]:
    """The rules whose level the event has set itself."""
    return {
        row.rule: row.level for row in db.session.scalars(select(ClashLevel).where(ClashLevel.event_id == event_id))
    }


def unavailabilities_of(event_id: int) -> Sequence[Unavailability]:
    query = select(Unavailability).where(Unavailability.event_id == event_id)
    return db.session.scalars(query.order_by(Unavailability.starts_at, Unavailability.id)).all()


def find_unavailability(event_id: int, public_id: str) -> Unavailability | None:
    """By its id outside the house; None if it is not of this event."""
    if not public_id.isalnum():
        return None
    query = select(Unavailability).where(Unavailability.event_id == event_id, Unavailability.public_id == public_id)
    return db.session.scalar(query)


def tell_clashes(event_id: int, clashes: Iterable[Clash], agenda: Agenda, *, mends: int = 0) -> list[ToldClash]:
    """Clashes as sentences in the reader's language: what clashes with what, when, and what would mend it."""
    clashes = sorted(clashes, key=lambda clash: _urgency(clash, agenda.terms))
    if not clashes:
        return []
    named = _names(event_id, clashes, agenda.terms)
    return [_told(clash, named, agenda, place < mends) for place, clash in enumerate(clashes)]


def _urgency(clash: Clash, terms: Terms) -> tuple[bool, bool]:
    return terms.level(clash.rule) != "block", clash.rule in OF_PREPARATION


def _told(clash: Clash, named: Named, agenda: Agenda, with_mend: bool) -> ToldClash:
    sessions = tuple(named.sessions[session_id] for session_id in clash.sessions if session_id in named.sessions)
    mend = agenda.mend_of(clash) if with_mend and clash.rule != ALWAYS else None
    told = _told_mend(mend, named) if mend else None
    return ToldClash(clash_sentence(clash, named), sessions, clash.rule, agenda.terms.level(clash.rule), told)


def _told_mend(mend: Mend, named: Named) -> ToldMend:
    verb = "resize" if mend.kind == "lengthen" else mend.kind
    return ToldMend(
        mend_sentence(mend, named),
        verb,
        named.sessions[mend.session_id],
        mend.start,
        mend.end,
        named.halls.get(mend.hall_id or 0),
        named.items.get(mend.item_id or 0),
    )


def _names(event_id: int, clashes: Sequence[Clash], terms: Terms) -> Named:
    subjects: dict[str, set[int]] = defaultdict(set)
    for clash in clashes:
        subjects[clash.rule] |= {clash.subject or 0, *(one for one in clash.details if isinstance(one, int))}
    absences = {one.id: one for one in terms.absences}
    people = {one.person_id or 0 for one in terms.absences if one.id in subjects["person_away"]}
    people |= set().union(*(subjects[rule] for rule in ("person", "walk", "unconfirmed", "precedence")))
    return Named(
        zone=terms.zone,
        sessions={row.id: row for row in sessions_in_order(event_id)},
        halls={row.id: row for row in halls_of(event_id)},
        people=_by_id(Person, people),
        tracks=_by_id(Track, subjects["track"]),
        items=_by_id(AgendaItem, subjects["precedence"]),
        absences=absences,
    )


def _by_id(model: Any, ids: Iterable[int]) -> dict[int, Any]:
    ids = set(ids) - {0}
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))} if ids else {}


# -- Sessions as blocks of time ------------------------------------------------------------------------------------

_OF_SESSION = (
    AgendaSession.id, AgendaSession.hall_id, AgendaSession.track_id, AgendaSession.starts_at, AgendaSession.ends_at,
    AgendaSession.expected, AgendaSession.fixed,
)  # fmt: skip


def _blocks(event_id: int, *conditions: Any) -> list[Block]:
    """Plain columns, in three statements: this is asked before and after every change."""
    here = (AgendaSession.event_id == event_id, *conditions)
    sessions = db.session.execute(select(*_OF_SESSION, *_written(AgendaSession)).where(*here)).all()
    of_items = select(AgendaItem.session_id, AgendaItem.id, AgendaItem.minutes, *_written(AgendaItem))
    items = _grouped(of_items.join(AgendaItem.session).where(*here).order_by(AgendaItem.position, AgendaItem.id))
    of_parts = select(Part.item_id, Part.person_id, Part.role, Part.side, Part.mode, Part.reply)
    of_parts = of_parts.join(Part.item).join(AgendaItem.session).where(*here, Part.person_id.is_not(None))
    parts = _grouped(of_parts.order_by(Part.position, Part.id))
    seats: Mapping[int, int] = current_app.extensions["seats_needed"](event_id)
    return [_block(row, items[row.id], parts, seats.get(row.id, 0)) for row in sessions]


def _written(model: Any) -> tuple[Any, ...]:
    """Whether each text of a row is written in each language."""
    return tuple((getattr(model, name) != "").label(name) for name in TEXTS)


def _grouped(query: Any) -> dict[int, list[Any]]:
    """Rows by their first column."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row[0]].append(row)
    return found


def _block(row: Any, items: list[Any], parts: Mapping[int, list[Any]], seats: int) -> Block:
    times = running_times(row.starts_at, [item.minutes for item in items])
    presences = [
        Presence(part.person_id, *(when or (row.starts_at, row.ends_at)))
        for item, when in zip(items, times, strict=True)
        for part in parts.get(item.id, ())
        if part.mode == "in_person" and part.reply != "declined"
    ]
    inside = [part for item in items for part in parts.get(item.id, ())]
    return Block(
        row.id,
        row.hall_id,
        row.starts_at,
        row.ends_at,
        item_minutes=sum(item.minutes for item in items),
        presences=tuple(presences),
        track_id=row.track_id,
        guests=max(row.expected or 0, seats),
        fixed=row.fixed,
        unconfirmed=tuple(dict.fromkeys(part.person_id for part in inside if part.reply != "accepted")),
        missing=tuple(sorted({language for one in (row, *items) for language in _missing(one)})),
        orders=tuple(order for item in items for order in _orders(item.id, parts.get(item.id, ()))),
    )


def _missing(row: Any) -> Iterator[str]:
    """The languages in which a text is not written that is written in the other."""
    for english, chinese in ((row.title_en, row.title_zh), (row.summary_en, row.summary_zh)):
        if bool(english) != bool(chinese):
            yield "zh" if english else "en"


def _orders(item_id: int, parts: Iterable[Any]) -> list[Order]:
    """The people of an item by what they do in it: a host stands first, whoever else is there."""
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for part in parts:
        if part.reply != "declined":
            together[part.role, part.side].append(part.person_id)
    return [Order(item_id, tuple(people)) for people in together.values() if len(people) > 1]
