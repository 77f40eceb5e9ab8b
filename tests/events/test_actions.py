"""What the team does to an event: refused in words, recorded, and alone under its address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import AuditEntry, TeamMember
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.actions import add_hall, add_organisation, create_event, set_banner, set_event_state, set_venue
from eventapp.events.errors import EndsBeforeStart, HallExists, NameMissing, SlugTaken
from eventapp.events.models import Event, Hall, Organisation, Venue
from eventapp.events.queries import find_event, halls_of
from eventapp.passes.models import SigningKey
from tests.ground.storms import while_others_look


def create(slug: str = "new-2026", hours: int = 8, **values: object) -> Event:
    starts = now() + timedelta(days=7)
    story = {"name_en": "New", **values}
    return create_event(by=SYSTEM, slug=slug, starts_at=starts, ends_at=starts + timedelta(hours=hours), **story)


def audit(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_a_new_event_is_a_draft_with_a_key_and_an_owner(app, owner):
    event = create_event(
        by=Actor("user", owner.id), slug="mine", starts_at=now(), ends_at=now() + timedelta(hours=1), name_zh="我的"
    )
    assert (event.state, event.is_public) == ("draft", False)
    assert db.session.scalars(select(SigningKey.event_id).where(SigningKey.event_id == event.id)).all() == [event.id]
    roles = db.session.execute(select(TeamMember.user_id, TeamMember.role).where(TeamMember.event_id == event.id)).all()
    assert roles == [(owner.id, "owner")]
    entry = audit("create_event")[-1]
    assert (entry.actor_kind, entry.actor_id, entry.event_id, entry.after) == (
        "user",
        owner.id,
        event.id,
        {"slug": "mine"},
    )


def test_an_event_by_the_system_has_no_owner_yet(app):
    event = create()
    assert db.session.scalars(select(TeamMember.id).where(TeamMember.event_id == event.id)).all() == []


@pytest.mark.both_databases
def test_what_cannot_be_an_event_is_refused_and_leaves_nothing(app):
    create("taken-2026")
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    for refusal, values in (
        (NameMissing, {"name_en": "", "name_zh": ""}),
        (EndsBeforeStart, {"hours": 0}),
        (EndsBeforeStart, {"hours": -1}),
        (SlugTaken, {"slug": "taken-2026"}),
    ):
        with pytest.raises(refusal):
            create(**values)
    assert db.session.scalars(select(Event.slug)).all() == ["taken-2026"]
    assert len(db.session.scalars(select(SigningKey.id)).all()) == 1
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def create_one(_index: int) -> str:
    return create("wanted-2026").slug


def create_naively(_index: int) -> bool:
    taken = db.session.scalar(select(Event.id).where(Event.slug == "wanted-2026"))
    db.session.rollback()
    while_others_look()
    if taken:
        raise SlugTaken
    with transaction() as session:
        starts = now()
        session.add(
            Event(
                slug="wanted-2026",
                name_en="New",
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                created_at=starts,
            )
        )
    return True


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_who_want_one_address_one_gets_it_and_the_others_are_told(app, storm):
    outcomes = storm(create_one, processes=2, threads=6)
    assert sorted(outcome.refusal or outcome.value for outcome in outcomes) == ["SlugTaken"] * 11 + ["wanted-2026"]
    assert len(db.session.scalars(select(SigningKey.id)).all()) == 1
    with transaction() as session:
        session.delete(find_event("wanted-2026"))
    naive = storm(create_naively, processes=2, threads=6)
    assert "IntegrityError" in {outcome.refusal for outcome in naive}, (
        "the race must be real: looking first ends in an error"
    )


def test_states_are_set_and_recorded(event):
    for state in ("over", "archived", "draft"):
        set_event_state(event.id, state, by=SYSTEM)
    assert [(entry.before["state"], entry.after["state"]) for entry in audit("set_event_state")[-3:]] == [
        ("published", "over"),
        ("over", "archived"),
        ("archived", "draft"),
    ]
    with pytest.raises(ValueError, match="unknown state"):
        set_event_state(event.id, "cancelled", by=SYSTEM)


def test_a_banner_is_tidied_and_recorded(event):
    set_banner(event.id, " Gate 2 is closed ", "", by=SYSTEM)
    entry = audit("set_banner")[0]
    assert (event.banner_en, event.banner_zh) == ("Gate 2 is closed", "")
    assert (entry.before["banner_en"], entry.after["banner_en"]) == ("", "Gate 2 is closed")


def test_a_venue_is_said_once_and_then_corrected(event):
    first = set_venue(event.id, by=SYSTEM, name_en="Jinji Lake Hall")
    second = set_venue(event.id, by=SYSTEM, name_zh="金鸡湖会堂")
    assert first.id == second.id
    assert (event.venue.name_en, event.venue.name_zh) == ("Jinji Lake Hall", "金鸡湖会堂")
    assert len(db.session.scalars(select(Venue.id)).all()) == 1


@pytest.mark.both_databases
def test_a_hall_needs_a_name_of_its_own(event, new_event):
    add_hall(event.id, by=SYSTEM, name_en="Hall A")
    with pytest.raises(HallExists):
        add_hall(event.id, by=SYSTEM, name_en="Hall A")
    with pytest.raises(NameMissing):
        add_hall(event.id, by=SYSTEM)
    add_hall(new_event("other-2026").id, by=SYSTEM, name_en="Hall A")
    assert [hall.name_en for hall in halls_of(event.id)] == ["Hall A"]
    assert len(db.session.scalars(select(Hall.id)).all()) == 2


def test_an_organisation_needs_a_name(app):
    with pytest.raises(NameMissing):
        add_organisation(by=SYSTEM)
    add_organisation(by=SYSTEM, name_zh="西交利物浦大学")
    assert db.session.scalars(select(Organisation.name_zh)).all() == ["西交利物浦大学"]


@pytest.mark.parametrize(
    ("values", "hours_from_now", "expected"),
    [
        ({}, 0, "open"),
        ({"state": "draft"}, 0, "closed"),
        ({"state": "over"}, 0, "closed"),
        ({"registration_opens_at": 2}, 1, "soon"),
        ({"registration_opens_at": 2}, 2, "open"),
        ({"registration_closes_at": 2}, 1, "open"),
        ({"registration_closes_at": 2}, 2, "closed"),
        ({"ends_at": 2}, 1, "open"),
        ({"ends_at": 2}, 2, "closed"),
        ({"ends_at": 2, "registration_closes_at": 3}, 2, "open"),
    ],
)
def test_registration_opens_and_closes_by_itself(values, hours_from_now, expected):
    at = now()
    given = {key: at + timedelta(hours=value) if isinstance(value, int) else value for key, value in values.items()}
    event = Event(**{"state": "published", "starts_at": at, "ends_at": at + timedelta(days=1), **given})
    assert event.registration_state(at + timedelta(hours=hours_from_now)) == expected
