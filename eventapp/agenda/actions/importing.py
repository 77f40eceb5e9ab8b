"""Take an agenda over from a file: all of it or nothing, as one change that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import fill, lock_agenda
from eventapp.agenda.actions.editing import Edit, edit
from eventapp.agenda.actions.import_names import Names
from eventapp.agenda.errors import Clashes, FileUnreadable
from eventapp.agenda.formats.reading import read_file
from eventapp.agenda.formats.said import (
    Fault,
    FileUnreadableError,
    Said,
    SaidItem,
    SaidPart,
    SaidSession,
    by_script,
)
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import ToldClash, blocks_of, terms_of, whole_agenda, worsened
from eventapp.agenda.queries.importing import place_of, taken_ids, vocabulary
from eventapp.clock import now
from eventapp.db import db, transaction, writing
from eventapp.events.models import Event

SESSION_VALUES = frozenset({
    "kind", "title_en", "title_zh", "summary_en", "summary_zh", "language", "status", "in_tray", "fixed", "expected",
    "starts_at", "ends_at", "hall_id", "track_id",
})  # fmt: skip
ITEM_VALUES = frozenset({"kind", "minutes", "title_en", "title_zh", "summary_en", "summary_zh", "position"})
PART_VALUES = frozenset({
    "role", "person_id", "organisation_id", "object_en", "object_zh", "side", "mode", "reply", "as_en", "as_zh", "position",
})  # fmt: skip


@dataclass
class Imported:
    """What became of a file, or would: sessions that are new, changed and the same; what else is new; what is wrong.

    `removed` counts items and parts that are in the agenda and no longer in the file. With faults nothing was done, unless
    the sessions without any were asked for.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    halls: list[str] = field(default_factory=list)
    tracks: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    faults: Sequence[Fault] = ()
    notes: Sequence[Fault] = ()
    unread: Sequence[str] = ()
    clashes: Sequence[ToldClash] = ()
    dry_run: bool = False
    done: bool = False


class _TriedOutError(Exception):
    """Undoes a dry run."""


def import_agenda(
    event_id: int, data: bytes, *, by: Actor, dry_run: bool = False, skip_wrong: bool = False
) -> Imported:
    """Take over what a file says: a spreadsheet, CSV, or frab's XML or JSON.

    Sessions, items and parts are known again by their ids, others are new; halls, tracks, people and organisations are known
    by id, else by their exact name, else made. A session that the file does not name stays as it is. With a single wrong row
    nothing is done, unless `skip_wrong` leaves out the sessions that have one. A dry run tries all of it and undoes it.
    Raises FileUnreadable, OutsideScope, and Clashes where the event lets nobody make such a clash.
    """
    if writing():
        raise RuntimeError("an import is a transaction of its own, so that a dry run can undo it")
    said = _read(event_id, data)
    done = Imported(notes=said.notes, unread=said.unread, dry_run=dry_run)
    try:
        with transaction():
            _import(event_id, said, done, by, skip_wrong)
            if dry_run or not done.done:
                raise _TriedOutError
    except _TriedOutError:
        pass
    return done


def _read(event_id: int, data: bytes) -> Said:
    try:
        return read_file(data, place_of(db.session.get_one(Event, event_id)), vocabulary())
    except FileUnreadableError as error:
        raise FileUnreadable(error.reason) from None


def _import(event_id: int, said: Said, done: Imported, by: Actor, skip_wrong: bool) -> None:
    lock_agenda(event_id)
    names = Names(event_id, by, said)
    said.faults += [fault for session in said.sessions for fault in names.faults_of(session)]
    done.faults = sorted(said.faults, key=lambda fault: fault.row)
    sessions = said.without_faults() if skip_wrong else said.sessions
    done.done = bool(sessions) and (skip_wrong or not done.faults)
    if said.faults and not skip_wrong:
        # Told as far as it can be: what would be done with the rows that are right.
        sessions = said.without_faults()
    before = blocks_of(event_id), terms_of(event_id)
    with edit("import_agenda", event_id, by=by) as change:
        names.make_all(sessions)
        _Writer(event_id, names, change, done).write(sessions)
    done.halls, done.tracks = names.made["hall"], names.made["track"]
    done.people, done.organisations = names.made["person"], names.made["organisation"]
    done.clashes = worsened(before, event_id)
    blocked = [told.sentence for told in done.clashes if told.level == "block"]
    if blocked and done.done and not done.dry_run:
        raise Clashes(blocked, blocked=True)
    after = {"new": done.new, "changed": done.changed, "same": done.same}
    record("import_agenda", db.session.get_one(Event, event_id), by=by, event_id=event_id, after=after)


class _Writer:
    """Writes sessions with their items and parts, each compared with the row it is known as."""

    def __init__(self, event_id: int, names: Names, change: Edit, done: Imported) -> None:
        self.event_id, self.names, self.change, self.done = event_id, names, change, done
        self.event = db.session.get_one(Event, event_id)
        rows = whole_agenda(event_id)
        self.by_id = {row.public_id: row for row in rows}
        self.by_uuid = {row.uuid: row for row in rows}
        self._changed = False

    def write(self, sessions: Sequence[SaidSession]) -> None:
        known = {id(said): self._known(said) for said in sessions}
        self.change.touches(*(row.id for row in known.values() if row is not None))
        self._find_taken(sessions)
        new = []
        for said in sessions:
            row = known[id(said)]
            if row is None:
                new.append(self._create(said))
            else:
                self._update(row, said)
        db.session.add_all(new)
        self.change.adds(*new)

    def _known(self, said: SaidSession) -> AgendaSession | None:
        return self.by_id.get(said.id) or self.by_uuid.get(said.uuid)

    def _find_taken(self, sessions: Sequence[SaidSession]) -> None:
        """Ids that are somebody's already, here or in another event, are not given again."""
        items = [item for said in sessions for item in said.items or []]
        parts = [part for item in items for part in item.parts]
        self.taken = {
            AgendaSession: set(taken_ids(AgendaSession, (said.id for said in sessions))),
            AgendaItem: set(taken_ids(AgendaItem, (item.id for item in items))),
            Part: set(taken_ids(Part, (part.id for part in parts))),
            "uuid": set(taken_ids(AgendaSession, (said.uuid for said in sessions), "uuid")),
        }

    def _create(self, said: SaidSession) -> AgendaSession:
        self.done.new += 1
        row = AgendaSession(
            event_id=self.event_id, sequence=0, changed_at=now(), **self._own_id(AgendaSession, said.id)
        )
        if said.uuid and said.uuid not in self.taken["uuid"]:
            row.uuid = said.uuid
            self.taken["uuid"].add(said.uuid)
        fill(row, {"kind": "forum", "language": "", "status": "planned", **self._values(said, None)}, SESSION_VALUES)
        self._write_items(row, _items_of(said, bare=True) or [])
        return row

    def _update(self, row: AgendaSession, said: SaidSession) -> None:
        self._changed = False
        self._fill(row, self._values(said, row), SESSION_VALUES)
        items = _items_of(said, bare=_is_bare(row))
        if items is not None:
            self._write_items(row, items)
        if self._changed:
            self.done.changed += 1
        else:
            self.done.same += 1

    def _values(self, said: SaidSession, row: AgendaSession | None) -> dict[str, Any]:
        values = dict(said.values)
        minutes = values.pop("minutes", None)
        if minutes is not None:
            starts_at = row.starts_at if row is not None else self.event.starts_at
            values |= {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes), "in_tray": True}
        elif "starts_at" in values:
            values.setdefault("in_tray", False)
        if said.hall is not None:
            values["hall_id"] = self.names.hall(said.hall)
        if said.track is not None:
            values["track_id"] = self.names.track(said.track)
        return values

    def _write_items(self, owner: AgendaSession, said: Sequence[SaidItem]) -> None:
        left = list(owner.items)
        for position, item in enumerate(said, start=1):
            row = _take(left, item.id, partial(_same_title, said=item))
            if row is None:
                row = AgendaItem(position=position, **self._own_id(AgendaItem, item.id))
                owner.items.append(row)
                self._changed = True
            self._fill(row, {**item.values, "position": position}, ITEM_VALUES)
            self._write_parts(row, item.parts)
        self._remove(owner.items, left)

    def _write_parts(self, owner: AgendaItem, said: Sequence[SaidPart]) -> None:
        left = list(owner.parts)
        for position, part in enumerate(said, start=1):
            values = {
                **part.values,
                "person_id": self.names.person(part.person) if part.person else None,
                "organisation_id": self.names.organisation(part.organisation) if part.organisation else None,
            }
            row = _take(left, part.id, partial(_same_subject, values=values))
            if row is None:
                row = Part(**self._own_id(Part, part.id))
                owner.parts.append(row)
                self._changed = True
                values = {**_USUAL_PART, **values}
            self._fill(row, {**values, "position": position}, PART_VALUES)
        self._remove(owner.parts, left)

    def _remove(self, rows: list[Any], left: Iterable[Any]) -> None:
        for row in left:
            rows.remove(row)
            self.done.removed += 1
            self._changed = True

    def _fill(self, row: Any, values: dict[str, Any], allowed: frozenset[str]) -> None:
        _before, after = fill(row, values, allowed)
        self._changed = self._changed or bool(after)

    def _own_id(self, model: type[Any], public_id: str) -> dict[str, str]:
        """What has left the house and comes back keeps its name, if nobody else has got it meanwhile."""
        if len(public_id) != 16 or not _is_hex(public_id) or public_id in self.taken[model]:
            return {}
        self.taken[model].add(public_id)
        return {"public_id": public_id}


_USUAL_PART = {"role": "speaker", "mode": "in_person", "reply": "open", "side": "", "as_en": "", "as_zh": "",
               "object_en": "", "object_zh": ""}  # fmt: skip
_PLAIN_ITEM = {"kind": "speech", "minutes": 0, "title_en": "", "title_zh": ""}


def _items_of(said: SaidSession, *, bare: bool) -> list[SaidItem] | None:
    """The items that a file lists; of one that lists people only, one item in which they speak. None: leave what there is."""
    if said.items is not None:
        return said.items
    if not bare or said.people is None:
        return None
    if not (said.people or said.details):
        return []
    texts = {"summary_en": "", "summary_zh": "", **by_script("summary", said.details)}
    parts = [SaidPart(said.row, person=person) for person in said.people]
    return [SaidItem(said.row, values={**_PLAIN_ITEM, **texts}, parts=parts)]


def _is_bare(row: AgendaSession) -> bool:
    """Whether nothing is known of what happens in a session but who speaks."""
    plain = all(item.kind == "speech" and not (item.minutes or item.title) for item in row.items)
    return len(row.items) <= 1 and plain and all(part.person_id for item in row.items for part in item.parts)


def _take(left: list[Any], public_id: str, same: Callable[[Any], bool]) -> Any:
    """The row of that id, or, where no id is given, the first that is the same; it is taken out of those that are left."""
    found = next((row for row in left if (row.public_id == public_id if public_id else same(row))), None)
    if found is not None:
        left.remove(found)
    return found


def _same_title(row: AgendaItem, said: SaidItem) -> bool:
    return all(getattr(row, name) == said.values.get(name, "") for name in ("kind", "title_en", "title_zh"))


def _same_subject(row: Part, values: dict[str, Any]) -> bool:
    same = (row.person_id, row.organisation_id) == (values["person_id"], values["organisation_id"])
    things = all(getattr(row, name) == values.get(name, "") for name in ("object_en", "object_zh"))
    return same and things and row.role == values.get("role", row.role)


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in text)
