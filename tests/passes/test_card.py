"""The pass as one picture: its code is read from the picture, and nothing runs over the edge."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from eventapp.passes.card import Card, render_card
from eventapp.passes.code import pass_url, sign_code

DIGITS = sign_code(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), 7, "00ff00ff00ff00ff", 1)
CARD = Card(
    event_name="Yangtze River Delta Summit",
    event_name_other="长三角高峰论坛",
    dates="23–24 November 2026",
    place="Suzhou International Expo Centre",
    name="Youmin Xi",
    name_other="席酉民",
    organisation="Xi'an Jiaotong-Liverpool University",
    category="Academia",
    category_colour="#176b70",
    short_code="48219375",
    qr_url=pass_url("https://events.example.org", DIGITS),
    saved_hint="You can also enter by name.",
    dates_label="Dates",
    place_label="Place",
    code_label="Short code",
)
EXTREMES = {
    "long": replace(
        CARD,
        event_name="长三角高质量发展产教融合与人工智能创新合作高峰论坛暨未来教育联盟成立大会与战略合作伙伴授牌仪式苏州二〇二六年专题会议",
        event_name_other="Summit " * 25,
        place="苏州国际博览中心A馆三层金鸡湖厅（江苏省苏州市苏州工业园区苏州大道东688号）",
        name="Abdurrahman-Muhammadjan Alexandrovich Wolfeschlegelsteinhausen",
        name_other="阿卜杜热合曼·阿不都克里木·买买提明",
        organisation="中" * 200,
        category="Press and media from all over the world",
        saved_hint="hint " * 100,
        language="zh",
    ),
    "one endless word": replace(
        CARD, event_name="W" * 60, place="Q" * 80, dates="M" * 80, name="W" * 60, category="W" * 60, saved_hint="W" * 90
    ),
    "one wide word": replace(CARD, event_name="W" * 25, place="W" * 25, name="W" * 25, name_other="W" * 25),
    "emoji": replace(CARD, name="李😀雷👩‍👩‍👧 🇨🇳", event_name="🎉 Summit ✨", organisation="❤️"),
    "one character": replace(CARD, name="民", name_other="", organisation=""),
    "almost nothing": Card("", "", "", "", "", "", "", "", "", "00000000", CARD.qr_url, ""),
    "markup": replace(CARD, name='#let x = [*bold*] $x$ \\ "', event_name="= <b>&amp;", category="// #panic()"),
    "control characters": replace(CARD, name="a\x00b\u202ec\n\td\ud800"),
    "long host": replace(CARD, qr_url=pass_url("https://" + "a" * 60 + ".example.org/sub/path", DIGITS)),
}


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("RGB")


@pytest.mark.parametrize("card", [CARD, *EXTREMES.values()], ids=["usual", *EXTREMES])
def test_the_code_is_read_from_the_picture(card: Card) -> None:
    assert [found.text for found in zxingcpp.read_barcodes(opened(render_card(card)))] == [card.qr_url]


@pytest.mark.parametrize("card", [CARD, *EXTREMES.values()], ids=["usual", *EXTREMES])
def test_nothing_runs_over_the_edge(card: Card) -> None:
    picture = opened(render_card(card))
    assert picture.width == 1080
    assert picture.height <= 2520
    below_band = (172, picture.height - 40)
    for left, right in ((0, 40), (1040, 1080)):
        assert picture.crop((left, 0, right, picture.height)).getcolors() == [(40 * picture.height, (238, 241, 240))]
    for left, right in ((69, 125), (955, 1011)):
        for colour in picture.crop((left, below_band[0], right, below_band[1])).getcolors(65_536) or []:
            assert min(colour[1]) > 150, "ink in the margin"


def test_the_code_is_sharp_and_at_least_60_percent_wide() -> None:
    picture = opened(render_card(CARD))
    (found,) = zxingcpp.read_barcodes(picture)
    left, right = found.position.top_left.x, found.position.top_right.x
    assert right - left >= 0.6 * picture.width
    code = picture.crop((left + 2, found.position.top_left.y + 2, right - 2, found.position.bottom_left.y - 2))
    assert sorted(colour for _, colour in code.getcolors(65_536) or []) == [(0, 0, 0), (255, 255, 255)]


@pytest.mark.parametrize(
    ("colour", "word"), [("#176b70", (255, 255, 255)), ("#f2d45c", (22, 33, 44)), ("#000000", (255, 255, 255))]
)
def test_the_category_is_readable_on_its_colour(colour: str, word: tuple[int, int, int]) -> None:
    band = opened(render_card(replace(CARD, category_colour=colour))).crop((120, 60, 700, 150))
    found = [pixel for _, pixel in band.getcolors(65_536) or []]
    for expected in (tuple(bytes.fromhex(colour[1:])), word):
        assert min(max(abs(a - b) for a, b in zip(expected, pixel, strict=True)) for pixel in found) <= 2


def test_the_same_card_is_the_same_picture_in_every_thread() -> None:
    cards = [CARD, *EXTREMES.values()]
    alone = [render_card(card) for card in cards]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(render_card, cards * 3)) == alone * 3
