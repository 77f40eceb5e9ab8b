"""Guests, checkpoints and devices that the tests of the door tell of, made by the real actions."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import insert, select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device
from eventapp.checkin.models import Checkpoint
from eventapp.db import db, transaction
from eventapp.events.models import Event
from eventapp.passes.queries import code_digits, code_url
from eventapp.registration.actions import (
    add_category,
    cancel_registration,
    decline_registration,
    offer_extra_place,
    register_attendee,
    withdraw_registration,
)
from eventapp.registration.actions.register import Attendee
from eventapp.registration.models import Category, Registration
from eventapp.registration.queries import categories_of
from tests.ground.visitors import Visitor

SCANS = "/api/v1/checkin/scans"
STATES = ("confirmed", "pending", "waiting", "offered", "declined", "withdrawn", "cancelled")
# The kind of category in which somebody who registers ends up in a state.
_CATEGORY_OF_STATE = {"pending": "approved", "declined": "approved", "waiting": "tight", "offered": "tight"}
_CATEGORIES: dict[str, dict[str, Any]] = {
    "industry": {"capacity": None, "name_en": "Industry", "name_zh": "产业界", "colour": "#176b70"},
    "media": {"capacity": None, "name_en": "Media", "name_zh": "媒体", "colour": "#8a2f5c"},
    "approved": {"capacity": None, "name_en": "Government", "name_zh": "政府", "needs_approval": True},
    "tight": {"capacity": 0, "name_en": "Student", "name_zh": "学生"},
}
_FATES = {
    "offered": offer_extra_place,
    "declined": decline_registration,
    "withdrawn": withdraw_registration,
    "cancelled": cancel_registration,
}
_numbers = count(1)


def make_category(event: Event, code: str = "industry") -> Category:
    """A category of the event by its code, made at the first use."""
    found = next((category for category in categories_of(event.id) if category.code == code), None)
    return found or add_category(event.id, by=SYSTEM, code=code, **_CATEGORIES[code])


def make_guest(
    event: Event,
    state: str = "confirmed",
    *,
    category: str = "",
    family_en: str = "Chen",
    given_en: str = "Lan",
    family_zh: str = "陈",
    given_zh: str = "岚",
    phone: str = "",
    organisation: str = "Lake Robotics",
    **values: Any,
) -> Registration:
    """A registration that has come to this state; Chen Lan of Lake Robotics unless told otherwise."""
    number = next(_numbers)
    attendee = Attendee(
        name={"family_en": family_en, "given_en": given_en, "family_zh": family_zh, "given_zh": given_zh},
        email=values.pop("email", f"guest{number}@example.org"),
        phone=phone,
        organisation=organisation,
        position=values.pop("position", "Engineer"),
        **values,
    )
    kind = make_category(event, category or _CATEGORY_OF_STATE.get(state, "industry"))
    registration = register_attendee(
        event.id, kind.id, attendee, by=SYSTEM, form_key=f"door-guest-{number:08}", notice_id=None
    )
    if state in _FATES:
        registration = _FATES[state](registration.id, by=SYSTEM)
    assert registration.state == state
    return registration


def make_crowd(event: Event, number: int) -> list[str]:
    """The codes of that many confirmed guests, copied from one who really registered."""
    first = make_guest(event)
    columns = Registration.__table__.columns.keys()
    story = {column: getattr(first, column) for column in columns if column not in ("id", "ticket")}
    rows = [
        {
            **story,
            "public_id": secrets.token_hex(8),
            "form_key": secrets.token_hex(16),
            "link_hash": secrets.token_hex(32),
            "short_code": f"{place:08}",
            "email": f"copy{place}@example.org",
        }
        for place in range(number)
    ]
    with transaction() as session:
        session.execute(insert(Registration), rows)
    guests = db.session.scalars(select(Registration).where(Registration.email.startswith("copy"))).all()
    return [digits_of(guest) for guest in guests]


def make_checkpoint(event: Event, code: str = "gate", *, categories: tuple[str, ...] = (), **values: Any) -> Checkpoint:
    """A checkpoint that admits each pass once, unless told otherwise."""
    names = {"name_en": code.title(), "name_zh": f"{code}入口"}
    category_ids = [make_category(event, name).id for name in categories]
    return add_checkpoint(event.id, by=SYSTEM, code=code, category_ids=category_ids, **{**names, **values})


def make_device(event: Event, name: str = "Phone 1", *, checkpoints: tuple[str, ...] = (), **rights: Any) -> str:
    """The token of a newly paired device; without checkpoints it may scan at all there are by now."""
    _device, link = create_device(event.id, name, by=SYSTEM, checkpoint_codes=checkpoints or None, **rights)
    _device, token = pair_device(link, by=SYSTEM)
    return token


def digits_of(registration: Registration) -> str:
    return code_digits(registration.event_id, registration.public_id, registration.pass_serial)


def qr_text_of(registration: Registration) -> str:
    """What a camera reads from the guest's pass."""
    return code_url(digits_of(registration))


def with_digit_changed(digits: str, place: int = -1) -> str:
    """The same code with one digit of another value."""
    place %= len(digits)
    return f"{digits[:place]}{(int(digits[place]) + 1) % 10}{digits[place + 1 :]}"


def person_of(registration: Registration) -> dict[str, Any]:
    """What a verdict tells door staff about the guest of these tests."""
    category = registration.category
    return {
        "name": {"en": registration.name.en, "zh": registration.name.zh},
        "organisation": registration.organisation,
        "position": registration.position,
        "category": {"en": category.name_en, "zh": category.name_zh, "colour": category.colour},
        "seat": registration.seat_label,
        "note": registration.door_note,
    }


def a_scan(code: str = "", *, checkpoint: str = "gate", **values: Any) -> dict[str, Any]:
    """One scan as a device sends it, with an id of its own."""
    what = {"code": code} if code else {}
    return {"id": str(uuid.uuid4()), **what, "checkpoint": checkpoint, "direction": "in", "method": "camera", **values}


@dataclass
class Scanner:
    """A paired device at the door: it sends scans over HTTP."""

    visitor: Visitor
    token: str

    def post(self, scans: Any, status: int = 200) -> Any:
        """The answer to a batch, as it came."""
        return self.post_text(json.dumps({"scans": scans}), status)

    def post_text(self, body: str | bytes, status: int = 200, content_type: str = "application/json") -> Any:
        """The answer to whatever a device may send."""
        headers = self.headers
        return self.visitor.post(SCANS, data=body, content_type=content_type, headers=headers, status=status)

    def send(self, *scans: Any) -> list[dict[str, Any]]:
        """The verdicts on scans sent in one batch."""
        return list(self.post(list(scans)).json["verdicts"])

    def scan(self, code: str = "", **values: Any) -> dict[str, Any]:
        """The verdict on one scan."""
        return self.send(a_scan(code, **values))[0]

    def tell(self, path: str, body: Any, status: int = 200) -> Any:
        """The JSON that answers what the device posts to one of its other calls."""
        return self.visitor.post(f"/api/v1/checkin/{path}", json=body, headers=self.headers, status=status).json

    def get(self, path: str, status: int = 200, **query: str) -> Any:
        """The JSON of one of the device's other calls."""
        return self.visitor.get(f"/api/v1/checkin/{path}", query_string=query, headers=self.headers, status=status).json

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def members_of(answer: Any) -> list[str]:
    """The members of `verdicts` as text, byte for byte."""
    text = answer.get_data(as_text=True)
    assert text.startswith('{"verdicts":[')
    assert text.endswith("]}")
    members, rest, decoder = [], text[len('{"verdicts":[') : -2], json.JSONDecoder()
    while rest:
        _member, end = decoder.raw_decode(rest)
        members.append(rest[:end])
        rest = rest[end:].removeprefix(",")
    return members
