"""Writing to many with a real browser: on a phone, by the real worker, with the bar that moves by itself."""

from __future__ import annotations

import pytest

from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from tests.ground.browsers import fits_the_screen
from tests.messaging.mailings import make_mailing, send_out
from tests.registration.guests import make_category, register_guest

pytestmark = pytest.mark.browser


def signed_in(page, user) -> None:
    page.goto(f"/sign-in/{new_sign_in_link(user.id, by=SYSTEM)}")
    page.click("main button")
    page.wait_for_url("**/manage/")


def test_from_the_list_to_the_last_mail_on_a_phone(event, mailbox, serve, user_with_role, page_at, axe):
    category = make_category(event)
    register_guest(category, 1)
    register_guest(category, 2, language="zh")
    mailbox.slow(0.4)
    server = serve(worker=True)
    page = page_at(390, "en", server.url)
    signed_in(page, user_with_role("registrar"))
    page.goto(f"/manage/{event.slug}/registrations?state=confirmed")
    page.click("text=Write to these people")
    assert (fits_the_screen(page), axe(page)) == (True, [])
    page.fill("#subject_en", "Doors open at nine, {name}")
    page.fill("#body_en", "Dear {name},\n\nyour pass: {pass_link}")
    page.click("text=Save and look at it")
    page.wait_for_selector("h2#preview")
    assert "Doors open at nine, Lei Li 1" in page.inner_text(".mail-preview h3")
    assert (fits_the_screen(page), axe(page)) == (True, [])
    page.click("text=Send to 2 people")
    page.wait_for_selector("text=The message is on its way.")
    deadline = 40
    while "2 of 2 sent" not in page.inner_text("main") and deadline:
        page.wait_for_timeout(1000)
        page.reload()
        deadline -= 1
    assert "2 of 2 sent" in page.inner_text("main")
    assert (fits_the_screen(page), axe(page)) == (True, [])
    assert mailbox.wait_for("guest2@example.org", number=2)["Subject"] == "Doors open at nine, 李雷2"


@pytest.mark.parametrize(("width", "language"), [(390, "zh"), (1280, "en")])
def test_the_bar_moves_by_itself(event, mailbox, deliver, live_server, owner, page_at, axe, width, language):
    category = make_category(event)
    register_guest(category, 1)
    deliver()
    mailing = make_mailing(event)
    public_id = mailing.public_id
    send_out(mailing)
    page = page_at(width, language)
    signed_in(page, owner)
    page.goto(f"/manage/{event.slug}/mailings/{public_id}")
    assert page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [0, 1]
    assert (fits_the_screen(page), axe(page)) == (True, [])
    deliver()
    page.wait_for_selector(".mailing-progress[data-going-on='no']", timeout=10_000)
    assert page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [1, 1]
    page.goto(f"/manage/{event.slug}/mailings/")
    assert (fits_the_screen(page), axe(page)) == (True, [])
