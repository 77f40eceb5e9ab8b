"""Pictures with words in them, set by typst with fonts of our own, so that every machine draws the same."""

from __future__ import annotations

import itertools
import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).resolve().parents[1] / "static" / "vendor" / "noto-sans-sc-0.4.3"

_LONGEST_WORD = 26
_NOT_IN_THE_FONTS = re.compile("[\u200d\u20e3\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0000-\U000e01ef]")
_LONG_WORD = re.compile(rf"[^\W\u3007-\u9fff]{{{_LONGEST_WORD},}}")
_SOFT_HYPHEN = "\u00ad"
_ONE_AT_A_TIME = threading.Lock()


def draw_png(template: Path, name: str, values: Mapping[str, str | int]) -> bytes:
    """A template's picture as PNG, one point one pixel; it reads `values` as JSON under `name`. Threads take turns."""
    with _ONE_AT_A_TIME:
        picture = _compiler(template).compile(format="png", ppi=72, sys_inputs={name: json.dumps(values)})
    assert isinstance(picture, bytes)
    return picture


def draw_pdf(template: Path, name: str, values: Mapping[str, Any]) -> bytes:
    """A template's pages as PDF, the same bytes for the same values. Threads take turns."""
    with _ONE_AT_A_TIME:
        document = _compiler(template).compile(format="pdf", sys_inputs={name: json.dumps(values)})
    assert isinstance(document, bytes)
    return document


def drawable(text: str, most_columns: int = 180) -> str:
    """The text without what no font of ours can draw, of bounded length, with places to break endless words."""
    spaced = "".join(" " if character.isspace() else character for character in _NOT_IN_THE_FONTS.sub("", text))
    seen = "".join(character for character in spaced if unicodedata.category(character)[0] != "C")
    return _LONG_WORD.sub(lambda word: _SOFT_HYPHEN.join(word[0]), _shortened(" ".join(seen.split()), most_columns))


@lru_cache(maxsize=4)
def _compiler(template: Path) -> typst.Compiler:
    """Kept warm: fonts and layout are the dear part. Made at the first picture, never before a server forks."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(template), root=str(template.parent), font_paths=fonts, ignore_system_fonts=True)


def _shortened(text: str, most_columns: int) -> str:
    """At most so many columns; a Chinese character takes two."""
    columns = itertools.accumulate(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    length = sum(column <= most_columns for column in columns)
    return text if length == len(text) else text[: length - 1].rstrip() + "…"
