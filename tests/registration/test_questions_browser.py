"""Questions in a real browser on a narrow phone: shown while they are asked, kept when typed, sound for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.registration.actions import add_ready_question
from eventapp.registration.models import Registration
from tests.registration.asking import answers, ask, ask_choice, choice_id
from tests.registration.guests import make_category, make_notice
from tests.registration.test_browser_pages import too_wide

pytestmark = pytest.mark.browser
FORM = "/e/delta-2026/register"


@pytest.fixture
def summit(event) -> dict[str, Any]:
    """Two categories, questions of every kind, some of one category or depending on another."""
    make_notice(event)
    industry = make_category(event)
    media = make_category(event, code="media", name_en="Media", name_zh="媒体")
    for name in ("diet", "car", "document"):
        add_ready_question(event.id, name, by=SYSTEM)
    ask(event, "outlet", category_ids=[media.id], required=True)
    tour = ask_choice(event, "tour", ("Garden", "园林", 0), ("Museum", "博物馆", 4), required=True)
    ask(event, "shoes", "number", condition_id=tour.id, condition_value=choice_id(tour, "Museum"))
    ask(event, "guide", "yes_no", condition_id=tour.id, condition_value=choice_id(tour, "Museum"))
    for kind in ("long_text", "date", "country", "phone", "file"):
        ask(event, kind.replace("_", "-"), kind)
    return {"industry": industry, "media": media, "tour": tour}


def question(page: Any, name: str) -> Any:
    return page.locator(f"[data-question={name}]")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_script_shows_a_question_only_while_it_is_asked(page_at, axe, summit, live_server, language):
    page = page_at(width=360, language=language)
    page.goto(FORM)
    assert page.locator("[data-when]:visible").count() == 0
    assert not question(page, "q_outlet").is_visible()
    assert not question(page, "q_car_plate").is_visible()
    assert [*axe(page), *too_wide(page)] == []
    page.locator(f"input[name=category][value='{summit['media'].public_id}']").check()
    assert question(page, "q_outlet").is_visible()
    page.locator("input[name=q_car][value=yes]").check()
    assert question(page, "q_car_plate").is_visible()
    page.locator(f"input[name=q_tour][value='{choice_id(summit['tour'], 'Museum')}']").check()
    assert question(page, "q_shoes").is_visible()
    assert [*axe(page), *too_wide(page)] == []
    page.locator("input[name=q_car][value=no]").check()
    assert not question(page, "q_car_plate").is_visible()
    page.locator(f"input[name=category][value='{summit['industry'].public_id}']").check()
    assert not question(page, "q_outlet").is_visible()


def test_a_guest_registers_and_what_was_hidden_is_not_kept(page_at, summit, live_server):
    page = page_at(width=360)
    page.goto(FORM)
    page.locator(f"input[name=category][value='{summit['industry'].public_id}']").check()
    page.fill("#given_en", "Lei")
    page.fill("#email", "li.lei@example.org")
    page.locator("input[name=q_car][value=yes]").check()
    page.fill("#q_car_plate", "苏E12345")
    page.locator("input[name=q_car][value=no]").check()
    page.locator(f"input[name=q_tour][value='{choice_id(summit['tour'], 'Garden')}']").check()
    page.fill("#q_document", "E12345678")
    page.locator("#consent").check()
    # The tab's memory keeps what was typed, and never a document's number.
    kept = page.evaluate("JSON.stringify(sessionStorage)")
    assert "li.lei@example.org" in kept
    assert "E12345678" not in kept
    page.locator("form#register button[type=submit]").click()
    page.wait_for_url("**/r/*")
    db.session.rollback()
    registration = db.session.scalars(select(Registration)).one()
    assert answers(registration) == {
        "car": False, "tour": choice_id(summit["tour"], "Garden"), "document": ""
    }  # fmt: skip


def test_without_scripts_the_same_form_says_in_words_when_each_is_asked(page_at, axe, summit, live_server):
    page = page_at(width=360)
    page.route("**/questions.js*", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto(FORM)
    assert page.locator("[data-when]:visible").count() >= 4
    assert question(page, "q_outlet").is_visible()
    assert [*axe(page), *too_wide(page)] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_teams_page_shows_the_form_in_a_frame(page_at, axe, summit, live_server, owner, width):
    page = page_at(width=width)
    page.goto(f"/sign-in/{new_sign_in_link(owner.id, by=SYSTEM)}")
    page.click("main button")
    page.wait_for_url("**/manage/")
    page.goto("/manage/delta-2026/questions")
    frame = page.frame_locator("iframe.preview-frame")
    assert frame.locator("h1").inner_text() == "As guests see it"
    assert [*axe(page), *too_wide(page)] == []
    page.get_by_role("link", name="中文").last.click()
    frame.get_by_text("是否自驾前来？").first.wait_for()
    assert page.locator("h1").inner_text() == "Questions"
    page.reload()
    assert page.locator("h1").inner_text() == "Questions"
