"""From a registration to its code, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from eventapp.db import db
from eventapp.events.models import Event
from eventapp.i18n import current_language, format_day
from eventapp.passes.card import Card
from eventapp.passes.code import (
    MalformedCode,
    PassCode,
    parse_code,
    pass_url,
    private_from_bytes,
    public_from_bytes,
    sign_code,
    signature_holds,
)
from eventapp.passes.models import SigningKey
from eventapp.sealing import unseal


@dataclass(frozen=True)
class PublicHalf:
    """What is needed to check a code: which event its key belongs to, and the key."""

    event_id: int
    key: Ed25519PublicKey


def code_digits(event_id: int, registration: str, serial: int) -> str:
    """The 184 digits of a pass. `registration` is the public id. Ed25519 signs alike each time, so nothing is stored."""
    key_id, private_key = _private_half(event_id)
    return sign_code(private_key, key_id, registration, serial)


def code_url(digits: str) -> str:
    """What the QR code holds."""
    return pass_url(current_app.config["BASE_URL"], digits)


def pass_card(event: Event, holder: Any, digits: str) -> Card:
    """What stands on a pass, in the language of who asks: as a picture and as a page to print alike.

    `holder` is the registration; its room is above this one.
    """
    language = current_language()
    venue, category = event.venue, holder.category
    return Card(
        event_name=event.name.here(language),
        event_name_other=event.name.other(language),
        dates=_dates(event),
        place=venue.name.here(language) if venue else "",
        name=holder.name.here(language),
        name_other=holder.name.other(language),
        organisation=holder.organisation,
        category=category.name.here(language),
        category_colour=category.colour,
        short_code=holder.short_code,
        qr_url=code_url(digits),
        language=language,
        dates_label=_("When"),
        place_label=_("Where"),
        code_label=_("Short code"),
        saved_hint=_(
            "Show this picture at the entrance. You can also enter by name and the last four digits of your phone."
        ),
    )


def _dates(event: Event) -> str:
    first, last = format_day(event.starts_at, event.time_zone), format_day(event.ends_at, event.time_zone)
    return first if first == last else f"{first} – {last}"


def public_half(key_id: int) -> PublicHalf | None:
    """The public key of this number, if there is one."""
    return public_halves({key_id}).get(key_id)


def public_halves(key_ids: Iterable[int]) -> dict[int, PublicHalf]:
    """The public keys of these numbers, as far as there are any; they never change, so a process looks each up once."""
    known: dict[int, PublicHalf] = _cache()["public"]
    wanted = set(key_ids)
    if unknown := wanted - known.keys():
        for row in db.session.scalars(select(SigningKey).where(SigningKey.key_id.in_(unknown))):
            known[row.key_id] = PublicHalf(row.event_id, public_from_bytes(row.public_key))
    return {key_id: known[key_id] for key_id in wanted & known.keys()}


def genuine_code(digits: str) -> PassCode | None:
    """The code behind digits that one of our keys signed; None for anything else."""
    try:
        code = parse_code(digits)
    except MalformedCode:
        return None
    half = public_half(code.key_id)
    return code if half and signature_holds(code, half.key) else None


def _private_half(event_id: int) -> tuple[int, Ed25519PrivateKey]:
    row = db.session.scalars(
        select(SigningKey).where(SigningKey.event_id == event_id).order_by(SigningKey.id.desc()).limit(1)
    ).one()
    # Known by its sealed text, not by the event: SQLite gives the number of a deleted event away again.
    known: dict[str, Ed25519PrivateKey] = _cache()["private"]
    if row.private_key_sealed not in known:
        known[row.private_key_sealed] = private_from_bytes(unseal(row.private_key_sealed, "signing_key"))
    return row.key_id, known[row.private_key_sealed]


def _cache() -> dict[str, Any]:
    return current_app.extensions.setdefault("signing_keys", {"public": {}, "private": {}})
