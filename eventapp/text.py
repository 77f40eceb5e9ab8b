"""Text as people type it: tidied, and refused where it hides something."""

from __future__ import annotations

import re
import unicodedata

# NUL cannot be stored; the bidirectional controls make text show as something it is not.
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def tidy(text: str | None) -> str:
    """One line as it is kept: composed characters, single spaces, nothing at the ends."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def tidy_lines(text: str | None) -> str:
    """Several lines as they are kept: composed characters, Unix line ends, nothing at the ends."""
    return unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").strip()


def can_be_seen(text: str) -> bool:
    """Whether text holds anything that shows: zero-width characters and fillers alone do not."""
    return any(unicodedata.category(character)[0] not in "CZ" and character not in FILLERS for character in text)


def hides_something(text: str) -> bool:
    """Whether text holds control or direction characters that nobody types on purpose."""
    return bool(HIDDEN.search(text))
