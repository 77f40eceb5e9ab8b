"""Logs: one JSON object a line, with the request's number and without secrets."""

from __future__ import annotations

import json

import pytest
import structlog

from eventapp.accounts.actor import SYSTEM
from eventapp.logs import hide_secrets
from eventapp.registration.actions import withdraw_registration
from eventapp.sealing import new_token
from tests.registration.guests import make_category, own_page, pass_digits, register_guest


def lines(written: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in written.splitlines() if line.startswith("{")]


def test_each_answer_is_a_line_with_method_route_status_and_number(capfd, client, event):
    answer = client.get(f"/e/{event.slug}/", status=200)
    entry = lines(capfd.readouterr().err)[-1]
    assert (entry["event"], entry["method"], entry["route"], entry["status"]) == ("answered", "GET", "/e/<event>/", 200)
    assert entry["request_id"] == answer.headers["X-Request-ID"]
    assert entry["timestamp"].endswith("Z")


def test_neither_links_nor_passes_nor_names_stand_in_the_log(capfd, client, event):
    registration = register_guest(make_category(event), 1, phone="+8613800138000")
    own, digits = own_page(registration), pass_digits(registration)
    for path in (
        own,
        f"{own}/withdraw",
        f"{own}/calendar.ics",
        f"/p/{digits}",
        f"/p/{digits}.png",
        f"/r/{new_token()}",
        f"{own}x",
    ):
        client.get(path)
    client.post_form(f"{own}/withdraw")
    client.post(f"{own}/withdraw")
    client.get(f"/e/{event.slug}/register?email=guest1@example.org")
    written = "".join(capfd.readouterr())
    for secret in (
        own.removeprefix("/r/"),
        digits,
        "guest1@example.org",
        "+8613800138000",
        "Lei",
        registration.short_code,
    ):
        assert secret not in written
    assert "/r/<token>" in written


@pytest.mark.browser
def test_the_real_servers_log_holds_no_secrets_either(client, event, serve):
    import urllib.request

    registration = register_guest(make_category(event), 1)
    own, digits = own_page(registration), pass_digits(registration)
    server = serve(workers=1)
    for path in (own, f"/p/{digits}", f"/p/{digits}.svg"):
        with urllib.request.urlopen(f"{server.url}{path}") as answer:
            assert answer.status == 200
    written = server.log()
    assert own.removeprefix("/r/") not in written
    assert digits not in written
    assert "/r/<token>" in written


def test_an_error_that_names_a_token_is_logged_without_it(capfd, app):
    token = new_token()
    structlog.get_logger("try").error("failed", link=f"https://example.org/r/{token}", number=3)
    written = capfd.readouterr().err
    assert token not in written
    assert lines(written)[0]["number"] == 3


@pytest.mark.both_databases
def test_the_traceback_of_a_failed_statement_does_not_repeat_what_guests_typed(capfd, app, event):
    from sqlalchemy.exc import IntegrityError, StatementError

    category, company = make_category(event), " ".join(("Very", "private", "company"))
    with pytest.raises((IntegrityError, StatementError)) as error:
        register_guest(category, 1, email="", phone="", organisation=company)
    structlog.get_logger("try").error("crashed", exc_info=error.value)
    logged = capfd.readouterr().err
    assert "IntegrityError" in logged
    assert company not in logged


def test_what_looks_like_a_token_is_hidden_and_the_rest_stays():
    hidden = hide_secrets(None, "info", {"a": "x" * 40, "b": "x" * 39, "c": 7, "d": f"/r/{'y' * 43}/withdraw"})
    assert hidden == {"a": "[hidden]", "b": "x" * 39, "c": 7, "d": "/r/[hidden]/withdraw"}


def test_actions_by_hand_are_not_in_the_way_of_logs(capfd, event):
    registration = register_guest(make_category(event), 1)
    withdraw_registration(registration.id, by=SYSTEM)
    assert "guest1" not in capfd.readouterr().err
