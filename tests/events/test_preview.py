"""A draft is not there for guests, on no page and in no feed; whoever holds the preview link sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventapp.access import declared_access
from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_item, add_part, create_session
from eventapp.db import db
from eventapp.events.actions import end_preview, make_preview_link, set_event_state, set_venue
from eventapp.events.queries import find_event, get_event, preview_token
from eventapp.people.actions import add_person, place_person
from eventapp.registration.actions import add_category
from tests.architecture.routes import all_routes

SECRET = "Osmanthus Garden Night"


@pytest.fixture
def draft(new_event):
    event = new_event(slug="secret-2031", state="draft", name_en=SECRET, name_zh="桂花之夜")
    start = event.starts_at
    set_venue(event.id, by=SYSTEM, name_en="Expo Centre", address_zh="苏州大道东688号")
    session = create_session(
        event.id, by=SYSTEM, kind="keynote", starts_at=start, ends_at=start + timedelta(hours=1), title_en="Opening"
    )
    person = add_person(by=SYSTEM, printed_en="Youmin Xi")
    place_person(event.id, person.id, by=SYSTEM)
    item = add_item(session.id, by=SYSTEM, kind="speech", minutes=10)
    add_part(item.id, by=SYSTEM, role="speaker", person_id=person.id)
    add_category(event.id, by=SYSTEM, code="guest", capacity=10, name_en="Guest")
    return event


@pytest.fixture
def addresses(app, draft):
    """Every address of the draft that guests of a published event may open, with rows that exist."""
    db.session.rollback()
    session = db.session.execute(db.text("SELECT public_id FROM agenda_sessions")).scalar_one()
    person = db.session.execute(db.text("SELECT public_id FROM people")).scalar_one()
    made = {"session": session, "person": person}
    with app.test_request_context():
        return [
            rule.build({"event": draft.slug, **{name: made[name] for name in rule.arguments - {"event"}}})[1]
            for rule in app.url_map.iter_rules()
            if "event" in rule.arguments
            and declared_access(rule.endpoint).who == "public"
            and "GET" in rule.methods
            and rule.arguments <= {"event", "session", "person"}
        ]


def test_the_table_of_a_drafts_addresses_is_not_empty(addresses):
    assert {"/e/secret-2031/", "/e/secret-2031/agenda.ics", "/e/secret-2031/cover.svg"} < set(addresses)
    assert len(addresses) >= 9


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_a_guest_finds_a_draft_or_an_archived_event_at_no_address(client, addresses, draft, state):
    set_event_state(draft.id, state, by=SYSTEM)
    answers = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 404} == {}
    told = [address for address, answer in answers.items() if SECRET in answer.get_data(as_text=True)]
    assert told == []


def test_a_draft_is_named_on_no_page_that_is_not_its_own(client, visitor, app, event, draft, user_with_role, sign_in):
    member = sign_in(visitor(), user_with_role("owner", event))
    for who in (client, member):
        for route in all_routes(app, event.slug):
            if route.method == "GET":
                answer = who.get(route.path).get_data()
                assert [word for word in (SECRET, "桂花之夜", "secret-2031") if word.encode() in answer] == [], route


@pytest.mark.parametrize("endpoint", ["", "/preview", "/preview/end"])
def test_nobody_posts_to_a_draft(client, draft, endpoint):
    page = client.get("/sign-in")
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    assert client.post(f"/e/secret-2031/register{endpoint}", data={"csrf_token": token}).status_code == 404


def test_the_preview_link_shows_the_draft_and_lets_its_holder_walk_around(client, visitor, addresses, draft):
    token = make_preview_link(draft.id, by=SYSTEM)
    page = client.get(f"/e/secret-2031/?preview={token}", status=200)
    assert SECRET in page.heading
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    seen = {address: client.get(address).status_code for address in addresses}
    assert {address: status for address, status in seen.items() if status != 200} == {}
    assert visitor().get("/e/secret-2031/").status_code == 404


def test_the_preview_is_kept_in_a_cookie_of_this_event_alone_and_for_a_while(client, draft):
    token = make_preview_link(draft.id, by=SYSTEM)
    cookie = client.get(f"/e/secret-2031/?preview={token}").headers["Set-Cookie"]
    assert cookie.startswith(f"preview={token};")
    for attribute in ("Path=/e/secret-2031", "Max-Age=43200", "HttpOnly", "SameSite=Lax"):
        assert attribute in cookie


def test_nobody_registers_through_a_preview(client, draft):
    token = make_preview_link(draft.id, by=SYSTEM)
    page = client.get(f"/e/secret-2031/register?preview={token}", status=200)
    assert page.tree.xpath("//form[@method='post']") == []


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "中文"])
def test_another_secret_shows_nothing(client, draft, token):
    make_preview_link(draft.id, by=SYSTEM)
    assert client.get("/e/secret-2031/", query_string={"preview": token}).status_code == 404


def test_without_a_link_no_secret_opens_a_draft(client, draft):
    assert client.get("/e/secret-2031/?preview=").status_code == 404
    assert client.get("/e/secret-2031/?preview=None").status_code == 404


def test_a_link_of_another_event_opens_nothing(client, draft, new_event):
    other = make_preview_link(new_event(slug="other-2031", state="draft").id, by=SYSTEM)
    assert client.get(f"/e/secret-2031/?preview={other}").status_code == 404


def test_a_new_link_ends_the_old_one_and_an_ended_one_shows_nothing(client, draft):
    old = make_preview_link(draft.id, by=SYSTEM)
    client.get(f"/e/secret-2031/?preview={old}", status=200)
    new = make_preview_link(draft.id, by=SYSTEM)
    assert client.get("/e/secret-2031/").status_code == 404
    client.get(f"/e/secret-2031/?preview={new}", status=200)
    end_preview(draft.id, by=SYSTEM)
    assert client.get("/e/secret-2031/").status_code == 404


def test_an_archived_event_has_no_preview(client, draft):
    token = make_preview_link(draft.id, by=SYSTEM)
    set_event_state(draft.id, "archived", by=SYSTEM)
    assert client.get(f"/e/secret-2031/?preview={token}").status_code == 404


def test_the_secret_is_stored_hashed_and_sealed(app, draft):
    token = make_preview_link(draft.id, by=SYSTEM)
    db.session.rollback()
    event = get_event(draft.id)
    assert token not in (event.preview_hash, event.preview_sealed)
    assert preview_token(event) == token


def test_the_desk_makes_shows_and_ends_the_link(staff, client, draft):
    desk = staff("organiser", draft)
    page = desk.follow(desk.press(desk.get("/manage/secret-2031/publication"), "Make a preview link"))
    [address] = [url for url in page.links().values() if "?preview=" in url]
    client.get(address.replace("http://localhost", ""), status=200)
    desk.press(page, "End the link")
    assert client.get(address.replace("http://localhost", "")).status_code == 404
    db.session.rollback()
    assert find_event("secret-2031").preview_hash is None
