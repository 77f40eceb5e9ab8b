"""Say what happens to guests' data: publish the privacy notice with all that it names."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import load_to_change
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.events.actions import EventCopied
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.registration.errors import NoticeMissing
from eventapp.registration.models import PrivacyNotice, RegistrationSettings, RetentionRule, shared_partners
from eventapp.registration.notices import ASKS, PrivacyTerms, last_day_of, notice_hash
from eventapp.registration.queries.categories import current_notice
from eventapp.registration.queries.privacy import notice_content, terms_of


def publish_notice(
    event_id: int,
    *,
    by: Actor,
    body_en: str,
    body_zh: str,
    after_version: int | None = None,
    terms: PrivacyTerms | None = None,
) -> PrivacyNotice:
    """Publish a new version of the privacy notice; earlier ones stay as guests agreed to them.

    Its `terms` take force with it; without them, it names those that hold. With `after_version`, only if that is still the
    latest. Raises Stale, NoticeMissing.
    """
    with transaction() as session:
        event = load_to_change(Event, event_id)
        last = session.scalar(select(func.max(PrivacyNotice.version)).where(PrivacyNotice.event_id == event_id)) or 0
        if after_version is not None and after_version != last:
            raise Stale
        if not (body_en or body_zh):
            raise NoticeMissing
        if terms is not None:
            _set_terms(event, terms)
        content = notice_content(event, body_en, body_zh, terms or terms_of(event))
        notice = PrivacyNotice(
            event_id=event_id, version=last + 1, content_hash=notice_hash(content), published_at=now(), **content
        )
        session.add(notice)
        after = {"version": notice.version, "hash": notice.content_hash}
        record("publish_notice", notice, by=by, event_id=event_id, after=after)
        return notice


def copy_privacy(fact: EventCopied) -> None:
    """The source's notice with its terms; days are counted from the copy's own end."""
    with transaction():
        notice = current_notice(fact.source_id)
        if notice is not None:
            terms = terms_of(get_event(fact.source_id))
            publish_notice(fact.event_id, by=fact.by, body_en=notice.body_en, body_zh=notice.body_zh, terms=terms)


def _set_terms(event: Event, terms: PrivacyTerms) -> None:
    with transaction() as session:
        settings = session.get(RegistrationSettings, event.id)
        if settings is None:
            settings = RegistrationSettings(event_id=event.id)
            session.add(settings)
        settings.controller_en, settings.controller_zh = terms.controller_en, terms.controller_zh
        settings.privacy_contact = terms.contact
        for purpose in ASKS:
            setattr(settings, f"asks_{purpose}", purpose in terms.asks)
        session.execute(delete(shared_partners).where(shared_partners.c.event_id == event.id))
        if terms.partners:
            rows = [{"event_id": event.id, "organisation_id": row_id} for row_id in sorted(terms.partners)]
            session.execute(insert(shared_partners), rows)
        _set_rules(event, terms)
        session.flush()


def _set_rules(event: Event, terms: PrivacyTerms) -> None:
    with transaction() as session:
        held = {rule.purpose: rule for rule in session.scalars(select(RetentionRule).filter_by(event_id=event.id))}
        for purpose, days in terms.days.items():
            keep_until = last_day_of(event.ends_at, event.time_zone, days)
            rule = held.get(purpose)
            if rule is None:
                session.add(RetentionRule(event_id=event.id, purpose=purpose, keep_until=keep_until))
            elif rule.keep_until != keep_until:
                rule.keep_until, rule.done_at = keep_until, None
