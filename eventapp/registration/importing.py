"""A table of registrations, read with the event's own questionnaire: who can be registered, and what is wrong with others.

Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventapp.i18n import Bilingual
from eventapp.people.folding import fold
from eventapp.people.names import split_chinese
from eventapp.registration.contact import parse_email, parse_phone
from eventapp.registration.guestlist import LANGUAGE_WORDS, name_parts
from eventapp.registration.questionnaire import QuestionSpec, Wrong, check
from eventapp.text import can_be_seen, hides_something, tidy

HEADS = {
    "name": ("name", "full name", "全名", "姓名"),
    "name_zh": ("name in chinese", "chinese name", "name_zh", "中文姓名", "中文名"),
    "given_en": ("given name", "first name", "given_en", "名", "名（拼音）", "英文名"),
    "family_en": ("family name", "last name", "surname", "family_en", "姓", "姓（拼音）", "英文姓"),
    "email": ("e-mail", "email", "mail", "邮箱", "电子邮箱", "电子邮件"),
    "phone": ("mobile phone", "mobile", "phone", "tel", "手机", "手机号", "手机号码", "电话"),
    "organisation": ("organisation", "organization", "company", "单位", "机构", "公司"),
    "position": ("position", "title", "职务", "职位"),
    "language": ("language", "语言"),
    "category": ("category", "参会类别", "类别"),
}
LONGEST = {"name": 100, "name_zh": 50, "given_en": 100, "family_en": 100, "organisation": 200, "position": 200}
MOST_ROWS = 20_000


@dataclass(frozen=True)
class Kind:
    """A category as a table may name it."""

    id: int
    code: str
    name: Bilingual


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: a code for which there are words; or a question with what is wrong with its answer."""

    code: str
    question: Bilingual | None = None
    wrong: Wrong | None = None


@dataclass(frozen=True)
class Comer:
    """Somebody whose row is right; `key` is the same whenever the same row comes again."""

    number: int
    key: str
    category_id: int
    values: Mapping[str, str]
    name: Mapping[str, str]
    answers: Mapping[int, Any]


@dataclass
class Judged:
    """A table as it was understood. `unread` are the heads that say nothing to us."""

    comers: list[Comer] = field(default_factory=list)
    faults: list[tuple[int, list[Fault]]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    has_heads: bool = True


def judge(rows: Sequence[tuple[int, list[str]]], specs: Sequence[QuestionSpec], kinds: Sequence[Kind]) -> Judged:
    """Read each row by the heads of the first one. Questions for files are never read; sensitive ones lack a consent."""
    asked = [spec for spec in specs if spec.kind != "file"]
    judged = Judged()
    columns = _columns(rows[0][1], asked) if rows else []
    if not _enough(columns):
        return Judged(has_heads=False)
    judged.unread = [head for head, column in zip(rows[0][1], columns, strict=True) if head and column is None]
    seen: Counter[str] = Counter()
    for count, (number, cells) in enumerate(rows[1:]):
        named = {column: cell for column, cell in zip(columns, cells, strict=False) if column is not None}
        comer, faults = _read(number, named, asked, kinds, seen) if count < MOST_ROWS else (None, [Fault("many")])
        if comer is not None:
            judged.comers.append(comer)
        else:
            judged.faults.append((number, faults))
    return judged


def _columns(heads: Sequence[str], specs: Sequence[QuestionSpec]) -> list[str | int | None]:
    """Each head's own column, or the id of the question it names; the first of two that say the same counts."""
    known: dict[str, str | int] = {}
    for spec in specs:
        for words in (spec.label.en, spec.label.zh, spec.code):
            known.setdefault(fold(words), spec.id)
    known |= {fold(word): column for column, words in HEADS.items() for word in words}
    found: list[str | int | None] = []
    for head in heads:
        column = known.get(fold(head)) if head else None
        found.append(None if column in found else column)
    return found


def _enough(columns: Sequence[str | int | None]) -> bool:
    return bool({"name", "name_zh", "given_en", "family_en"} & set(columns)) and bool({"email", "phone"} & set(columns))


def _read(
    number: int,
    named: Mapping[str | int, str],
    specs: Sequence[QuestionSpec],
    kinds: Sequence[Kind],
    seen: Counter[str],
) -> tuple[Comer | None, list[Fault]]:
    told = {column: tidy(cell) for column, cell in named.items() if isinstance(column, str)}
    kind, values, faults = _kind(told.get("category", ""), kinds), {}, []
    for column, read in (("email", parse_email), ("phone", parse_phone)):
        values[column], fault = _parsed(told.get(column, ""), column, read)
        faults += fault
    values["language"] = LANGUAGE_WORDS.get(told.get("language", "").casefold(), "")
    values |= {column: told.get(column, "") for column in ("organisation", "position")}
    name = _name(told)
    checks = {
        "name": can_be_seen("".join(name.values())),
        "reach": bool(values["email"] or values["phone"] or faults),
        "language": not told.get("language") or bool(values["language"]),
        "category": kind is not None,
        "long": all(len(told.get(column, "")) <= longest for column, longest in LONGEST.items()),
        "hidden": not any(map(hides_something, told.values())),
    }
    faults += [Fault(code) for code, holds in checks.items() if not holds]
    answers, wrong = _answers(named, specs, kind)
    faults += wrong
    if faults or kind is None:
        return None, faults
    key = _key(named, seen)
    return Comer(number, key, kind.id, values, name, answers), []


def _kind(text: str, kinds: Sequence[Kind]) -> Kind | None:
    """The category of that code or name; the only one where none is named."""
    if not text and len(kinds) == 1:
        return kinds[0]
    wanted = fold(text)
    return next((kind for kind in kinds if text and wanted in map(fold, (kind.code, kind.name.en, kind.name.zh))), None)


def _parsed(text: str, column: str, read: Any) -> tuple[str, list[Fault]]:
    try:
        return (read(text[:320]) if text else ""), []
    except ValueError:
        return "", [Fault(column)]


def _name(told: Mapping[str, str]) -> dict[str, str]:
    parts = {"family_en": told.get("family_en", ""), "given_en": told.get("given_en", "")}
    family_zh, given_zh = split_chinese(told.get("name_zh", ""))
    parts |= {"family_zh": family_zh, "given_zh": given_zh}
    if told.get("name") and not any(parts.values()):
        return name_parts(told["name"])
    return parts


def _answers(
    named: Mapping[str | int, str], specs: Sequence[QuestionSpec], kind: Kind | None
) -> tuple[dict[int, Any], list[Fault]]:
    typed = {column: cell for column, cell in named.items() if isinstance(column, int)}
    # Nobody agreed to anything by standing in a table.
    checked = check(specs, typed, category_id=kind.id if kind else None, consents=())
    labels = {spec.id: spec for spec in specs}
    wrong = {
        key: fault
        for key, fault in checked.errors.items()
        if fault.code != "required" or (labels[key].asked, labels[key].audience) == ("registration", "guest")
    }
    return dict(checked.values), [Fault("answer", labels[key].label, fault) for key, fault in wrong.items()]


def _key(named: Mapping[str | int, str], seen: Counter[str]) -> str:
    """Made of what the row says, and of how many times the file said it before."""
    told = json.dumps(sorted((str(column), cell) for column, cell in named.items() if cell), ensure_ascii=False)
    seen[told] += 1
    return hashlib.sha256(f"{seen[told]}:{told}".encode()).hexdigest()
