"""How Chinese is read aloud. The dictionary fills 55 MB: a process loads it with the first Chinese name it has to read."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

Errors = str | Callable[[str], Any]


def likeliest_readings(text: str, errors: Errors = "default") -> list[str]:
    """One reading for each character, those of a word as the word is read; `errors` as pypinyin has it."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text, errors=errors)  # type: ignore[arg-type]


@lru_cache(maxsize=8192)
def every_reading(character: str, errors: Errors = "default") -> tuple[str, ...]:
    """All readings of one character."""
    from pypinyin import Style, pinyin

    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True, errors=errors)[0])  # type: ignore[arg-type]


def load_dictionary() -> None:
    """Load it now: before processes are forked, so that they share it."""
    likeliest_readings("")
