"""Every public page in a real browser: axe finds nothing, nothing is cut off, in both languages, on a phone and on a desk."""

from __future__ import annotations

from typing import Any

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.events.actions import add_hall, add_organisation, place_organisation, set_banner, set_venue
from eventapp.people.actions import add_person, place_person
from eventapp.registration.models import Registration
from tests.registration.guests import make_category, make_notice, own_page, pass_digits, register_guest

pytestmark = pytest.mark.browser

SIZES = (390, 1280)
LANGUAGES = ("en", "zh")


@pytest.fixture
def summit(event) -> dict[str, Registration]:
    """An event with all that its pages can show, and a guest in each of three states."""
    set_venue(
        event.id,
        by=SYSTEM,
        name_en="Jinji Lake International Convention Centre",
        name_zh="金鸡湖国际会议中心",
        address_en="1 Lake Road, Suzhou Industrial Park",
        address_zh="苏州工业园区湖滨路1号",
        directions_en="Metro line 1, exit 3.",
        directions_zh="地铁1号线3号口。",
    )
    add_hall(event.id, by=SYSTEM, name_en="Hall A", name_zh="A厅")
    for name_en, name_zh, label_en, label_zh, role in (
        ("Suzhou Science Bureau", "苏州市科技局", "Guided by", "指导单位", "guided_by"),
        ("A University with a Long Name in Suzhou", "苏州某大学", "Hosted by", "主办单位", "host"),
    ):
        organisation = add_organisation(by=SYSTEM, name_en=name_en, name_zh=name_zh)
        place_organisation(event.id, organisation.id, role, by=SYSTEM, label_en=label_en, label_zh=label_zh)
    person = add_person(
        by=SYSTEM,
        family_zh="席",
        given_zh="酉民",
        family_en="Xi",
        given_en="Youmin",
        position_en="President",
        position_zh="校长",
    )
    place_person(event.id, person.id, by=SYSTEM)
    set_banner(event.id, "Gate 2 is closed; please use the main entrance.", "2 号门关闭，请走主入口。", by=SYSTEM)
    make_notice(event)
    few = make_category(event, 1, help_en="Companies and associations", help_zh="企业与协会")
    media = make_category(
        event, 5, code="media", name_en="Media", name_zh="媒体", needs_approval=True, colour="#8a6d1f"
    )
    return {
        "confirmed": register_guest(
            few, 1, organisation="Suzhou Instruments", position="Engineer", phone="+8613800138000"
        ),
        "waiting": register_guest(few, 2),
        "pending": register_guest(media, 3),
    }


def addresses(summit: dict[str, Registration]) -> list[str]:
    """Every public page, each kind once."""
    confirmed, waiting, pending = (summit[state] for state in ("confirmed", "waiting", "pending"))
    return [
        "/",
        "/e/delta-2026/",
        "/e/delta-2026/agenda",
        "/e/delta-2026/speakers",
        "/e/delta-2026/now",
        "/e/delta-2026/register",
        own_page(confirmed),
        f"{own_page(confirmed)}/withdraw",
        own_page(waiting),
        own_page(pending),
        f"/p/{pass_digits(confirmed)}",
        f"/p/{pass_digits(waiting)}",
        "/sign-in",
        "/nowhere",
    ]


def too_wide(page: Any) -> list[str]:
    """What reaches over the right edge of the window, outside of what scrolls by itself."""
    return page.evaluate(
        """() => {
            const edge = document.documentElement.clientWidth + 1;
            const scrolls = e => e && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
            return [...document.body.querySelectorAll('*')]
                .filter(e => e.getBoundingClientRect().right > edge && e.getBoundingClientRect().width > 1 && !scrolls(e.parentElement))
                .map(e => e.outerHTML.slice(0, 120));
        }"""
    )


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_is_cut_off(page_at, axe, summit, live_server, width, language):
    page = page_at(width=width, language=language)
    found = {}
    for address in addresses(summit):
        page.goto(address)
        faults = [*axe(page), *too_wide(page)]
        if faults:
            found[address[:30]] = faults
    assert found == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_form_is_sound_too(page_at, axe, summit, live_server, language):
    page = page_at(width=390, language=language)
    page.goto("/e/delta-2026/register")
    page.fill("#email", "not an address")
    page.locator("form:has(#email) button[type=submit]").click()
    assert page.locator("#error-summary").is_visible()
    assert axe(page) == []
    assert too_wide(page) == []
    first = page.locator("#error-summary a").first
    target = first.get_attribute("href")
    first.click()
    assert page.locator(target).count() == 1
    assert page.input_value("#email") == "not an address"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guest_registers_with_the_keyboard_alone(page_at, summit, live_server, language):
    page = page_at(width=390, language=language)
    page.goto("/e/delta-2026/register")
    page.locator("input[name=category]").nth(1).focus()
    page.keyboard.press("Space")
    page.focus("#name_zh" if language == "zh" else "#given_en")
    page.keyboard.type("李雷" if language == "zh" else "Lei")
    page.focus("#email")
    page.keyboard.type("li.lei@example.org")
    page.focus("#consent")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/r/*")
    assert page.locator("h1").inner_text() == {"en": "We received your registration", "zh": "已收到您的报名"}[language]


@pytest.mark.parametrize("width", SIZES)
def test_what_is_pressed_is_large_enough_for_a_thumb(page_at, summit, live_server, width):
    page = page_at(width=width)
    for address in ("/e/delta-2026/register", own_page(summit["confirmed"]), f"/p/{pass_digits(summit['confirmed'])}"):
        page.goto(address)
        for control in page.locator(
            "main .button, main input:not([type=hidden]):not([type=radio]):not([type=checkbox]), main .choice"
        ).all():
            assert control.bounding_box()["height"] >= 44, control.evaluate("e => e.outerHTML.slice(0, 120)")


def test_the_code_takes_most_of_a_phones_width_on_white_in_the_dark_too(page_at, summit, live_server):
    page = page_at(width=390)
    page.emulate_media(color_scheme="dark")
    page.goto(f"/p/{pass_digits(summit['confirmed'])}")
    code = page.locator(".pass-code img").bounding_box()
    assert code["width"] >= 0.6 * 390
    assert page.locator(".pass-code").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


def test_in_the_dark_axe_finds_nothing_either(page_at, axe, summit, live_server):
    page = page_at(width=390)
    page.emulate_media(color_scheme="dark")
    for address in addresses(summit):
        page.goto(address)
        assert axe(page) == [], address[:30]
