"""Speakers that the tests tell of, made by the real actions; and photos to send."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.agenda.models import AgendaItem, Part
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.people.actions import add_person
from eventapp.people.models import Person
from eventapp.speakers.actions import invite_speaker
from eventapp.speakers.models import SpeakerInvitation
from eventapp.speakers.queries import link_token
from tests.agenda.stage import make_hall, make_item, make_part, make_session

EMAIL = "youmin.xi@example.org"
SPEAKER = Actor("speaker", 1)


def make_speaker(event: Event, **values: Any) -> tuple[Person, Part]:
    """Xi Youmin with a speech in the opening session."""
    session = make_session(event, hall_id=make_hall(event).id)
    item = make_item(session, 30, title_en="Rivers and cities", title_zh="江河与城市")
    return _xi(item, **values)


def make_another_part(event: Event, person: Person, start: int = 14, **values: Any) -> Part:
    """A seat in a panel in the afternoon for the same person."""
    session = make_session(event, start, start + 1, "Forum", "forum")
    item = make_item(session, 30, "panel", title_en="Learning together", title_zh="共同学习")
    return make_part(item, person, "panellist", **values)


def invited(event: Event, person: Person, **values: Any) -> SpeakerInvitation:
    given = {"email": EMAIL, "language": "en", **values}
    return invite_speaker(event.id, person.id, by=SYSTEM, **given)


def address(invitation: SpeakerInvitation, rest: str = "") -> str:
    return f"/s/{link_token(invitation)}{rest}"


def fresh(row: Any) -> Any:
    """The row as it stands in the database now."""
    db.session.rollback()
    return db.session.get(type(row), row.id)


def photo(width: int = 900, height: int = 1200, form: str = "JPEG", **options: Any) -> bytes:
    """A photo whose left half is red and right half is blue."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste(Image.new("RGB", (width // 2, height), "red"), (0, 0))
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _xi(item: AgendaItem, **values: Any) -> tuple[Person, Part]:
    names = {"family_en": "Xi", "given_en": "Youmin", "family_zh": "席", "given_zh": "酉民"}
    person = add_person(by=SYSTEM, **{**names, **values})
    return person, make_part(item, person)
