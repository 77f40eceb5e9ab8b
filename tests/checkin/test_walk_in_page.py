"""The desk registers people who come without a registration, on a page that needs no script."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import history_of
from eventapp.checkin.models import Admission, Scan
from eventapp.db import db
from eventapp.registration.actions import publish_notice
from eventapp.registration.models import Consent, Registration
from eventapp.registration.notices import ASKS, PrivacyTerms
from tests.checkin.stage import make_category

PAGE = "/manage/delta-2026/check-in/walk-in"
GUEST = {"given_en": "Min", "family_en": "Zhao", "phone": "13800001234", "organisation": "Lake Robotics"}


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration)))


@pytest.fixture
def desk(event, gate, staff):
    """Door staff, in an event with a category for everybody."""
    make_category(event)
    return staff("door")


def test_door_staff_registers_a_guest_and_lets_them_in_at_once(desk):
    page = desk.follow(desk.post_form(PAGE, category="industry", **GUEST))
    [made] = registrations()
    assert (made.state, made.phone, made.name.en) == ("confirmed", "+8613800001234", "Min Zhao")
    code = f"{made.short_code[:4]} {made.short_code[4:]}"
    assert f"Min Zhao · {code} · Registered. Let this guest in now." in page.words
    assert "Welcome. Let in." in page.words
    assert db.session.scalars(select(Admission.registration_id)).all() == [made.id]
    assert db.session.scalars(select(Scan.method)).all() == ["manual"]
    assert history_of("registrations", made.id)[0].actor_kind == "user"
    # The form is empty for the next one.
    assert page.tree.xpath("//input[@name='given_en']/@value") in ([], [""])


def test_a_guest_can_be_registered_only(desk):
    page = desk.follow(desk.post_form(PAGE, category="industry", checkpoint="", **GUEST))
    assert "Registered. Let this guest in now." in page.words
    assert db.session.scalars(select(Admission)).all() == []


def test_a_guest_who_is_held_is_not_let_in(desk, event):
    make_category(event, "approved")
    page = desk.follow(desk.post_form(PAGE, category="approved", **GUEST))
    assert "held until the team has decided" in page.words
    assert registrations()[0].state == "pending"
    assert db.session.scalars(select(Scan)).all() == []


def test_a_form_that_is_sent_twice_registers_and_lets_in_once(desk):
    shown = desk.get(PAGE)
    for _ in range(2):
        desk.press(shown, "Register", category="industry", **GUEST)
    assert len(registrations()) == 1
    assert len(db.session.scalars(select(Scan)).all()) == 1
    desk.post_form(PAGE, category="industry", **GUEST)
    assert len(registrations()) == 2


def test_a_full_category_is_marked_and_refused_and_what_was_typed_stays(desk, event):
    make_category(event, "tight")
    shown = desk.get(PAGE)
    assert "Student (no place left)" in shown.words
    page = desk.press(shown, "Register", status=409, category="tight", **GUEST)
    assert "There is no place left in this category." in page.errors
    assert page.tree.xpath("//input[@name='family_en']/@value") == ["Zhao"]
    assert registrations() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"given_en": "", "family_en": ""}, "Enter a name, in Chinese or in Latin letters."),
        (
            {"phone": ""},
            "Enter an e-mail address or a mobile phone number, so that there is a way to reach this guest.",
        ),
        ({"phone": "12"}, "This is not a phone number we can read."),
        ({"email": "nobody"}, "This is not a complete e-mail address."),
        ({"category": "nowhere"}, "Nobody is registered at the door in this category."),
        ({"category": None}, "Choose how this guest takes part."),
        ({"checkpoint": "nowhere"}, "This checkpoint is gone."),
        ({"form_key": "mine"}, "The form was incomplete."),
        ({"organisation": "a\u202eb"}, "invisible control characters"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field(desk, wrong, sentence):
    page = desk.post_form(PAGE, status=422, **{"category": "industry", **GUEST, **wrong})
    assert any(sentence in error for error in page.errors), page.errors
    assert registrations() == []


def test_a_consent_is_kept_only_where_it_was_given(desk, event):
    terms = PrivacyTerms("Host", "主办方", "data@example.org", ASKS, frozenset())
    publish_notice(event.id, by=SYSTEM, body_en="What we keep.", body_zh="我们保存的信息。", terms=terms)
    desk.post_form(PAGE, category="industry", consent=None, **GUEST)
    assert db.session.scalars(select(Consent)).all() == []
    desk.post_form(PAGE, category="industry", consent="y", **GUEST)
    assert [consent.purpose for consent in db.session.scalars(select(Consent))] == ["registration"]


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_whoever_does_not_scan_registers_nobody(role, event, staff):
    staff(role).get(PAGE, status=403)
