"""The team's page: add by e-mail, change a role, remove; an owner always stays."""

from __future__ import annotations

import pytest

from eventapp.accounts.actions import change_role, invite_member, remove_member
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.errors import AlreadyInTeam, LastOwner
from eventapp.accounts.queries import find_user, history_of, role_in_event, team_of
from eventapp.db import db
from eventapp.errors import NotFound, Stale

TEAM = "/manage/delta-2026/team"


@pytest.fixture
def desk(visitor, sign_in, owner, event):
    return sign_in(visitor(), owner)


def roles(event) -> dict[str, str]:
    db.session.rollback()
    return {member.user.email: member.role for member in team_of(event.id)}


def test_somebody_is_added_by_address_and_signs_in_by_the_mailed_link(desk, visitor, event, owner, mailbox, deliver):
    page = desk.follow(desk.post_form(f"{TEAM}/add", email="New.Colleague@Example.org", role="registrar"))
    assert "new.colleague@example.org" in page.words
    deliver()
    [mail] = mailbox.to("new.colleague@example.org")
    [link] = [word for word in mail.get_body(("plain",)).get_content().split() if "/sign-in/" in word]
    colleague = visitor()
    colleague.post_form(link[link.index("/sign-in/") :])
    assert colleague.get("/manage/delta-2026/registrations").status_code == 200
    assert roles(event) == {owner.email: "owner", "new.colleague@example.org": "registrar"}


def test_adding_a_member_again_is_refused_and_changes_no_role(desk, event, organiser):
    page = desk.post_form(f"{TEAM}/add", email=organiser.email, role="viewer", status=422)
    assert page.errors[-1] == f"Error: {organiser.email} already belongs to the team. Change the role in the list."
    assert roles(event)[organiser.email] == "organiser"
    with pytest.raises(AlreadyInTeam):
        invite_member(event.id, organiser.email, "viewer", by=SYSTEM, language="en")


def test_a_refused_invitation_leaves_no_user_behind(desk, event):
    page = desk.post_form(f"{TEAM}/add", email="not an address", status=422)
    assert page.errors[-1] == "Error: This is not a complete e-mail address."
    assert find_user("not an address") is None


def test_a_role_is_changed_and_a_stale_change_refused(desk, event, organiser):
    page = desk.get(f"{TEAM}/{organiser.public_id}/role")
    desk.press(page, "Save", role="viewer")
    desk.press(page, "Save", role="door", status=409)
    assert roles(event)[organiser.email] == "viewer"
    with pytest.raises(Stale):
        change_role(event.id, organiser.id, "door", by=SYSTEM, was="organiser")


def test_a_member_is_removed_and_finds_the_event_no_more(desk, visitor, sign_in, event, organiser):
    member = sign_in(visitor(), organiser)
    row = next(row for row in team_of(event.id) if row.user_id == organiser.id).id
    desk.post_form(f"{TEAM}/{organiser.public_id}/remove")
    assert role_in_event(organiser.id, event.id) is None
    assert member.get("/manage/delta-2026/").status_code == 404
    newest = history_of("team_members", row)[-1]
    assert (newest.action, newest.before) == ("remove_member", {"role": "organiser", "email": organiser.email})


def test_the_last_owner_is_neither_removed_nor_made_less(desk, event, owner):
    page = desk.post_form(f"{TEAM}/{owner.public_id}/remove", status=409)
    assert page.errors == ["An event needs at least one owner. Make somebody else an owner first."]
    desk.post_form(f"{TEAM}/{owner.public_id}/role", status=409, role="viewer")
    assert roles(event) == {owner.email: "owner"}
    with pytest.raises(LastOwner):
        remove_member(event.id, owner.id, by=SYSTEM)


def test_who_is_in_no_team_cannot_be_removed_from_it(event, user_with_role):
    with pytest.raises(NotFound):
        remove_member(event.id, user_with_role(None).id, by=SYSTEM)


def leave(index: int, event_id: int, user_ids: list[int]) -> None:
    remove_member(event_id, user_ids[index], by=SYSTEM)


@pytest.mark.storm
@pytest.mark.both_databases
def test_when_all_owners_are_removed_at_once_one_stays(storm, event, user_with_role):
    for _ in range(7):
        user_with_role("owner")
    ids = [member.user_id for member in team_of(event.id)]
    outcomes = storm(leave, processes=2, threads=4, args=(event.id, ids))
    assert sorted(outcome.refusal or "left" for outcome in outcomes) == ["LastOwner"] + ["left"] * 7
    assert list(roles(event).values()) == ["owner"]
