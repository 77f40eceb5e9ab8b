"""People's names in two scripts: the printed form, the keys they are found by, the order they are listed in."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from eventapp.people.folding import fold, letters, without_selectors
from eventapp.people.surnames import COMPOUND, KNOWN, LONGEST_COMPOUND, SINGLE
from eventapp.pinyin import every_reading, likeliest_readings

MOST_READINGS = 64
LONGEST_KEYED = 100

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_HAN_OR_WORD = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W_{_HAN}]+")
_LATIN_WORD = re.compile(r"[^\W_][\w']*")
_MIDDLE_DOTS = "·•‧∙⋅・･"


@dataclass(frozen=True)
class Name:
    """A name in Latin and in Chinese script; `family_first` is the order of the Latin form."""

    family_en: str = ""
    given_en: str = ""
    family_zh: str = ""
    given_zh: str = ""
    printed_en: str = ""
    printed_zh: str = ""
    family_first: bool = False


@dataclass(frozen=True)
class SearchKeys:
    """What a query is compared with: `plain` with `fold(query)`, the others with `letters(query)`."""

    full: str
    initials: str
    readings: str
    plain: str


def printed_en(name: Name) -> str:
    """The Latin form as it stands on a badge; empty when there is none."""
    parts = (name.family_en, name.given_en) if name.family_first else (name.given_en, name.family_en)
    return name.printed_en.strip() or " ".join(part.strip() for part in parts if part.strip())


def printed_zh(name: Name) -> str:
    """The Chinese form as it stands on a badge; empty when there is none."""
    return name.printed_zh.strip() or f"{name.family_zh.strip()}{name.given_zh.strip()}"


def search_keys(name: Name) -> SearchKeys:
    """Every key that a name is found by, in lower case."""
    words = _likeliest_words(name)
    return SearchKeys(
        full="".join(words),
        initials=_initials(words),
        readings=" ".join(dict.fromkeys(reading for reading in _readings(name) if reading)),
        plain=fold(f"{printed_en(name)} {printed_zh(name)}"),
    )


def sort_key(name: Name) -> str:
    """Pinyin order for both scripts, by code point: 席酉民 and "Xi Youmin" stand together, under X."""
    if _is_chinese(name):
        parts = ["".join(_likeliest(options)).replace("v", "u") for options in _chinese_options(name)]
    else:
        parts = [letters(part) for part in _latin(name)]
    return " ".join(part for part in (*parts, fold(printed_zh(name))) if part)


@lru_cache(maxsize=4096)
def split_chinese(full: str) -> tuple[str, str]:
    """Family and given part of a Chinese name: 欧阳修 is 欧阳, 修. Where there is no surname, the first is empty."""
    full = full.strip()
    if not _HAN_RUN.match(full) or any(dot in full for dot in _MIDDLE_DOTS):
        return "", full
    first, *others = full.split()
    if others:
        is_family = len(first) <= 2 or first in COMPOUND
        return (first, "".join(others)) if is_family else ("", full)
    length = _family_length(full)
    return full[:length], full[length:]


def _is_chinese(name: Name) -> bool:
    return bool(_HAN_RUN.search(f"{name.family_zh}{name.given_zh}{name.printed_zh}"))


def _chinese(name: Name) -> tuple[str, str]:
    """Family and given part of the Chinese name, split by us when only the whole is known."""
    if name.family_zh.strip() or name.given_zh.strip():
        parts = (name.family_zh, name.given_zh)
    else:
        parts = split_chinese(name.printed_zh[:LONGEST_KEYED])
    family, given = (unicodedata.normalize("NFKC", without_selectors(part.strip())) for part in parts)
    return family[:LONGEST_KEYED], given[:LONGEST_KEYED]


def _latin(name: Name) -> tuple[str, str]:
    """Family and given part of the Latin name. Of a whole one the last word is the family, or the first."""
    if name.family_en.strip() or name.given_en.strip():
        return name.family_en.strip(), name.given_en.strip()
    words = (name.printed_en or ("" if _is_chinese(name) else printed_zh(name))).split()
    family_at = 0 if name.family_first else len(words) - 1
    return " ".join(words[family_at : family_at + 1]), " ".join(words[:family_at] + words[family_at + 1 :])


def _family_length(full: str) -> int:
    compound = _compound_length(full)
    if compound or len(full) < 4:
        return compound or 1
    if full[0] not in KNOWN:
        return 0
    return 2 if len(full) == 4 and full[1] in KNOWN else 1


def _compound_length(text: str) -> int:
    lengths = range(min(LONGEST_COMPOUND, len(text)), 1, -1)
    return next((length for length in lengths if text[:length] in COMPOUND), 0)


def _likeliest_words(name: Name) -> list[str]:
    """The name in its likeliest reading, family first: a Chinese character or a Latin word each."""
    if _is_chinese(name):
        family, given = _chinese_options(name)
        return _likeliest(family + given)
    return [word for part in _latin(name) for word in _latin_words(part)]


def _chinese_options(name: Name) -> tuple[list[list[str]], list[list[str]]]:
    """For each character of the family and of the given part its readings, the likeliest first."""
    family, given = _chinese(name)
    return _family_options(family), _given_options(given)


def _likeliest(options: list[list[str]]) -> list[str]:
    return [readings[0] for readings in options]


def _readings(name: Name) -> Iterator[str]:
    """Every plausible spelling of the whole name, each followed by its initials."""
    if _is_chinese(name):
        family, given = (_family_options(_chinese(name)[0]), _given_options(_chinese(name)[1]))
        for combination in itertools.product(*_few_enough(family + given)):
            yield from _spellings(" ".join(combination).split())
        yield from _spellings(_likeliest(given + family))
        yield letters(printed_zh(name))[:LONGEST_KEYED]
    for latin in _umlaut_spellings(name):
        family_words, given_words = (_latin_words(part) for part in _latin(latin))
        for words in (family_words + given_words, given_words + family_words, given_words[:1] + family_words):
            yield from _spellings(words)
        yield letters(printed_en(latin))


def _spellings(words: Sequence[str]) -> tuple[str, str]:
    return "".join(words), _initials(words)


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words)


def _latin_words(text: str) -> list[str]:
    return [letters(word) for word in _LATIN_WORD.findall(fold(text[:LONGEST_KEYED]))]


def _umlaut_spellings(name: Name) -> Iterator[Name]:
    """The Latin name as it is and, where it has an ü, with each letter that people type for it."""
    parts = [unicodedata.normalize("NFC", text) for text in (*_latin(name), name.printed_en)]
    typed = ("u", "v", "yu", "ue") if "ü" in "".join(parts).casefold() else ("u",)
    for letter in typed:
        family, given, printed = (re.sub("[üÜ]", letter, part) for part in parts)
        yield Name(family_en=family, given_en=given, printed_en=printed, family_first=name.family_first)


def _family_options(text: str) -> list[list[str]]:
    """For each character of the family part its readings, as a surname first; a word in another script as written."""
    options: list[list[str]] = []
    for run in _HAN_OR_WORD.finditer(text):
        options += _surname_options(run["han"]) if run["han"] else [[letters(run[0]) or run[0]]]
    return options


def _surname_options(text: str) -> list[list[str]]:
    options: list[list[str]] = []
    while text:
        length = _compound_length(text) or 1
        surname, text = text[:length], text[length:]
        known = COMPOUND.get(surname) or SINGLE.get(surname) or " ".join(likeliest_readings(surname))
        options += [_character_readings(*pair) for pair in zip(surname, known.split(), strict=True)]
    return options


def _given_options(text: str) -> list[list[str]]:
    """The same for the given part: here characters are read as the words they form."""
    options: list[list[str]] = []
    for run in _HAN_OR_WORD.finditer(text):
        if run["han"]:
            likeliest = likeliest_readings(run["han"], errors=_one_by_one)
            options += [_character_readings(*pair) for pair in zip(run["han"], likeliest, strict=True)]
        else:
            options.append([letters(run[0]) or run[0]])
    return options


def _character_readings(character: str, likeliest: str) -> list[str]:
    every = every_reading(character, errors=_one_by_one)
    return _with_umlauts([likeliest, *every])


def _one_by_one(unknown: str) -> Any:
    """Characters that pypinyin does not know stay as they are; a list keeps them apart (its type hints forget that)."""
    return list(unknown)


def _with_umlauts(readings: list[str]) -> list[str]:
    """Pinyin writes ü as v; people also type u and, as passports have it, yu."""
    typed = [reading.replace("v", letter) for letter in ("v", "u", "yu") for reading in readings]
    return list(dict.fromkeys(typed))


def _few_enough(options: list[list[str]]) -> list[list[str]]:
    """Fewer readings of the characters that have most of them, until their product is at most MOST_READINGS."""
    kept = [list(readings) for readings in options]
    while math.prod(map(len, kept)) > MOST_READINGS:
        max(kept, key=len).pop()
    return kept
