"""A guest whose every value can be told from anything else, and the search for what is left of them."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import Base, db
from eventapp.events.models import Event
from eventapp.registration.actions import (
    add_invitation,
    change_own_details,
    decline_registration,
    keep_file,
    publish_notice,
    register_attendee,
    send_invitation,
    set_door_note,
)
from eventapp.registration.actions.invitations import Invited
from eventapp.registration.actions.parties import Contact, Member, register_party
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.models import Category, Invitation, Question, Registration
from eventapp.registration.notices import PROPOSED_DAYS, PrivacyTerms
from eventapp.registration.queries import link_token
from tests.registration.asking import PDF, ask
from tests.registration.guests import GUEST, make_category

TERMS = PrivacyTerms("The Host Society", "主办学会", "data@example.org", days=PROPOSED_DAYS)
# Whatever is searched for, by what it is. Latin ones are looked for in any case, and as their pinyin.
VALUES = {
    "family_en": "Quixwander",
    "given_en": "Zebulonia",
    "family_zh": "欧阳",
    "given_zh": "翥麟",
    "pinyin": "ouyangzhulin",
    "email": "zebulonia@quix.example",
    "phone": "+8613917453826",
    "phone_tail": "453826",
    "organisation": "Flummeryworks",
    "position": "Archivolute",
    "door_note": "Needs-the-ramp-Vexil",
    "short_text": "Marzipanesque",
    "long_text": "Lengthy-Obfuscade",
    "sensitive": "Shellfishphobia",
    "document": "E77310552",
    "file_name": "passport-glimmerich",
    "file_body": "FILEBODYKRAXEL",
    "invited": "Wimbledorf",
    "invited_email": "wimbledorf@quix.example",
    "invited_note": "Seat-near-Plumbago",
    "contact": "Contessa-Braxwell",
    "contact_email": "braxwell@quix.example",
    "party": "Delegation-Umbrafax",
    "member": "Tarquinella",
    "reason": "Refused-for-Mumblecore",
    "first_position": "Formerly-Bandersnatch",
}


def questions_of_every_purpose(event: Event) -> dict[str, Question]:
    """One question for each thing that is removed."""
    return {
        "short_text": ask(event, "short_text"),
        "long_text": ask(event, "long_text", "long_text"),
        "sensitive": ask(event, "sensitive", purpose="sensitive"),
        "document": ask(event, "document", "document", purpose="documents"),
        "file": ask(event, "file", "file"),
    }


def tell_everything(event: Event) -> Registration:
    """A guest, a guest who was refused, an invitation and a party, with a value in every field there is."""
    asked, category = questions_of_every_purpose(event), make_category(event)
    notice = publish_notice(event.id, by=SYSTEM, body_en="We keep it.", body_zh="我们保留。", terms=TERMS)
    guest = _register(category, asked, notice.id)
    change_own_details(guest.id, {"position": VALUES["position"]}, by=GUEST, link=link_token(guest))
    set_door_note(guest.id, VALUES["door_note"], by=SYSTEM)
    refuse_somebody(event, notice.id)
    _invite(event)
    contact = Contact(VALUES["contact"], VALUES["contact_email"], party=VALUES["party"])
    members = [Member(Attendee(name={"given_en": VALUES["member"], "family_en": VALUES["family_en"]}))]
    register_party(
        event.id, category.id, contact, members, by=SYSTEM, form_key=secrets.token_urlsafe(24), notice_id=None
    )
    return db.session.get_one(Registration, guest.id)


def _register(category: Category, asked: dict[str, Question], notice_id: int) -> Registration:
    form_key = secrets.token_urlsafe(24)
    data = PDF.replace(b"/Catalog", VALUES["file_body"].encode() + b" /Catalog")
    file = keep_file(
        category.event_id, asked["file"].id, data, f"{VALUES['file_name']}.pdf", form_key=form_key, by=GUEST
    )
    answers: dict[int, Any] = {
        asked[name].id: VALUES[name] for name in ("short_text", "long_text", "sensitive", "document")
    }
    return register_attendee(
        category.event_id,
        category.id,
        attendee(position=VALUES["first_position"]),
        by=GUEST,
        form_key=form_key,
        notice_id=notice_id,
        wishes=Wishes(answers={**answers, asked["file"].id: file.public_id}, consents=frozenset({"sensitive"})),
    )


def attendee(**values: Any) -> Attendee:
    """The guest."""
    name = {part: VALUES[part] for part in ("family_en", "given_en", "family_zh", "given_zh")}
    story: dict[str, Any] = {
        "name": name,
        "email": VALUES["email"],
        "phone": VALUES["phone"],
        "organisation": VALUES["organisation"],
        "position": VALUES["position"],
        **values,
    }
    return Attendee(**story)


def refuse_somebody(event: Event, notice_id: int) -> None:
    """Somebody whom the team declined, and told why."""
    category = make_category(event, code="press", needs_approval=True)
    key = secrets.token_urlsafe(24)
    refused = register_attendee(event.id, category.id, attendee(), by=GUEST, form_key=key, notice_id=notice_id)
    decline_registration(refused.id, by=SYSTEM, reason=VALUES["reason"])


def _invite(event: Event) -> None:
    category = make_category(event, code="vip", entry="invitation")
    name = {"given_en": VALUES["invited"], "family_en": "", "family_zh": "", "given_zh": ""}
    guest = Invited(
        name=name,
        email=VALUES["invited_email"],
        organisation=VALUES["organisation"],
        position=VALUES["position"],
        note=VALUES["invited_note"],
    )
    invitation = add_invitation(event.id, category.id, guest, by=SYSTEM)
    send_invitation(invitation.id, by=SYSTEM)


def invitations() -> list[Invitation]:
    """All invitations there are."""
    return list(db.session.scalars(select(Invitation)))


def found_in_files(folder: Path, values: dict[str, str] | None = None) -> dict[str, set[str]]:
    """What of the values stands in any file of the folder: as UTF-8, as UTF-16, as JSON or pinyin, in any case."""
    found: dict[str, set[str]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes().lower()
        for name, value in (values or VALUES).items():
            if any(form in content for form in _forms(value)):
                found.setdefault(path.name, set()).add(name)
    return found


def _forms(value: str) -> set[bytes]:
    low = value.lower()
    return {
        low.encode(),
        low.encode("utf-16-le"),
        low.encode("utf-16-be"),
        json.dumps(value)[1:-1].lower().encode(),
    }


def found_in_rows(values: dict[str, str] | None = None) -> dict[str, set[str]]:
    """What of the values stands in any column of any table, by the table's name."""
    db.session.rollback()
    found: dict[str, set[str]] = {}
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).all():
            text = f"{row!r} {json.dumps([str(value) for value in row])}".lower()
            for name, value in (values or VALUES).items():
                if value.lower() in text:
                    found.setdefault(table.name, set()).add(name)
    return found
