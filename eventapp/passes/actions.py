"""Signing keys are made once per event."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.passes.code import new_key_pair, private_bytes, public_bytes
from eventapp.passes.models import SigningKey
from eventapp.sealing import seal

LARGEST_KEY_ID = 65_535


def create_signing_key(event_id: int, *, by: Actor) -> SigningKey:
    """Make the key pair that signs an event's passes; the private half is sealed before it is stored."""
    private_key, public_key = new_key_pair()
    with transaction() as session:
        taken = set(session.scalars(select(SigningKey.key_id)))
        free = [number for number in range(1, LARGEST_KEY_ID + 1) if number not in taken]
        key = SigningKey(
            key_id=secrets.choice(free),
            event_id=event_id,
            public_key=public_bytes(public_key),
            private_key_sealed=seal(private_bytes(private_key), "signing_key"),
            created_at=now(),
        )
        session.add(key)
        record("create_signing_key", key, by=by, event_id=event_id, after={"key_id": key.key_id})
        return key
