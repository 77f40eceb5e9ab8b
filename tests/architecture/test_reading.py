"""Looking at pages changes nothing."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import add_user
from eventapp.accounts.models import AuditEntry
from eventapp.db import Base, db
from eventapp.demo import build_sample
from eventapp.events.models import Event
from tests.architecture.routes import all_routes


@pytest.fixture
def sample(app) -> list[Event]:
    """The sample: every kind of row there is."""
    assert build_sample()
    return list(db.session.scalars(select(Event).order_by(Event.id)))


def _fingerprint() -> dict[str, str]:
    """Every table's rows, as one hash each."""
    db.session.rollback()
    return {
        table.name: hashlib.sha256(
            repr(db.session.execute(select(table).order_by(*table.primary_key)).all()).encode()
        ).hexdigest()
        for table in Base.metadata.sorted_tables
    }


def _walk(visitor, starts: list[str], most: int = 600) -> dict[str, int]:
    """Fetch every page that links lead to from `starts`; each is checked by the visitor. Address → status."""
    seen: dict[str, int] = {}
    waiting = list(starts)
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = visitor.get(path)
        seen[path] = answer.status_code
        if answer.mimetype == "text/html":
            links = answer.tree.xpath("//a[not(@rel='noopener')]/@href")
            waiting += [link.partition("#")[0] for link in links if link.startswith("/") and "lang=" not in link]
    return seen


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_public_page_of_the_sample_is_sound_and_changes_nothing(client, sample, language):
    client.language = language
    before = _fingerprint()
    seen = _walk(client, ["/", *(f"/e/{event.slug}/" for event in sample if event.is_public)])
    assert {path: status for path, status in seen.items() if status != 200} == {}
    assert len(seen) > 20
    assert _fingerprint() == before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_the_desk_is_sound_and_changes_nothing(client, sign_in, sample, language):
    sign_in(client, add_user("operator@example.org", is_owner=True))
    client.language = language
    before = _fingerprint()
    seen = _walk(client, ["/manage/"])
    assert {path: status for path, status in seen.items() if status != 200} == {}
    assert len(seen) > 20
    assert _fingerprint() == before


def test_no_address_that_is_only_fetched_changes_a_row(client, staff, app, event):
    before_anybody = staff("owner")
    for visitor in (client, before_anybody):
        before = _fingerprint()
        for route in all_routes(app, event.slug):
            if route.method == "GET":
                visitor.get(route.path)
        assert _fingerprint() == before
    assert db.session.scalars(select(AuditEntry.id)).all() != []
