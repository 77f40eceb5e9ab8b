"""Two events with one of each thing, for those who try the values of the one in the other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import Base, db
from eventapp.registration.actions import add_access_code, make_category_link, publish_notice
from eventapp.registration.models import (
    Invitation,
    Party,
    Registration,
)
from eventapp.registration.notices import ASKS, PrivacyTerms
from tests.ground.visitors import Visitor
from tests.registration.asking import ask, ask_choice
from tests.registration.guests import make_category, register_guest
from tests.registration.invited import FORM, sent, vip_category
from tests.registration.seats import make_seats
from tests.registration.test_parties import register as register_party


@dataclass
class House:
    """An event with one of each, and who belongs to it."""

    event: Any
    category: Any
    choice: Any
    seats: Any
    code: Any
    way: str
    invitation: Invitation
    party: Party
    guest: Registration


def furnish(event: Any) -> House:
    """One of each thing that a value of a form or an address can name."""
    terms = PrivacyTerms("The Host Society", "主办学会", "data@example.org", ASKS, frozenset())
    publish_notice(event.id, by=SYSTEM, body_en="What we keep.", body_zh="我们保存的信息。", terms=terms)
    choice = ask_choice(event, "lunch", ("At the lake", "湖边", 10), ("In town", "城里", None))
    ask_choice(event, "topics", ("Chips", "芯片", None), ("Ports", "港口", None), kind="choices")
    for kind in ("short_text", "long_text", "number", "date", "yes_no", "country", "phone", "file"):
        ask(event, kind.replace("_", "-"), kind)
    ask(event, "passport", "document", purpose="documents")
    ask(event, "diet", "short_text", purpose="sensitive")
    category = make_category(event)
    hidden = make_category(event, code="partners", name_en="Partners", name_zh="伙伴", entry="hidden")
    vip = vip_category(event)
    code = add_access_code(event.id, by=SYSTEM, code=f"WELCOME{event.id}", categories=[hidden.id])
    return House(
        event=event,
        category=category,
        choice=choice,
        seats=make_seats(event, 20),
        code=code,
        way=make_category_link(hidden.id, by=SYSTEM),
        invitation=sent(vip, plus_ones=1),
        party=register_party(category, 2),
        guest=register_guest(category, event.id),
    )


def fingerprint() -> str:
    """All rows of all tables."""
    db.session.rollback()
    rows = [
        db.session.execute(select(table).order_by(*table.primary_key)).all() for table in Base.metadata.sorted_tables
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def csrf(client: Visitor, page: str = FORM) -> str:
    """The token that a page of ours gave this visitor: with it a forged body is let through to the view."""
    return str(client.get(page, status=200).tree.xpath("//input[@name='csrf_token']/@value")[0])


def fingerprint_of(house: House) -> str:
    """The rows of the event that somebody tries to reach."""
    db.session.rollback()
    tables = [table for table in Base.metadata.sorted_tables if "event_id" in table.c]
    rows = [
        db.session.execute(select(table).where(table.c.event_id == house.event.id).order_by(*table.primary_key)).all()
        for table in tables
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def told(answer: Any) -> str:
    return f"{answer.request.method} {answer.request.path}: {answer.status_code} {answer.location or ''}"
