"""A table of a delegation as people paste it, from a spreadsheet or a chat: one person a line. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

COLUMNS = ("name_zh", "given_en", "family_en", "email", "phone", "organisation", "position", "role")
HEADINGS = {
    "name_zh": ("name in chinese", "chinese name", "name_zh", "中文姓名", "姓名"),
    "given_en": ("given name", "first name", "given", "given_en", "名"),
    "family_en": ("family name", "last name", "surname", "family", "family_en", "姓"),
    "email": ("e-mail", "email", "mail", "邮箱", "电子邮箱", "电子邮件"),
    "phone": ("mobile phone", "mobile", "phone", "tel", "手机", "手机号", "手机号码", "电话"),
    "organisation": ("organisation", "organization", "company", "单位", "机构", "公司"),
    "position": ("position", "title", "职务", "职位"),
    "role": ("role", "role in the party", "角色", "团内角色"),
}
ROLE_WORDS = {
    "": "member", "member": "member", "成员": "member", "团员": "member", "代表": "member",
    "head": "head", "head of delegation": "head", "团长": "head", "领队": "head",
    "aide": "aide", "assistant": "aide", "随员": "aide", "秘书": "aide", "随行人员": "aide",
    "interpreter": "interpreter", "翻译": "interpreter", "口译": "interpreter", "译员": "interpreter",
    "driver": "driver", "司机": "driver", "驾驶员": "driver",
}  # fmt: skip
# What separates cells, the likeliest first: who writes addresses with commas sends tabs or semicolons.
SEPARATORS = ("\t", ";", "；", ",", "，")


@dataclass(frozen=True)
class Table:
    """People by column, as typed, and the numbers of the lines that have more cells than there are columns."""

    people: Sequence[dict[str, str]] = ()
    too_long: Sequence[int] = ()


def read_table(text: str) -> Table:
    """Every line that holds something, in the order of COLUMNS or as a first line of headings says."""
    lines = [(number, cells) for number, cells in enumerate(_cells(text), start=1) if any(cells)]
    if not lines:
        return Table()
    order = _order(lines[0][1])
    if order is None:
        order = COLUMNS
    else:
        lines = lines[1:]
    return Table(
        people=[_person(order, cells) for _number, cells in lines],
        too_long=[number for number, cells in lines if any(cells[len(order) :])],
    )


def role_of(word: str) -> str | None:
    """The role that a word of either language means; none is `member`, None if nobody calls a role so."""
    return ROLE_WORDS.get(word.strip().lower())


def _cells(text: str) -> list[list[str]]:
    separator = next((mark for mark in SEPARATORS if mark in text), "\t")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [[cell.strip() for cell in row] for row in rows]
    except csv.Error:
        return [[cell.strip() for cell in line.split(separator)] for line in text.splitlines()]


def _order(first: Sequence[str]) -> tuple[str, ...] | None:
    """Which column each cell of a line of headings names; None if it is a person already."""
    known = {word: column for column, words in HEADINGS.items() for word in words}
    named = [known.get(cell.lower(), "") for cell in first]
    return tuple(named) if sum(map(bool, named)) >= min(2, len(first)) else None


def _person(order: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    person = dict.fromkeys(COLUMNS, "")
    person.update({column: cell for column, cell in zip(order, cells, strict=False) if column})
    return person
