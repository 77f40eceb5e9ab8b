"""Every route says who may enter, and everybody else is refused."""

from __future__ import annotations

import pytest

from eventapp.access import declared_access
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.roles import ALL_PERMISSIONS, ROLES, may
from eventapp.events.actions import set_venue
from tests.architecture.routes import Route, all_routes

REFUSALS = {401, 403, 404}
# Whoever holds nothing but a made-up token, code or link gets one of these.
BEARER_REFUSALS = {400, 401, 403, 404, 410, 422}
# Whoever sits at the machine itself may read its figures.
FROM_FAR_AWAY = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def routes(app, event) -> list[Route]:
    return all_routes(app, event.slug)


def _token(client) -> str:
    """A CSRF token of this visitor's, so that a form is refused for who sends it and for nothing else."""
    page = client.get("/sign-in")
    page = client.get("/manage/") if page.status_code == 303 else page
    return page.tree.xpath("//input[@name='csrf_token']/@value")[0]


def _ask(client, route: Route, token: str) -> int:
    data = None if route.method == "GET" else {"csrf_token": token}
    answer = client.open(route.path, method=route.method, data=data, environ_base=FROM_FAR_AWAY)
    # To read, a stranger is led to the sign-in page.
    return 401 if (answer.location or "").startswith("/sign-in?next=") else answer.status_code


def _answers(client, routes: list[Route]) -> dict[str, int]:
    token = _token(client)
    return {str(route): _ask(client, route, token) for route in routes}


def test_every_route_declares_who_may_enter(app, routes):
    assert [str(route) for route in routes if declared_access(route.endpoint) is None] == []


def test_every_route_of_an_event_that_changes_something_needs_a_permission(app, routes):
    open_to_all = [
        str(route)
        for route in routes
        if route.rule.startswith("/manage/")
        and "event" in route.arguments
        and declared_access(route.endpoint).who not in ALL_PERMISSIONS
    ]
    assert open_to_all == []


def test_reading_needs_a_permission_to_read_and_changing_one_to_change(app, routes):
    for route in routes:
        who = declared_access(route.endpoint).who
        if who in ALL_PERMISSIONS and route.method != "GET":
            assert not who.endswith(":read"), f"{route} changes with {who}"


def test_nobody_enters_without_signing_in(client, app, routes):
    closed = [route for route in routes if declared_access(route.endpoint).who not in ("public", "bearer")]
    let_in = {name: status for name, status in _answers(client, closed).items() if status not in REFUSALS}
    assert let_in == {}


def test_a_member_of_another_event_does_not_even_learn_that_this_one_exists(staff, new_event, app, routes):
    stranger = staff("owner", new_event(slug="other-2026"))
    of_the_event = [route for route in routes if declared_access(route.endpoint).who in ALL_PERMISSIONS]
    assert {name: status for name, status in _answers(stranger, of_the_event).items() if status != 404} == {}


def test_a_user_without_any_role_enters_no_event(staff, app, routes):
    nobody = staff(None)
    closed = [route for route in routes if declared_access(route.endpoint).who not in ("public", "bearer", "member")]
    assert {name: status for name, status in _answers(nobody, closed).items() if status not in REFUSALS} == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_member_enters_what_the_role_allows_and_nothing_else(staff, app, routes, role):
    member = staff(role)
    of_the_event = [route for route in routes if declared_access(route.endpoint).who in ALL_PERMISSIONS]
    forbidden = [route for route in of_the_event if not may(role, declared_access(route.endpoint).who)]
    assert {name: status for name, status in _answers(member, forbidden).items() if status != 403} == {}
    pages = [
        route
        for route in of_the_event
        if may(role, declared_access(route.endpoint).who) and route.method == "GET" and route.arguments == {"event"}
    ]
    assert {name: status for name, status in _answers(member, pages).items() if status != 200} == {}


def test_a_made_up_token_opens_nothing(client, app, routes):
    bearer = [route for route in routes if declared_access(route.endpoint).who == "bearer"]
    let_in = {name: status for name, status in _answers(client, bearer).items() if status not in BEARER_REFUSALS}
    assert let_in == {}


def test_a_draft_is_there_for_its_team_only(client, staff, new_event, app):
    draft = new_event(slug="draft-2026", state="draft")
    set_venue(draft.id, by=SYSTEM, name_zh="湖畔会议中心")
    public = [
        route
        for route in all_routes(app, draft.slug)
        if route.arguments == {"event"} and route.method == "GET" and declared_access(route.endpoint).who == "public"
    ]
    assert public != []
    assert {name: status for name, status in _answers(client, public).items() if status != 404} == {}
    assert {name: status for name, status in _answers(staff("viewer", draft), public).items() if status == 404} == {}


def test_an_owner_of_the_installation_enters_every_event(client, sign_in, app, routes):
    from eventapp.accounts.actions import add_user

    sign_in(client, add_user("operator@example.org", is_owner=True))
    pages = [
        route
        for route in routes
        if declared_access(route.endpoint).who in ALL_PERMISSIONS
        and route.method == "GET"
        and route.arguments == {"event"}
    ]
    assert {name: status for name, status in _answers(client, pages).items() if status != 200} == {}


def test_no_answer_to_any_address_is_a_failure_of_ours(client, staff, app, routes):
    for visitor in (client, staff("owner")):
        broken = {name: status for name, status in _answers(visitor, routes).items() if status >= 500}
        assert broken == {}
