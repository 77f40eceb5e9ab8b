"""A programme in the shape in which big conferences publish theirs: two days, 45 rooms, 500 events, written by us.

As in real files: HTML in abstracts, events whose times stand only in `start` and `duration`, kinds and tracks of their
own, speakers who appear several times, empty elements, attachments and links.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

ZONE = "Europe/Brussels"
DAYS = (date(2027, 2, 6), date(2027, 2, 7))
BEGINS, ENDS = datetime(2027, 2, 6, 8, tzinfo=UTC), datetime(2027, 2, 7, 18, tzinfo=UTC)
EVENTS, ROOMS, TRACKS, PEOPLE = 500, 45, 61, 430
KINDS = ("devroom", "maintrack", "lightningtalk", "keynote", "podium")
SURNAMES = ("Östlund", "O'Brien", "van der Berg", "李", "García Márquez", "Nguyễn", "Müller")


def published_events() -> list[dict[str, Any]]:
    """The events as plain values, always the same."""
    chance = random.Random(2027)
    people = [(number, f"{chance.choice('ABCDEFGH')}. {chance.choice(SURNAMES)} {number}") for number in range(PEOPLE)]
    events = []
    for number in range(EVENTS):
        room, turn = number % ROOMS, number // ROOMS
        day, slot = DAYS[turn % 2], turn // 2
        # A talk of twenty-five minutes every half an hour, so that no room is taken twice.
        wall = datetime(day.year, day.month, day.day, 9, 30, tzinfo=ZoneInfo(ZONE)) + timedelta(minutes=30 * slot)
        events.append({
            "id": 10_000 + number,
            "guid": str(uuid5(NAMESPACE_URL, f"https://example.org/{number}")),
            "room": f"H.{1300 + room} (Depage)" if room else "Janson",
            "day": day,
            "start": wall,
            "minutes": 25,
            "title": f"Talk {number}: <how> we & they did it 🎋",
            "subtitle": "An experience report" if number % 9 == 0 else "",
            "track": f"Devroom {room % TRACKS}",
            "type": KINDS[number % len(KINDS)],
            "language": ("en", "", "fr")[number % 3],
            "abstract": f"<p>First &amp; foremost {number}.</p><ul><li>One</li><li>Two</li></ul>" if number % 4 else "",
            "description": "<p>Bring a laptop.</p>" if number % 5 == 0 else "",
            # Nobody is in two rooms at once: the talks of one turn have different people.
            "people": [people[(number * 2 + extra) % PEOPLE] for extra in range(number % 3)],
        })  # fmt: skip
    return events


def published_xml(*, with_dates: bool = True, with_guids: bool = True) -> bytes:
    """As XML; older files give neither a date nor a guid for each event."""
    root = ElementTree.Element("schedule")
    ElementTree.SubElement(root, "generator", name="pretalx", version="2.4")
    conference = ElementTree.SubElement(root, "conference")
    for tag, text in (
        ("acronym", "bigdem-2027"),
        ("title", "BIGDEM 2027"),
        ("days", "2"),
        ("timeslot_duration", "00:05"),
    ):
        ElementTree.SubElement(conference, tag).text = text
    for number, day in enumerate(DAYS, 1):
        element = ElementTree.SubElement(
            root,
            "day",
            index=str(number),
            date=day.isoformat(),
            start=f"{day}T09:00:00+01:00",
            end=f"{day}T19:00:00+01:00",
        )
        _rooms(element, [event for event in published_events() if event["day"] == day], with_dates, with_guids)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _rooms(day: ElementTree.Element, events: list[dict[str, Any]], with_dates: bool, with_guids: bool) -> None:
    rooms: dict[str, ElementTree.Element] = {}
    for event in events:
        room = rooms.get(event["room"])
        if room is None:
            room = rooms[event["room"]] = ElementTree.SubElement(day, "room", name=event["room"])
        ids = {"id": str(event["id"]), **({"guid": event["guid"]} if with_guids else {})}
        element = ElementTree.SubElement(room, "event", ids)
        texts = {
            **({"date": event["start"].isoformat()} if with_dates else {}), "start": f"{event['start']:%H:%M}",
            "duration": f"00:{event['minutes']}", "slug": f"bigdem-2027-{event['id']}", "url": "https://example.org/",
            **{name: event[name] for name in ("room", "title", "subtitle", "track", "type", "language", "abstract", "description")},
        }  # fmt: skip
        for tag, text in texts.items():
            ElementTree.SubElement(element, tag).text = text
        persons = ElementTree.SubElement(element, "persons")
        for number, name in event["people"]:
            ElementTree.SubElement(persons, "person", id=str(number)).text = name
        ElementTree.SubElement(element, "attachments")
        ElementTree.SubElement(
            ElementTree.SubElement(element, "links"), "link", href="https://example.org/"
        ).text = "Video"


def published_json() -> bytes:
    """As JSON."""
    days: list[dict[str, Any]] = []
    for number, day in enumerate(DAYS, 1):
        rooms: dict[str, list[dict[str, Any]]] = {}
        for event in (event for event in published_events() if event["day"] == day):
            rooms.setdefault(event["room"], []).append(_json_event(event))
        days.append({
            "index": number, "date": day.isoformat(), "day_start": f"{day}T09:00:00+01:00",
            "day_end": f"{day}T19:00:00+01:00", "rooms": rooms,
        })  # fmt: skip
    conference = {
        "acronym": "bigdem-2027", "title": "BIGDEM 2027", "start": "2027-02-06", "end": "2027-02-07", "daysCount": 2,
        "timeslot_duration": "00:05", "time_zone_name": ZONE, "days": days,
    }  # fmt: skip
    return json.dumps({"schedule": {"version": "1.0", "conference": conference}}).encode()


def _json_event(event: dict[str, Any]) -> dict[str, Any]:
    texts = {
        name: event[name]
        for name in ("id", "guid", "room", "title", "subtitle", "track", "type", "abstract", "description")
    }
    return {
        **texts, "date": event["start"].isoformat(), "start": f"{event['start']:%H:%M}", "duration": f"00:{event['minutes']}",
        "language": event["language"] or None, "slug": f"bigdem-2027-{event['id']}", "url": "https://example.org/",
        "persons": [{"id": number, "public_name": name} for number, name in event["people"]], "links": [],
    }  # fmt: skip
