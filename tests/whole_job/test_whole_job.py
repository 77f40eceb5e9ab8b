"""The whole job, end to end: register on a phone, get the pass by mail, be admitted at the door by a camera, once."""

from __future__ import annotations

import io
import re
from email.message import EmailMessage

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.models import Admission, Scan
from eventapp.db import db
from eventapp.i18n import local
from eventapp.registration.actions import add_category, publish_notice
from tests.checkin.film import CHROMIUM_FLAGS, write_film
from tests.checkin.site import expect_verdict, pair_in_browser
from tests.checkin.stage import make_checkpoint

GUEST = "ouyang.mingyue@example.org"


@pytest.fixture
def summit(event):
    """An event as organisers set it up: a category, a privacy notice, a gate."""
    add_category(event.id, by=SYSTEM, code="industry", capacity=100, name_en="Industry", name_zh="产业界")
    add_category(event.id, by=SYSTEM, code="media", capacity=20, name_en="Media", name_zh="媒体")
    publish_notice(event.id, by=SYSTEM, body_en="We use your data for this event.", body_zh="您的信息仅用于本次活动。")
    make_checkpoint(event, name_en="Main gate", name_zh="主入口")
    return event


@pytest.mark.browser
def test_a_guest_registers_and_is_admitted_by_the_camera_once(mailbox, summit, organiser, serve, page_at, tmp_path):
    site = serve(worker=True)
    sign_in = f"/sign-in/{new_sign_in_link(organiser.id, by=SYSTEM)}"

    register_in_chinese(page_at(390, "zh", base_url=site.url))
    code = read_code(mailbox.wait_for(GUEST, seconds=30))
    assert re.fullmatch(rf"{site.url.upper()}/P/[0-9]{{184}}", code)

    desk = page_at(1280, "en", base_url=site.url)
    sign_in_at_the_desk(desk, sign_in)
    expect(desk.locator("#admitted-gate")).to_have_text("0")
    pairing_link = make_pairing_link(desk)

    film = write_film(tmp_path / "pass.mjpeg", [code, None])
    door = page_at(390, "zh", base_url=site.url, flags=tuple(CHROMIUM_FLAGS(film)))
    door.context.grant_permissions(["camera"], origin=site.url)
    pair_in_browser(door, pairing_link, button="配对本设备")

    expect_verdict(door, "admitted", seconds=30)
    expect(door.locator("#verdict .name-here")).to_have_text("欧阳明月")
    expect(door.locator("#verdict .organisation")).to_have_text("湖畔机器人公司")

    expect_verdict(door, "already_in", seconds=30)
    admission = db.session.scalars(select(Admission)).one()
    admitted_at = local(admission.admitted_at, "Asia/Shanghai")
    expect(door.locator("#verdict .first-time")).to_have_text(f"{admitted_at:%H:%M}")
    expect(door.locator("#verdict .first-checkpoint")).to_have_text("主入口")
    expect(door.locator("#verdict .first-device")).to_have_text("1号门手机")

    desk.goto("/manage/delta-2026/check-in")
    expect(desk.locator("#admitted-gate")).to_have_text("1")
    scans = [tuple(scan) for scan in db.session.execute(select(Scan.method, Scan.verdict).order_by(Scan.id))]
    assert scans[:2] == [("camera", "admitted"), ("camera", "already_in")]


def register_in_chinese(page: Page) -> None:
    """Through the event's own page, at phone size."""
    page.goto("/e/delta-2026/")
    page.get_by_role("link", name="报名").first.click()
    page.wait_for_url("**/e/delta-2026/register")
    page.get_by_role("radio", name="产业界").check()
    page.locator("[name=name_zh]").fill("欧阳明月")
    page.locator("[name=email]").fill(GUEST)
    page.locator("[name=phone]").fill("138 1234 5678")
    page.locator("[name=organisation]").fill("湖畔机器人公司")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="报名").click()
    page.wait_for_url("**/r/*")
    expect(page.locator("main")).to_contain_text("欧阳明月")


def read_code(mail: EmailMessage) -> str:
    """What the QR code in the mail says; the picture stands in the mail itself."""
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [picture["Content-ID"] for picture in pictures] == ["<pass-code>"]
    assert 'src="cid:pass-code"' in mail.get_body(("html",)).get_content()
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(pictures[0].get_content())))
    return str(found.text)


def sign_in_at_the_desk(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("main form button").click()
    page.wait_for_url("**/manage/**")
    page.goto("/manage/delta-2026/check-in")


def make_pairing_link(page: Page) -> str:
    page.get_by_role("link", name="Pair a device").click()
    page.get_by_label("Name of the device").fill("1号门手机")
    page.get_by_role("button", name="Make a pairing link").click()
    return page.locator("#link").input_value()
