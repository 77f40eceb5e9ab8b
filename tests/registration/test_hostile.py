"""What somebody tries who changes the values of addresses and forms: nothing of another's is opened, changed or told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import pytest
from flask import Flask
from werkzeug.routing import Rule

from eventapp.access import declared_access
from eventapp.accounts.actions import add_user
from eventapp.accounts.actor import SYSTEM
from eventapp.registration.actions.stars import make_feed
from eventapp.registration.queries import invitation_token, link_token, members_of, party_token
from tests.architecture.filled import Filler, summit_with_everything
from tests.registration.guests import make_category, make_notice
from tests.registration.invited import FORM
from tests.registration.strangers import House, csrf, fingerprint, furnish, told
from tests.registration.test_parties import register as register_party

AWAY = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%09/evil.example",
    "javascript:alert(1)",
)
PASSED_ON = ("next", "url", "return", "return_to", "redirect", "to", "back", "continue")


@pytest.fixture
def ours(event) -> House:
    return furnish(event)


@pytest.fixture
def theirs(new_event) -> House:
    return furnish(new_event("other-2026"))


def bearer_rules(app: Flask) -> Iterator[Rule]:
    """Every rule of the room that a secret in the address opens."""
    for rule in app.url_map.iter_rules():
        declared, ours = declared_access(rule.endpoint), rule.endpoint.startswith("registration.")
        if ours and declared and declared.who == "bearer" and "token" in rule.arguments:
            yield rule


def secrets_of(house: House) -> dict[str, str]:
    """The secret that opens each kind of page of this event, by the beginning of its address."""
    return {
        "/r/": link_token(house.guest),
        "/party/": party_token(house.party),
        "/i/": invitation_token(house.invitation),
        "/e/<event>/my/": make_feed(house.guest.id, by=SYSTEM),
    }


def built(app: Flask, rule: Rule, values: dict[str, str]) -> str:
    with app.test_request_context():
        made = rule.build(values, append_unknown=False)
    assert made is not None, f"{rule} needs a value that this test does not know: {sorted(rule.arguments)}"
    return str(made[1])


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


# -- Another's values in the address -------------------------------------------------------------------------------


def test_the_secret_of_one_page_opens_no_other_kind_of_page(client, app, ours):
    starts = secrets_of(ours)
    token, before, seen = csrf(client), fingerprint(), 0
    for rule in bearer_rules(app):
        own = next(start for start in starts if rule.rule.startswith(start))
        values = {"event": ours.event.slug, "bookable": ours.seats.public_id, "public_id": ours.guest.public_id}
        for start, secret in starts.items():
            if start == own:
                continue
            path = built(app, rule, {**values, "token": secret})
            for method in methods(rule):
                answer = client.open(path, method=method, data={"csrf_token": token})
                assert answer.status_code == 404, told(answer)
                seen += 1
    assert seen > 60
    assert fingerprint() == before


def test_no_address_of_ones_own_opens_a_thing_of_another_guest_or_event(client, app, ours, theirs):
    ours_too = register_party(ours.category, 1)
    others = {
        "event": [theirs.event.slug],
        "bookable": [theirs.seats.public_id, "0123456789abcdef"],
        "public_id": [
            members_of(theirs.party.id)[0].public_id,
            members_of(ours_too.id)[0].public_id,
            ours.guest.public_id,
            "0123456789abcdef",
        ],
    }
    secrets = secrets_of(ours)
    token, before, seen = csrf(client), fingerprint(), 0
    for rule in bearer_rules(app):
        secret = next(secret for start, secret in secrets.items() if rule.rule.startswith(start))
        for name in rule.arguments - {"token"}:
            assert name in others, f"{rule}: say in this test what another's <{name}> is"
            for value in others[name]:
                for method in methods(rule):
                    path = built(app, rule, {"token": secret, name: value})
                    answer = client.open(path, method=method, data={"csrf_token": token})
                    assert answer.status_code in (404, 409), told(answer)
                    seen += 1
    assert seen > 10
    assert fingerprint() == before


def test_a_pass_and_its_picture_are_opened_by_no_id_and_no_short_code(client, ours):
    for known in (ours.guest.public_id, ours.guest.short_code, str(ours.guest.id), ours.guest.short_code.zfill(184)):
        for ending in ("", ".png", ".svg", "/card.png"):
            client.get(f"/p/{known}{ending}", status=404)


def test_what_is_posted_by_another_site_changes_nothing(client, app, ours):
    secrets = secrets_of(ours)
    before = fingerprint()
    for rule in bearer_rules(app):
        if "POST" not in (rule.methods or ()):
            continue
        secret = next(secret for start, secret in secrets.items() if rule.rule.startswith(start))
        values = {
            "event": ours.event.slug,
            "token": secret,
            "bookable": ours.seats.public_id,
            "public_id": members_of(ours.party.id)[0].public_id,
        }
        for data in ({}, {"csrf_token": "x"}):
            client.post(built(app, rule, values), data=data, status=400)
    assert fingerprint() == before


def test_fetching_what_only_a_post_may_do_changes_nothing(client, visitor, sign_in, app):
    summit = summit_with_everything()
    operator = sign_in(visitor(), add_user("operator@example.org", is_owner=True))
    filler = Filler(app, summit)
    paths = sorted({route.path for route in filler.routes("POST")})
    before, seen = fingerprint(), 0
    for path in paths:
        for who, method in ((client, "GET"), (client, "OPTIONS"), (operator, "HEAD")):
            answer = who.open(path, method=method)
            assert answer.status_code < 500, told(answer)
            seen += 1
    assert seen > 300
    assert fingerprint() == before


# -- Leading away --------------------------------------------------------------------------------------------------


def test_no_answer_to_any_address_leads_to_another_site(client, app, ours):
    filler_values = {
        "event": "delta-2026", "bookable": ours.seats.public_id, "public_id": ours.guest.public_id, "version": "1",
    }  # fmt: skip
    secrets = secrets_of(ours)
    token, seen = csrf(client), 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("registration."):
            continue
        secret = next((secret for start, secret in secrets.items() if rule.rule.startswith(start)), "")
        path = built(app, rule, {**filler_values, "token": secret})
        for first in (0, len(AWAY) // 2):
            query = dict(zip(PASSED_ON, cycle(AWAY[first:] + AWAY[:first]), strict=False))
            away = AWAY[first]
            answers = [client.get(path, query_string=query, headers={"Referer": away, "Host": "localhost"})]
            if "POST" in (rule.methods or ()) and "erase" not in path and "withdraw" not in path:
                data = {**query, "csrf_token": token}
                answers.append(client.post(path, query_string=query, data=data))
            for answer in answers:
                assert "evil" not in (answer.location or ""), told(answer)
                assert (answer.location or "/").startswith("/"), told(answer)
                assert not (answer.location or "/").startswith(("//", "/\\")), told(answer)
                seen += 1
    assert seen > 100


def test_a_forged_host_is_in_no_link_that_is_mailed(client, event, mailbox, deliver):
    make_notice(event)
    category = make_category(event)
    evil = {"base_url": "http://evil.example"}
    form = client.get(FORM, **evil)
    token, key, notice = (
        form.tree.xpath(f"//input[@name='{name}']/@value")[0] for name in ("csrf_token", "form_key", "notice_id")
    )
    data = {"csrf_token": token, "form_key": key, "notice_id": notice, "category": category.public_id,
            "given_en": "Lei", "email": "lei@example.org", "language": "en", "consent": "y"}  # fmt: skip
    client.post(FORM, data=data, status=303, **evil)
    client.post("/e/delta-2026/find-registration", data={"csrf_token": token, "email": "lei@example.org"}, **evil)
    deliver()
    mails = mailbox.to("lei@example.org")
    assert len(mails) == 2
    assert all("evil" not in mail.as_string() for mail in mails)
