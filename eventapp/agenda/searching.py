"""Which sessions a guest asks for: by words, day, hall, track, kind, language and person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from eventapp.agenda.models import Track
from eventapp.agenda.shown import AgendaDay, ShownPart, ShownSession, people_in
from eventapp.events.models import Hall
from eventapp.i18n import Bilingual
from eventapp.people.folding import fold, letters
from eventapp.people.models import Person

LONGEST = 100


@dataclass(frozen=True)
class Wanted:
    """What is asked for; what is empty leaves all. Day as 2026-11-23, hall, track and person by their public ids."""

    q: str = ""
    day: str = ""
    hall: str = ""
    track: str = ""
    kind: str = ""
    language: str = ""
    person: str = ""

    def __bool__(self) -> bool:
        return bool(self.asked)

    @property
    def asked(self) -> dict[str, str]:
        """What is asked for, as it stands in an address."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether anything but words is asked for."""
        return bool(self.asked.keys() - {"q"})


@dataclass(frozen=True)
class Choices:
    """What there is to choose from on an agenda, each in its order."""

    days: tuple[AgendaDay, ...]
    halls: tuple[Hall, ...]
    tracks: tuple[Track, ...]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    people: tuple[Person, ...]


def wanted_from(asked: Mapping[str, str]) -> Wanted:
    """What an address asks for."""
    return Wanted(**{name: asked.get(name, "").strip()[:LONGEST] for name in asdict(Wanted())})


def choices_in(days: Sequence[AgendaDay]) -> Choices:
    """What the sessions of these days can be chosen by."""
    sessions = [session for day in days for session in day.sessions]
    halls = {session.hall.id: session.hall for session in sessions if session.hall}
    tracks = {session.track.id: session.track for session in sessions if session.track}
    return Choices(
        days=tuple(days),
        halls=tuple(sorted(halls.values(), key=lambda hall: (hall.position, hall.id))),
        tracks=tuple(sorted(tracks.values(), key=lambda track: (track.position, track.id))),
        kinds=tuple(dict.fromkeys(session.kind for session in sessions)),
        languages=tuple(sorted({session.language for session in sessions if session.language})),
        people=tuple(sorted(people_in(sessions), key=lambda person: (person.key_sort, person.id))),
    )


def found_in(days: Iterable[AgendaDay], wanted: Wanted) -> list[AgendaDay]:
    """The days with the sessions that are asked for; a day without any is left out."""
    chosen = [day for day in days if wanted.day in ("", day.day.isoformat())]
    kept = [AgendaDay(day.day, day.zone, tuple(_asked_for(day.sessions, wanted))) for day in chosen]
    return [day for day in kept if day.sessions]


def _asked_for(sessions: Iterable[ShownSession], wanted: Wanted) -> Iterator[ShownSession]:
    words = fold(wanted.q).split()
    return (session for session in sessions if _is_chosen(session, wanted) and _has_words(session, wanted.q, words))


def _is_chosen(session: ShownSession, wanted: Wanted) -> bool:
    return (
        wanted.hall in ("", session.hall.public_id if session.hall else None)
        and wanted.track in ("", session.track.public_id if session.track else None)
        and wanted.kind in ("", session.kind)
        and (not wanted.language or session.language in (wanted.language, "both"))
        and (not wanted.person or any(person.public_id == wanted.person for person in people_in([session])))
    )


def _has_words(session: ShownSession, typed: str, words: Sequence[str]) -> bool:
    """Whether all words stand in the session, or what was typed is how somebody in it is called."""
    if not words:
        return not typed
    if any(_is_called(person, letters(typed)) for person in people_in([session])):
        return True
    text = fold(" ".join(_texts(session)))
    people = people_in([session])
    return all(word in text or any(_is_called(person, letters(word)) for person in people) for word in words)


def _is_called(person: Person, typed: str) -> bool:
    """By the name in either script, its pinyin, or its initials."""
    keys = (person.key_full, person.key_initials, *person.key_readings.split())
    return bool(typed) and any(key.startswith(typed) for key in keys)


def _texts(session: ShownSession) -> Iterator[str]:
    yield from _both(session.title, session.summary)
    for place in (session.hall, session.track):
        if place is not None:
            yield from _both(place.name)
    for item in session.items:
        yield from _both(item.title, item.summary)
        for part in item.parts:
            yield from _names(part)


def _names(part: ShownPart) -> Iterator[str]:
    yield from _both(part.as_what, part.object_name)
    for who in (part.person, part.organisation):
        if who is not None:
            yield from _both(who.name)


def _both(*texts: Bilingual) -> Iterator[str]:
    for text in texts:
        yield from (text.en, text.zh)
