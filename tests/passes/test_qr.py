"""QR codes: both pictures are read back whole by a reader that is not ours."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from eventapp.passes import qr
from eventapp.passes.code import pass_url, sign_code

DIGITS = sign_code(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), 7, "00ff00ff00ff00ff", 1)
URLS = [
    pass_url("https://events.example.org", DIGITS),
    pass_url("http://127.0.0.1:8000", DIGITS),
    pass_url("https://registration.summit.a-long-name.university.example.org", DIGITS),
    pass_url("http://[::1]:8000", DIGITS),
    "https://events.example.org/door/pair/aB_cD-3fGh1jKlMn0",
    "https://events.example.org/签到",
    DIGITS,
]


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def drawn(svg: str, scale: int = 4) -> Image.Image:
    """The SVG's path as pixels, drawn by a means of its own."""
    root = ElementTree.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (side * scale, side * scale), "white")
    path = next(element.attrib["d"] for element in root if element.tag.endswith("path"))
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        left, top = int(x) * scale, int(y) * scale
        ImageDraw.Draw(picture).rectangle((left, top, left + int(length) * scale - 1, top + scale - 1), "black")
    return picture


def test_a_pass_needs_version_6() -> None:
    rows = qr.modules("HTTPS://EVENTS.EXAMPLE.ORG/P/", DIGITS)
    assert (len(rows), {len(row) for row in rows}) == (41, {41})


def test_a_longer_host_gets_the_next_version_that_fits() -> None:
    assert len(qr.modules("HTTPS://REGISTRATION.SUMMIT.EXAMPLE.ORG/P/", DIGITS)) == 45


def test_what_fits_in_no_code_is_refused() -> None:
    with pytest.raises(ValueError):
        qr.modules("X" * 4_000, DIGITS)


@pytest.mark.parametrize("url", URLS)
def test_the_png_is_read_back_whole(url: str) -> None:
    picture = Image.open(io.BytesIO(qr.png(url)))
    assert (picture.format, picture.mode, read(picture.convert("L"))) == ("PNG", "1", [url])


@pytest.mark.parametrize("url", URLS)
def test_the_svg_is_read_back_whole(url: str) -> None:
    assert read(drawn(qr.svg(url))) == [url]


@pytest.mark.parametrize("scale", [1, 3, 8, 20])
def test_the_png_has_a_quiet_zone_of_four_modules(scale: int) -> None:
    picture = Image.open(io.BytesIO(qr.png(URLS[0], scale=scale))).convert("L")
    assert picture.size == (49 * scale, 49 * scale)
    assert picture.point(lambda level: 255 - level).getbbox() == (4 * scale, 4 * scale, 45 * scale, 45 * scale)


def test_both_pictures_show_the_same_modules() -> None:
    assert drawn(qr.svg(URLS[0])).tobytes() == Image.open(io.BytesIO(qr.png(URLS[0], scale=4))).convert("L").tobytes()


def test_the_svg_fits_a_strict_page() -> None:
    svg = qr.svg(URLS[0])
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 49 49" shape-rendering="crispEdges">')
    assert '<rect width="49" height="49" fill="#fff"/>' in svg
    assert "style" not in svg
    assert "script" not in svg
