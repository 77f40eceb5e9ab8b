"""What the audit trail says of the things that were changed: the noun of each table, the words of what changed in it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from eventapp.registration.states import LABELS as STATE_WORDS

LONGEST_SHOWN = 80

SUBJECTS = {
    "access_codes": _l("Access code"),
    "admissions": _l("Admission"),
    "agenda_items": _l("Item"),
    "agenda_sessions": _l("Session"),
    "answer_files": _l("File"),
    "answers": _l("Answer"),
    "api_tokens": _l("Token of a program"),
    "bookable_sessions": _l("Session with seats"),
    "bookings": _l("Booking"),
    "categories": _l("Category"),
    "checkpoints": _l("Checkpoint"),
    "conflicts": _l("Entry against the rules"),
    "devices": _l("Device"),
    "event_organisations": _l("Organisation"),
    "event_people": _l("Person"),
    "events": _l("Event"),
    "halls": _l("Hall"),
    "invitations": _l("Invitation"),
    "live_changes": _l("Change on the day"),
    "mailings": _l("Message to many"),
    "organisations": _l("Organisation"),
    "outbox_messages": _l("Message"),
    "parties": _l("Party"),
    "parts": _l("Part"),
    "people": _l("Person"),
    "privacy_notices": _l("Privacy notice"),
    "question_choices": _l("Choice"),
    "questions": _l("Question"),
    "registrations": _l("Registration"),
    "release_notices": _l("Message about a release"),
    "retention_rules": _l("Retention"),
    "signing_keys": _l("Signing key"),
    "speaker_invitations": _l("Speaker"),
    "team_members": _l("Team member"),
    "users": _l("User"),
    "venues": _l("Venue"),
}
VALUES = {
    "admit_unknown_offline": _l("unknown guests offline"),
    "asked": _l("when it is asked"),
    "audience": _l("for whom"),
    "biography_en": _l("biography in English"),
    "biography_zh": _l("biography in Chinese"),
    "capacity": _l("places"),
    "categories": _l("categories"),
    "category": _l("category"),
    "checkpoints": _l("checkpoints"),
    "closes_at": _l("closes"),
    "code": _l("code"),
    "colour": _l("colour"),
    "companions": _l("companions"),
    "email": _l("e-mail"),
    "ends_at": _l("ends"),
    "entry": _l("way in"),
    "expires_at": _l("works until"),
    "family_en": _l("family name"),
    "family_zh": _l("Chinese family name"),
    "for_press": _l("for the press"),
    "given_en": _l("given name"),
    "given_zh": _l("Chinese given name"),
    "hall_id": _l("hall"),
    "help_en": _l("help in English"),
    "help_zh": _l("help in Chinese"),
    "invitations": _l("invitations"),
    "kind": _l("kind"),
    "left_out": _l("without an address"),
    "label_en": _l("English words"),
    "label_zh": _l("Chinese words"),
    "language": _l("language"),
    "languages": _l("languages"),
    "mails": _l("mails"),
    "members": _l("members"),
    "may_override": _l("may let in all the same"),
    "may_register": _l("may register people"),
    "minutes": _l("minutes"),
    "most": _l("at most"),
    "most_uses": _l("uses at most"),
    "name": _l("name"),
    "name_en": _l("English name"),
    "name_zh": _l("Chinese name"),
    "needs_approval": _l("needs approval"),
    "note": _l("note"),
    "offer_hours": _l("hours to answer an offer"),
    "open": _l("open"),
    "opens_at": _l("opens"),
    "organisation": _l("organisation"),
    "organisation_en": _l("organisation in English"),
    "organisation_zh": _l("organisation in Chinese"),
    "pass_serial": _l("copy of the pass"),
    "phone": _l("phone"),
    "position": _l("position"),
    "position_en": _l("position in English"),
    "position_zh": _l("position in Chinese"),
    "printed_en": _l("printed name in English"),
    "printed_zh": _l("printed name in Chinese"),
    "pronounced": _l("pronounced"),
    "purpose": _l("purpose"),
    "questions": _l("questions"),
    "recipients": _l("recipients"),
    "reply": _l("answer"),
    "required": _l("required"),
    "role": _l("role"),
    "rule": _l("rule"),
    "scopes": _l("may"),
    "send_at": _l("to be sent"),
    "sessions": _l("sessions"),
    "starts_at": _l("starts"),
    "state": _l("state"),
    "takes_parties": _l("takes parties"),
    "title_en": _l("English title"),
    "title_zh": _l("Chinese title"),
    "undisclosed_until": _l("undisclosed until"),
    "undo_needs_override": _l("taking back needs a right"),
    "used": _l("used"),
    "valid_from": _l("works from"),
    "valid_until": _l("works until"),
    "version": _l("version"),
    "word": _l("word"),
}


def subject_words(table: str) -> Any:
    """The noun for a row of a table; a table without one is named as it is."""
    return SUBJECTS.get(table, table.replace("_", " "))


def shown_value(key: str, value: Any) -> str:
    """A value as a person reads it: states in words, lists with commas, long texts cut."""
    if key == "state" and value in STATE_WORDS:
        return str(STATE_WORDS[value])
    text = ", ".join(map(str, value)) if isinstance(value, list) else "–" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
