"""Text as people type it: tidied, and refused where it hides something."""

from __future__ import annotations

import re
import unicodedata

# NUL cannot be stored; the bidirectional controls make text show as something it is not.
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


def tidy(text: str | None) -> str:
    """One line as it is kept: composed characters, single spaces, nothing at the ends."""
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def tidy_lines(text: str | None) -> str:
    """Several lines as they are kept: composed characters, Unix line ends, nothing at the ends."""
    return unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").strip()


def hides_something(text: str) -> bool:
    """Whether text holds control or direction characters that nobody types on purpose."""
    return bool(HIDDEN.search(text))
