"""What every answer shares: headers, refusals, redirects that stay here, errors that tell nothing to a stranger."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from flask_babel import force_locale
from sqlalchemy import text

from eventapp.access import allow
from eventapp.accounts.actions import add_user
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.errors import WeakPassword
from eventapp.db import db, transaction
from eventapp.errors import NotAllowed, NotFound, Refused, Stale
from eventapp.events.actions import set_banner
from eventapp.web import BODY_LIMIT_BYTES, see_other, static_url
from tests.registration.guests import make_category, own_page, pass_digits, register_guest

TRACES = ("Traceback", 'File "', "sqlalchemy", "psycopg", "sqlite3", "eventapp/")


@pytest.fixture
def routes(app: Flask):
    """Pages that go wrong, each in its own way."""

    def add(path: str, act) -> None:
        app.add_url_rule(path, path, allow("public")(act), methods=["GET", "POST"])

    def refuse():
        raise WeakPassword

    def crash():
        raise ZeroDivisionError("a secret of ours")

    def break_the_database():
        db.session.execute(text("SELECT nonsense FROM nowhere"))

    def break_a_write():
        with transaction() as session:
            session.execute(text("UPDATE events SET slug = 'gone'"))
            session.execute(text("UPDATE nowhere SET x = 1"))

    app._got_first_request = False
    for path, act in (
        ("/refuse", refuse),
        ("/crash", crash),
        ("/api/crash", crash),
        ("/break", break_the_database),
        ("/break-write", break_a_write),
    ):
        add(path, act)
    return app


# -- Headers -------------------------------------------------------------------------------------------------------


@pytest.fixture
def answers(client, staff, event, routes) -> dict[str, Response]:
    """One answer of every kind."""
    registration = register_guest(make_category(event), 1)
    digits = pass_digits(registration)
    return {
        "page": client.get(f"/e/{event.slug}/"),
        "form": client.get(f"/e/{event.slug}/register"),
        "own page": client.get(own_page(registration)),
        "pass": client.get(f"/p/{digits}"),
        "picture": client.get(f"/p/{digits}.png"),
        "vector": client.get(f"/p/{digits}.svg"),
        "cover": client.get(f"/e/{event.slug}/cover.svg"),
        "calendar": client.get(f"{own_page(registration)}/calendar.ics"),
        "static": client.get("/static/css/tokens.css"),
        "desk": staff("owner").get(f"/manage/{event.slug}/"),
        "redirect": client.get("/manage/"),
        "not found": client.get("/nowhere"),
        "refused": client.get("/refuse"),
        "crashed": client.get("/crash"),
        "wrong method": client.post(f"/e/{event.slug}/", data={}),
        "wrong method of the api": client.get("/api/v1/checkin/scans"),
        "api refusal": client.post("/api/v1/checkin/scans", json={"scans": []}),
        "health": client.get("/healthz"),
    }


def test_every_kind_of_answer_has_the_security_headers(answers):
    for kind, answer in answers.items():
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", kind
        assert headers["Referrer-Policy"] == "same-origin", kind
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", kind
        assert headers["Permissions-Policy"] == "camera=(self), microphone=(), geolocation=()", kind
        policy = headers["Content-Security-Policy"]
        for rule in (
            "default-src 'self'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ):
            assert rule in policy, kind
        assert "unsafe-inline" not in policy, kind
        assert len(headers["X-Request-ID"]) == 12, kind
        assert "Strict-Transport-Security" not in headers, kind
        assert "Server" not in headers, kind


def test_webassembly_is_allowed_where_the_decoder_is_and_nowhere_else(client, answers):
    allowed = [
        path
        for path in ("/door/", "/static/checkin/door.css", "/", "/static/css/tokens.css")
        if "wasm-unsafe-eval" in client.get(path).headers["Content-Security-Policy"]
    ]
    assert allowed == ["/door/", "/static/checkin/door.css"]


def test_what_belongs_to_somebody_is_kept_by_no_cache(answers):
    for kind in (
        "own page",
        "pass",
        "picture",
        "vector",
        "calendar",
        "form",
        "desk",
        "not found",
        "refused",
        "crashed",
    ):
        assert answers[kind].headers["Cache-Control"] == "no-store", kind


def test_a_page_that_sets_a_cookie_is_kept_by_no_cache(client, event):
    assert client.get(f"/e/{event.slug}/").headers["Cache-Control"] == "private, no-cache"
    assert client.get(f"/e/{event.slug}/?lang=zh").headers["Cache-Control"] == "no-store"


def test_on_https_browsers_are_told_to_stay_there(client, event):
    secure = client.get("/", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" in client.get("/?lang=zh", base_url="https://localhost").headers["Set-Cookie"]


def test_static_files_are_kept_for_a_year_by_their_fingerprint_and_asked_for_again_without(client, app):
    with app.test_request_context():
        address = static_url("css/tokens.css")
    assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/css/tokens.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["../config.py", "%2e%2e/config.py", "..%2fconfig.py", "css/../../config.py"])
def test_a_static_file_outside_of_its_folder_is_not_found(app, path):
    assert app.test_client().get(f"/static/{path}").status_code == 404


@pytest.mark.settings(trusted_proxies=1)
def test_behind_a_trusted_proxy_its_word_counts(client, app, event, routes):
    told = {"X-Forwarded-For": "203.0.113.9, 198.51.100.1", "X-Forwarded-Proto": "https"}
    assert "Strict-Transport-Security" in client.get("/", headers=told).headers
    page = client.get(f"/e/{event.slug}/register", headers=told)
    assert page.status_code == 200


def test_without_a_trusted_proxy_nobody_can_claim_another_address(client):
    told = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = client.get("/", headers=told)
    assert "Strict-Transport-Security" not in answer.headers
    assert "evil.example" not in answer.get_data(as_text=True)


# -- Redirects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "location",
    [
        "/",
        "/manage/",
        "/manage/delta-2026/?page=2&q=a%20b",
        "/e/delta-2026/#agenda",
        "/e/苏州/",
        "/a//b",
        "/?next=https://x",
    ],
)
def test_a_redirect_leads_to_pages_of_ours(app, location):
    with app.test_request_context():
        answer = see_other(location)
    assert (answer.status_code, answer.headers["Location"]) == (303, location)


@pytest.mark.parametrize(
    "location",
    [
        "",
        "manage/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\0/evil.example",
        " //evil.example",
        "/ /evil.example",
        "//[",
        "http://[",
        "?next=//evil.example",
    ],
)
def test_a_redirect_never_leaves(app, location):
    with app.test_request_context():
        assert see_other(location).headers["Location"] == "/"


@pytest.mark.parametrize(
    "away",
    [
        "//evil.example",
        "https://evil.example",
        "/%5Cevil.example",
        "/%09/evil.example",
        "%2F%2Fevil.example",
        "//%5B",
        "/%0d%0aSet-Cookie:a=b",
    ],
)
def test_the_page_after_signing_in_is_ours(client, owner, away):
    from eventapp.accounts.actions import set_password

    set_password(owner.id, "garden windows of Suzhou", by=SYSTEM)
    answer = client.post_form(f"/sign-in?next={away}", email=owner.email, password="garden windows of Suzhou")
    assert answer.location == "/"


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example", "//evil.example%2f.."])
def test_a_link_to_the_other_language_never_leads_away(client, path):
    answer = client.get("/", base_url="http://localhost", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path})
    assert all(not href.startswith("//") for href in answer.tree.xpath("//a/@href"))


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://[", "/"),
        ("//evil.example", "/"),
        ("https://evil.example/a", "/"),
        ("http://localhost//evil.example/", "/evil.example/"),
        ("http://localhost/sign-in", "/sign-in"),
        ("x" * 5000, "/"),
    ],
)
def test_an_error_page_leads_back_to_a_page_of_ours_whatever_the_referrer(app, event, referrer, back):
    registration = register_guest(make_category(event), 1)
    answer = app.test_client().post(f"{own_page(registration)}/withdraw", headers={"Referer": referrer})
    assert answer.status_code == 400
    assert f'href="{back}?lang=' in answer.get_data(as_text=True)


# -- Refusals and errors -------------------------------------------------------------------------------------------


def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(client, routes):
    page = client.get("/refuse", status=422)
    assert "A password needs at least 10 characters." in page.words
    answer = client.get("/refuse", headers={"Accept": "application/json"}, status=422)
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "WeakPassword",
        "title": "Please check what you entered",
        "status": 422,
        "detail": "A password needs at least 10 characters.",
    }


def test_a_problem_is_told_in_the_readers_language(client, routes):
    client.language = "zh"
    assert (
        client.get("/refuse", headers={"Accept": "application/json"}, status=422).json["title"] == "请检查您填写的内容"
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/nowhere", 404), ("/api/v1/checkin/scans", 405), ("/api/v1/checkin/search", 401), ("/api/crash", 500)],
)
def test_the_api_answers_with_problems_whatever_is_asked_for(client, routes, path, status):
    answer = client.get(path, status=status, headers={"Accept": "text/html"})
    assert answer.mimetype == "application/problem+json"
    assert (answer.json["status"], set(answer.json)) == (status, {"type", "title", "status", "detail"})


def test_a_wrong_method_says_which_are_right(client, event):
    answer = client.delete(f"/e/{event.slug}/register", status=405)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert "This address cannot be used in this way." in answer.words
    assert client.get("/api/v1/checkin/scans").headers["Allow"] == "OPTIONS, POST"


def test_a_crash_shows_nothing_of_the_inside_and_a_number_to_quote(capfd, client, routes):
    for path in ("/crash", "/api/crash"):
        answer = client.get(path, status=500)
        body = answer.get_data(as_text=True)
        assert answer.headers["X-Request-ID"] in body
        assert not any(trace in body for trace in (*TRACES, "a secret of ours", "ZeroDivision"))
    logged = capfd.readouterr().err
    assert "ZeroDivisionError" in logged
    assert answer.headers["X-Request-ID"] in logged


@pytest.mark.both_databases
def test_after_an_error_of_the_database_the_error_page_and_the_next_page_work(client, event, routes):
    for path in ("/break", "/break-write"):
        body = client.get(path, status=500).get_data(as_text=True)
        assert not any(trace in body for trace in TRACES)
    assert client.get(f"/e/{event.slug}/", status=200)


def test_too_large_a_body_is_refused_before_it_is_read(client, event):
    answer = client.post(
        f"/e/{event.slug}/register",
        data=b"x" * (BODY_LIMIT_BYTES + 1),
        content_type="application/x-www-form-urlencoded",
        status=413,
    )
    assert "This is too large to be sent at once." in answer.words
    many = "&".join("a=b" for _ in range(2000))
    client.post(f"/e/{event.slug}/register", data=many, content_type="application/x-www-form-urlencoded", status=400)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "address",
    [
        "/e/a%00b/",
        "/r/%00",
        "/p/%00",
        "/manage/%00/",
        "/e/delta-2026/speakers/%00",
        "/e/delta-2026/agenda/%00",
        "/?lang=%00",
        "/sign-in?next=%00",
        "/?%00=x",
        "/sign-in/%00",
        "/static/%00",
    ],
)
def test_nul_in_an_address_is_refused_in_words(client, event, address):
    assert client.get(address, status=400).heading == "Something is missing"
    client.language = "zh"
    client.get(address, status=400)


@pytest.mark.both_databases
def test_nul_in_forms_of_the_team_is_refused_in_words(client, staff, event):
    answer = client.post_form("/sign-in", status=422, email="a\0b@example.org", password="x\0y")
    assert "This holds invisible control characters. Please type it again." in " ".join(answer.errors)
    client.post_form("/sign-in/link", page="/sign-in", status=422, email="a\0b@example.org")
    member = staff("owner")
    answer = member.post_form(f"/manage/{event.slug}/banner", status=422, banner_en="a\0b")
    assert "This holds invisible control characters. Please type it again." in " ".join(answer.errors)
    set_banner(event.id, "still works", "", by=SYSTEM)


# -- Refused -------------------------------------------------------------------------------------------------------


def test_refusals_are_worded_when_they_are_shown(app):
    refusal = NotFound()
    with force_locale("zh"):
        assert str(refusal) == "找不到这个页面，链接可能不完整。"
    with force_locale("en"):
        assert str(refusal) == "We could not find this page. The link may be incomplete."


def test_a_refusal_may_be_given_words_values_and_a_field(app):
    class Full(Refused):
        message = "%(places)s places"

    assert str(Full(places=3)) == "3 places"
    assert str(Refused("100 % sure", field="x")) == "100 % sure"
    assert (Full(field="x", places=1).field, Full(places=1).field) == ("x", None)
    assert [error.status for error in (Refused, NotFound, NotAllowed, Stale)] == [409, 404, 403, 409]


def test_a_user_who_is_gone_is_signed_out(client, sign_in, app):
    user = add_user("gone@example.org")
    sign_in(client, user)
    with transaction() as session:
        session.delete(session.get_one(type(user), user.id))
    client.get("/manage/", status=303)
