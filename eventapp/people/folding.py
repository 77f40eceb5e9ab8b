"""How texts are compared: without case, width, accents and what nobody sees."""

from __future__ import annotations

import re
import unicodedata

from eventapp.text import normal

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ALIKE = str.maketrans({**dict.fromkeys("·•‧∙⋅・･", "·"), **dict.fromkeys("’‘ʼ`´", "'"), **dict.fromkeys("‐‑‒–—", "-")})
_WITHOUT_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(query: str) -> str:
    """A text as it is compared: lower case, one width, no accents or invisible characters, single spaces."""
    visible = "".join(_visible(character) for character in without_selectors(query)).translate(_ALIKE)
    lower = normal("NFKD", visible).casefold()
    bare = "".join(c for c in normal("NFKD", lower) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", bare).translate(_WITHOUT_STROKES).split())


def letters(query: str) -> str:
    """The same folding with nothing but letters and digits: "Xi, You-min" is xiyoumin."""
    return "".join(character for character in fold(query) if character.isalnum())


def without_selectors(text: str) -> str:
    """The text without the marks that choose among the glyphs of one character (葛 has several)."""
    return _SELECTORS.sub("", text)


def _visible(character: str) -> str:
    """Nothing in place of control, format (bidi, zero-width) and surrogate characters; any white space is a space."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character
