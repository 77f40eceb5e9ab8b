"""A speaker on a phone, in a real browser."""

from __future__ import annotations

import pytest

from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.speakers.actions import send_portrait, write_profile
from eventapp.speakers.queries import portrait_of
from tests.ground.browsers import fits_the_screen
from tests.speakers.stage import SPEAKER, address, fresh, invited, make_another_part, make_speaker, photo

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_speaker_answers_on_a_phone(event, page_at, axe, language):
    person, part = make_speaker(event)
    make_another_part(event, person)
    invitation = invited(event, person)
    page = page_at(390, language)
    page.goto(address(invitation))
    assert axe(page) == []
    assert fits_the_screen(page)
    words = {"en": "I accept", "zh": "接受邀请"}[language]
    with page.expect_response("**/parts/*") as answer:
        page.get_by_role("button", name=words).first.click()
    assert answer.value.status == 303
    page.wait_for_selector(".notice-good")
    assert fresh(part).reply == "accepted"
    assert axe(page) == []
    for rest in ("/profile", "/portrait"):
        page.goto(address(invitation, rest))
        assert axe(page) == []
        assert fits_the_screen(page)


def test_the_square_is_dragged_and_moved_by_keys(event, page_at, axe):
    invitation = invited(event, make_speaker(event)[0])
    page = page_at(390)
    page.goto(address(invitation, "/portrait"))
    page.set_input_files("#picture", {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photo(1000, 1600)})
    page.get_by_role("button", name="Send the photo").click()
    square = page.locator("#crop-square")
    square.wait_for(state="visible")
    assert axe(page) == []
    assert fits_the_screen(page)
    assert not page.locator("#crop-fields").is_visible()
    db.session.rollback()
    before = portrait_of(invitation.id).top
    page.locator("#crop-stage").evaluate("stage => stage.scrollIntoView({block: 'start'})")
    box = square.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 300, steps=5)
    page.mouse.up()
    assert page.input_value("#top") == "600", "it stops at the lower end"
    square.focus()
    for key in ("ArrowUp", "-", "-", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.locator("#crop-told").inner_text() != ""
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/portrait")
    page.locator("#crop-square").wait_for(state="visible")
    db.session.rollback()
    row = portrait_of(invitation.id)
    assert before != row.top
    assert (row.left, row.side) == (0, 960)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_of_speakers_has_no_faults(event, page_at, axe, organiser, width):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholar.")
    send_portrait(invitation.id, photo(), by=SPEAKER)
    link = new_sign_in_link(organiser.id, by=SYSTEM)
    page = page_at(width)
    page.goto(f"/sign-in/{link}")
    page.locator("main button").click()
    page.wait_for_url("**/manage/**")
    for rest in ("", f"/{person.public_id}", f"/{person.public_id}/invite", "/plan"):
        page.goto(f"/manage/{event.slug}/speakers{rest}")
        assert axe(page) == []
        assert fits_the_screen(page)
