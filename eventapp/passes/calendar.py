"""The calendar file that goes with a pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Eventapp//Pass//EN"


@dataclass(frozen=True)
class Invitation:
    """An event as one calendar entry. Moments are aware; `zone` is the event's own."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    location: str
    description: str
    url: str
    organiser: str = ""
    cancelled: bool = False


def calendar_file(invitation: Invitation) -> bytes:
    """One VEVENT with the time zone it is written in."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if invitation.cancelled else "PUBLISH")
    calendar.add_component(_entry(invitation))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _entry(invitation: Invitation) -> Event:
    zone = ZoneInfo(invitation.zone)
    entry = Event()
    entry.add("uid", invitation.uid)
    entry.add("sequence", invitation.sequence)
    entry.add("dtstamp", invitation.changed_at)
    entry.add("dtstart", invitation.starts_at.astimezone(zone))
    entry.add("dtend", invitation.ends_at.astimezone(zone))
    entry.add("summary", invitation.summary)
    entry.add("location", invitation.location)
    entry.add("description", invitation.description)
    entry.add("url", invitation.url)
    entry.add("status", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    if invitation.organiser:
        address = vCalAddress(f"mailto:{invitation.organiser}")
        address.params["cn"] = vText(invitation.summary)
        entry.add("organizer", address)
    return entry
