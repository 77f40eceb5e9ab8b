"""Tokens of programs: made once, shown once, revoked for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import make_token, revoke_token
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.errors import TokenNeedsScope
from eventapp.accounts.models import ApiToken, AuditEntry
from eventapp.accounts.queries import token_by_secret
from eventapp.clock import now
from eventapp.db import db
from eventapp.i18n import local

READ = "registrations:read"


def test_an_owner_makes_a_token_that_is_shown_once(staff, event):
    owner = staff("owner")
    address = f"/manage/{event.slug}/tokens"
    made = owner.post_form(f"{address}/new", status=200, name="Lobby screen", scopes=[READ, "setup:read"])
    secret = made.tree.xpath("//code")[0].text
    token = token_by_secret(secret, now())
    assert (token.name, token.scopes, token.event_id, token.expires_at) == (
        "Lobby screen",
        [READ, "setup:read"],
        event.id,
        None,
    )
    assert made.headers["Cache-Control"] == "no-store"
    listed = owner.get(address)
    assert "Lobby screen" in listed.words
    assert secret not in listed.get_data(as_text=True)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "make_token")).all()
    assert secret not in str([entry.after for entry in entries])


def test_a_token_without_a_name_a_scope_or_a_future_is_refused(staff, event):
    owner = staff("owner")
    address = f"/manage/{event.slug}/tokens/new"
    yesterday = local(now() - timedelta(days=1), event.time_zone).strftime("%Y-%m-%dT%H:%M")
    for fields, said in (
        ({"name": "", "scopes": [READ]}, "Say what it is for"),
        ({"name": "Lobby", "scopes": []}, "Tick at least one thing"),
        ({"name": "Lobby", "scopes": ["everything"]}, "not"),
        ({"name": "Lobby", "scopes": [READ], "expires_at": yesterday}, "This moment has passed"),
    ):
        token = owner.get(address).tree.xpath("//input[@name='csrf_token']/@value")[0]
        refused = owner.post(address, data={"csrf_token": token, **fields}, status=422)
        assert any(said in error for error in refused.errors), refused.errors
    assert db.session.scalars(select(ApiToken)).all() == []


def test_a_revoked_token_stays_revoked(staff, event):
    _token, secret = make_token(event.id, "Lobby", [READ], None, by=SYSTEM)
    token_id, public_id = _token.id, _token.public_id
    owner = staff("owner")
    address = f"/manage/{event.slug}/tokens/{public_id}/revoke"
    assert token_by_secret(secret, now()) is not None
    owner.post_form(address)
    assert token_by_secret(secret, now()) is None
    before = db.session.get_one(ApiToken, token_id).revoked_at
    revoke_token(token_id, by=SYSTEM)
    assert db.session.get_one(ApiToken, token_id).revoked_at == before
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "revoke_token")).all()) == 1


def test_only_owners_see_tokens_and_only_those_of_their_event(staff, event, new_event):
    token, _secret = make_token(event.id, "Lobby", [READ], None, by=SYSTEM)
    public_id = token.public_id
    for role in ("organiser", "registrar", "viewer"):
        staff(role).get(f"/manage/{event.slug}/tokens", status=403)
    other = new_event(slug="other-2026")
    staff("owner", other).get(f"/manage/{other.slug}/tokens/{public_id}/revoke", status=404)


def test_a_token_expires_and_needs_a_scope_that_there_is(app, event):
    at = now()
    _token, secret = make_token(event.id, "Lobby", [READ], at + timedelta(hours=1), by=SYSTEM)
    assert token_by_secret(secret, at + timedelta(minutes=59)) is not None
    assert token_by_secret(secret, at + timedelta(hours=1)) is None
    for scopes in ([], ["everything"]):
        with pytest.raises(TokenNeedsScope):
            make_token(event.id, "Lobby", scopes, None, by=SYSTEM)
