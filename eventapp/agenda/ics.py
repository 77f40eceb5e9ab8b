"""The agenda as a calendar file that phones can subscribe to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

PRODUCT = "-//Eventapp//Agenda//EN"
# What no text of a calendar may hold.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
READ_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One session in one language; moments are aware."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    category: str
    url: str
    cancelled: bool = False

    @property
    def method(self) -> str:
        """What is asked of the calendar that has it."""
        return "CANCEL" if self.cancelled else "REQUEST"


def calendar_file(name: str, zone: str, language: str, entries: Iterable[Entry]) -> bytes:
    """A calendar with times in the event's zone, the zone's rules included."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _plain(name), parameters={"language": language})
    calendar.add("x-wr-calname", _plain(name))
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"value": "DURATION"})
    for entry in entries:
        calendar.add_component(_component(entry, zone, language))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def update_file(entry: Entry, zone: str, language: str, *, organiser: tuple[str, str], attendee: str) -> bytes:
    """One session as it is now, or its end, for the calendar of one who is in it; `organiser` is a name and an address.

    A file asks for one thing about one entry, as RFC 5546 has it. No answer is asked for: who comes is known already.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    component = _component(entry, zone, language)
    component.add("organizer", _address(organiser[1], cn=_plain(organiser[0])))
    component.add("attendee", _address(attendee, partstat="ACCEPTED", rsvp="FALSE"))
    calendar.add_component(_rules_of(zone))
    calendar.add_component(component)
    return calendar.to_ical()


@lru_cache(maxsize=16)
def _rules_of(zone: str) -> Timezone:
    """What a zone's clocks show when: worked out once, since thousands of files bring it along."""
    return Timezone.from_tzid(zone)


def _address(email: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for name, value in parameters.items():
        address.params[name] = vText(value)
    return address


def _component(entry: Entry, zone: str, language: str) -> Event:
    spoken = {"language": language}
    component = Event()
    component.add("uid", entry.uid)
    component.add("sequence", entry.sequence)
    component.add("dtstamp", entry.changed_at)
    component.add("last-modified", entry.changed_at)
    component.add("dtstart", entry.starts_at.astimezone(ZoneInfo(zone)))
    component.add("dtend", entry.ends_at.astimezone(ZoneInfo(zone)))
    component.add("summary", _plain(entry.summary), parameters=spoken)
    component.add("categories", [entry.category])
    component.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    component.add("url", entry.url)
    if entry.location:
        component.add("location", _plain(entry.location), parameters=spoken)
    if entry.description:
        component.add("description", _plain(entry.description), parameters=spoken)
    return component


def _plain(text: str) -> str:
    return CONTROL.sub("", text)
