"""Text as people type it: tidied, and refused where it hides something."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import Literal

# NUL cannot be stored; the bidirectional controls make text show as something it is not.
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# The order of marks on one letter is found in a time that grows with the square of their number, so that a field full of
# them would keep a server busy for a minute. Nobody's name bears more (Unicode's stream-safe texts bear 30).
MOST_MARKS = 30
QUICK_ANYHOW = 500

FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def normal(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form of Unicode ("NFC", "NFKC", …); a long one whose letters bear heaps of marks stays as it is."""
    if len(text) > QUICK_ANYHOW and _heaps_marks(text):
        return text
    return unicodedata.normalize(form, text)


def tidy(text: str | None) -> str:
    """One line as it is kept: composed characters, single spaces, nothing at the ends."""
    return " ".join(normal("NFC", text or "").split())


def tidy_lines(text: str | None) -> str:
    """Several lines as they are kept: composed characters, Unix line ends, nothing at the ends."""
    return normal("NFC", text or "").replace("\r\n", "\n").strip()


def can_be_seen(text: str) -> bool:
    """Whether text holds anything that shows: zero-width characters and fillers alone do not."""
    return any(unicodedata.category(character)[0] not in "CZ" and character not in FILLERS for character in text)


def hides_something(text: str) -> bool:
    """Whether text holds control or direction characters that nobody types on purpose."""
    return bool(HIDDEN.search(text))


def _heaps_marks(text: str) -> bool:
    if text.isascii():
        return False
    return any(
        is_mark and sum(1 for _mark in marks) > MOST_MARKS
        for is_mark, marks in groupby(text, key=lambda character: unicodedata.combining(character) != 0)
    )
