"""Who and what a file names: known by id or by exact name, else made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.tracks import add_track
from eventapp.agenda.formats.said import Fault, Named, Said, SaidSession
from eventapp.agenda.queries.arranging import tracks_of
from eventapp.agenda.queries.importing import Index, index_of, named_people
from eventapp.db import db
from eventapp.events.actions import add_hall, add_organisation
from eventapp.events.queries import all_organisations, halls_of
from eventapp.people.actions import add_person, place_person
from eventapp.people.names import split_chinese


class Names:
    """Finds what is named; what there is none of is made when it is asked for, and `made` lists it by kind."""

    def __init__(self, event_id: int, by: Actor, said: Said) -> None:
        self.event_id, self.by = event_id, by
        self.made: dict[str, list[str]] = {"hall": [], "track": [], "person": [], "organisation": []}
        self._listed = {"hall": said.halls, "track": said.tracks}
        self._indexes: dict[str, Index[Any]] = {
            "hall": index_of("hall", halls_of(event_id), "name"),
            "track": index_of("track", tracks_of(event_id), "name"),
            "person": named_people(event_id),
            "organisation": index_of("organisation", all_organisations(), "name", "short"),
        }
        self._new: dict[tuple[str, str], int] = {}

    def hall(self, wanted: Named) -> int | None:
        return self._find("hall", wanted, self._add_hall)

    def track(self, wanted: Named) -> int | None:
        return self._find("track", wanted, self._add_track)

    def person(self, wanted: Named) -> int | None:
        return self._find("person", wanted, self._add_person)

    def organisation(self, wanted: Named) -> int | None:
        return self._find("organisation", wanted, self._add_organisation)

    def faults_of(self, session: SaidSession) -> Iterator[Fault]:
        """Names that cannot be one person's or one hall's: several are called so, or only an id is given that is nobody's."""
        for row, kind, wanted in _named_in(session):
            found = self._indexes[kind].matches(wanted) if wanted else []
            if len(found) > 1:
                yield Fault(row, f"several_{kind}", wanted.name)
            elif wanted and not found and not (wanted.en or wanted.zh):
                yield Fault(row, f"no_{kind}", wanted.id)

    def make_all(self, sessions: Sequence[SaidSession]) -> None:
        """Make whatever is named and not there yet, before there are half-written rows that would be stored along."""
        find = {"hall": self.hall, "track": self.track, "person": self.person, "organisation": self.organisation}
        for session in sessions:
            for _row, kind, wanted in _named_in(session):
                find[kind](wanted)

    def _find(self, kind: str, wanted: Named, add: Callable[[Named], Any]) -> int | None:
        if not wanted:
            return None
        found = self._indexes[kind].matches(wanted)
        if found:
            return int(found[0].id)
        key = (kind, f"{wanted.en}\n{wanted.zh}")
        if key not in self._new:
            row = add(self._with_details(kind, wanted))
            db.session.flush()
            self._new[key] = row.id
            self.made[kind].append(wanted.name)
        return self._new[key]

    def _with_details(self, kind: str, wanted: Named) -> Named:
        """As it stands in the file's own list of halls or tracks, with seats and colour."""
        listed = self._listed.get(kind, [])
        return next((one for one in listed if (one.en, one.zh) == (wanted.en, wanted.zh)), wanted)

    def _add_hall(self, wanted: Named) -> Any:
        more: dict[str, Any] = {"colour": wanted.colour} if wanted.colour else {}
        return add_hall(
            self.event_id, by=self.by, name_en=wanted.en, name_zh=wanted.zh, capacity=wanted.capacity, **more
        )

    def _add_track(self, wanted: Named) -> Any:
        more = {"colour": wanted.colour} if wanted.colour else {}
        return add_track(self.event_id, by=self.by, name_en=wanted.en, name_zh=wanted.zh, **more)

    def _add_person(self, wanted: Named) -> Any:
        given, _space, family = wanted.en.rpartition(" ")
        family_zh, given_zh = split_chinese(wanted.zh) if wanted.zh else ("", "")
        person = add_person(
            by=self.by, given_en=given, family_en=family, family_zh=family_zh, given_zh=given_zh,
            printed_en=wanted.en, printed_zh=wanted.zh,
        )  # fmt: skip
        db.session.flush()
        place_person(self.event_id, person.id, by=self.by)
        return person

    def _add_organisation(self, wanted: Named) -> Any:
        return add_organisation(by=self.by, name_en=wanted.en, name_zh=wanted.zh)


def _named_in(session: SaidSession) -> Iterator[tuple[int, str, Named]]:
    if session.hall is not None:
        yield session.row, "hall", session.hall
    if session.track is not None:
        yield session.row, "track", session.track
    for person in session.people or ():
        yield session.row, "person", person
    for item in session.items or []:
        for part in item.parts:
            yield part.row, "person", part.person
            yield part.row, "organisation", part.organisation
