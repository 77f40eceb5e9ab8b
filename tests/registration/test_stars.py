"""Following sessions: what the actions promise, whom a change concerns, and what goes with the guest."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import delete_session
from eventapp.agenda.queries import draft_sessions
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.actions import copy_event
from eventapp.registration.actions import (
    end_feed,
    make_feed,
    star_session,
    star_sessions,
    unstar_session,
    withdraw_registration,
)
from eventapp.registration.actions.erasure import erase_registration
from eventapp.registration.actions.handing import hand_over
from eventapp.registration.actions.register import Attendee
from eventapp.registration.errors import DataRemoved, LinkUnknown
from eventapp.registration.errors.stars import NothingToFollow, NotOnAgenda
from eventapp.registration.models import PersonalFeed, Registration, Star
from eventapp.registration.queries import feed_of, followers_of, registration_by_feed, starred_by
from tests.agenda.stage import make_session, publish
from tests.ground.storms import while_others_look
from tests.registration.guests import GUEST, make_category, register_guest


@pytest.fixture
def guest(event) -> Registration:
    return register_guest(make_category(event, None))


@pytest.fixture
def opening(event):
    session = make_session(event)
    publish(event)
    return session


def rows_of(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_session_is_followed_once_and_no_more(guest, opening):
    assert star_session(guest.id, opening.uuid, by=GUEST)
    assert not star_session(guest.id, opening.uuid, by=GUEST)
    assert starred_by(guest.id) == {opening.uuid}
    assert unstar_session(guest.id, opening.uuid, by=GUEST)
    assert not unstar_session(guest.id, opening.uuid, by=GUEST)
    assert starred_by(guest.id) == frozenset()


def test_what_the_public_does_not_see_cannot_be_followed(event, guest, opening):
    planned = make_session(event, 14, 15, "Still planned")
    with pytest.raises(NotOnAgenda):
        star_session(guest.id, planned.uuid, by=GUEST)
    delete_session(opening.id, by=SYSTEM)
    publish(event)
    with pytest.raises(NotOnAgenda):
        star_session(guest.id, opening.uuid, by=GUEST)


def test_a_link_that_was_renewed_meanwhile_stars_nothing(guest, opening):
    with pytest.raises(LinkUnknown):
        star_session(guest.id, opening.uuid, by=GUEST, link="an-older-link")
    assert rows_of(Star) == 0


def test_what_a_device_kept_is_taken_over_as_far_as_it_is_on_the_agenda(guest, opening):
    assert star_sessions(guest.id, [opening.uuid, "no-such-uuid", opening.uuid], by=GUEST) == 1
    assert star_sessions(guest.id, [opening.uuid], by=GUEST) == 0
    with pytest.raises(NothingToFollow):
        star_sessions(guest.id, ["no-such-uuid"], by=GUEST)


def test_followers_are_those_who_still_come(event, new_event, guest, opening):
    other = register_guest(guest.category, 2)
    for one in (guest, other):
        star_session(one.id, opening.uuid, by=GUEST)
    withdraw_registration(other.id, by=GUEST)
    found = followers_of(event.id, [opening.uuid, "no-such-uuid"])
    assert {uuid: [row.id for row in rows] for uuid, rows in found.items()} == {opening.uuid: [guest.id]}
    assert followers_of(new_event(slug="other-2026").id, [opening.uuid]) == {}
    assert followers_of(event.id, []) == {}


def test_a_new_address_of_the_calendar_ends_the_one_before(event, new_event, guest):
    first = make_feed(guest.id, by=GUEST)
    assert registration_by_feed(event.id, first).id == guest.id
    assert registration_by_feed(new_event(slug="other-2026").id, first) is None
    second = make_feed(guest.id, by=GUEST)
    assert registration_by_feed(event.id, first) is None
    assert registration_by_feed(event.id, second).id == guest.id
    end_feed(guest.id, by=GUEST)
    end_feed(guest.id, by=GUEST)
    assert registration_by_feed(event.id, second) is None
    assert feed_of(guest.id) is None


def test_an_erased_guest_follows_nothing_and_stars_nothing(guest, opening):
    star_session(guest.id, opening.uuid, by=GUEST)
    make_feed(guest.id, by=GUEST)
    erase_registration(guest.id, by=GUEST)
    assert (rows_of(Star), rows_of(PersonalFeed)) == (0, 0)
    with pytest.raises(DataRemoved):
        star_session(guest.id, opening.uuid, by=GUEST)


def test_stars_belong_to_the_guest_and_not_to_the_place(guest, opening):
    star_session(guest.id, opening.uuid, by=GUEST)
    make_feed(guest.id, by=GUEST)
    hand_over(guest.id, Attendee(name={"given_en": "Mei"}, email="mei@example.org", language="en"), by=SYSTEM)
    assert (rows_of(Star), rows_of(PersonalFeed)) == (0, 0)


def test_a_copy_of_an_event_has_no_followers(event, guest, opening):
    star_session(guest.id, opening.uuid, by=GUEST)
    later = {"starts_at": event.starts_at + timedelta(days=364), "ends_at": event.ends_at + timedelta(days=364)}
    copy = copy_event(event.id, by=SYSTEM, slug="copy-2027", name_en="Copy", name_zh="", with_people=False, **later)
    [copied] = draft_sessions(copy)
    assert followers_of(copy.id, [copied.uuid, opening.uuid]) == {}
    assert rows_of(Star) == 1


# -- At the same moment --------------------------------------------------------------------------------------------


def star(index: int, registration_id: int, session_uuid: str) -> bool:
    return star_session(registration_id, session_uuid, by=GUEST)


def star_naively(index: int, registration_id: int, session_uuid: str) -> bool:
    """Look first, write afterwards, with nothing that holds the two together."""
    known = session_uuid in starred_by(registration_id)
    db.session.rollback()
    while_others_look()
    if not known:
        db.session.add(Star(registration_id=registration_id, session_uuid=session_uuid, starred_at=now()))
        db.session.commit()
    return not known


@pytest.mark.both_databases
def test_a_star_pressed_in_many_places_at_once_is_one_star(guest, opening, storm):
    outcomes = storm(star, processes=2, threads=3, args=(guest.id, opening.uuid))
    assert Counter(outcome.value for outcome in outcomes) == {True: 1, False: 5}
    assert rows_of(Star) == 1


@pytest.mark.both_databases
def test_without_the_lock_the_database_would_have_to_refuse_the_second_star(guest, opening, storm):
    outcomes = storm(star_naively, processes=2, threads=3, args=(guest.id, opening.uuid))
    assert "IntegrityError" in {outcome.refusal for outcome in outcomes}
    assert rows_of(Star) == 1
