"""A table of guests as people paste it: one a line, from a spreadsheet or with commas. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eventapp.people.names import split_chinese
from eventapp.registration.contact import parse_email
from eventapp.text import can_be_seen, hides_something, tidy

COLUMNS = ("name", "email", "organisation", "position", "language", "plus_ones")
HEADINGS = {
    "name": ("name", "姓名", "guest", "嘉宾"),
    "email": ("e-mail", "email", "mail", "邮箱", "电子邮箱", "电子邮件"),
    "organisation": ("organisation", "organization", "company", "单位", "机构", "公司"),
    "position": ("position", "title", "职务", "职位"),
    "language": ("language", "语言"),
    "plus_ones": ("plus-ones", "plus ones", "plus_ones", "companions", "随行人数", "同行人数", "随行"),
}
LANGUAGE_WORDS = {
    "en": "en", "english": "en", "英文": "en", "英语": "en",
    "zh": "zh", "cn": "zh", "zh-cn": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh",
}  # fmt: skip
LONGEST = {"name": 100, "organisation": 200, "position": 200}
MOST_LINES = 2000
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+(?: [\u3400-\u9fff\U00020000-\U0003ffff·]+)*")


@dataclass(frozen=True)
class Guest:
    """Somebody whose line could be read; `name` holds parts of NameColumns."""

    name: dict[str, str]
    email: str
    organisation: str
    position: str
    language: str
    plus_ones: int


@dataclass(frozen=True)
class Line:
    """One line by its number as the table counts them: a guest, or the names of what is wrong with it."""

    number: int
    text: str
    guest: Guest | None
    wrong: tuple[str, ...] = ()


def read_lines(table: str, *, language: str, most_plus_ones: int) -> list[Line]:
    """Every line that holds something. `wrong` names: name, email, language, plus_ones, long, hidden, twice, many."""
    rows = [(number, cells) for number, cells in _cells(table) if any(cells)]
    if not rows:
        return []
    order = _order(rows[0][1])
    body = rows[1:] if order else rows
    seen: set[tuple[str, str]] = set()
    found = []
    for count, (number, cells) in enumerate(body):
        named = dict(zip(order or COLUMNS, cells, strict=False))
        wrong = list(_faults(named, most_plus_ones)) if count < MOST_LINES else ["many"]
        guest = None if wrong else _guest(named, language)
        if guest is not None and (same := (guest.email, tidy(named["name"]).casefold())) in seen:
            guest, wrong = None, ["twice"]
        elif guest is not None:
            seen.add(same)
        found.append(Line(number, ", ".join(cell for cell in cells if cell)[:200], guest, tuple(wrong)))
    return found


def name_parts(text: str) -> dict[str, str]:
    """A whole name in one script or in both ("李雷 Lei Li") as its parts; the last Latin word is the family's."""
    chinese = HAN.search(text)
    latin = tidy(HAN.sub(" ", text)).split()
    family_zh, given_zh = split_chinese(chinese[0]) if chinese else ("", "")
    family_en = latin[-1] if len(latin) > 1 else ""
    given_en = " ".join(latin[:-1]) if len(latin) > 1 else " ".join(latin)
    return {"family_en": family_en, "given_en": given_en, "family_zh": family_zh, "given_zh": given_zh}


def _cells(table: str) -> list[tuple[int, list[str]]]:
    first = next((line for line in table.splitlines() if line.strip()), "")
    separator = "\t" if "\t" in first else ";" if first.count(";") > first.count(",") else ","
    text = table if separator == "\t" else table.replace("，", ",").replace("；", ";")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return [(reader.line_num, [tidy(cell) for cell in row]) for row in reader]
    except csv.Error:
        # A quotation mark that nobody closes: every line stands for itself then.
        lines = enumerate(text.splitlines(), start=1)
        return [(number, [tidy(cell) for cell in line.split(separator)]) for number, line in lines]


def _order(cells: Sequence[str]) -> list[str] | None:
    """The columns that a first line names, or None where it is a guest already."""
    known = {word: column for column, words in HEADINGS.items() for word in words}
    named = [known.get(cell.casefold(), "") for cell in cells]
    return named if "email" in named else None


def _faults(named: Mapping[str, str], most_plus_ones: int) -> list[str]:
    plus_ones = named.get("plus_ones", "")
    checks = {
        "name": can_be_seen(named.get("name", "")),
        "email": _email(named.get("email", "")) != "",
        "language": named.get("language", "").casefold() in ("", *LANGUAGE_WORDS),
        "plus_ones": not plus_ones
        or (plus_ones.isdecimal() and len(plus_ones) < 4 and int(plus_ones) <= most_plus_ones),
        "long": all(len(named.get(column, "")) <= longest for column, longest in LONGEST.items()),
        "hidden": not any(map(hides_something, named.values())),
    }
    return [name for name, holds in checks.items() if not holds]


def _guest(named: Mapping[str, str], language: str) -> Guest:
    return Guest(
        name=name_parts(named["name"]),
        email=_email(named["email"]),
        organisation=named.get("organisation", ""),
        position=named.get("position", ""),
        language=LANGUAGE_WORDS.get(named.get("language", "").casefold(), language),
        plus_ones=int(named.get("plus_ones") or 0),
    )


def _email(text: str) -> str:
    try:
        return parse_email(text)
    except ValueError:
        return ""
