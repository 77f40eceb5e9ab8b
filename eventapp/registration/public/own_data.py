"""All that is held about a guest: as a page to read, and as a file to take along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Response, make_response
from flask_babel import lazy_gettext as _l

from eventapp.access import allow
from eventapp.agenda.queries import public_agenda, session_heading
from eventapp.audit_words import action_words
from eventapp.checkin.queries import admissions_of, scans_of
from eventapp.checkin.words import VERDICTS
from eventapp.clock import now
from eventapp.events.models import Event
from eventapp.messaging.words import STATE_LABELS, TEMPLATE_LABELS
from eventapp.registration.models import Booking, Choice, Registration
from eventapp.registration.public.pages import blueprint, load, own_form_page
from eventapp.registration.queries import (
    answers_of,
    as_guests_know_it,
    bookings_held,
    consents_asked,
    consents_held,
    files_of,
    history_of_holder,
    messages_held,
    starred_by,
)
from eventapp.registration.states import BOOKING_LABELS
from eventapp.registration.words import CONSENTS
from eventapp.web import no_store

# Staff stay unnamed: the guest learns that it was the team.
WHO = {"attendee": "guest", "user": "team", "token": "team"}
WORDS = {
    "who": {"guest": _l("by you"), "team": _l("by the team"), "system": _l("by itself"), "device": _l("at the door")},
    "door": {**VERDICTS, "let_in": _l("Let in")},
    "booking": BOOKING_LABELS,
    "message": STATE_LABELS,
}


@blueprint.get("/r/<token>/data")
@allow("bearer")
def own_data(token: str) -> Response:
    """Everything that is held about the guest, in words."""
    registration, event = load(token)
    held = held_about(event, registration)
    return own_form_page(
        "registration/own_data.html",
        registration,
        event,
        token,
        held=held,
        words={**WORDS, "purpose": _purposes(event)},
    )


@blueprint.get("/r/<token>/data.json")
@allow("bearer")
def own_data_file(token: str) -> Response:
    """The same as a file that programs can read, times in UTC."""
    registration, event = load(token)
    held = {"schema": 1, "written_at": now(), **held_about(event, registration)}
    response = make_response(json.dumps(held, ensure_ascii=False, indent=2, default=_plain))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-my-data.json"'
    return no_store(response)


def held_about(event: Event, registration: Registration) -> dict[str, Any]:
    """All of it as plain values. Secrets of ours and whole document numbers are left out: a link may be seen by others."""
    return {
        "event": event.name.as_dict(),
        "registration": _registration(registration),
        "answers": [_answer(row) for row in answers_of(registration.id)],
        "files": [
            {"name": file.name, "type": file.media_type, "bytes": file.size, "received_at": file.created_at}
            for file in files_of(registration.id).values()
        ],
        "consents": [
            {
                "purpose": consent.purpose,
                "notice_version": consent.notice_version,
                "given_at": consent.given_at,
                "withdrawn_at": consent.withdrawn_at,
            }
            for consent in consents_held(registration.id)
        ],
        "bookings": [
            {
                "title": session_heading(session) if session else str(choice.label) if choice else "",
                "starts_at": session.starts_at if session else None,
                "state": booking.state,
                "changed_at": booking.changed_at,
            }
            for booking, session, choice in _bookings(registration)
        ],
        "starred": _starred(event, registration),
        "messages": [
            {
                "about": str(TEMPLATE_LABELS.get(message.template, message.template)),
                "to": message.recipient,
                "state": message.state,
                "written_at": message.created_at,
                "sent_at": message.sent_at,
            }
            for message in messages_held(registration)
        ],
        "door": _door(registration),
        "history": [
            {"at": entry.at, "what": str(action_words(entry.action)), "by": WHO.get(entry.actor_kind, entry.actor_kind)}
            for entry in history_of_holder(registration)
        ],
    }


def _purposes(event: Event) -> dict[str, str]:
    """What a guest may have agreed to, in words; a partner that is no longer named keeps its short name only."""
    known = {purpose: str(label) for purpose, (label, _text) in CONSENTS.items()}
    asked = {asked.purpose: str(asked.label) for asked in consents_asked(event)}
    return {"registration": str(_l("Use of my data for this event")), **known, **asked}


def _bookings(registration: Registration) -> Iterator[tuple[Booking, Any, Choice | None]]:
    """What was booked, with the session as guests know it."""
    for booking, session, choice in bookings_held(registration.id):
        yield booking, as_guests_know_it(session) if session else None, choice


def _starred(event: Event, registration: Registration) -> list[str]:
    """What is followed, as it was released; of what is on the agenda no more its number."""
    titles = {session.uuid: session_heading(session) for session in public_agenda(event, now()).sessions}
    return [titles.get(session_uuid, session_uuid) for session_uuid in sorted(starred_by(registration.id))]


def _registration(registration: Registration) -> dict[str, Any]:
    party = registration.party
    return {
        "number": registration.public_id,
        "state": registration.state,
        "category": registration.category.name.as_dict(),
        "name": {"en": registration.name.en, "zh": registration.name.zh},
        "family_name": {"en": registration.family_en, "zh": registration.family_zh},
        "given_name": {"en": registration.given_en, "zh": registration.given_zh},
        "email": registration.email,
        "phone": registration.phone,
        "organisation": registration.organisation,
        "position": registration.position,
        "language": registration.language,
        "party": {"name": party.name, "contact": party.contact_name, "role": registration.party_role}
        if party
        else None,
        "pass": {"short_code": registration.short_code, "issue": registration.pass_serial},
        "seat": registration.seat_label,
        "note_for_the_door": registration.door_note,
        "told_by_the_team": registration.reason.as_dict(),
        "registered_at": registration.created_at,
        "changed_at": registration.changed_at,
    }


def _answer(row: Any) -> dict[str, Any]:
    return {
        "question": row.label.as_dict(),
        "answer": row.text.as_dict(),
        "by": "team" if row.question.audience == "team" else "guest",
        "changed_at": row.changed_at,
    }


def _door(registration: Registration) -> list[dict[str, Any]]:
    since = history_of_holder(registration)[0].at if registration.pass_serial > 1 else registration.created_at
    let_in = [
        {"at": row.admitted_at, "where": checkpoint.name.as_dict(), "what": "let_in", "left_at": row.left_at}
        for row, checkpoint, _device in admissions_of(registration.id)
    ]
    scans = [
        {"at": scan.received_at, "where": checkpoint.name.as_dict() if checkpoint else {}, "what": scan.verdict}
        for scan, checkpoint in scans_of(registration.id)
    ]
    return sorted((row for row in (*let_in, *scans) if row["at"] >= since), key=lambda row: row["at"])


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
