"""The camera at the door: which one, with what light; photos where there is none; and an app that pairs itself."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from eventapp.passes.qr import png
from tests.checkin.film import CHROMIUM_FLAGS, write_film
from tests.checkin.site import Site, expect_verdict, pair_in_browser
from tests.checkin.stage import make_guest, qr_text_of

pytestmark = pytest.mark.browser

TWO_CAMERAS = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=device-count=2",
)
A_TORCH = """(() => {
  window.lit = [];
  const { getCapabilities, getSettings } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.getCapabilities = function () { return { ...getCapabilities.call(this), torch: true }; };
  MediaStreamTrack.prototype.getSettings = function () { return { ...getSettings.call(this), torch: lit.at(-1) ?? false }; };
  MediaStreamTrack.prototype.applyConstraints = async ({ advanced: [{ torch }] }) => { lit.push(torch); };
})();"""
IN_USE = "() => document.getElementById('video').srcObject.getVideoTracks()[0].getSettings().deviceId"


@pytest.fixture
def film_at(tmp_path: Path, site: Site, page_at: Callable[..., Page]) -> Callable[..., Page]:
    """`film_at(text)` is a page whose camera sees this code, again and again."""

    def open_with(text: str) -> Page:
        film = write_film(tmp_path / "door.mjpeg", [text, None])
        page = page_at(base_url=site.url, flags=tuple(CHROMIUM_FLAGS(film)))
        page.context.grant_permissions(["camera"])
        return page

    return open_with


def photo_of(text: str) -> dict[str, Any]:
    """A photo of a code on a desk, as a phone takes it."""
    code = Image.open(BytesIO(png(text, scale=14))).convert("L")
    photo = Image.new("L", (2400, 1800), 150)
    photo.paste(code.rotate(7, expand=True, fillcolor=150), (500, 300))
    data = BytesIO()
    photo.save(data, "JPEG", quality=80)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


def test_a_camera_is_chosen_and_remembered_and_its_light_switched_on(site, page_at, new_link):
    page = page_at(base_url=site.url, flags=TWO_CAMERAS)
    page.context.grant_permissions(["camera"])
    page.add_init_script(A_TORCH)
    door = pair_in_browser(page, new_link())
    expect(door.locator("#camera")).to_have_attribute("data-state", "scanning")
    door.locator("#ready .done").click()
    first = door.evaluate(IN_USE)
    door.get_by_role("button", name="Next camera").click()
    expect(door.locator("#camera")).to_have_attribute("data-state", "scanning")
    door.get_by_role("button", name="More").click()
    cameras = door.locator("#which-camera option")
    expect(cameras).to_have_count(2)
    second = next(one for one in cameras.evaluate_all("all => all.map(one => one.value)") if one != first)
    expect(door.locator("#which-camera")).to_have_value(second)
    door.keyboard.press("Escape")
    door.get_by_role("button", name="Light").click()
    expect(door.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")
    assert door.evaluate("lit") == [True]
    door.reload()
    expect(door.locator("#camera")).to_have_attribute("data-state", "scanning")
    assert door.evaluate(IN_USE) == second
    # A camera that is no longer there is no reason to show none.
    door.evaluate("localStorage.setItem('eventapp.door.preferences', JSON.stringify({camera: 'gone'}))")
    door.reload()
    expect(door.locator("#camera")).to_have_attribute("data-state", "scanning")


def test_where_no_camera_may_be_used_a_photo_does(open_door, event):
    guest = make_guest(event)
    door = open_door()
    expect(door.locator("#camera")).to_have_attribute("data-state", "none")
    field = door.locator("#camera").get_by_label("Photograph the code")
    field.set_input_files(photo_of("https://example.org/"))
    expect_verdict(door, "malformed")
    field.set_input_files({"name": "no.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    expect_verdict(door, "no_code")
    field.set_input_files(photo_of(qr_text_of(guest)))
    expect_verdict(door, "admitted")


def test_the_hand_that_holds_the_device_is_remembered(open_door):
    door = open_door()
    door.get_by_role("button", name="More").click()
    close = door.get_by_role("button", name="Close")
    title = door.get_by_role("heading", name="More")
    assert place(close) > place(title)
    door.get_by_label("the left hand").check()
    assert place(close) < place(title)
    door.reload()
    expect(door.locator("body")).to_have_attribute("data-hand", "left")


def place(element: Any) -> float:
    box = element.bounding_box()
    assert box is not None
    return float(box["x"])


# -- Pairing without the browser's help ----------------------------------------------------------------------------


def test_an_installed_app_pairs_itself_by_filming_the_code(site, film_at, new_link, axe):
    link = new_link()
    page = film_at(f"{site.url}{link}")
    page.goto("/door/")
    page.get_by_role("button", name="Film the pairing code").click()
    page.wait_for_url(f"**{link}")
    # Filming pairs nothing; the button does.
    page.get_by_role("button", name="Pair this device").click()
    page.wait_for_url("**/door/")
    expect(page.locator("#door")).to_be_visible()


def test_a_code_that_pairs_nothing_here_is_explained(page, site, new_link, axe):
    page.goto("/door/")
    field = page.locator("#unpaired").get_by_label("Photograph the code")
    field.set_input_files(photo_of("HTTPS://EXAMPLE.ORG/P/123"))
    expect(page.get_by_text("This is not a pairing code.")).to_be_visible()
    field.set_input_files(photo_of("https://other.example/door/pair/" + "a" * 43))
    expect(page.get_by_text("This pairing code belongs to another site")).to_be_visible()
    assert axe(page) == []
    # The browser of these tests has no camera.
    page.get_by_role("button", name="Film the pairing code").click()
    expect(page.get_by_text("The camera gives no picture.")).to_be_visible()
    link = new_link()
    field.set_input_files(photo_of(f"{site.url}{link}"))
    page.wait_for_url(f"**{link}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_inside_wechat_people_are_sent_to_the_browser_first(site, page_at, new_link, axe, language):
    page = page_at(base_url=site.url, language=language)
    page.add_init_script(
        "Object.defineProperty(navigator, 'userAgent', {get: () => 'Mozilla/5.0 (iPhone) MicroMessenger/8.0.50'});"
    )
    link = new_link()
    for path in ("/door/", link):
        page.goto(path)
        expect(page.locator("#wechat")).to_be_visible()
        expect(page.locator(".unpaired-body")).to_be_hidden()
        expect(page.locator("#this-address")).to_have_value(f"{site.url}{path}")
        assert axe(page) == []
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#wechat .copy").click()
    expect(page.locator("#wechat [data-copied=yes]")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site.url}{link}"
    page.locator("#wechat .go-on").click()
    expect(page.locator("#pair")).to_be_visible()


def test_elsewhere_nobody_hears_of_wechat(page):
    page.goto("/door/")
    expect(page.locator("#wechat")).to_be_hidden()


def test_an_address_that_is_not_secure_says_what_to_do(site, page_at, new_link, axe):
    port = urlsplit(site.url).port
    page = page_at(base_url=f"http://door.example:{port}", flags=("--host-resolver-rules=MAP door.example 127.0.0.1",))
    page.goto("/door/")
    expect(page.locator("#unpaired .insecure")).to_be_visible()
    expect(page.get_by_role("button", name="Film the pairing code")).to_be_hidden()
    assert axe(page) == []
    door = pair_in_browser(page, new_link())
    expect(door.locator("#camera [data-when=insecure]")).to_be_visible()
    expect(door.locator("#camera .photo-button")).to_be_visible()
    expect(door.locator("[data-tick=storage] .finding")).to_contain_text("without https://")
    assert axe(door) == []


def test_without_scripts_the_door_says_that_it_needs_them(site, browser):
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/door/")
    expect(page.locator("noscript p")).to_be_visible()
    assert "The door needs JavaScript" in page.locator("noscript p").inner_text()
    context.close()


# -- Installing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "name"), [("en", "Door check-in"), ("zh", "现场签到")])
def test_the_door_can_be_installed_in_both_languages(site, page_at, language, name):
    page = page_at(base_url=site.url, language=language)
    page.goto(f"/door/?lang={language}")
    address = page.locator("link[rel=manifest]").get_attribute("href")
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["name"] == name
    assert (manifest["scope"], manifest["start_url"], manifest["display"]) == ("/door/", "/door/", "standalone")
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(page.request.get(icon["src"]).body()))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    faults = page.context.new_cdp_session(page).send("Page.getAppManifest")["errors"]
    assert faults == []
