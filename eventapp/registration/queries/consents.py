"""Reads about consents: what is asked, who agreed to what and when, the list of participants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from eventapp.db import db
from eventapp.events.models import Event
from eventapp.i18n import Bilingual
from eventapp.registration.models import Consent, PrivacyNotice, Question, Registration
from eventapp.registration.queries.categories import current_notice
from eventapp.registration.queries.holders import history_of_holder
from eventapp.registration.queries.registrations import PAGE_SIZE, Page
from eventapp.registration.words import CONSENTS, consent_fact

CONSENT_STEPS = {"give_consent": True, "withdraw_consent": False}


@dataclass(frozen=True)
class ConsentAsked:
    """Something a guest may agree to besides registering, in the words of the notice in force."""

    purpose: str
    label: Bilingual
    text: Bilingual

    @classmethod
    def of_fact(cls, fact: dict[str, Any]) -> ConsentAsked:
        return cls(fact["purpose"], Bilingual(**fact["label"]), Bilingual(**fact["text"]))


@dataclass(frozen=True)
class ConsentChoice(ConsentAsked):
    """The same with what a guest said to it, and since when."""

    given: bool
    at: datetime | None


@dataclass(frozen=True)
class AgreedNotice:
    """The version of the notice that a guest agreed to, and when."""

    version: int
    at: datetime


@dataclass(frozen=True)
class ConsentStep:
    """Somebody agreed to a purpose, or took it back."""

    at: datetime
    purpose: str
    given: bool


def asks_sensitive(event_id: int) -> bool:
    """Whether a question of the form needs the consent to sensitive answers."""
    asked = Question.event_id == event_id, Question.purpose == "sensitive", Question.archived_at.is_(None)
    return db.session.scalar(select(Question.id).where(*asked).limit(1)) is not None


def consents_asked(event: Event) -> list[ConsentAsked]:
    """What the notice in force asks guests to agree to, each by itself; none without a notice.

    A question about something sensitive asks for its consent from the moment it stands in the form.
    """
    notice = current_notice(event.id)
    if notice is None:
        return []
    facts = [*(notice.facts or {}).get("consents", ())]
    if asks_sensitive(event.id) and "sensitive" not in {fact["purpose"] for fact in facts}:
        facts.append(consent_fact("sensitive"))
    return [ConsentAsked.of_fact(fact) for fact in facts]


def asks_for_list(event: Event) -> bool:
    """Whether the event has a public list of participants."""
    return "public_list" in {asked.purpose for asked in consents_asked(event)}


def live_consents(registration_id: int) -> dict[str, Consent]:
    """What a guest agrees to at this moment, by purpose."""
    query = select(Consent).where(Consent.registration_id == registration_id, Consent.withdrawn_at.is_(None))
    return {row.purpose: row for row in db.session.scalars(query)}


def choices_of(registration: Registration, event: Event) -> list[ConsentChoice]:
    """What the event asks of a guest and what the guest gave, even if it is asked no longer."""
    held = {row.purpose: row for row in registration.consents if row.purpose != "registration"}
    asked = {one.purpose: one for one in consents_asked(event)}
    for purpose, consent in held.items():
        if purpose not in asked:
            asked[purpose] = _asked_then(consent)
    return [_choice(one, held.get(purpose)) for purpose, one in asked.items()]


def _asked_then(consent: Consent) -> ConsentAsked:
    notice = db.session.get_one(PrivacyNotice, consent.notice_id)
    facts = {fact["purpose"]: fact for fact in (notice.facts or {}).get("consents", ())}
    if consent.purpose in facts:
        return ConsentAsked.of_fact(facts[consent.purpose])
    return ConsentAsked.of_fact(consent_fact(consent.purpose if consent.purpose in CONSENTS else "sensitive"))


def _choice(asked: ConsentAsked, consent: Consent | None) -> ConsentChoice:
    given = consent is not None and consent.withdrawn_at is None
    at = (consent.withdrawn_at or consent.given_at) if consent else None
    return ConsentChoice(asked.purpose, asked.label, asked.text, given, at)


def agreed_notice(registration: Registration) -> AgreedNotice | None:
    """Which version of the notice a guest registered under."""
    query = select(PrivacyNotice.version, Consent.given_at).join(Consent, Consent.notice_id == PrivacyNotice.id)
    row = db.session.execute(
        query.where(Consent.registration_id == registration.id, Consent.purpose == "registration")
    ).first()
    return AgreedNotice(row.version, row.given_at) if row else None


def consent_history(registration: Registration) -> list[ConsentStep]:
    """When a guest agreed to what and took it back, the oldest first."""
    entries = [row for row in history_of_holder(registration) if row.action in CONSENT_STEPS]
    steps = [ConsentStep(row.at, (row.after or {})["purpose"], CONSENT_STEPS[row.action]) for row in entries]
    first_audited = {row.after["purpose"]: row for row in reversed(entries) if row.after}
    for consent in registration.consents:
        entry = first_audited.get(consent.purpose)
        if entry is None:
            steps.append(ConsentStep(consent.given_at, consent.purpose, True))
        elif entry.action == "withdraw_consent":
            given_at = datetime.fromisoformat((entry.before or {})["given_at"])
            steps.append(ConsentStep(given_at, consent.purpose, True))
    return sorted(steps, key=lambda step: step.at)


def agreeing_counts(event_id: int) -> dict[str, int]:
    """How many agree to each purpose now, of those whose data is still there."""
    query = (
        select(Consent.purpose, func.count())
        .join(Registration, Registration.id == Consent.registration_id)
        .where(Registration.event_id == event_id, Registration.purged_at.is_(None), Consent.withdrawn_at.is_(None))
    )
    rows = db.session.execute(query.group_by(Consent.purpose)).all()
    return dict(rows)  # type: ignore[arg-type]


def registrations_agreeing(event_id: int, purpose: str) -> Select[Registration]:
    """Everybody who agrees to a purpose now and whose data is still there, in the order of their names."""
    return (
        select(Registration)
        .where(Registration.event_id == event_id, Registration.purged_at.is_(None), agrees_to(purpose))
        .options(joinedload(Registration.category))
        .order_by(Registration.key_sort, Registration.id)
    )


def agrees_to(purpose: str) -> ColumnElement[bool]:
    """A condition: the guest agrees to a purpose now."""
    given = Consent.registration_id == Registration.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    return select(Consent.id).where(*given).exists()


def page_of_agreeing(event_id: int, purpose: str, page: int) -> Page:
    """One page of those who agree to a purpose."""
    return _page(registrations_agreeing(event_id, purpose), page)


def participants(event_id: int, page: int) -> Page:
    """One page of the public list: who is confirmed and agrees to it, in the order of their names' pinyin."""
    query = registrations_agreeing(event_id, "public_list")
    return _page(query.where(Registration.state == "confirmed"), page)


def _page(query: Select[Registration], page: int) -> Page:
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    return Page(db.session.scalars(query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all(), page, total)
