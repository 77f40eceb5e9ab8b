"""Reads about the privacy notice: what an event says of guests' data, and what a notice tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from eventapp.db import db
from eventapp.events.models import Event, Organisation
from eventapp.events.queries import get_event
from eventapp.i18n import Bilingual, format_day
from eventapp.registration.models import PrivacyNotice, Question, Registration, RegistrationSettings, shared_partners
from eventapp.registration.notices import ASKS, TOLD, PrivacyTerms, last_day_of
from eventapp.registration.queries.consents import ConsentAsked
from eventapp.registration.queries.retention import rules_of
from eventapp.registration.words import notice_facts


@dataclass(frozen=True)
class Kept:
    """Data that is kept for one purpose, until the end of a day."""

    what: Bilingual
    why: Bilingual
    until: str


@dataclass(frozen=True)
class ToldNotice:
    """What a notice names besides its text."""

    controller: Bilingual
    contact: str
    kept: list[Kept]
    consents: list[ConsentAsked]
    recipients: list[Bilingual]


def settings_of(event_id: int) -> RegistrationSettings:
    """What an event says and asks of all who register; the defaults where nothing was set."""
    found = db.session.get(RegistrationSettings, event_id)
    return found or RegistrationSettings(
        event_id=event_id,
        controller_en="",
        controller_zh="",
        privacy_contact="",
        asks_public_list=False,
        asks_photographs=False,
        asks_marketing=False,
    )


def partners_of(event_id: int) -> Sequence[Organisation]:
    """The organisations that an event shares with, if a guest agrees."""
    query = select(Organisation).join(shared_partners, shared_partners.c.organisation_id == Organisation.id)
    return db.session.scalars(query.where(shared_partners.c.event_id == event_id).order_by(Organisation.id)).all()


def question_purposes(event_id: int) -> set[str]:
    """What the event's questions are asked for."""
    return set(db.session.scalars(select(Question.purpose).where(Question.event_id == event_id).distinct()))


def terms_of(event: Event) -> PrivacyTerms:
    """What the event's notice names besides its text, as it holds now."""
    settings, last = settings_of(event.id), last_day_of(event.ends_at, event.time_zone)
    return PrivacyTerms(
        settings.controller_en,
        settings.controller_zh,
        settings.privacy_contact,
        frozenset(purpose for purpose in ASKS if getattr(settings, f"asks_{purpose}")),
        frozenset(row.id for row in partners_of(event.id)),
        {purpose: (rule.keep_until - last).days for purpose, rule in rules_of(event.id).items()},
    )


def notice_content(event: Event, body_en: str, body_zh: str, terms: PrivacyTerms) -> dict[str, Any]:
    """All that a notice with these texts and terms tells, as its columns hold it."""
    query = select(Organisation).where(Organisation.id.in_(terms.partners)).order_by(Organisation.id)
    partners = {row.public_id: row.name.as_dict() for row in db.session.scalars(query)}
    keep_until = {purpose: last_day_of(event.ends_at, event.time_zone, days) for purpose, days in terms.days.items()}
    questions = question_purposes(event.id)
    return {
        "body_en": body_en,
        "body_zh": body_zh,
        "controller_en": terms.controller_en,
        "controller_zh": terms.controller_zh,
        "contact": terms.contact,
        "facts": notice_facts(keep_until, {"contact", *questions}, _agreed_to(terms, questions), partners),
    }


def _agreed_to(terms: PrivacyTerms, questions: set[str]) -> set[str]:
    return {*terms.asks, *({"sensitive"} & questions)}


def notice_of_version(event_id: int, version: int) -> PrivacyNotice | None:
    """One version of the event's privacy notice."""
    return db.session.scalar(
        select(PrivacyNotice).where(PrivacyNotice.event_id == event_id, PrivacyNotice.version == version)
    )


def told_by(notice: PrivacyNotice) -> ToldNotice:
    """What a notice names, to be shown."""
    return told_of({name: getattr(notice, name) for name in TOLD})


def told_of(content: Mapping[str, Any]) -> ToldNotice:
    """The same of a notice that may not be published yet; days in the reader's language."""
    facts = content["facts"] or {}
    return ToldNotice(
        Bilingual(content["controller_en"], content["controller_zh"]),
        content["contact"],
        [Kept(Bilingual(**row["what"]), Bilingual(**row["why"]), _day(row["until"])) for row in facts.get("kept", ())],
        [ConsentAsked.of_fact(fact) for fact in facts.get("consents", ())],
        [Bilingual(**row["name"]) for row in facts.get("recipients", ())],
    )


def _day(iso: str | None) -> str:
    return format_day(datetime.combine(date.fromisoformat(iso), time(12), UTC), "UTC") if iso else ""


def removed_on(registration: Registration) -> str:
    """The day on which what was held about a guest was removed, in the event's zone and the reader's language."""
    event = get_event(registration.event_id)
    return format_day(registration.purged_at, event.time_zone) if registration.purged_at else ""
