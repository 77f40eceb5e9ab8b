"""The people with parts in an event's agenda as an audience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from eventapp.agenda.queries import session_heading, sessions_in_order
from eventapp.agenda.words import PART_REPLIES, PART_ROLES
from eventapp.audiences.people import FOR_ALL, Addressee, Audience, event_values, site_address
from eventapp.clock import now
from eventapp.events.models import Event
from eventapp.i18n import format_clock, format_day
from eventapp.people.models import Person
from eventapp.people.queries import find_person
from eventapp.registration.queries import link_token as guest_token
from eventapp.registration.queries import registrations_of_people
from eventapp.speakers.planned import PlannedPart
from eventapp.speakers.queries import invitation_of, parts_of_person, registration_of_person, speaker_rows
from eventapp.speakers.queries import link_token as speaker_token


class Parts(Audience):
    code = "parts"
    label = _l("People with a part")
    read = ("agenda:read",)
    change = ("agenda:change",)
    placeholders = (*FOR_ALL, "role", "session", "time", "hall", "parts")
    reason = _l("You get this message because you have a part in this event.")

    def criteria(self, event: Event, chosen: Mapping[str, str]) -> dict[str, str]:
        """`role`, `session` by its public id, and `reply`."""
        choices = self.choices(event)
        return {name: chosen[name] for name, (_label, values) in choices.items() if chosen.get(name) in values}

    def choices(self, event: Event) -> dict[str, tuple[Any, dict[str, Any]]]:
        sessions = {row.public_id: session_heading(row) for row in sessions_in_order(event.id)}
        return {
            "role": (_l("Role"), PART_ROLES),
            "session": (_l("Session"), sessions),
            "reply": (_l("Reply"), PART_REPLIES),
        }

    def people(self, event: Event, criteria: Mapping[str, str]) -> list[Addressee]:
        """Reached where they were invited to speak, else where they registered. Whoever declined is left out, unless chosen."""
        rows = [(row, matching(row.parts, criteria)) for row in speaker_rows(event, now())]
        guests = registrations_of_people(event.id)
        return [
            _addressee(row.person, parts, row.invitation or guests.get(row.person.id), criteria)
            for row, parts in rows
            if parts
        ]

    def values(self, event: Event, public_id: str, criteria: Mapping[str, str], language: str) -> dict[str, str]:
        person = find_person(public_id)
        planned = parts_of_person(event, person.id) if person else []
        parts = _still_on(matching(planned, criteria), criteria) or planned
        if person is None or not parts:
            raise LookupError("the part of this message is gone")
        first = parts[0]
        return {
            **event_values(event, language),
            "name": person.shown_name.here(language),
            "own_link": _own_address(event, person),
            "role": _role(first, language),
            "session": session_heading(first.session),
            "time": _time(first, event),
            "hall": _hall(first, language),
            "parts": "\n".join(_in_one_line(planned_part, event, language) for planned_part in parts),
        }


def matching(parts: Sequence[PlannedPart], criteria: Mapping[str, str]) -> list[PlannedPart]:
    """The parts that meet the criteria."""
    role, session, reply = (criteria.get(name, "") for name in ("role", "session", "reply"))
    return [
        planned
        for planned in parts
        if role in ("", planned.part.role)
        and session in ("", planned.session.public_id)
        and reply in ("", planned.part.reply)
    ]


def _still_on(parts: Sequence[PlannedPart], criteria: Mapping[str, str]) -> list[PlannedPart]:
    """Without the declined ones, unless they were chosen."""
    return [planned for planned in parts if criteria.get("reply") or planned.part.reply != "declined"]


def _addressee(person: Person, parts: Sequence[PlannedPart], contact: Any, criteria: Mapping[str, str]) -> Addressee:
    email, language = (contact.email, contact.language) if contact else ("", "en")
    left_out = "declined" if not _still_on(parts, criteria) else "" if email else "no_address"
    return Addressee(person.public_id, person.shown_name, email, language, left_out)


def _own_address(event: Event, person: Person) -> str:
    invitation = invitation_of(event.id, person.id)
    if invitation is not None:
        return site_address(f"/s/{speaker_token(invitation)}")
    registration = registration_of_person(event.id, person.id)
    return site_address(f"/r/{guest_token(registration)}" if registration else f"/e/{event.slug}/")


def _in_one_line(planned: PlannedPart, event: Event, language: str) -> str:
    told = (_role(planned, language), session_heading(planned.session), _time(planned, event), _hall(planned, language))
    return " · ".join(filter(None, told))


def _role(planned: PlannedPart, language: str) -> str:
    return planned.part.as_what.here(language) or str(PART_ROLES[planned.part.role])


def _time(planned: PlannedPart, event: Event) -> str:
    if not planned.is_placed:
        return ""
    zone = event.time_zone
    clock = f"{format_clock(planned.starts_at, zone)}–{format_clock(planned.ends_at, zone)}"
    return f"{format_day(planned.starts_at, zone)} {clock}"


def _hall(planned: PlannedPart, language: str) -> str:
    hall = planned.session.hall if planned.is_placed else None
    return hall.name.here(language) if hall else ""
