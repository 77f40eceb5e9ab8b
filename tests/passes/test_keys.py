"""Signing keys: one pair an event, the private half sealed, numbers that never meet."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.db import db
from eventapp.passes import actions
from eventapp.passes.actions import create_signing_key
from eventapp.passes.code import parse_code, private_bytes
from eventapp.passes.models import SigningKey
from eventapp.passes.queries import code_digits, code_url, genuine_code, public_half
from eventapp.sealing import SealBroken, unseal

GUEST = "0123456789abcdef"


def keys() -> list[SigningKey]:
    return list(db.session.scalars(select(SigningKey).order_by(SigningKey.id)))


def test_every_event_gets_a_key_of_its_own_when_it_is_created(event, new_event):
    other = new_event("other-2026")
    assert [key.event_id for key in keys()] == [event.id, other.id]
    assert keys()[0].key_id != keys()[1].key_id
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "create_signing_key")).all()
    assert [entry.after for entry in entries] == [{"key_id": key.key_id} for key in keys()]


def test_the_private_half_is_sealed(event):
    key = keys()[0]
    private = unseal(key.private_key_sealed, "signing_key")
    assert len(private) == 32
    assert private.hex() not in key.private_key_sealed
    with pytest.raises(SealBroken):
        unseal(key.private_key_sealed, "registration_link")


def test_with_another_secret_key_no_pass_can_be_made(app, event):
    app.config["SECRET_KEY"] = "quite another key of the application"
    with pytest.raises(SealBroken):
        code_digits(event.id, GUEST, 1)


def test_a_pass_is_genuine_for_its_event_only(event, new_event):
    other = new_event("other-2026")
    here, there = code_digits(event.id, GUEST, 1), code_digits(other.id, GUEST, 1)
    assert here != there
    assert genuine_code(here) == parse_code(here)
    assert public_half(parse_code(there).key_id).event_id == other.id


def test_the_same_pass_is_the_same_digits_each_time(event):
    assert code_digits(event.id, GUEST, 1) == code_digits(event.id, GUEST, 1)
    assert code_digits(event.id, GUEST, 1) != code_digits(event.id, GUEST, 2)


def test_a_new_key_signs_from_now_on_and_older_passes_stay_genuine(event):
    old = code_digits(event.id, GUEST, 1)
    create_signing_key(event.id, by=SYSTEM)
    new = code_digits(event.id, GUEST, 1)
    assert parse_code(new).key_id == keys()[1].key_id != parse_code(old).key_id
    assert genuine_code(old) is not None
    assert genuine_code(new) is not None


def test_a_code_under_a_number_that_no_key_has_is_not_genuine(event):
    private_key, _ = actions.new_key_pair()
    from eventapp.passes.code import sign_code

    free = next(number for number in range(1, 65_536) if number != keys()[0].key_id)
    assert genuine_code(sign_code(private_key, free, GUEST, 1)) is None
    assert genuine_code(sign_code(private_key, keys()[0].key_id, GUEST, 1)) is None
    assert len(private_bytes(private_key)) == 32


def test_the_address_in_the_code_is_upper_case_and_of_this_site(app, event):
    app.config["BASE_URL"] = "https://summit.example.org"
    assert code_url("1" * 184) == f"HTTPS://SUMMIT.EXAMPLE.ORG/P/{'1' * 184}"


def test_when_all_numbers_are_taken_but_one_that_one_is_found(event, monkeypatch):
    monkeypatch.setattr(actions, "LARGEST_KEY_ID", keys()[0].key_id)
    made = create_signing_key(event.id, by=SYSTEM)
    assert made.key_id < keys()[0].key_id
