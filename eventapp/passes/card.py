"""The whole pass as one picture to keep on the phone: what it shows is the caller's, how it looks is in card.typ."""

from __future__ import annotations

import itertools
import json
import re
import threading
import unicodedata
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import typst

from eventapp.passes import qr

FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "noto-sans-sc-0.4.3"

_TEMPLATE = Path(__file__).with_name("card.typ")
_MOST_COLUMNS = 180
_LONGEST_WORD = 26
_INK, _WHITE = "#16212c", "#ffffff"
_NOT_IN_THE_FONTS = re.compile("[\u200d\u20e3\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0000-\U000e01ef]")
_LONG_WORD = re.compile(rf"[^\W\u3007-\u9fff]{{{_LONGEST_WORD},}}")
_SOFT_HYPHEN = "\u00ad"
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Card:
    """What stands on the picture, in its reader's words; empty parts are left out. `category_colour` is '#rrggbb'."""

    event_name: str
    event_name_other: str
    dates: str
    place: str
    name: str
    name_other: str
    organisation: str
    category: str
    category_colour: str
    short_code: str
    qr_url: str
    saved_hint: str
    dates_label: str = ""
    place_label: str = ""
    code_label: str = ""
    language: str = "en"


def render_card(card: Card) -> bytes:
    """The picture as PNG, 1080 pixels wide and as high as it needs to be. Threads take turns."""
    with _ONE_AT_A_TIME:
        picture = _compiler().compile(format="png", ppi=72, sys_inputs={"card": json.dumps(_drawn(card))})
    assert isinstance(picture, bytes)
    return picture


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    """Kept warm: fonts and layout are the dear part. Made at the first card, never before a server forks."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True)


def _drawn(card: Card) -> dict[str, str | int]:
    texts: dict[str, str | int] = {field: _fit_to_draw(text) for field, text in asdict(card).items()}
    colour = card.category_colour if re.fullmatch(r"#[0-9a-fA-F]{6}", card.category_colour) else _INK
    picture = qr.svg(card.qr_url)
    return texts | {
        "category_colour": colour,
        "on_category": _readable_on(colour),
        "qr_svg": picture,
        "qr_modules": _side(picture) - 2 * qr.QUIET_ZONE,
    }


def _fit_to_draw(text: str) -> str:
    """The text without what no font of ours can draw, of bounded length, with places to break endless words."""
    spaced = "".join(" " if character.isspace() else character for character in _NOT_IN_THE_FONTS.sub("", text))
    drawable = "".join(character for character in spaced if unicodedata.category(character)[0] != "C")
    return _LONG_WORD.sub(lambda word: _SOFT_HYPHEN.join(word[0]), _shortened(" ".join(drawable.split())))


def _shortened(text: str) -> str:
    """At most as many columns as four lines hold; a Chinese character takes two."""
    columns = itertools.accumulate(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    length = sum(column <= _MOST_COLUMNS for column in columns)
    return text if length == len(text) else text[: length - 1].rstrip() + "…"


def _side(picture: str) -> int:
    view_box = re.search(r'viewBox="0 0 (\d+) ', picture)
    assert view_box
    return int(view_box[1])


def _readable_on(colour: str) -> str:
    """White or ink, whichever has more contrast on a colour."""
    light = _luminance(colour)
    against_white = 1.05 / (light + 0.05)
    against_ink = (light + 0.05) / (_luminance(_INK) + 0.05)
    return _WHITE if against_white >= against_ink else _INK


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
