"""Countries and regions by their ISO 3166-1 code, with their names in both languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale

from eventapp.i18n import Bilingual
from eventapp.people.folding import fold
from eventapp.pinyin import likeliest_readings

# What the tables of names hold besides: groups, parts of countries, reserved and test codes.
NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"])


@lru_cache(maxsize=1)
def countries() -> dict[str, Bilingual]:
    """Every country or region: its code of two letters and its names."""
    english: Mapping[str, str] = dict(Locale("en").territories)  # type: ignore[arg-type]
    chinese: Mapping[str, str] = dict(Locale("zh").territories)  # type: ignore[arg-type]
    codes = [code for code in english if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES]
    return {code: Bilingual(english[code], chinese[code]) for code in sorted(codes)}


@lru_cache(maxsize=2)
def countries_in_order(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) as a reader of `language` looks for them: by the alphabet, or by how Chinese is read aloud."""
    named = [(code, name.here(language)) for code, name in countries().items()]
    return tuple(sorted(named, key=lambda pair: _sounds(pair[1]) if language == "zh" else fold(pair[1])))


@lru_cache(maxsize=1)
def countries_by_name() -> dict[str, str]:
    """The code for each name, in either language and folded."""
    return {fold(name): code for code, names in countries().items() for name in (names.en, names.zh)}


def _sounds(name: str) -> str:
    return " ".join(likeliest_readings(name))
