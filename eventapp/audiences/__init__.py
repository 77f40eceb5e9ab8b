"""Whom a mailing may go to: the registrations of an event, or the people with parts in its agenda.

This stands outside the rooms, as `wiring` and `desk` do: messaging keeps and sends the texts and knows nobody, the rooms
above know the people and no mailings; here they meet.
"""

from __future__ import annotations

from collections import Counter

from eventapp.audiences.parts import Parts
from eventapp.audiences.people import Addressee, Audience, divided
from eventapp.audiences.registrations import Registrations
from eventapp.events.queries import get_event
from eventapp.messaging.actions import Recipient, Release
from eventapp.messaging.models import Mailing
from eventapp.messaging.queries import addresses_told

AUDIENCES: dict[str, Audience] = {audience.code: audience for audience in (Registrations(), Parts())}

__all__ = ["AUDIENCES", "Addressee", "Audience", "people_now", "release_of"]


def people_now(mailing: Mailing) -> list[Addressee]:
    """Everybody a mailing means at this moment, each with the reason if they would be left out."""
    found = AUDIENCES[mailing.audience].people(get_event(mailing.event_id), mailing.criteria)
    return divided(found, told=addresses_told(mailing.id))


def release_of(mailing: Mailing) -> Release:
    """Who gets a mailing that is released now."""
    people = people_now(mailing)
    return Release(
        [Recipient(one.email, one.language, {"to": one.public_id}) for one in people if not one.left_out],
        dict(Counter(one.left_out for one in people if one.left_out)),
    )
