"""The schedule from frab's JSON and XML, ours or anybody's: what both can say, event by event. Pure."""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from eventapp.agenda.formats.programme import derived_uuid
from eventapp.agenda.formats.said import (
    LONGEST,
    MOST_ROWS,
    Fault,
    FileUnreadableError,
    Named,
    Place,
    Said,
    SaidSession,
    Vocabulary,
    by_script,
    is_chinese,
    named,
)
from eventapp.agenda.formats.xml_reading import Element, read_xml
from eventapp.text import hides_something, tidy, tidy_lines
from eventapp.walltime import SkippedTime, local_to_utc

GENERATOR = "Eventapp"
NO_HALL = derived_uuid("hall", "")
LANGUAGES = {"en": "en", "eng": "en", "english": "en", "zh": "zh", "cmn": "zh", "zho": "zh", "cn": "zh", "mul": "both"}
# What kinds of sessions are called elsewhere.
KINDS = {"keynote": "keynote", "opening": "keynote", "closing": "ceremony", "ceremony": "ceremony", "break": "break",
         "lunch": "meal", "dinner": "meal", "meal": "meal", "excursion": "tour", "tour": "tour"}  # fmt: skip
USUAL_KIND = "forum"
IS_HTML = re.compile(r"</?(p|br|div|ul|ol|li|a|strong|em|b|i|h[1-6])\b[^>]*>", re.IGNORECASE)
BLOCKS = re.compile(r"<(/p|br|/div|/li|/ul|/ol|/h[1-6])\b[^>]*>", re.IGNORECASE)
TAGS = re.compile(r"<[^<>]{1,400}>")
DURATION = re.compile(r"(\d{1,3}):(\d{2})(?::\d{2})?\Z")
CLOCK = re.compile(r"(\d{2}):(\d{2})(?::\d{2})?\Z")
LONGEST_PERSON = 100
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Source:
    """Whose schedule it is: ours says in which language its titles are; the acronym makes ids where a file has none."""

    ours: bool = False
    language: str = ""
    acronym: str = ""


@dataclass(frozen=True)
class Event:
    """An event as both formats have it, every value a text; `people` are name and id."""

    texts: Mapping[str, str]
    room: str = ""
    room_guid: str = ""
    day: str = ""
    people: tuple[tuple[str, str], ...] = ()


@dataclass
class Schedule:
    """A schedule as both formats have it; `damaged` are the numbers of events that are none."""

    source: Source
    events: list[Event | None] = field(default_factory=list)
    rooms: dict[str, str] = field(default_factory=dict)
    tracks: dict[str, str] = field(default_factory=dict)


def read_frab_json(data: bytes, place: Place, words: Vocabulary) -> Said:
    """Raises FileUnreadableError."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FileUnreadableError from None
    return _said(_schedule_of_json(value), place, words)


def read_frab_xml(data: bytes, place: Place, words: Vocabulary) -> Said:
    """Raises FileUnreadableError."""
    return _said(_schedule_of_xml(read_xml(data)), place, words)


# -- From JSON -----------------------------------------------------------------------------------------------------


def _schedule_of_json(value: Any) -> Schedule:
    schedule = _dict(_dict(value).get("schedule"))
    conference = _dict(schedule.get("conference"))
    if not isinstance(conference.get("days"), list):
        raise FileUnreadableError("no_schedule")
    generator, meta = _dict(_dict(value).get("generator")), _dict(conference.get("meta"))
    source = Source(generator.get("name") == GENERATOR, _str(meta.get("language")), _str(conference.get("acronym")))
    found = Schedule(source)
    for room in map(_dict, _list(conference.get("rooms"))):
        found.rooms[_str(room.get("name"))] = _str(room.get("guid"))
    for track in map(_dict, _list(conference.get("tracks"))):
        found.tracks[_str(track.get("name"))] = _str(track.get("color"))
    for day in map(_dict, conference["days"]):
        for name, events in _dict(day.get("rooms")).items():
            found.events += [_json_event(event, name, _str(day.get("date")), found) for event in _list(events)]
    return found


def _json_event(value: Any, room: str, day: str, schedule: Schedule) -> Event | None:
    if not isinstance(value, dict):
        return None
    people = [_dict(person) for person in _list(value.get("persons"))]
    return Event(
        {key: _str(text) for key, text in value.items() if isinstance(text, str | int) and not isinstance(text, bool)},
        _str(value.get("room")) or room,
        schedule.rooms.get(room, ""),
        day,
        tuple((_str(one.get("name") or one.get("public_name")), _str(one.get("guid"))) for one in people),
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _str(value: Any) -> str:
    return str(value) if isinstance(value, str | int) else ""


# -- From XML ------------------------------------------------------------------------------------------------------


def _schedule_of_xml(root: Element) -> Schedule:
    conference = root.find("conference")
    if root.tag != "schedule" or conference is None:
        raise FileUnreadableError("no_schedule")
    generator = root.find("generator")
    language = parse_qs(urlsplit(root.text_of("url")).query).get("lang", [""])[0]
    ours = generator is not None and generator.attributes.get("name") == GENERATOR
    found = Schedule(Source(ours, language, conference.text_of("acronym")))
    for track in conference.all("track"):
        found.tracks[track.attributes.get("name", "")] = track.attributes.get("color", "")
    for day in root.all("day"):
        for room in day.all("room"):
            found.events += [_xml_event(event, room, day.attributes.get("date", "")) for event in room.all("event")]
    return found


def _xml_event(event: Element, room: Element, day: str) -> Event:
    texts = {child.tag: child.text for child in event.children if not child.children}
    persons = event.find("persons")
    people = persons.all("person") if persons is not None else []
    return Event(
        {**texts, **{name: event.attributes.get(name, "") for name in ("guid", "id")}},
        texts.get("room", "") or room.attributes.get("name", ""),
        room.attributes.get("guid", ""),
        day,
        tuple((person.text, person.attributes.get("guid", "")) for person in people),
    )


# -- What both say -------------------------------------------------------------------------------------------------


def _said(schedule: Schedule, place: Place, words: Vocabulary) -> Said:
    said = Said(
        tracks=[named(tidy(name), colour=_colour(colour)) for name, colour in schedule.tracks.items() if tidy(name)]
    )
    seen: set[str] = set()
    for number, event in enumerate(schedule.events, start=1):
        if number > MOST_ROWS:
            said.faults.append(Fault(number, "many"))
            break
        session = SaidSession(number)
        faults = (
            list(_read(event, session, schedule.source, place, words, said.notes))
            if event
            else [Fault(number, "damaged")]
        )
        if not faults and session.uuid in seen:
            faults = [Fault(number, "twice", session.uuid)]
        seen.add(session.uuid)
        said.faults += faults
        said.sessions.append(session)
    return said


def _read(
    event: Event, session: SaidSession, source: Source, place: Place, words: Vocabulary, notes: list[Fault]
) -> Iterator[Fault]:
    """Fill a session with what an event says; yields what is wrong with it."""
    texts, row = event.texts, session.row
    session.uuid = _guid(texts, source)
    session.values |= {"kind": _kind(row, texts.get("type", ""), words, notes), **_titles(texts, source, words)}
    session.values["language"] = _language(row, texts.get("language", ""), notes)
    session.hall = _hall(event)
    session.track = named(tidy(texts.get("track", "")))
    summary, details = (_plain(texts.get(name, ""), source) for name in ("abstract", "description"))
    session.details = details[len(summary) :].strip() if details.startswith(summary) else details
    session.values |= by_script("summary", summary) if summary else {}
    session.people = tuple(_person(name, guid) for name, guid in event.people if tidy(name))
    yield from _faults_of_texts(session)
    try:
        session.values |= _times(event, place)
    except _UnreadableError as error:
        yield Fault(row, error.code, error.text[:80])


class _UnreadableError(ValueError):
    """A time that cannot be read: a code, and what was written."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


def _times(event: Event, place: Place) -> dict[str, datetime]:
    starts_at = _start(event, place)
    ends = event.texts.get("end", "")
    ends_at = _moment(ends, place) if "T" in ends else starts_at + _duration(event.texts.get("duration", ""))
    if ends_at <= starts_at:
        raise _UnreadableError("backwards", ends or event.texts.get("duration", ""))
    if not place.earliest <= starts_at <= ends_at <= place.latest:
        raise _UnreadableError("far", starts_at.isoformat())
    return {"starts_at": starts_at, "ends_at": ends_at}


def _start(event: Event, place: Place) -> datetime:
    """The moment in `date`; in older files there is only the day and the time on the wall."""
    text = event.texts.get("date", "")
    if "T" in text:
        return _moment(text, place)
    clock = CLOCK.match(event.texts.get("start", ""))
    try:
        day, wall = date.fromisoformat(text or event.day), time(int(clock[1]), int(clock[2])) if clock else None
    except ValueError:
        raise _UnreadableError("time", text or event.day) from None
    if wall is None:
        raise _UnreadableError("time", event.texts.get("start", ""))
    day = day + timedelta(days=1) if wall < place.day_starts else day
    return _on_the_wall(datetime.combine(day, wall), place)


def _moment(text: str, place: Place) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _UnreadableError("time", text) from None
    return moment if moment.tzinfo else _on_the_wall(moment, place)


def _on_the_wall(wall: datetime, place: Place) -> datetime:
    try:
        return local_to_utc(wall.date(), wall.time(), place.zone)
    except SkippedTime:
        raise _UnreadableError("skipped", wall.isoformat(" ", "minutes")) from None
    except OverflowError:
        raise _UnreadableError("far", wall.isoformat(" ", "minutes")) from None


def _duration(text: str) -> timedelta:
    found = DURATION.match(text.strip())
    if found is None:
        raise _UnreadableError("ends", text)
    return timedelta(hours=int(found[1]), minutes=int(found[2]))


def _guid(texts: Mapping[str, str], source: Source) -> str:
    """The event's own id, in small letters; made of the schedule's name and the event's number where it has none."""
    try:
        return str(uuid.UUID(texts.get("guid", "")))
    except ValueError:
        number = texts.get("id", "") or texts.get("slug", "") or repr(sorted(texts.items()))
        return derived_uuid("event", f"{source.acronym}:{number}")


def _titles(texts: Mapping[str, str], source: Source, words: Vocabulary) -> dict[str, str]:
    """Title and subtitle: in our own files the same in two languages, elsewhere a subtitle may go on in the same one."""
    title, subtitle = tidy(texts.get("title", "")), tidy(texts.get("subtitle", ""))
    if source.ours and not subtitle and title == tidy(texts.get("type", "")):
        return {}
    if source.ours and subtitle and source.language in ("en", "zh"):
        other = "en" if source.language == "zh" else "zh"
        return {f"title_{source.language}": title, f"title_{other}": subtitle}
    if subtitle and is_chinese(title) == is_chinese(subtitle):
        return by_script("title", f"{title}: {subtitle}")
    return {**(by_script("title", subtitle) if subtitle else {}), **by_script("title", title)}


def _kind(row: int, text: str, words: Vocabulary, notes: list[Fault]) -> str:
    known = words.session_kinds.get(tidy(text).casefold()) or KINDS.get(tidy(text).casefold())
    if known is None and text and not any(note.code == "kind_as" and note.text == text for note in notes):
        notes.append(Fault(row, "kind_as", text))
    return known or USUAL_KIND


def _language(row: int, text: str, notes: list[Fault]) -> str:
    folded = tidy(text).casefold()
    known = LANGUAGES.get(folded) or LANGUAGES.get(re.split("[-_]", folded)[0])
    if known is None and folded and not any(note.code == "language_as" and note.text == text for note in notes):
        notes.append(Fault(row, "language_as", text))
    return known or ""


def _hall(event: Event) -> Named:
    name = tidy(event.room)
    return Named() if not name or event.room_guid == NO_HALL else named(name, guid=event.room_guid)


def _person(name: str, guid: str) -> Named:
    return named(tidy(name), guid=guid)


def _plain(text: str, source: Source) -> str:
    """A text without the markup that others put into it; ours has none of its own, and what looks like it is meant."""
    if not source.ours and IS_HTML.search(text):
        text = html.unescape(TAGS.sub("", BLOCKS.sub("\n", text)))
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.splitlines()))
    return tidy_lines(text)


def _faults_of_texts(session: SaidSession) -> Iterator[Fault]:
    people = session.people or ()
    names = [session.hall.name if session.hall else "", session.track.name if session.track else ""]
    texts = [str(value) for value in session.values.values()] + [session.details, *names, *(one.name for one in people)]
    if any(map(hides_something, texts)):
        yield Fault(session.row, "hidden")
    for column, most in (("title", LONGEST["title"]), ("summary", LONGEST["summary"])):
        if any(len(session.values.get(f"{column}_{code}", "")) > most for code in ("en", "zh")):
            yield Fault(session.row, "long", column)
    if len(session.details) > LONGEST["summary"] or any(len(name) > LONGEST["name"] for name in names):
        yield Fault(session.row, "long")
    if len(people) > MOST_PEOPLE or any(len(one.name) > LONGEST_PERSON for one in people):
        yield Fault(session.row, "long", "person")


def _colour(text: str) -> str:
    return text if re.fullmatch("#[0-9a-fA-F]{6}", text) else ""
