"""What the team does in the directory of people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import AuditEntry
from eventapp.clock import now
from eventapp.db import db
from eventapp.people.actions import add_person, change_person, place_person
from eventapp.people.errors import PersonNameMissing
from eventapp.people.models import EventPerson, Person
from eventapp.people.queries import people_of

TEAM = Actor("user", 1, "192.0.2.1")


@pytest.fixture
def xi(app) -> Person:
    return add_person(
        by=TEAM,
        family_zh="席",
        given_zh="酉民",
        family_en="Xi",
        given_en="Youmin",
        honorific_en="Professor",
        honorific_zh="教授",
    )


def audit(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_a_person_is_named_in_both_scripts(xi):
    assert (xi.name.en, xi.name.zh) == ("Youmin Xi", "席酉民")
    assert (xi.shown_name.en, xi.shown_name.zh) == ("Professor Youmin Xi", "席酉民教授")
    entry = audit("add_person")[0]
    assert (entry.actor_kind, entry.subject_id, entry.after) == (
        "user",
        xi.id,
        {"name": {"en": "Youmin Xi", "zh": "席酉民"}},
    )


@pytest.mark.parametrize(
    "name", [{"family_zh": "席"}, {"given_en": "Youmin"}, {"printed_zh": "席酉民"}, {"printed_en": "Xi Youmin"}]
)
def test_a_name_in_one_script_is_enough(app, name):
    assert add_person(by=SYSTEM, **name).name


@pytest.mark.parametrize("name", [{}, {"family_zh": "", "given_en": " "}, {"honorific_en": "Professor"}])
@pytest.mark.both_databases
def test_somebody_without_a_name_is_refused_and_leaves_nothing(app, name):
    with pytest.raises(PersonNameMissing):
        add_person(by=SYSTEM, **name)
    assert db.session.scalars(select(Person.id)).all() == []
    assert audit("add_person") == []


def test_a_corrected_name_is_found_by_its_new_keys(xi):
    change_person(xi.id, by=TEAM, given_zh="友民")
    assert (xi.name.zh, xi.key_full, xi.key_initials) == ("席友民", "xiyoumin", "xym")
    entry = audit("change_person")[0]
    assert (entry.before, entry.after) == ({"given_zh": "酉民"}, {"given_zh": "友民"})


def test_only_what_changed_is_recorded(xi):
    change_person(xi.id, by=TEAM, given_zh="酉民", position_en="President")
    entry = audit("change_person")[0]
    assert (entry.before, entry.after) == ({"position_en": ""}, {"position_en": "President"})


def test_a_name_cannot_be_taken_away_whole(xi):
    with pytest.raises(PersonNameMissing):
        change_person(xi.id, by=TEAM, family_zh="", given_zh="", family_en="", given_en="")
    assert (xi.name.zh, audit("change_person")) == ("席酉民", [])


def test_people_of_an_event_stand_in_the_order_they_were_named(event, xi):
    lei = add_person(by=SYSTEM, given_en="Lei", family_en="Li")
    place_person(event.id, lei.id, by=SYSTEM)
    place_person(event.id, xi.id, by=SYSTEM)
    assert [(row.person_id, row.position) for row in people_of(event.id, disclosed_at=None)] == [
        (lei.id, 1),
        (xi.id, 2),
    ]


def test_naming_somebody_again_only_changes_the_disclosure(event, xi):
    until = now() + timedelta(days=1)
    first = place_person(event.id, xi.id, by=SYSTEM)
    second = place_person(event.id, xi.id, by=SYSTEM, undisclosed_until=until)
    assert (first.id, second.undisclosed_until, second.position) == (second.id, until, 1)
    assert len(db.session.scalars(select(EventPerson.id)).all()) == 1
    assert [entry.after["undisclosed_until"] for entry in audit("place_person")] == [None, until.isoformat()]


def test_somebody_is_disclosed_from_the_moment_on(event, xi):
    until = now() + timedelta(days=1)
    row = place_person(event.id, xi.id, by=SYSTEM, undisclosed_until=until)
    assert [row.disclosed(until + timedelta(seconds=seconds)) for seconds in (-1, 0, 1)] == [False, True, True]
