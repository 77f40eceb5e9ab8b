"""The verdict fills the screen: what it says, what can be done about it, and how well it can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import change_door_rules
from eventapp.checkin.models import Admission, Device, Scan
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.actions import cancel_registration
from tests.checkin.site import expect_verdict, scan_at_once
from tests.checkin.stage import make_guest, qr_text_of

pytestmark = pytest.mark.browser

ENOUGH_CONTRAST = 7
# Every text on the verdict, with its colour and the colour behind it.
COLOURS = """() => {
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
  };
  const own = element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const texts = [...document.querySelectorAll("#verdict *")].filter(one => own(one) || one.matches("svg, input"));
  return texts.filter(one => one.checkVisibility()).map(one => [one.className.baseVal ?? one.className ?? one.tagName,
    getComputedStyle(one).color, behind(one)]);
}"""
# The screen as it stands with everything on it, in one tone after the other.
EVERYTHING = """tone => {
  const screen = document.getElementById("verdict");
  screen.hidden = false;
  screen.dataset.tone = tone;
  for (const part of screen.querySelectorAll("*")) {
    part.hidden = false;
    if (!part.children.length && !part.textContent.trim() && part.matches("p, span, dd, h2")) part.textContent = "文 text";
  }
}"""
TONES = ("go", "bye", "again", "stop", "silence")


def verdicts_of(event: Event) -> list[str]:
    db.session.rollback()
    rows = select(Scan.verdict).join(Device).where(Device.event_id == event.id).order_by(Scan.id)
    return list(db.session.scalars(rows))


def standing(event: Event) -> list[Admission]:
    db.session.rollback()
    rows = select(Admission).join(Device).where(Device.event_id == event.id, Admission.voided_at.is_(None))
    return list(db.session.scalars(rows))


def luminance(colour: Sequence[float]) -> float:
    """As WCAG defines it, of red, green and blue from 0 to 255."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (one / 255 for one in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, ground: str) -> float:
    lights = [luminance([float(part) for part in re.findall(r"[\d.]+", colour)[:3]]) for colour in (text, ground)]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_contrast_is_measured_as_wcag_says():
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
    assert contrast("rgb(119, 119, 119)", "rgb(255, 255, 255)") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_of_every_tone_can_be_read_in_sunlight_and_at_night(open_door, scheme):
    door = open_door()
    door.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for tone in TONES:
        door.evaluate(EVERYTHING, tone)
        colours = door.evaluate(COLOURS)
        assert len(colours) > 25
        assert [(name, tone) for name, text, ground in colours if contrast(text, ground) < ENOUGH_CONTRAST] == []


def test_a_duplicate_is_told_when_where_and_by_which_device_with_one_instruction(open_door, event):
    guest = make_guest(event)
    door = open_door()
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "already_in")
    screen = door.locator("#verdict")
    for part in (".icon", ".word", ".first-time", ".first-checkpoint", ".first-device", ".name-here", ".name-other"):
        expect(screen.locator(part)).to_be_visible()
    expect(screen.locator(".instruction")).to_have_count(1)
    expect(screen.locator(".message")).to_be_hidden()
    expect(screen.locator(".actions")).to_be_hidden()


def test_an_admission_is_taken_back_with_a_reason(open_door, event, axe):
    guest = make_guest(event)
    door = open_door()
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    door.get_by_role("button", name="Take back").click()
    assert axe(door) == []
    # The screen stays while somebody says why.
    door.wait_for_timeout(2_700)
    door.get_by_role("button", name="Wrong person").click()
    expect_verdict(door, "undone")
    expect(door.locator("#verdict .name-here")).to_have_text("Lan Chen")
    expect(door.locator("#status .waiting")).to_be_hidden(timeout=20_000)
    assert standing(event) == []
    voided = db.session.scalars(select(Admission).where(Admission.registration_id == guest.id)).one()
    assert voided.void_reason == "Wrong person"
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    assert verdicts_of(event) == ["admitted", "admitted"]


def test_what_is_taken_back_without_a_network_is_taken_back_later(open_door, event):
    guest = make_guest(event)
    door = open_door()
    door.context.set_offline(True)
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict [data-mark=local]")).to_be_visible()
    door.get_by_role("button", name="Take back").click()
    door.get_by_label("Or in your own words").fill("came twice")
    door.locator(".reason").get_by_role("button", name="Take back").click()
    expect_verdict(door, "undone")
    expect(door.locator("#status .waiting")).to_have_text("To be sent: 2")
    door.context.set_offline(False)
    expect(door.locator("#status .waiting")).to_be_hidden(timeout=30_000)
    assert standing(event) == []
    voided = db.session.scalars(select(Admission).where(Admission.registration_id == guest.id)).one()
    assert voided.void_reason == "came twice"


@pytest.mark.parametrize("may_override", [False, True])
def test_where_taking_back_needs_a_right_only_devices_that_have_it_offer_it(open_door, event, may_override):
    change_door_rules(event.id, by=SYSTEM, category_ids=(), admit_unknown_offline=False, undo_needs_override=True)
    door = open_door(may_override=may_override)
    scan_at_once(door, qr_text_of(make_guest(event)))
    expect_verdict(door, "admitted")
    expect(door.get_by_role("button", name="Take back")).to_have_count(int(may_override))


def test_a_device_that_may_lets_in_all_the_same_and_says_why(open_door, event):
    guest = make_guest(event, "pending")
    door = open_door(may_override=True)
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "not_confirmed")
    door.get_by_role("button", name="Let in all the same").click()
    submit = door.get_by_role("button", name="Let them in")
    submit.click()
    # Nothing is let in without a word.
    expect(door.get_by_label("Or in your own words")).to_be_focused()
    door.get_by_label("Or in your own words").fill("The minister's interpreter")
    submit.click()
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict [data-mark=override]")).to_be_visible()
    scans = select(Scan).join(Device).where(Device.event_id == event.id).order_by(Scan.id)
    db.session.rollback()
    assert [(scan.verdict, scan.override_reason) for scan in db.session.scalars(scans)] == [
        ("not_confirmed", ""),
        ("admitted", "The minister's interpreter"),
    ]


def test_a_device_that_may_not_and_a_pass_that_must_not_offer_no_way_around(open_door, event):
    pending, cancelled = make_guest(event, "pending"), make_guest(event)
    cancel_registration(cancelled.id, by=SYSTEM)
    plain, privileged = open_door(), open_door(may_override=True)
    scan_at_once(plain, qr_text_of(pending))
    expect_verdict(plain, "not_confirmed")
    expect(plain.locator("#verdict .override")).to_be_hidden()
    scan_at_once(privileged, qr_text_of(cancelled))
    expect_verdict(privileged, "cancelled")
    expect(privileged.locator("#verdict .override")).to_be_hidden()


def test_the_next_scan_needs_no_tap_and_the_screen_leaves_by_itself(open_door, event):
    door = open_door()
    scan_at_once(door, qr_text_of(make_guest(event)))
    expect_verdict(door, "admitted")
    scan_at_once(door, "00000000")
    expect_verdict(door, "unknown")
    scan_at_once(door, qr_text_of(make_guest(event)))
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict")).to_be_hidden(timeout=5_000)


def test_a_guest_is_checked_in_by_keyboard_alone(open_door, event):
    make_guest(event, family_en="Zeng", given_en="Li", family_zh="曾", given_zh="黎")
    door = open_door(may_override=True)
    door.locator("#bar button").first.focus()
    press(door, "Tab", "Enter")
    expect(door.get_by_label("Name, organisation or phone")).to_be_focused()
    door.keyboard.type("zeng", delay=150)
    expect(door.locator("#search .result")).to_have_count(1)
    press(door, "Tab", "Enter")
    expect_verdict(door, "admitted")
    # What lies behind the verdict is out of reach; its own button comes next.
    door.locator("#verdict").focus()
    press(door, "Tab")
    expect(door.get_by_role("button", name="Take back")).to_be_focused()
    press(door, "Enter")
    expect(door.get_by_role("button", name="Scanned by mistake")).to_be_focused()
    press(door, "Escape")
    expect(door.locator("#verdict .reason")).to_be_hidden()
    expect_verdict(door, "admitted")
    press(door, "Escape")
    expect(door.locator("#verdict")).to_be_hidden()
    expect(door.get_by_label("Name, organisation or phone")).to_be_focused()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_sounds_differ_by_verdict_and_can_be_turned_off(open_door, event, page):
    page.add_init_script(
        "window.heard = []; const start = OscillatorNode.prototype.start; OscillatorNode.prototype.start = function (at) "
        "{ heard.push(this.frequency.value); return start.call(this, at); }; "
        "window.buzzed = []; navigator.vibrate = pattern => buzzed.push(pattern.length);"
    )
    door = open_door(page)
    listen: Callable[[], list[float]] = lambda: door.evaluate("heard.splice(0)")  # noqa: E731
    guest = make_guest(event)
    heard = []
    for code in (qr_text_of(guest), qr_text_of(guest), "00000000"):
        scan_at_once(door, code)
        expect(door.locator("#verdict")).to_be_visible()
        door.wait_for_timeout(300)
        heard.append(tuple(listen()))
    assert len(set(heard)) == 3
    assert all(heard)
    assert len(door.evaluate("buzzed")) == 3
    press(door, "Escape")
    door.get_by_role("button", name="More").click()
    door.get_by_label("Sound on").uncheck()
    scan_at_once(door, "00000000")
    expect_verdict(door, "unknown")
    assert listen() == []
