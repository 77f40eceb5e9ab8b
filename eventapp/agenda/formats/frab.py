"""The schedule as frab's JSON and XML, which conference apps read (https://c3voc.de/wiki/schedule). Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from eventapp.agenda.formats.programme import Appearance, Programme, ProgrammeDay, Slot, derived_number, derived_uuid

GENERATOR = "Eventapp"
TIMESLOT = "00:05"
# One code for what is spoken in both of our languages: ISO 639-2 has one for several.
SPOKEN = {"": "", "en": "en", "zh": "zh", "both": "mul"}
# What XML 1.0 cannot hold, even escaped.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SHORTEST_ACRONYM = 4


def schedule_json(programme: Programme) -> dict[str, Any]:
    """The schedule as the value of a JSON file; halls without a session on a day are left out of it."""
    conference = {
        "acronym": acronym(programme.slug),
        "title": programme.title,
        "description": programme.description,
        "start": programme.starts_at.isoformat(),
        "end": programme.ends_at.isoformat(),
        "daysCount": len(programme.days),
        "timeslot_duration": TIMESLOT,
        "time_zone_name": programme.zone,
        "url": programme.url,
        "meta": {"language": programme.language},
        "tracks": [{"name": name, "color": colour} for name, colour in programme.tracks],
        "rooms": [{"name": name, "guid": derived_uuid("hall", hall)} for name, hall in _rooms(programme)],
        "days": [_json_day(programme, number, day) for number, day in enumerate(programme.days, 1)],
    }
    return {
        "generator": {"name": GENERATOR},
        "schedule": {"version": programme.version, "conference": conference},
    }


def schedule_xml(programme: Programme) -> bytes:
    """The schedule as an XML file in UTF-8."""
    root = ElementTree.Element("schedule")
    _text(ElementTree.SubElement(root, "generator", name=GENERATOR), "")
    _add(root, "url", f"{programme.url}agenda.xml?lang={programme.language}")
    _add(root, "version", programme.version)
    conference = ElementTree.SubElement(root, "conference")
    for tag, value in (
        ("title", programme.title),
        ("acronym", acronym(programme.slug)),
        ("start", programme.starts_at.isoformat()),
        ("end", programme.ends_at.isoformat()),
        ("days", str(len(programme.days))),
        ("timeslot_duration", TIMESLOT),
        ("url", programme.url),
        ("time_zone_name", programme.zone),
    ):
        _add(conference, tag, value)
    for name, colour in programme.tracks:
        _text(ElementTree.SubElement(conference, "track", name=_plain(name), color=colour), name)
    for number, day in enumerate(programme.days, 1):
        _xml_day(root, programme, number, day)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def acronym(slug: str) -> str:
    """The event's short name as the format allows it: letters, digits and underscores, at least four of them."""
    plain = re.sub("[^a-z0-9_]", "_", slug.lower())
    return plain.ljust(SHORTEST_ACRONYM, "_")


def length(starts_at: datetime, ends_at: datetime) -> str:
    """A duration as hours and minutes: '01:30'."""
    hours, minutes = divmod(round((ends_at - starts_at) / timedelta(minutes=1)), 60)
    return f"{hours:02d}:{minutes:02d}"


def _rooms(programme: Programme) -> list[tuple[str, str]]:
    slots = [slot for day in programme.days for slot in day.slots]
    return list(dict.fromkeys((slot.room, slot.room_id) for slot in slots))


def _by_room(day: ProgrammeDay) -> dict[str, list[Slot]]:
    rooms: dict[str, list[Slot]] = {}
    for slot in day.slots:
        rooms.setdefault(slot.room, []).append(slot)
    return rooms


def _slug(programme: Programme, slot: Slot) -> str:
    return f"{acronym(programme.slug)}-{slot.public_id}"


def _json_day(programme: Programme, number: int, day: ProgrammeDay) -> dict[str, Any]:
    return {
        "index": number,
        "date": day.day.isoformat(),
        "day_start": day.starts_at.isoformat(),
        "day_end": day.ends_at.isoformat(),
        "rooms": {room: [_json_event(programme, slot) for slot in slots] for room, slots in _by_room(day).items()},
    }


def _json_event(programme: Programme, slot: Slot) -> dict[str, Any]:
    return {
        "guid": slot.uuid,
        "id": derived_number(slot.public_id),
        "date": slot.starts_at.isoformat(),
        "start": f"{slot.starts_at:%H:%M}",
        "end": slot.ends_at.isoformat(),
        "duration": length(slot.starts_at, slot.ends_at),
        "room": slot.room,
        "slug": _slug(programme, slot),
        "url": slot.url,
        "title": slot.title,
        "subtitle": slot.subtitle,
        "track": slot.track or None,
        "type": slot.kind,
        "language": SPOKEN[slot.language] or None,
        "abstract": slot.summary,
        "description": slot.details,
        "persons": [_json_person(person) for person in slot.people],
        "links": [],
    }


def _json_person(person: Appearance) -> dict[str, Any]:
    # Without frab's own `id` and `public_name`: the schema takes a person of one kind or of the other.
    return {"guid": derived_uuid("person", person.public_id), "name": person.name, "url": person.url}


def _xml_day(root: ElementTree.Element, programme: Programme, number: int, day: ProgrammeDay) -> None:
    element = ElementTree.SubElement(
        root, "day", index=str(number), date=day.day.isoformat(),
        start=day.starts_at.isoformat(), end=day.ends_at.isoformat(),
    )  # fmt: skip
    for name, slots in _by_room(day).items():
        room = ElementTree.SubElement(element, "room", name=_plain(name), guid=derived_uuid("hall", slots[0].room_id))
        for slot in slots:
            _xml_event(room, programme, slot)


def _xml_event(room: ElementTree.Element, programme: Programme, slot: Slot) -> None:
    event = ElementTree.SubElement(room, "event", guid=slot.uuid, id=str(derived_number(slot.public_id)))
    for tag, value in (
        ("room", slot.room),
        ("title", slot.title),
        ("subtitle", slot.subtitle),
        ("type", slot.kind),
        ("date", slot.starts_at.isoformat()),
        ("start", f"{slot.starts_at:%H:%M}"),
        ("duration", length(slot.starts_at, slot.ends_at)),
        ("abstract", slot.summary),
        ("slug", _slug(programme, slot)),
        ("track", slot.track),
        ("language", SPOKEN[slot.language]),
        ("description", slot.details),
        ("url", slot.url),
    ):
        _add(event, tag, value)
    persons = ElementTree.SubElement(event, "persons")
    for person in slot.people:
        numbered = ElementTree.SubElement(
            persons, "person", id=str(derived_number(person.public_id)), guid=derived_uuid("person", person.public_id)
        )
        _text(numbered, person.name)
    ElementTree.SubElement(event, "links")


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    _text(ElementTree.SubElement(parent, tag), text)


def _text(element: ElementTree.Element, text: str) -> None:
    element.text = _plain(text)


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("", text)
