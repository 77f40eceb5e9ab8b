"""Who belongs to an event's team, and that an owner always stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import add_user, set_role
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.errors import LastOwner, UnknownUser
from eventapp.accounts.models import AuditEntry, TeamMember
from eventapp.accounts.queries import history_of, role_in_event, team_of
from eventapp.db import db, transaction
from tests.ground.storms import while_others_look


def test_whoever_creates_an_event_owns_it(event, owner):
    assert [(member.user_id, member.role) for member in team_of(event.id)] == [(owner.id, "owner")]


def test_a_role_holds_in_its_event_only(event, new_event, organiser):
    other = new_event(slug="other-2026")
    assert role_in_event(organiser.id, event.id) == "organiser"
    assert role_in_event(organiser.id, other.id) is None


def test_a_user_has_one_role_in_an_event(event, organiser):
    set_role(event.id, organiser.email, "viewer", by=SYSTEM)
    members = [member.role for member in team_of(event.id) if member.user_id == organiser.id]
    assert members == ["viewer"]


def test_a_role_for_an_unknown_address_is_refused_in_words(event):
    with pytest.raises(UnknownUser) as refusal:
        set_role(event.id, "nobody@example.org", "viewer", by=SYSTEM)
    assert str(refusal.value) == "There is no user with the address nobody@example.org."


def test_the_last_owner_stays(event, owner):
    with pytest.raises(LastOwner):
        set_role(event.id, owner.email, "viewer", by=SYSTEM)
    assert role_in_event(owner.id, event.id) == "owner"


def test_one_of_two_owners_may_step_back(event, owner, user_with_role):
    user_with_role("owner")
    set_role(event.id, owner.email, "viewer", by=SYSTEM)
    assert role_in_event(owner.id, event.id) == "viewer"


def test_a_change_of_role_is_recorded_with_before_and_after(event, owner, organiser):
    member = next(member for member in team_of(event.id) if member.user_id == organiser.id)
    set_role(event.id, organiser.email, "door", by=Actor("user", owner.id, "192.0.2.7"))
    newest = history_of("team_members", member.id)[-1]
    assert (newest.actor_kind, newest.actor_id, newest.origin, newest.action, newest.event_id) == (
        "user",
        owner.id,
        "192.0.2.7",
        "set_role",
        event.id,
    )
    assert (newest.before, newest.after) == ({"role": "organiser"}, {"role": "door", "email": organiser.email})


def test_a_refused_action_leaves_no_audit_row(event, owner):
    before = db.session.scalars(select(AuditEntry.id)).all()
    with pytest.raises(LastOwner):
        set_role(event.id, owner.email, "viewer", by=SYSTEM)
    assert db.session.scalars(select(AuditEntry.id)).all() == before


def test_adding_a_user_twice_finds_the_first(app):
    first = add_user("Chen.Jie@example.org")
    assert add_user(" chen.jie@EXAMPLE.org").id == first.id


def test_a_user_may_become_an_owner_of_the_installation_later(app):
    user = add_user("chen.jie@example.org")
    assert add_user("chen.jie@example.org", is_owner=True).is_owner
    assert [entry.action for entry in history_of("users", user.id)] == ["add_user", "make_owner"]


def step_back(index: int, event_id: int, emails: list[str]) -> None:
    set_role(event_id, emails[index], "viewer", by=SYSTEM)


def step_back_naively(index: int, event_id: int, emails: list[str]) -> None:
    """What the action would be if it looked before it locked."""
    members = {member.user.email: member.id for member in team_of(event_id) if member.role == "owner"}
    while_others_look()
    if len(members) <= 1:
        raise LastOwner
    with transaction() as session:
        session.get_one(TeamMember, members[emails[index]]).role = "viewer"


@pytest.mark.storm
@pytest.mark.both_databases
def test_when_all_owners_step_back_at_once_one_stays(storm, new_event, user_with_role):
    def all_owners(slug: str) -> tuple[int, list[str]]:
        event = new_event(slug=slug)
        for _ in range(7):
            user_with_role("owner", event)
        return event.id, [member.user.email for member in team_of(event.id)]

    def owners_left(event_id: int) -> int:
        return len([member for member in team_of(event_id) if member.role == "owner"])

    event_id, emails = all_owners("naive-2026")
    storm(step_back_naively, processes=2, threads=4, args=(event_id, emails))
    assert owners_left(event_id) == 0, "the race must be real"
    event_id, emails = all_owners("guarded-2026")
    outcomes = storm(step_back, processes=2, threads=4, args=(event_id, emails))
    assert owners_left(event_id) == 1
    assert sorted(outcome.refusal or "stepped back" for outcome in outcomes) == ["LastOwner"] + ["stepped back"] * 7
