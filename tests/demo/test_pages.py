"""The sample's pages: each in both languages, with what the first five minutes need."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.accounts.models import User
from eventapp.agenda.models import AgendaSession
from eventapp.db import db
from eventapp.demo import ORGANISER_EMAIL, build_sample
from eventapp.demo.shared import FOOTNOTE
from tests.ground.stories import sign_in_by_mail
from tests.ground.visitors import Visitor


@pytest.fixture(autouse=True)
def _sample(app: Flask) -> None:
    build_sample()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_public_page_of_it_opens(client: Visitor, language: str) -> None:
    client.language = language
    client.get("/", status=200)
    for slug in ("delta-summit", "alliance-launch"):
        for page in ("", "agenda", "speakers", "now", "register", "agenda.ics", "cover.svg"):
            client.get(f"/e/{slug}/{page}", status=200)
    for session in db.session.execute(select(AgendaSession.public_id)).scalars().all():
        slug = (
            "delta-summit" if client.get(f"/e/delta-summit/agenda/{session}").status_code == 200 else "alliance-launch"
        )
        client.get(f"/e/{slug}/agenda/{session}", status=200)


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("zh", 1)])
def test_the_site_says_what_is_invented(client: Visitor, language: str, place: int) -> None:
    client.language = language
    for slug in ("delta-summit", "alliance-launch"):
        assert FOOTNOTE[place] in client.get(f"/e/{slug}/").words


def test_a_student_sees_that_the_category_is_full(client: Visitor) -> None:
    words = client.get("/e/delta-summit/register").words
    assert "Student full: you join the waiting list" in words


def test_the_organiser_sees_both_events(client: Visitor) -> None:
    sign_in_by_mail(client, db.session.scalars(select(User).where(User.email == ORGANISER_EMAIL)).one())
    words = client.get("/manage/", status=200).words
    assert "Industry-University-Research Summit for the Yangtze River Delta Region" in words
    assert "Launch of the XJTLU-Baidu Artificial Intelligence Innovation Alliance" in words
    for page in ("", "agenda", "registrations", "check-in"):
        client.get(f"/manage/delta-summit/{page}", status=200)
