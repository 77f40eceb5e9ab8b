"""Forget whom messages went to: nothing that names somebody stays when their data is removed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from eventapp.clock import now
from eventapp.db import transaction
from eventapp.messaging.models import Mailing, OutboxMessage

# A last message that no mail server takes is given up after so long, and forgotten.
LONGEST_FAREWELL = timedelta(days=2)
CHUNK = 500
FORGOTTEN = "removed"


def forget_messages(event_id: int, *, addresses: Collection[str], public_ids: Collection[str]) -> int:
    """Remove an event's messages to these addresses or about these public ids; returns how many there were.

    Messages of mailings that were sent stay to be counted, without address and values. One that is under way is not
    called back.
    """
    with transaction() as session:
        found = _messages_about(event_id, set(addresses), set(public_ids))
        counted = [row_id for row_id, is_counted in found if is_counted]
        for chunk in _chunks([row_id for row_id, is_counted in found if not is_counted]):
            session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(chunk)))
        if counted:
            nobody = [{"id": row_id, "recipient": f"{FORGOTTEN}:{row_id}", "values": {}} for row_id in counted]
            session.execute(update(OutboxMessage), [{**row, "last_error": ""} for row in nobody])
        return len(found)


def forget_farewells(template: str) -> int:
    """Remove the messages of a template that were sent, given up, or could not be delivered for two days."""
    with transaction() as session:
        settled = OutboxMessage.state.in_(("sent", "failed")) | (OutboxMessage.created_at < now() - LONGEST_FAREWELL)
        gone = session.execute(delete(OutboxMessage).where(OutboxMessage.template == template, settled))
        return int(gone.rowcount)


def forget_search_words(event_id: int, words: Collection[str] | None = None) -> None:
    """Take the words that recipients were searched by out of an event's mailings; only words that hold one of `words`."""
    with transaction() as session:
        for mailing in session.scalars(select(Mailing).where(Mailing.event_id == event_id)):
            asked = mailing.criteria.get("q", "")
            if asked and (words is None or any(word and word in asked for word in words)):
                mailing.criteria = {key: value for key, value in mailing.criteria.items() if key != "q"}


def _messages_about(event_id: int, addresses: set[str], public_ids: set[str]) -> list[tuple[int, bool]]:
    """(row, whether it counts for a mailing) of every message to one of the addresses or with one of the ids in its values."""
    columns = select(
        OutboxMessage.id, OutboxMessage.recipient, OutboxMessage.values, OutboxMessage.mailing_id, OutboxMessage.state
    )
    with transaction() as session:
        rows = session.execute(columns.where(OutboxMessage.event_id == event_id)).all()
    return [
        (row.id, row.mailing_id is not None and row.state == "sent")
        for row in rows
        if row.recipient in addresses or _names_one(row.values, public_ids)
    ]


def _names_one(values: dict[str, Any], public_ids: set[str]) -> bool:
    return any(isinstance(value, str) and value in public_ids for value in values.values())


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
