"""Mailings that tests tell of, made by the real actions."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.audiences import AUDIENCES, release_of
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.messaging.actions import draft_mailing, release_due, schedule_mailing
from eventapp.messaging.models import Mailing, OutboxMessage

TEXTS = {
    "subject_en": "Welcome, {name}",
    "body_en": "Dear {name},\n\nsee you at **{event}**. [Open my pass]({pass_link})",
    "subject_zh": "欢迎{name}",
    "body_zh": "{name}您好：\n\n期待在**{event}**与您见面。[打开参会码]({pass_link})",
}
TO_SPEAKERS = {
    "subject_en": "Your part in {event}",
    "body_en": "Dear {name},\n\n{session}, {time}, {hall}.\n\n{parts}\n\n{own_link}",
    "subject_zh": "",
    "body_zh": "",
}


def make_mailing(
    event: Event, audience: str = "registrations", texts: dict[str, str] = TEXTS, **criteria: str
) -> Mailing:
    """A draft to everybody of an audience who meets the criteria."""
    return draft_mailing(
        event.id,
        audience,
        criteria,
        texts,
        known=AUDIENCES[audience].placeholders,
        form_key=secrets.token_urlsafe(24),
        by=SYSTEM,
    )


def send_out(mailing: Mailing) -> None:
    """Send it now, and do the worker's part of putting it into the outbox."""
    schedule_mailing(mailing.id, by=SYSTEM)
    release_due(release_of)


def state_of(mailing_id: int) -> str:
    return db.session.scalars(select(Mailing.state).where(Mailing.id == mailing_id)).one()


def addressed(mailing_id: int) -> list[str]:
    """Who has a message of this mailing in the outbox."""
    rows = select(OutboxMessage.recipient).where(OutboxMessage.mailing_id == mailing_id).order_by(OutboxMessage.id)
    return list(db.session.scalars(rows))


def draft_through(visitor: Any, event: Event, query: str, **fields: str) -> str:
    """Write a message through the pages; returns the address of its page."""
    texts = {**dict.fromkeys(TEXTS, ""), **fields}
    answer = visitor.post_form(
        f"/manage/{event.slug}/mailings/new", page=f"/manage/{event.slug}/mailings/new?{query}", **texts
    )
    return str(answer.location)
