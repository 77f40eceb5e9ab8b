"""The whole pass as one picture to keep on the phone: what it shows is the caller's, how it looks is in card.typ."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path

from eventapp.events.colours import contrast
from eventapp.passes import qr
from eventapp.typesetting import draw_pdf, draw_png, drawable

_TEMPLATE = Path(__file__).with_name("card.typ")
_SHEET = Path(__file__).with_name("sheet.typ")
_INK, _WHITE = "#16212c", "#ffffff"


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
    return draw_png(_TEMPLATE, "card", _drawn(card))


def render_sheet(card: Card) -> bytes:
    """The same on one page of A4, as PDF with the code as lines. Threads take turns."""
    return draw_pdf(_SHEET, "card", _drawn(card))


def _drawn(card: Card) -> dict[str, str | int]:
    texts: dict[str, str | int] = {field: drawable(text) for field, text in asdict(card).items()}
    colour = card.category_colour if re.fullmatch(r"#[0-9a-fA-F]{6}", card.category_colour) else _INK
    picture = qr.svg(card.qr_url)
    return texts | {
        "category_colour": colour,
        "on_category": _WHITE if contrast(_WHITE, colour) >= contrast(_INK, colour) else _INK,
        "qr_svg": picture,
        "qr_modules": _side(picture) - 2 * qr.QUIET_ZONE,
    }


def _side(picture: str) -> int:
    view_box = re.search(r'viewBox="0 0 (\d+) ', picture)
    assert view_box
    return int(view_box[1])
