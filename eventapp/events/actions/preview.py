"""The secret link that shows a draft to whoever holds it."""

from __future__ import annotations

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import load_to_change
from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.sealing import new_token, seal, token_hash


def make_preview_link(event_id: int, *, by: Actor) -> str:
    """Make the token of a preview link; one that was made before stops working."""
    token = new_token()
    with transaction():
        event = load_to_change(Event, event_id)
        event.preview_hash, event.preview_sealed = token_hash(token), seal(token.encode(), "preview_link")
        record("make_preview_link", event, by=by, event_id=event_id)
    return token


def end_preview(event_id: int, *, by: Actor) -> None:
    """End the preview link: it shows nothing any more."""
    with transaction():
        event = load_to_change(Event, event_id)
        event.preview_hash = event.preview_sealed = None
        record("end_preview", event, by=by, event_id=event_id)
