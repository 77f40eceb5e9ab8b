"""Signing in with a real browser."""

from __future__ import annotations

import pytest

from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (1280, "en")])
def test_the_pages_of_signing_in_are_accessible(live_server, owner, page_at, axe, width, language):
    page = page_at(width, language)
    page.goto("/sign-in")
    assert axe(page) == []
    page.fill("#link-email", owner.email)
    page.click("form[action='/sign-in/link'] button")
    page.wait_for_selector("h1")
    assert axe(page) == []
    page.goto(f"/sign-in/{new_sign_in_link(owner.id, by=SYSTEM)}")
    assert axe(page) == []


def test_a_member_signs_in_by_link_and_signs_out(live_server, owner, page_at):
    page = page_at(390, "en")
    page.goto(f"/sign-in/{new_sign_in_link(owner.id, by=SYSTEM)}")
    page.click("main button")
    page.wait_for_url("**/manage/")
    page.click("text=Sign out")
    page.wait_for_url(f"{live_server.url}/")
    page.goto("/manage/")
    assert "Sign in" in page.inner_text("h1")
