"""Pair phones and laptops, and end their pairing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.accounts.models import User
from eventapp.changing import fill, load_to_change
from eventapp.checkin.errors import CheckpointUnknown, DeviceEnded, DeviceHoursReversed, PairingUsedUp
from eventapp.checkin.models import DEVICE_VALUES, DEVICE_VERSION, Checkpoint, Device
from eventapp.checkin.queries import checkpoints_of
from eventapp.clock import now
from eventapp.db import insert_new, transaction
from eventapp.sealing import new_token, token_hash

PAIRING_LIFE = timedelta(hours=24)


def create_device(
    event_id: int, name: str, *, by: Actor, checkpoint_codes: Sequence[str] | None = None, **rights: Any
) -> tuple[Device, str]:
    """A device to be paired within a day, and the token of its pairing link. No codes: every checkpoint.

    `rights` are the others of DEVICE_VALUES. Raises CheckpointUnknown, DeviceHoursReversed.
    """
    with transaction() as session:
        device = Device(
            event_id=event_id,
            name=name,
            created_at=now(),
            checkpoints=_checkpoints(event_id, checkpoint_codes),
        )
        fill(device, rights, DEVICE_VALUES)
        _check_hours(device)
        token = _renew_pairing(device)
        session.add(device)
        after = {"name": name, "checkpoints": [checkpoint.code for checkpoint in device.checkpoints]}
        record("create_device", device, by=by, event_id=event_id, after=after)
        return device, token


def change_device(
    device_id: int, *, by: Actor, version: str | None = None, checkpoint_codes: Sequence[str], **values: Any
) -> Device:
    """Rename a device, or change where, when and what it may; it learns of it at its next contact.

    Raises Stale, DeviceEnded, CheckpointUnknown, DeviceHoursReversed.
    """
    with transaction():
        device = _still_paired(device_id, version)
        held = [checkpoint.code for checkpoint in device.checkpoints]
        before, after = fill(device, values, DEVICE_VALUES)
        _check_hours(device)
        if checkpoint_codes and set(checkpoint_codes) != set(held):
            device.checkpoints = _checkpoints(device.event_id, checkpoint_codes)
            before["checkpoints"], after["checkpoints"] = held, list(checkpoint_codes)
        if after:
            record("change_device", device, by=by, event_id=device.event_id, before=before, after=after)
        return device


def renew_pairing(device_id: int, *, by: Actor) -> tuple[Device, str]:
    """A new pairing link for a device that is known: whoever holds it now goes on until the link is used.

    Raises DeviceEnded.
    """
    with transaction():
        device = _still_paired(device_id)
        token = _renew_pairing(device)
        record("renew_pairing", device, by=by, event_id=device.event_id)
        return device, token


def pair_device(pairing_token: str, *, by: Actor) -> tuple[Device, str]:
    """Use a pairing link up; returns the device and the token it scans with. Of two at once, one succeeds.

    Raises PairingUsedUp.
    """
    token = new_token()
    with transaction() as session:
        paired = session.execute(
            update(Device)
            .where(
                Device.pairing_hash == token_hash(pairing_token),
                Device.pairing_expires_at > now(),
                Device.revoked_at.is_(None),
            )
            .values(pairing_hash=None, pairing_expires_at=None, token_hash=token_hash(token), paired_at=now())
            .returning(Device.id)
            .execution_options(synchronize_session=False)
        ).first()
        if paired is None:
            raise PairingUsedUp
        device = session.get_one(Device, paired.id, populate_existing=True)
        record("pair_device", device, by=by, event_id=device.event_id)
        return device, token


def revoke_device(device_id: int, *, by: Actor) -> None:
    """End a device's pairing: its token and its link work no more."""
    with transaction() as session:
        device = session.get_one(Device, device_id)
        device.revoked_at = now()
        device.pairing_hash = None
        record("revoke_device", device, by=by, event_id=device.event_id)


def device_of_member(event_id: int, user_id: int, *, by: Actor) -> Device:
    """The device that stands for a signed-in member who checks guests in on the pass page; made at first use."""
    with transaction() as session:
        user = session.get_one(User, user_id)
        values = {"event_id": event_id, "user_id": user_id, "name": user.shown_name[:100], "created_at": now()}
        made = session.execute(insert_new(Device).values(**values).returning(Device.id)).first()
        device = session.scalars(select(Device).where(Device.event_id == event_id, Device.user_id == user_id)).one()
        if made is not None:
            record("create_device", device, by=by, event_id=event_id, after={"name": device.name})
        return device


def _checkpoints(event_id: int, codes: Sequence[str] | None) -> list[Checkpoint]:
    known = {checkpoint.code: checkpoint for checkpoint in checkpoints_of(event_id)}
    unknown = [code for code in codes or () if code not in known]
    if unknown:
        raise CheckpointUnknown(code=unknown[0])
    return [known[code] for code in codes] if codes else list(known.values())


def _still_paired(device_id: int, version: str | None = None) -> Device:
    device = load_to_change(Device, device_id, version, DEVICE_VERSION)
    if device.revoked_at is not None:
        raise DeviceEnded
    return device


def _check_hours(device: Device) -> None:
    if device.valid_from and device.valid_until and device.valid_from >= device.valid_until:
        raise DeviceHoursReversed


def _renew_pairing(device: Device) -> str:
    token = new_token()
    device.pairing_hash, device.pairing_expires_at = token_hash(token), now() + PAIRING_LIFE
    return token
