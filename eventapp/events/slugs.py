"""The part of an event's address that is its own: proposed from its name, and what it may look like. Pure."""

from __future__ import annotations

import re
import unicodedata

from eventapp.pinyin import likeliest_readings

LONGEST = 60
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Addresses of the desk that are not events.
RESERVED = frozenset({"new", "gallery"})


def slug_of(name_en: str, name_zh: str, year: int) -> str:
    """An address made of the name and the year: 'delta-summit-2026'. Without an English name the Chinese is spelt out."""
    words = _words(name_en) or _words(" ".join(likeliest_readings(name_zh)))
    ending = str(year)
    kept: list[str] = []
    for word in (word for word in words if word != ending):
        if len("-".join([*kept, word, ending])) > LONGEST:
            break
        kept.append(word)
    return "-".join([*(kept or ["event"]), ending])


def is_slug(text: str) -> bool:
    """Whether this may be an event's address: 3 to 60 small letters, digits and single hyphens."""
    return 3 <= len(text) <= LONGEST and bool(SLUG.fullmatch(text)) and text not in RESERVED


def code_of(name_en: str, name_zh: str, fallback: str) -> str:
    """A short code made of a name, for categories and checkpoints."""
    words = _words(name_en) or _words(" ".join(likeliest_readings(name_zh)))
    return "-".join(words)[:24].strip("-") or fallback


def first_free(wanted: str, taken: frozenset[str]) -> str:
    """`wanted`, or with the first number behind it that is not taken: 'gate', 'gate-2'."""
    number, proposal = 1, wanted
    while proposal in taken:
        number += 1
        proposal = f"{wanted[: LONGEST - 4]}-{number}"
    return proposal


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.findall(r"[a-z0-9]+", plain)
