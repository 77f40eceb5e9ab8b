"""Every address of the application filled with rows that there are: what a route is about stands before it in its path."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from eventapp.accounts.actions import make_token, new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import ApiToken, User
from eventapp.agenda.actions import add_track
from eventapp.agenda.actions.rules import add_unavailability
from eventapp.agenda.models import Part
from eventapp.checkin.actions import create_device, pair_device, record_scans
from eventapp.checkin.models import AdmissionConflict, Checkpoint, Device
from eventapp.checkin.queries import door_by_token
from eventapp.db import Base, db
from eventapp.demo import build_sample
from eventapp.events.lattice import PATTERNS
from eventapp.events.models import Event, EventOrganisation
from eventapp.messaging.models import OutboxMessage
from eventapp.passes.queries import code_digits
from eventapp.people.models import Person
from eventapp.registration.actions import add_access_code, book, change_answers, keep_file, make_feed, publish_notice
from eventapp.registration.models import (
    AccessCode,
    AnswerFile,
    BookableSession,
    Booking,
    Choice,
    Invitation,
    Party,
    Question,
    Registration,
)
from eventapp.registration.notices import ASKS, PrivacyTerms
from eventapp.registration.queries import invitation_token, members_of, party_token
from eventapp.registration.queries import link_token as own_token
from eventapp.speakers.actions import invite_speaker, send_portrait, write_profile
from eventapp.speakers.models import SpeakerInvitation, SpeakerPortrait
from eventapp.speakers.queries import link_token as speaker_token
from eventapp.speakers.queries import parts_of_person
from tests.architecture.routes import Route
from tests.messaging.mailings import make_mailing, send_out
from tests.registration.asking import PDF, ask, ask_choice
from tests.registration.guests import make_category
from tests.registration.invited import sent, vip_category
from tests.registration.test_parties import register as register_party
from tests.speakers.stage import EMAIL, SPEAKER, photo

# Where the plural in the path is not the name of the table.
ROWS: dict[str, type[Any]] = {
    "bookings": BookableSession,
    "choices": Choice,
    "codes": AccessCode,
    "conflicts": AdmissionConflict,
    "answers": Question,
    "devices": Device,
    "files": AnswerFile,
    "mail": OutboxMessage,
    "messages": OutboxMessage,
    "organisations": EventOrganisation,
    "people": Person,
    "sessions": BookableSession,
    "take-out": Booking,
    "tokens": ApiToken,
    "zones": Registration,
}
CHOICES = {
    "decision": "approve",
    "number": 1,
    "pattern": PATTERNS[0],
    "purpose": "marketing",
    "state": "over",
    "verb": "undo",
    "version": 1,
    "which": "drafted",
}


def summit_with_everything() -> Event:
    """The sample with what it lacks: a speaker who was asked and has written, and messages to many."""
    assert build_sample()
    summit = db.session.scalars(select(Event).where(Event.slug == "delta-summit")).one()
    talk = db.session.scalars(select(Part).where(Part.role == "speaker", Part.person_id.is_not(None))).first()
    invitation = invite_speaker(summit.id, talk.person_id, by=SYSTEM, email=EMAIL, language="en")
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholar.")
    send_portrait(invitation.id, photo(), by=SPEAKER)
    send_out(make_mailing(summit))
    make_mailing(summit)
    add_track(summit.id, by=SYSTEM, name_en="Health", name_zh="健康")
    away = {"starts_at": summit.starts_at, "ends_at": summit.starts_at + timedelta(minutes=10)}
    add_unavailability(summit.id, by=SYSTEM, person_id=talk.person_id, note="In the air", **away)
    _register_in_depth(summit)
    _let_in_twice(summit)
    return summit


def _let_in_twice(summit: Event) -> None:
    """A door without a network lets in the same guest twice."""
    _device, link = create_device(summit.id, "Phone without a network", by=SYSTEM)
    _device, token = pair_device(link, by=SYSTEM)
    door = door_by_token(token)
    guest = db.session.scalars(
        select(Registration.public_id).where(Registration.event_id == summit.id, Registration.state == "confirmed")
    ).first()
    told = {"registration": guest, "checkpoint": next(iter(door.gates)), "offline": True, "local": "admitted"}
    record_scans(door, [{"id": str(uuid.uuid4()), **told} for _ in range(2)])


def _register_in_depth(summit: Event) -> None:
    """One of each: a question with its answer, an invitation, a code, a party, a session with seats and who booked it."""
    terms = PrivacyTerms("The Host Society", "主办学会", "data@example.org", ASKS, frozenset())
    publish_notice(summit.id, by=SYSTEM, body_en="What we keep.", body_zh="我们保存的信息。", terms=terms)
    make_token(summit.id, "Numbers in the lobby", ["registrations:read"], None, by=SYSTEM)
    ask_choice(summit, "lunch", ("At the lake", "湖边", 10))
    sent(vip_category(summit))
    delegations = make_category(summit, 40, "delegations", takes_parties=True)
    add_access_code(summit.id, by=SYSTEM, code="WELCOME", categories=[delegations.id])
    register_party(delegations, 3)
    seats = db.session.scalars(select(BookableSession).where(BookableSession.event_id == summit.id)).one()
    first = select(Registration.id).where(Registration.event_id == summit.id, Registration.state == "confirmed")
    guest = db.session.scalars(first.order_by(Registration.id)).first()
    book(guest, bookable_id=seats.id, by=SYSTEM)
    passport, letter = ask(summit, "passport", "document", purpose="documents"), ask(summit, "letter", "file")
    form_key = "form-key-of-a-letter-000001"
    file = keep_file(summit.id, letter.id, PDF, "letter.pdf", form_key=form_key, by=SYSTEM)
    told = {passport.id: "E12345678", letter.id: file.public_id}
    change_answers(guest, told, among=list(told), by=SYSTEM, form_key=form_key)


class NoRowError(LookupError):
    """There is no row for a part of an address."""


class Filler:
    """Fills addresses of one event. A speaker who has a talk and a portrait is the person of all of them."""

    def __init__(self, app: Flask, event: Event) -> None:
        self.app, self.event = app, event
        query = select(SpeakerInvitation).where(SpeakerInvitation.event_id == event.id).order_by(SpeakerInvitation.id)
        self.invitation = db.session.scalars(query).first()
        if self.invitation is None:
            raise NoRowError("the event has no invited speaker")
        parts = parts_of_person(event, self.invitation.person_id)
        self.planned = next(planned for planned in parts if planned.has_talk)
        self.tokens: dict[str, Callable[[], str]] = {
            "/s/": lambda: speaker_token(self.invitation),
            "/r/": lambda: own_token(self._registration()),
            "/sign-in/": lambda: new_sign_in_link(db.session.scalars(select(User)).first().id, by=SYSTEM),
            "/i/": lambda: invitation_token(self._first(Invitation)),
            "/party/": lambda: party_token(self._first(Party)),
            "/e/<event>/my/": lambda: make_feed(self._registration().id, by=SYSTEM),
            "/door/pair/": lambda: create_device(event.id, by=SYSTEM, name="One more phone")[1],
        }

    def routes(self, method: str = "GET") -> Iterator[Route]:
        """Every route that answers to a method and can be filled; `unfilled` names the others, and a test wants none."""
        for rule in self._rules():
            if method in (rule.methods or ()):
                try:
                    path = self._path(rule)
                except NoRowError:
                    continue
                yield Route(rule.endpoint, method, rule.rule, path, frozenset(rule.arguments))

    def unfilled(self) -> list[str]:
        """Every route that cannot be filled, and why."""
        found = []
        for rule in self._rules():
            try:
                self._path(rule)
            except NoRowError as error:
                found.append(f"{rule.endpoint} ({rule.rule}): {error}")
        return sorted(found)

    def _rules(self) -> Iterator[Rule]:
        return (rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static")

    def _path(self, rule: Rule) -> str:
        with self.app.test_request_context():
            built = rule.build({name: self._value(rule, name) for name in rule.arguments}, append_unknown=False)
        assert built is not None, f"no address could be built for {rule}"
        return str(built[1])

    def _value(self, rule: Rule, name: str) -> object:
        known: dict[str, Callable[[], object]] = {
            "event": lambda: self.event.slug,
            "session": lambda: self.planned.session.public_id,
            "item": lambda: self.planned.item.public_id,
            "part": lambda: self.planned.part.public_id,
            "person": lambda: self.invitation.person.public_id,
            "code": lambda: self._first(Checkpoint).code,
            "member": lambda: (
                db.session.scalars(select(User).where(User.email == "viewer@example.org")).one().public_id
            ),
            "digits": self._digits,
            "name": lambda: f"{db.session.scalars(select(SpeakerPortrait.name)).first()}-96.webp",
        }
        if name in CHOICES:
            return CHOICES[name]
        if rule.rule.startswith("/party/") and name == "public_id":
            return members_of(self._first(Party).id)[0].public_id
        if name == "token":
            return next((make() for start, make in self.tokens.items() if rule.rule.startswith(start)), None) or _lack(
                rule, name
            )
        return known[name]() if name in known else self._first(self._model(rule, name)).public_id

    def _model(self, rule: Rule, name: str) -> type[Any]:
        """The model whose rows the word before `<name>` in the path names."""
        word = rule.rule.partition(f"<{name}>")[0].rstrip("/").rpartition("/")[2]
        tables = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}
        found = ROWS.get(word) or tables.get(word.replace("-", "_"))
        return found or _lack(rule, name)

    def _first(self, model: type[Any]) -> Any:
        if model is Registration:
            return self._registration()
        query = select(model).order_by(model.id)
        if hasattr(model, "event_id"):
            query = query.where(model.event_id == self.event.id)
        row = db.session.scalars(query.limit(1)).first()
        if row is None:
            raise NoRowError(f"the sample of this test has no {model.__name__}; make one where it is filled")
        return row

    def _registration(self) -> Registration:
        confirmed = Registration.event_id == self.event.id, Registration.state == "confirmed"
        return db.session.scalars(select(Registration).where(*confirmed).order_by(Registration.id)).first()

    def _digits(self) -> str:
        row = self._registration()
        return code_digits(row.event_id, row.public_id, row.pass_serial)


def _lack(rule: Rule, name: str) -> Any:
    raise NoRowError(f"tests/architecture/filled.py knows no value for <{name}>")
