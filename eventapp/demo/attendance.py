"""The sample's guests register, change their minds, and some are let in at a rehearsal."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device, record_scans
from eventapp.checkin.queries import door_of_device
from eventapp.clock import now
from eventapp.demo.guests import Guest, attendee
from eventapp.demo.shapes import SampleEvent
from eventapp.passes.queries import code_digits, code_url
from eventapp.registration.actions import (
    approve_registration,
    cancel_registration,
    decline_registration,
    offer_extra_place,
    register_attendee,
    withdraw_registration,
)
from eventapp.registration.models import Registration
from eventapp.registration.queries import categories_of, current_notice

FATES: dict[str, Callable[..., Registration]] = {
    "approve": approve_registration,
    "cancel": cancel_registration,
    "decline": decline_registration,
    "offer": offer_extra_place,
    "withdraw": withdraw_registration,
}

REHEARSAL_DEVICE = "Rehearsal phone"
# Who passed where at the rehearsal: the number of the confirmed guest, the checkpoint, the direction.
REHEARSAL = (
    (0, "gate", "in"),
    (1, "gate", "in"),
    (2, "gate", "in"),
    (3, "gate", "in"),
    (0, "hall-a", "in"),
    (1, "hall-a", "in"),
    (1, "hall-a", "out"),
    (0, "gift", "in"),
    (0, "gate", "in"),
)


def add_checkpoints(sample: SampleEvent, event_id: int) -> None:
    """Every checkpoint is open at once, so that the door can be tried today."""
    category_ids = {category.code: category.id for category in categories_of(event_id)}
    for checkpoint in sample.checkpoints:
        add_checkpoint(
            event_id,
            by=SYSTEM,
            code=checkpoint.code,
            name_en=checkpoint.name.en,
            name_zh=checkpoint.name.zh,
            kind=checkpoint.kind,
            rule=checkpoint.rule,
            capacity=checkpoint.capacity,
            category_ids=[category_ids[code] for code in checkpoint.categories],
        )


def register_guests(event_id: int, guests: Sequence[Guest], first_number: int) -> list[Registration]:
    """Everybody registers, in order; then each meets their fate. Numbers tell guests of all events apart."""
    category_ids = {category.code: category.id for category in categories_of(event_id)}
    notice = current_notice(event_id)
    registrations = [
        register_attendee(
            event_id,
            category_ids[guest.category],
            attendee(guest, number),
            by=SYSTEM,
            form_key=f"sample-{event_id}-{number}",
            notice_id=notice.id if notice else None,
        )
        for number, guest in enumerate(guests, start=first_number)
    ]
    for guest, registration in zip(guests, registrations, strict=True):
        if guest.fate:
            FATES[guest.fate](registration.id, by=SYSTEM)
    return registrations


def rehearse(event_id: int, registrations: Sequence[Registration]) -> None:
    """A paired device scans the passes of the first confirmed guests."""
    confirmed = [registration for registration in registrations if registration.state == "confirmed"]
    device, pairing_token = create_device(event_id, REHEARSAL_DEVICE, by=SYSTEM)
    pair_device(pairing_token, by=SYSTEM)
    door = door_of_device(device.id)
    assert door is not None
    record_scans(door, [_scan(confirmed[guest], checkpoint, way) for guest, checkpoint, way in REHEARSAL])


def _scan(registration: Registration, checkpoint: str, direction: str) -> dict[str, object]:
    digits = code_digits(registration.event_id, registration.public_id, registration.pass_serial)
    return {
        "id": str(uuid.uuid4()),
        "code": code_url(digits),
        "checkpoint": checkpoint,
        "direction": direction,
        "scanned_at": now().isoformat(),
    }
