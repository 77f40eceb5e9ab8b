"""Organisations: the directory, and the part of each in an event."""

from __future__ import annotations

from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change
from eventapp.db import flush_or_refuse, transaction
from eventapp.events.actions.holding import load_with_event, move_in_order
from eventapp.events.errors import NameMissing, OrganisationPlaced
from eventapp.events.models import (
    ORGANISATION_TEXTS,
    PLACED_VALUES,
    PLACED_VERSION,
    Event,
    EventOrganisation,
    Organisation,
)
from eventapp.events.queries import organisations_of


def add_organisation(*, by: Actor, name_en: str = "", name_zh: str = "", **values: Any) -> Organisation:
    """Add an organisation to the directory. Raises NameMissing."""
    with transaction() as session:
        if not (name_en or name_zh):
            raise NameMissing
        organisation = Organisation(name_en=name_en, name_zh=name_zh, **values)
        session.add(organisation)
        record("add_organisation", organisation, by=by, after={"name_en": name_en, "name_zh": name_zh})
        return organisation


def place_organisation(
    event_id: int,
    organisation_id: int,
    role: str,
    *,
    by: Actor,
    label_en: str,
    label_zh: str,
    position: int | None = None,
) -> EventOrganisation:
    """Give an organisation its part in an event, under the exact label that is printed; after those already there.

    Raises OrganisationPlaced.
    """
    with transaction() as session:
        load_to_change(Event, event_id)
        row = EventOrganisation(
            event_id=event_id,
            organisation_id=organisation_id,
            role=role,
            label_en=label_en,
            label_zh=label_zh,
            position=_last_position(event_id) + 1 if position is None else position,
        )
        session.add(row)
        flush_or_refuse(OrganisationPlaced)
        after = {"role": role, "label_en": label_en, "label_zh": label_zh}
        record("place_organisation", row, by=by, event_id=event_id, after=after)
        return row


def place_new_organisation(
    event_id: int, role: str, *, by: Actor, label_en: str, label_zh: str, **texts: str
) -> EventOrganisation:
    """Add an organisation to the directory and give it its part in an event. Raises NameMissing."""
    with transaction() as session:
        organisation = add_organisation(by=by, **texts)
        session.flush()
        return place_organisation(event_id, organisation.id, role, by=by, label_en=label_en, label_zh=label_zh)


def change_placed_organisation(
    row_id: int, *, by: Actor, version: str | None = None, organisation: dict[str, str], **values: str
) -> EventOrganisation:
    """Change role and labels in an event, and the directory's entry itself. Raises Stale, NameMissing, OrganisationPlaced."""
    with transaction():
        row = load_to_change(EventOrganisation, row_id, version, PLACED_VERSION)
        before, after = fill(row, values, PLACED_VALUES)
        flush_or_refuse(OrganisationPlaced)
        if after:
            record("change_placed_organisation", row, by=by, event_id=row.event_id, before=before, after=after)
        entry = load_to_change(Organisation, row.organisation_id)
        before, after = fill(entry, organisation, ORGANISATION_TEXTS)
        if not entry.name:
            raise NameMissing
        if after:
            record("change_organisation", entry, by=by, event_id=row.event_id, before=before, after=after)
        return row


def move_organisation(row_id: int, direction: str, *, by: Actor) -> None:
    """Move an organisation 'up' or 'down' by one place: the order is set by hand."""
    with transaction():
        row = load_with_event(EventOrganisation, row_id)
        move_in_order("move_organisation", organisations_of(row.event_id), row, direction, by=by)


def remove_organisation(row_id: int, *, by: Actor) -> None:
    """Take an organisation's part out of an event; it stays in the directory."""
    with transaction() as session:
        row = load_to_change(EventOrganisation, row_id)
        before = {"role": row.role, "organisation": row.organisation.name.as_dict()}
        record("remove_organisation", row, by=by, event_id=row.event_id, before=before)
        session.delete(row)


def _last_position(event_id: int) -> int:
    return max((row.position for row in organisations_of(event_id)), default=0)
