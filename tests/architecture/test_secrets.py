"""What the public may not know yet, and what a member of one event may not reach of another, is in no answer at all."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.access import declared_access
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import User
from eventapp.accounts.roles import ALL_PERMISSIONS, ROLES, may
from eventapp.checkin.actions import create_device, pair_device
from eventapp.clock import now
from eventapp.db import db
from eventapp.demo import ORGANISER_EMAIL, TEAM
from eventapp.events.actions import set_event_state
from eventapp.events.models import Event
from eventapp.people.actions import change_person, place_person
from tests.architecture.filled import CHOICES, Filler, summit_with_everything
from tests.architecture.routes import Route, all_routes
from tests.architecture.test_access import FROM_FAR_AWAY, REFUSALS, _answers, _ask, _token
from tests.ground.stories import sign_in_by_mail

OPEN_TO_GUESTS = frozenset({"public", "bearer"})
# Every value of the person is one that stands nowhere else.
HIDDEN = {
    "family_en": "Zyxwine", "given_en": "Quillard", "family_zh": "璩", "given_zh": "霦翀",
    "printed_en": "Quillard B. Zyxwine", "printed_zh": "璩霦翀", "honorific_en": "Archchancellor", "honorific_zh": "国师",
    "position_en": "Keeper of the Nine Seals", "position_zh": "九玺守护人", "organisation_en": "Order of Velvet Owls",
    "organisation_zh": "天鹅绒猫头鹰会", "biography_en": "Born beneath a comet.", "biography_zh": "彗星下诞生。",
    "pronounced": "zik-swine", "portrait": "feedfacecafebeef0123456789abcdef",
}  # fmt: skip


@pytest.fixture
def summit(app: Flask) -> Event:
    return summit_with_everything()


@pytest.fixture
def filler(app: Flask, summit: Event) -> Filler:
    return Filler(app, summit)


def _seen_by(client, routes: list[Route]) -> Iterator[tuple[str, str]]:
    """The source of everything that is answered, in both languages, folded lines joined."""
    for language in ("en", "zh"):
        client.language = language
        for route in routes:
            answer = client.get(route.path)
            yield f"{route} ({language})", answer.get_data().decode("utf-8", "replace").replace("\r\n ", "")


def _forms(value: str) -> set[str]:
    """How a value may be written in a page's source, in JSON, in a calendar."""
    return {value, html.escape(value), json.dumps(value)[1:-1]}


def _told(client, routes: list[Route], values: list[str]) -> list[str]:
    forms = {form for value in values for form in _forms(value)}
    return [f"{name} tells {form}" for name, text in _seen_by(client, routes) for form in forms if form in text]


def test_every_address_there_is_can_be_filled_so_that_tests_walk_it(filler):
    assert "\n".join(filler.unfilled()) == ""


# -- What the public may not know yet ------------------------------------------------------------------------------


def test_an_undisclosed_person_is_in_no_page_feed_or_source(client, summit, filler):
    person = filler.invitation.person
    change_person(person.id, by=SYSTEM, **HIDDEN)
    place_person(summit.id, person.id, by=SYSTEM, undisclosed_until=now() + timedelta(days=3))
    routes = [
        route
        for route in filler.routes()
        # The speaker's own pages are theirs, and a portrait's address is known to those who were shown it.
        if declared_access(route.endpoint).who in OPEN_TO_GUESTS and not route.endpoint.startswith("speakers.")
    ]
    assert len(routes) > 20
    assert _told(client, routes, [*HIDDEN.values(), "Quillard", "璩霦"]) == []
    elsewhere = [route for route in routes if route.endpoint != "people.person"]
    assert _told(client, elsewhere, [person.public_id]) == []

    place_person(summit.id, person.id, by=SYSTEM, undisclosed_until=None)
    told = _told(client, routes, list(HIDDEN.values()))
    for page in ("speakers", "speakers/<person>", "agenda", "agenda/<session>", "agenda.ics"):
        assert any(line.startswith(f"GET /e/<event>/{page} (") for line in told), (
            f"{page} would not have told it anyway"
        )


def test_a_draft_is_in_no_page_feed_or_source(client, app, summit, filler):
    public = [route for route in filler.routes() if declared_access(route.endpoint).who == "public"]
    of_it = [route for route in public if "event" in route.arguments]
    values = [summit.slug, summit.name.en, summit.name.zh]
    set_event_state(summit.id, "draft", by=SYSTEM)
    assert {str(route): client.get(route.path).status_code for route in of_it} == {str(route): 404 for route in of_it}
    other = db.session.scalars(select(Event).where(Event.slug == "alliance-launch")).one()
    elsewhere = [
        *(route for route in public if "event" not in route.arguments),
        *(route for route in all_routes(app, other.slug) if route.method == "GET" and route in public),
        *(route for route in all_routes(app, other.slug) if route.method == "GET" and route.arguments == {"event"}
          and declared_access(route.endpoint).who == "public"),
    ]  # fmt: skip
    assert _told(client, elsewhere, values) == []
    set_event_state(summit.id, "published", by=SYSTEM)
    assert _told(client, elsewhere, values) != [], "the front page would not have told it anyway"


# -- Who reaches what, with real rows ------------------------------------------------------------------------------


# Who may write to speakers need not see what is written to those who registered, as the sample's messages are.
TO_REGISTERED = frozenset({"mailings.mailing", "mailings.change", "mailings.progress"})


def _may(role: str, route: Route) -> bool:
    seen = role != "editor" or route.endpoint not in TO_REGISTERED
    return seen and may(role, declared_access(route.endpoint).who)


def _user(email: str) -> User:
    return db.session.scalars(select(User).where(User.email == email)).one()


def _of_the_desk(filler: Filler, method: str) -> list[Route]:
    return [route for route in filler.routes(method) if declared_access(route.endpoint).who in ALL_PERMISSIONS]


def test_each_role_reaches_exactly_what_it_may_of_rows_that_there_are(visitor, app, summit, filler):
    emails = {"owner": ORGANISER_EMAIL, **{role: email for role, (email, _name) in TEAM.items()}}
    assert set(ROLES) - set(emails) == {"organiser"}, "an organiser is made by the test"
    reading, changing = _of_the_desk(filler, "GET"), _of_the_desk(filler, "POST")
    wrong = {}
    for role, email in emails.items():
        member = sign_in_by_mail(visitor(), _user(email))
        allowed = [route for route in reading if _may(role, route)]
        refused = [route for route in (*reading, *changing) if not _may(role, route)]
        wrong[role] = {name: status for name, status in _answers(member, allowed).items() if status != 200} | {
            name: status for name, status in _answers(member, refused).items() if status != 403
        }
    assert wrong == {role: {} for role in emails}


def test_no_row_of_one_event_is_reached_through_the_address_of_another(staff, new_event, app, summit, filler):
    other = new_event(slug="other-2026")
    stranger = staff("owner", other)
    token = _token(stranger)
    reached = {}
    for route in (*_of_the_desk(filler, "GET"), *_of_the_desk(filler, "POST")):
        if route.arguments - {"event"} - set(CHOICES):
            moved = Route(
                route.endpoint, route.method, route.rule, route.path.replace(summit.slug, other.slug), route.arguments
            )
            status = _ask(stranger, moved, token)
            if status != 404:
                reached[str(route)] = status
    assert reached == {}


def test_the_token_of_a_device_opens_the_door_and_nothing_else(client, app, summit, filler):
    _device, link = create_device(summit.id, "Phone", by=SYSTEM)
    _device, secret = pair_device(link, by=SYSTEM)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/checkin/stats", headers=bearer).status_code == 200
    let_in, token = {}, _token(client)
    for method in ("GET", "POST"):
        for route in filler.routes(method):
            if declared_access(route.endpoint).who in OPEN_TO_GUESTS:
                continue
            data = None if method == "GET" else {"csrf_token": token}
            answer = client.open(route.path, method=method, data=data, headers=bearer, environ_base=FROM_FAR_AWAY)
            status = 401 if (answer.location or "").startswith("/sign-in?next=") else answer.status_code
            if status not in REFUSALS:
                let_in[str(route)] = status
    assert let_in == {}
