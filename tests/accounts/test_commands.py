"""`flask accounts …`, as operators type it."""

from __future__ import annotations

import contextvars

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import sign_in_by_password
from eventapp.accounts.models import SignInLink, User
from eventapp.accounts.queries import find_user, role_in_event
from eventapp.db import db


@pytest.fixture
def flask(app):
    """`flask("accounts", "add", …)` runs the command as a shell would."""

    def run(*words: str, typed: str = ""):
        # A shell has no application context of the test's.
        result = contextvars.Context().run(app.test_cli_runner().invoke, args=list(words), input=typed)
        db.session.rollback()
        return result

    return run


def test_add_makes_an_owner_with_a_password(flask):
    result = flask("accounts", "add", "Owner@Example.org", "--owner", "--password-stdin", typed="garden windows\n")
    assert (result.exit_code, result.output) == (0, "owner@example.org was added.\n")
    assert sign_in_by_password("owner@example.org", "garden windows", origin="").is_owner


def test_add_gives_a_role_in_an_event(flask, event):
    result = flask("accounts", "add", "door@example.org", "--event", event.slug, "--role", "door")
    assert (result.exit_code, result.output) == (0, "door@example.org was added.\n")
    assert role_in_event(find_user("door@example.org").id, event.id) == "door"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--event", "delta-2026"), "--event and --role go together."),
        (("--role", "door"), "--event and --role go together."),
        (("--event", "delta-2026", "--role", "king"), "'king' is not one of"),
        (("--event", "nowhere", "--role", "door"), "There is no event nowhere."),
    ],
)
def test_add_refuses_in_words_and_adds_nobody(flask, event, words, sentence):
    result = flask("accounts", "add", "door@example.org", *words)
    assert result.exit_code != 0
    assert sentence in result.output
    assert find_user("door@example.org") is None


def test_a_short_password_adds_nobody(flask):
    result = flask("accounts", "add", "owner@example.org", "--owner", "--password-stdin", typed="short\n")
    assert (result.exit_code, result.output) == (1, "Error: A password needs at least 10 characters.\n")
    assert db.session.scalars(select(User)).all() == []


def test_sign_in_link_prints_a_link_that_works_once(flask, client):
    flask("accounts", "add", "owner@example.org", "--owner")
    link = flask("accounts", "sign-in-link", "owner@example.org").output.strip()
    assert link.startswith("http://127.0.0.1:8000/sign-in/")
    client.post_form(link.removeprefix("http://127.0.0.1:8000"))
    client.get("/manage/", status=200)
    client.get(link.removeprefix("http://127.0.0.1:8000"), status=410)


def test_sign_in_link_for_a_stranger_says_what_to_do(flask):
    result = flask("accounts", "sign-in-link", "nobody@example.org")
    assert result.exit_code == 1
    assert (
        "There is no user nobody@example.org. Add one with: flask accounts add nobody@example.org --owner"
        in result.output
    )
    assert db.session.scalars(select(SignInLink)).all() == []
