"""What somebody tries who changes the values of a form: nothing of another's is taken."""

from __future__ import annotations

import io
from typing import Any

import lxml.html
import pytest
from sqlalchemy import select

from eventapp.db import db
from eventapp.registration.actions import hand_over
from eventapp.registration.models import (
    Answer,
    AnswerFile,
    Booking,
    Consent,
    Registration,
)
from eventapp.registration.queries import current_notice, invitation_token, link_token, members_of
from tests.ground.visitors import _controls
from tests.registration.asking import PDF
from tests.registration.guests import GUEST, count, make_category, make_notice, own_page
from tests.registration.invited import FORM, form_of, sent, vip_category
from tests.registration.programs import Caller, guest_body
from tests.registration.strangers import House, csrf, fingerprint_of, furnish, told
from tests.registration.test_handing_over import HAN


@pytest.fixture
def ours(event) -> House:
    return furnish(event)


@pytest.fixture
def theirs(new_event) -> House:
    return furnish(new_event("other-2026"))


def hostile_values(ours: House, theirs: House) -> list[str]:
    """Ids of another event, ids that look right, and what is none."""
    return [
        theirs.category.public_id,
        theirs.choice.choices[0].public_id,
        theirs.seats.public_id,
        theirs.way,
        invitation_token(theirs.invitation),
        theirs.guest.form_key,
        str(current_notice(theirs.event.id).id),
        "0123456789abcdef",
        "' OR 1=1 --",
        "💥",
    ]


def form_fields(page: Any) -> dict[str, Any]:
    form = page.xpath("//form[.//input[@name='form_key']]")[0]
    names = {control.get("name") for control in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]")}
    return {**dict.fromkeys(names), **_controls(form)}


def assert_all_is_of(house: House, registration: Registration) -> None:
    """The registration, its category, answers, bookings and consents are of this event."""
    assert registration.event_id == registration.category.event_id == house.event.id
    mine = {"registration_id": registration.id}
    for answer in db.session.scalars(select(Answer).filter_by(**mine)):
        assert answer.question.event_id == house.event.id
    for booking in db.session.scalars(select(Booking).filter_by(**mine)):
        assert booking.places.event_id == house.event.id
    for consent in db.session.scalars(select(Consent).filter_by(**mine)):
        assert consent.notice_id is None or consent.notice_id == current_notice(house.event.id).id


def test_no_field_of_the_form_takes_a_value_of_another_event(app, ours, theirs):
    # Hundreds of answers; that the pages are sound is looked at elsewhere.
    client = app.test_client()
    page = lxml.html.document_fromstring(client.get(FORM).get_data(as_text=True))
    fields = form_fields(page)
    theirs_before = fingerprint_of(theirs)
    typed = {"given_en": "Lei", "email": "lei@example.org", "consent": "y", "category": ours.category.public_id}
    # What is typed is read as text, so two values are enough there.
    choosing = set(page.xpath("//input[@type='radio' or @type='checkbox' or @type='hidden']/@name | //select/@name"))
    seen, accepted = 0, set()
    for name in sorted(fields.keys() - {"csrf_token"}):
        values = hostile_values(ours, theirs)
        for value in values if name in choosing and not name.startswith("consent_") else values[:1] + values[-1:]:
            sent_values = {key: kept for key, kept in {**fields, **typed}.items() if kept is not None}
            sent_values |= {"email": f"lei{seen}@example.org", "form_key": f"hostile-form-key-{seen:06}", name: value}
            rows = count(Registration)
            answer = client.post(FORM, data=sent_values)
            db.session.rollback()
            assert answer.status_code in (303, 404, 409, 422), f"{name}={value!r} answered {told(answer)}"
            if answer.status_code != 303:
                assert count(Registration) == rows, f"{name}={value!r} was refused and registered"
            elif count(Registration) > rows:
                accepted.add(name)
                newest = db.session.scalars(select(Registration).order_by(Registration.id.desc())).first()
                assert_all_is_of(ours, newest)
            seen += 1
    assert seen > 80
    # What may hold any text, and what counts as left out where it says nothing that we know.
    assert not accepted & {"category", "notice_id", "invitation", "booked_sessions"}, accepted
    assert fingerprint_of(theirs) == theirs_before


def test_the_form_of_another_guest_shows_nothing_of_theirs_to_who_has_not_its_key(client, ours):
    guest = ours.guest
    known = [guest.public_id, guest.short_code, str(guest.id), guest.email, pass_key(ours)]
    for key in known:
        answer = client.post_form(FORM, status=None, given_en="Eve", email="eve@example.org", consent="y",
                                  category=ours.category.public_id, form_key=key)  # fmt: skip
        assert link_token(guest) not in f"{answer.location}{answer.get_data(as_text=True)}"


def pass_key(house: House) -> str:
    """The form key of a party's member, which its contact could work out."""
    return members_of(house.party.id)[0].form_key


def test_the_form_of_who_handed_the_place_over_leads_to_the_new_guests_page_no_more(client, event):
    make_notice(event)
    category = make_category(event)
    page = client.get(FORM, status=200)
    typed = {"given_en": "Lei", "email": "lei@example.org", "consent": "y", "category": category.public_id}
    first = client.press(page, "Register", **typed)
    registration = db.session.scalars(select(Registration)).one()
    assert first.location == own_page(registration)
    hand_over(registration.id, HAN, by=GUEST)
    again = client.press(page, "Register", **typed)
    db.session.rollback()
    assert own_page(registration) not in (again.location, first.location)
    assert "Meimei" not in client.follow(again).words


def test_one_invitation_brings_its_companions_once_whatever_form_they_come_with(client, event):
    make_notice(event)
    industry, row = make_category(event), sent(vip_category(event), plus_ones=1)
    pages = []
    for number in (1, 2):
        page = client.get(FORM, status=200)
        client.press(page, "Register", given_en="Eve", email=f"eve{number}@example.org", consent="y",
                     category=industry.public_id)  # fmt: skip
        pages.append(page)
    for page in pages:
        key = page.tree.xpath("//input[@name='form_key']/@value")[0]
        answer = client.press(client.get(form_of(row), status=200), "Register", status=None, form_key=key,
                              companion_1="Mallory Li", consent="y")  # fmt: skip
        assert answer.status_code == 422, told(answer)
    assert count(Registration) == 2


@pytest.mark.parametrize(
    "purpose", ["", "partner:0123456789abcdef", "marketing'", "registration", "💥", "x" * 300, "a\0b"]
)
def test_a_consent_that_nobody_asks_for_is_not_given(client, ours, purpose):
    page, before = own_page(ours.guest), count(Consent)
    token = csrf(client)
    for step in ("give", "withdraw"):
        answer = client.post(f"{page}/consents/{step}", data={"csrf_token": token, "purpose": purpose})
        assert answer.status_code in (303, 404, 409, 422, 400), told(answer)
    assert count(Consent) == before


def test_a_file_is_claimed_by_no_form_but_its_own(client, visitor, ours):
    page = client.get(FORM, status=200)
    client.press(page, "Register", status=422, q_file=(io.BytesIO(PDF), "mine.pdf"), given_en="")
    (file,) = db.session.scalars(select(AnswerFile)).all()
    mallory = visitor()
    for name in ("q_file", "q_short-text"):
        mallory.post_form(FORM, status=None, given_en="Eve", email="eve@example.org", consent="y",
                          category=ours.category.public_id, **{name: file.public_id})  # fmt: skip
    db.session.rollback()
    assert db.session.get_one(AnswerFile, file.id).registration_id is None


def test_a_programs_key_opens_nothing_in_a_form_though_it_can_be_guessed(client, visitor, event):
    make_notice(event)
    category = make_category(event)
    made = Caller(visitor(), event).post("/registrations", guest_body(key="booking-0001"))
    guest = db.session.scalars(select(Registration).filter_by(public_id=made["id"])).one()
    typed = {"given_en": "Eve", "email": "eve@example.org", "consent": "y", "category": category.public_id}
    assert client.post_form(FORM, status=422, form_key=guest.form_key, **typed).errors
    assert count(Registration) == 1
