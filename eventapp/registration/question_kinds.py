"""What each kind of question takes for an answer, and how that answer reads. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from eventapp.i18n import Bilingual
from eventapp.people.folding import fold
from eventapp.registration.contact import parse_phone
from eventapp.registration.countries import countries, countries_by_name
from eventapp.registration.question_specs import ChoiceSpec, QuestionSpec, Value, Wrong, is_masked, mask
from eventapp.text import can_be_seen, hides_something, normal, tidy, tidy_lines

YES_NO = {True: Bilingual("Yes", "是"), False: Bilingual("No", "否")}
SAID = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
YEARS = range(1900, 2101)
LARGEST = 10**15
FILE = re.compile(r"[0-9a-f]{16}")
# Chinese documents begin with a word: 军字第…
DOCUMENT = re.compile(r"[0-9A-Z\u4e00-\u9fff][0-9A-Z\u4e00-\u9fff ()./-]{2,38}[0-9A-Z\u4e00-\u9fff)]")
BETWEEN_CHOICES = re.compile(r"[;；\n]")


def read_answer(spec: QuestionSpec, typed: Any, held: Any = None) -> Value | Wrong | None:
    """The clean value of what was typed, sent or imported; None for no answer. `held` is what was answered before."""
    if typed is None or typed == "" or typed == []:
        return None
    if any(map(hides_something, _texts(typed))):
        return Wrong("hidden")
    return READERS[spec.kind](spec, typed, held)


def in_words(spec: QuestionSpec, value: Value) -> Bilingual:
    """A clean value as people read it, in both languages; a document's number masked, a file as its id."""
    if spec.kind in ("choice", "choices"):
        labels = [choice.label for choice in spec.choices if choice.public_id in _listed(value)]
        return Bilingual(
            ", ".join(label.here("en") for label in labels), "、".join(label.here("zh") for label in labels)
        )
    if spec.kind == "yes_no":
        return YES_NO[bool(value)]
    if spec.kind == "country":
        return countries()[str(value)]
    shown = mask(str(value)) if spec.kind == "document" and not is_masked(value) else str(value)
    return Bilingual(shown, shown)


def _texts(typed: Any) -> list[str]:
    return [text for text in (typed if isinstance(typed, list | tuple) else [typed]) if isinstance(text, str)]


def _listed(value: Value) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def _text(typed: Any) -> str | None:
    """What was typed as text; a spreadsheet's number, too. None for anything else."""
    if isinstance(typed, str):
        return typed
    if isinstance(typed, bool) or not isinstance(typed, int | float) or not abs(typed) < LARGEST:
        return None
    return str(int(typed)) if typed == int(typed) else str(typed)


def _read_text(spec: QuestionSpec, typed: Any, _held: Any) -> Value | Wrong | None:
    text = _text(typed)
    if text is None:
        return Wrong("no_text")
    clean = tidy_lines(text) if spec.kind == "long_text" else tidy(text)
    if len(clean) > spec.limit:
        return Wrong("too_long", {"most": spec.limit})
    return clean if can_be_seen(clean) else None


def _read_choice(spec: QuestionSpec, typed: Any, held: Any) -> Value | Wrong | None:
    chosen = _find_choice(spec, typed, held)
    return chosen.public_id if chosen else Wrong("not_offered")


def _read_choices(spec: QuestionSpec, typed: Any, held: Any) -> Value | Wrong | None:
    wishes = typed if isinstance(typed, list | tuple) else _split(typed)
    if len(wishes) > 2 * len(spec.choices):
        # Nobody ticks more than there is; to look each up would take long.
        return Wrong("not_offered")
    found = [_find_choice(spec, wish, held) for wish in wishes]
    if None in found:
        return Wrong("not_offered")
    # In the order of the question, each once.
    return [choice.public_id for choice in spec.choices if choice in found] or None


def _split(typed: Any) -> list[str]:
    return [part for part in BETWEEN_CHOICES.split(typed) if part.strip()] if isinstance(typed, str) else [typed]


def _find_choice(spec: QuestionSpec, typed: Any, held: Any) -> ChoiceSpec | None:
    """By its id or, as spreadsheets have it, by its words. An archived one only if it was chosen before."""
    if not isinstance(typed, str):
        return None
    before = _listed(held) if held else []
    may_choose = [choice for choice in spec.choices if not choice.archived or choice.public_id in before]
    wanted = fold(typed)
    by_id = [choice for choice in may_choose if choice.public_id == typed]
    by_words = [choice for choice in may_choose if wanted and wanted in (fold(choice.label.en), fold(choice.label.zh))]
    return next(iter([*by_id, *by_words]), None)


def _read_number(spec: QuestionSpec, typed: Any, _held: Any) -> Value | Wrong | None:
    text = normal("NFKC", _text(typed) or "").strip()
    if not re.fullmatch(r"[0-9]{1,12}", text):
        return Wrong("no_number")
    return int(text) if int(text) <= spec.limit else Wrong("too_large", {"most": spec.limit})


def _read_date(_spec: QuestionSpec, typed: Any, _held: Any) -> Value | Wrong | None:
    text = typed.isoformat()[:10] if isinstance(typed, date) else normal("NFKC", _text(typed) or "")
    parts = re.fullmatch(r"\s*([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\s*", text)
    try:
        day = date(*map(int, parts.groups())) if parts else None
    except ValueError:
        day = None
    return day.isoformat() if day and day.year in YEARS else Wrong("no_date")


def _read_yes_no(_spec: QuestionSpec, typed: Any, _held: Any) -> Value | Wrong | None:
    said = typed if isinstance(typed, bool) else SAID.get((_text(typed) or "").strip().lower())
    return Wrong("no_yes_no") if said is None else said


def _read_country(_spec: QuestionSpec, typed: Any, _held: Any) -> Value | Wrong | None:
    text = _text(typed) or ""
    code = text.strip().upper()
    return code if code in countries() else countries_by_name().get(fold(text)) or Wrong("no_country")


def _read_phone(_spec: QuestionSpec, typed: Any, _held: Any) -> Value | Wrong | None:
    try:
        return parse_phone((_text(typed) or "")[:60])
    except ValueError:
        return Wrong("no_phone")


def _read_file(_spec: QuestionSpec, typed: Any, _held: Any) -> Value | Wrong | None:
    return typed if isinstance(typed, str) and FILE.fullmatch(typed) else Wrong("no_file")


def _read_document(_spec: QuestionSpec, typed: Any, held: Any) -> Value | Wrong | None:
    if is_masked(typed):
        return typed if typed == held else Wrong("no_document")
    number = tidy(normal("NFKC", _text(typed) or "")).upper()
    return number if DOCUMENT.fullmatch(number) else Wrong("no_document")


READERS: dict[str, Callable[[QuestionSpec, Any, Any], Value | Wrong | None]] = {
    "short_text": _read_text,
    "long_text": _read_text,
    "choice": _read_choice,
    "choices": _read_choices,
    "number": _read_number,
    "date": _read_date,
    "yes_no": _read_yes_no,
    "country": _read_country,
    "phone": _read_phone,
    "file": _read_file,
    "document": _read_document,
}
