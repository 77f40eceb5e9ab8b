"""Signing in: by a password, by a link that is used once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actions import (
    MOST_FAILURES,
    add_user,
    mail_sign_in_link,
    new_sign_in_link,
    set_password,
    sign_in_by_link,
    sign_in_by_password,
)
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.errors import LinkUsedUp, TooManyTries, WeakPassword, WrongPassword
from eventapp.accounts.models import AuditEntry, SignInFailure, SignInLink, User
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage
from eventapp.sealing import token_hash
from tests.ground.storms import while_others_look

PASSWORD = "garden windows of Suzhou"


@pytest.fixture
def wang(app) -> User:
    user = add_user("Wang.Min@Example.org", name="Wang Min")
    set_password(user.id, PASSWORD, by=SYSTEM)
    return user


def test_the_right_password_signs_in_and_leads_to_the_desk(client, wang):
    answer = client.post_form("/sign-in", email="wang.min@example.org", password=PASSWORD)
    assert answer.location == "/manage/"
    client.get("/manage/", status=200)


def test_an_address_is_found_whatever_its_case_and_spaces(wang):
    assert sign_in_by_password("  WANG.MIN@example.ORG ", PASSWORD, origin="192.0.2.1").id == wang.id


def test_a_wrong_password_and_an_unknown_address_answer_alike(client, wang):
    wrong = client.post_form("/sign-in", status=422, email="wang.min@example.org", password="not this one")
    unknown = client.post_form("/sign-in", status=422, email="nobody@example.org", password="not this one")
    assert wrong.errors == [
        "This e-mail address and password do not match. Please try again, or ask for a sign-in link."
    ]
    assert unknown.errors == wrong.errors
    client.get("/manage/", status=303)


def test_a_refused_sign_in_keeps_the_address_but_never_the_password(client, wang):
    answer = client.post_form("/sign-in", status=422, email="wang.min@example.org", password="not this one")
    assert answer.tree.xpath("//input[@id='email']/@value") == ["wang.min@example.org"]
    assert "not this one" not in answer.get_data(as_text=True)


def test_an_empty_sign_in_says_what_is_missing_in_both_languages(client, wang):
    client.get("/sign-in?lang=en")
    assert client.post_form("/sign-in", status=422, email="", password="").errors[:2] == [
        "E-mail: Enter your e-mail address.",
        "Password: Enter your password.",
    ]
    client.get("/sign-in?lang=zh")
    chinese = client.post_form("/sign-in", status=422, email="", password="").errors
    assert len(chinese) == 4
    assert not any("Enter" in sentence for sentence in chinese)


def test_an_inactive_user_cannot_sign_in(wang):
    link = new_sign_in_link(wang.id, by=SYSTEM)
    _deactivate(wang.id)
    with pytest.raises(WrongPassword):
        sign_in_by_password(wang.email, PASSWORD, origin="192.0.2.1")
    with pytest.raises(LinkUsedUp):
        sign_in_by_link(link, origin="192.0.2.1")


def test_a_user_made_inactive_is_signed_out_at_once(client, sign_in, wang):
    sign_in(client, wang)
    client.get("/manage/", status=200)
    _deactivate(wang.id)
    client.get("/manage/", status=303)


def test_guessing_is_slowed_down_and_a_link_still_works(client, wang):
    for _ in range(MOST_FAILURES):
        with pytest.raises(WrongPassword):
            sign_in_by_password(wang.email, "a guess", origin="192.0.2.1")
    with pytest.raises(TooManyTries):
        sign_in_by_password(wang.email, PASSWORD, origin="192.0.2.1")
    assert sign_in_by_link(new_sign_in_link(wang.id, by=SYSTEM), origin="192.0.2.1").id == wang.id


def test_somebody_elses_typos_behind_the_same_address_stop_nobody(wang):
    for _ in range(MOST_FAILURES):
        with pytest.raises(WrongPassword):
            sign_in_by_password("someone.else@example.org", "a guess", origin="192.0.2.1")
    assert sign_in_by_password(wang.email, PASSWORD, origin="192.0.2.1").id == wang.id


def test_a_bookmark_of_the_desk_leads_to_signing_in_and_back(client, wang):
    answer = client.get("/manage/?tab=1", status=303)
    assert answer.location == "/sign-in?next=/manage/?tab%3D1"
    landed = client.post_form("/sign-in", page=answer.location, email=wang.email, password=PASSWORD)
    assert landed.location == "/manage/?tab=1"


def test_after_a_while_a_password_is_taken_again(wang):
    for _ in range(MOST_FAILURES):
        with pytest.raises(WrongPassword):
            sign_in_by_password(wang.email, "a guess", origin="192.0.2.1")
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert sign_in_by_password(wang.email, PASSWORD, origin="192.0.2.1").id == wang.id


def test_too_many_tries_are_told_on_the_page(client, wang):
    for _ in range(MOST_FAILURES):
        with pytest.raises(WrongPassword):
            sign_in_by_password(wang.email, "a guess", origin="127.0.0.1")
    answer = client.post_form("/sign-in", status=429, email=wang.email, password=PASSWORD)
    assert answer.errors == ["Too many tries. Please wait 15 minutes, or use a sign-in link."]


def test_a_short_password_is_refused(wang):
    with pytest.raises(WeakPassword):
        set_password(wang.id, "123456789", by=SYSTEM)


def test_passwords_and_link_tokens_are_stored_as_hashes_only(wang):
    token = new_sign_in_link(wang.id, by=SYSTEM)
    stored = db.session.execute(select(User.password_hash, SignInLink.token_hash).join(SignInLink)).one()
    assert stored.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored.token_hash == token_hash(token) != token


def test_looking_at_a_link_does_not_use_it(client, wang):
    token = new_sign_in_link(wang.id, by=SYSTEM)
    for _ in range(3):
        assert client.get(f"/sign-in/{token}", status=200).heading == "One more step"
    client.get("/manage/", status=303)
    assert client.post_form(f"/sign-in/{token}").location == "/manage/"
    client.get("/manage/", status=200)


def test_a_link_signs_in_once(client, visitor, wang):
    token = new_sign_in_link(wang.id, by=SYSTEM)
    client.post_form(f"/sign-in/{token}")
    second = visitor()
    used = second.get(f"/sign-in/{token}", status=410)
    assert "already used or is too old" in used.words
    with pytest.raises(LinkUsedUp):
        sign_in_by_link(token, origin="192.0.2.1")


def test_a_link_ends_after_an_hour(client, wang):
    token = new_sign_in_link(wang.id, by=SYSTEM)
    with time_machine.travel(now() + timedelta(minutes=59)):
        client.get(f"/sign-in/{token}", status=200)
    with time_machine.travel(now() + timedelta(minutes=61)):
        client.get(f"/sign-in/{token}", status=410)
        with pytest.raises(LinkUsedUp):
            sign_in_by_link(token, origin="192.0.2.1")


def test_a_link_nobody_made_is_refused_in_words(client):
    assert "Please ask for a new one" in client.get("/sign-in/not-a-link", status=410).words


def test_the_link_comes_by_mail_in_the_readers_language(client, mailbox, deliver, wang):
    client.language = "zh"
    client.post_form("/sign-in/link", page="/sign-in", status=200, email="Wang.Min@example.org")
    deliver()
    mail = mailbox.wait_for("wang.min@example.org")
    link = next(line for line in mail.get_body(("plain",)).get_content().splitlines() if line.startswith("http"))
    assert "Open this link" not in mail.get_body(("plain",)).get_content()
    client.post_form(link.removeprefix("http://127.0.0.1:8000"))
    client.get("/manage/", status=200)


def test_asking_for_a_link_says_the_same_to_strangers(client, wang):
    known = client.post_form("/sign-in/link", page="/sign-in", status=200, email="wang.min@example.org")
    unknown = client.post_form("/sign-in/link", page="/sign-in", status=200, email="nobody@example.org")
    assert known.words.replace("wang.min", "nobody") == unknown.words
    assert [message.recipient for message in db.session.scalars(select(OutboxMessage))] == ["wang.min@example.org"]


def test_the_outbox_keeps_a_links_token_sealed(wang):
    mail_sign_in_link(wang.email, language="en", by=SYSTEM)
    message = db.session.scalars(select(OutboxMessage)).one()
    assert set(message.values) == {"token_sealed"}


def test_an_incomplete_wish_for_a_link_leads_back_to_the_same_page_in_chinese(client):
    answer = client.post_form("/sign-in/link", page="/sign-in", status=422, email="")
    assert answer.errors[0] == "E-mail: Enter your e-mail address."
    assert answer.links()["中文"] == "/sign-in?lang=zh"


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "evil.example"]
)
def test_signing_in_never_leads_to_another_site(client, wang, away):
    answer = client.post_form(f"/sign-in?next={away}", email=wang.email, password=PASSWORD)
    assert answer.location == "/"


def test_signing_in_leads_back_to_the_page_that_asked_for_it(client, wang):
    assert (
        client.post_form("/sign-in?next=/manage/delta-2026/", email=wang.email, password=PASSWORD).location
        == "/manage/delta-2026/"
    )


def test_signing_out_ends_it(client, sign_in, wang):
    page = sign_in(client, wang).get("/manage/", status=200)
    client.press(page, "Sign out")
    client.get("/manage/", status=303)


def test_every_sign_in_leaves_an_audit_row_with_its_origin(wang):
    sign_in_by_password(wang.email, PASSWORD, origin="192.0.2.1")
    sign_in_by_link(new_sign_in_link(wang.id, by=SYSTEM), origin="2001:db8::1")
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in").order_by(AuditEntry.id)).all()
    assert [(row.actor_kind, row.actor_id, row.origin) for row in rows] == [
        ("user", wang.id, "192.0.2.1"),
        ("user", wang.id, "2001:db8::1"),
    ]


def test_a_failed_sign_in_leaves_its_address_and_origin(wang):
    with pytest.raises(WrongPassword):
        sign_in_by_password(wang.email, "a guess", origin="192.0.2.1")
    failure = db.session.scalars(select(SignInFailure)).one()
    assert (failure.email, failure.origin) == ("wang.min@example.org", "192.0.2.1")


def use_link(_index: int, token: str) -> int:
    return sign_in_by_link(token, origin="192.0.2.1").id


def use_link_naively(_index: int, token: str) -> int:
    """What the action would be without its guarded UPDATE: look, then mark."""
    link = db.session.scalars(select(SignInLink).where(SignInLink.token_hash == token_hash(token))).one()
    if link.used_at is not None:
        raise LinkUsedUp
    user_id, link_id = link.user_id, link.id
    while_others_look()
    with transaction() as session:
        session.get_one(SignInLink, link_id).used_at = now()
    return user_id


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_who_use_one_link_at_once_one_gets_in(app, storm, wang):
    naive = storm(use_link_naively, processes=2, threads=6, args=(new_sign_in_link(wang.id, by=SYSTEM),))
    assert len([outcome for outcome in naive if outcome.refusal is None]) > 1, "the race must be real"
    guarded = storm(use_link, processes=2, threads=6, args=(new_sign_in_link(wang.id, by=SYSTEM),))
    assert sorted(outcome.refusal or "signed in" for outcome in guarded) == ["LinkUsedUp"] * 11 + ["signed in"]


def _deactivate(user_id: int) -> None:
    with transaction() as session:
        session.get_one(User, user_id).active = False
