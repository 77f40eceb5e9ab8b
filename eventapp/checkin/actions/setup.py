"""Set up where passes are scanned."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from sqlalchemy import delete, func, insert, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill
from eventapp.checkin.errors import (
    CheckpointClosesFirst,
    CheckpointCodeTaken,
    CheckpointNameMissing,
    FewerThanInside,
    LimitNeedsVisits,
    RuleInUse,
    SessionNotBookable,
)
from eventapp.checkin.models import CHECKPOINT_VALUES, Checkpoint, checkpoint_categories, device_checkpoints
from eventapp.checkin.queries import checkpoints_of, devices_of, limits_of, was_used
from eventapp.db import db, flush_or_refuse, transaction
from eventapp.events.actions import EventCopied, EventZoneChanged, load_with_event, move_in_order
from eventapp.events.models import Event
from eventapp.registration.queries import bookables_of, categories_of, copied_sessions
from eventapp.walltime import same_wall_time


def add_checkpoint(
    event_id: int,
    *,
    by: Actor,
    code: str,
    category_ids: Iterable[int] = (),
    for_paired_devices: bool = False,
    **values: Any,
) -> Checkpoint:
    """Add a gate, a hall's door or a desk; without categories it admits all of them.

    Devices that are paired already scan there only if `for_paired_devices`.
    Raises CheckpointCodeTaken, CheckpointClosesFirst, LimitNeedsVisits, SessionNotBookable.
    """
    with transaction() as session:
        last = session.scalar(select(func.max(Checkpoint.position)).where(Checkpoint.event_id == event_id)) or 0
        checkpoint = Checkpoint(event_id=event_id, code=code, position=last + 1, **values)
        _check_limits(checkpoint)
        session.add(checkpoint)
        flush_or_refuse(CheckpointCodeTaken)
        _limit(checkpoint.id, category_ids)
        if for_paired_devices:
            _open_to_devices(checkpoint)
        record("add_checkpoint", checkpoint, by=by, event_id=event_id, after={"code": code})
        return checkpoint


def change_checkpoint(
    checkpoint_id: int,
    *,
    by: Actor,
    version: str | None = None,
    category_ids: Iterable[int] | None = None,
    **values: Any,
) -> Checkpoint:
    """Change name, rule, hours, room or whom a checkpoint admits; its code stays, since devices know it by that.

    Raises Stale, CheckpointNameMissing, CheckpointClosesFirst, FewerThanInside, LimitNeedsVisits, RuleInUse,
    SessionNotBookable.
    """
    with transaction():
        checkpoint = load_with_event(Checkpoint, checkpoint_id, version, CHECKPOINT_VALUES)
        before, after = fill(checkpoint, values, CHECKPOINT_VALUES)
        _check(checkpoint)
        if "rule" in after and was_used(checkpoint_id):
            raise RuleInUse
        held = sorted(limits_of(checkpoint.event_id).get(checkpoint_id, set()))
        if category_ids is not None and (wanted := sorted(category_ids)) != held:
            before, after = {**before, "category_ids": held}, {**after, "category_ids": wanted}
            _limit(checkpoint_id, wanted)
        if after:
            record("change_checkpoint", checkpoint, by=by, event_id=checkpoint.event_id, before=before, after=after)
        return checkpoint


def move_checkpoint(checkpoint_id: int, direction: str, *, by: Actor) -> None:
    """Move a checkpoint 'up' or 'down' by one place."""
    with transaction():
        checkpoint = load_with_event(Checkpoint, checkpoint_id)
        move_in_order("move_checkpoint", checkpoints_of(checkpoint.event_id), checkpoint, direction, by=by)


def keep_wall_times(fact: EventZoneChanged) -> None:
    """Checkpoints open and devices work at the times that the clock on the wall shows, in the new zone."""
    with transaction():
        for rows, names in (
            (checkpoints_of(fact.event_id), ("opens_at", "closes_at")),
            (devices_of(fact.event_id), ("valid_from", "valid_until")),
        ):
            for row, name in product(rows, names):
                moment = getattr(row, name)
                if moment is not None:
                    setattr(row, name, same_wall_time(moment, fact.old_zone, fact.new_zone))


def copy_checkpoints(fact: EventCopied) -> None:
    """The checkpoints of the source, for the same categories, their hours as much later; no device and no scan."""
    with transaction() as session:
        source, event = session.get_one(Event, fact.source_id), session.get_one(Event, fact.event_id)
        copies = {row.code: row.id for row in categories_of(event.id)}
        new_ids = {row.id: copies[row.code] for row in categories_of(source.id)}
        limits = limits_of(source.id)
        sessions = copied_sessions(source.id, event.id)
        for row in checkpoints_of(source.id):
            values = {name: getattr(row, name) for name in CHECKPOINT_VALUES}
            values["session_id"] = sessions.get(row.session_id) if row.session_id else None
            for name in ("opens_at", "closes_at"):
                values[name] = fact.moved(values[name], source.time_zone, event.time_zone)
            admitted = [new_ids[old] for old in limits.get(row.id, ())]
            add_checkpoint(event.id, by=fact.by, code=row.code, category_ids=admitted, **values)


def _check(checkpoint: Checkpoint) -> None:
    if not checkpoint.name:
        raise CheckpointNameMissing
    _check_limits(checkpoint)
    if checkpoint.capacity is not None and checkpoint.capacity < checkpoint.inside:
        raise FewerThanInside(inside=checkpoint.inside)


def _check_limits(checkpoint: Checkpoint) -> None:
    # Nobody leaves a daily gate, so yesterday's guests would fill it for ever.
    if checkpoint.capacity is not None and checkpoint.rule == "daily":
        raise LimitNeedsVisits
    if checkpoint.opens_at and checkpoint.closes_at and checkpoint.opens_at >= checkpoint.closes_at:
        raise CheckpointClosesFirst
    seats = {row.session_id for row in bookables_of(checkpoint.event_id)} if checkpoint.session_id else set()
    if checkpoint.session_id and checkpoint.session_id not in seats:
        raise SessionNotBookable


def _limit(checkpoint_id: int, category_ids: Iterable[int]) -> None:
    db.session.execute(delete(checkpoint_categories).where(checkpoint_categories.c.checkpoint_id == checkpoint_id))
    limits = [{"checkpoint_id": checkpoint_id, "category_id": category_id} for category_id in category_ids]
    if limits:
        db.session.execute(insert(checkpoint_categories), limits)


def _open_to_devices(checkpoint: Checkpoint) -> None:
    devices = [device for device in devices_of(checkpoint.event_id) if device.revoked_at is None]
    if devices:
        rows = [{"device_id": device.id, "checkpoint_id": checkpoint.id} for device in devices]
        db.session.execute(insert(device_checkpoints), rows)
