"""Keep the Chinese complete: `python -m eventapp.translating` renews the catalogue, `--check` says what is missing."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path(__file__).parent / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
COMPILED = CATALOGUE.with_suffix(".mo")
METHODS = [("eventapp/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def main() -> int:
    """Renew or check; the exit status is 1 when something is missing."""
    problems = check() if "--check" in sys.argv else renew()
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


def renew() -> list[str]:
    """Take in new texts, drop unused ones, compile; returns what is still to be translated."""
    catalogue = _catalogue()
    catalogue.update(_extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(_po(catalogue))
    # As it is read back, which is what `check` compares with.
    COMPILED.write_bytes(_mo(_catalogue()))
    return _untranslated(catalogue)


def check() -> list[str]:
    """What keeps the Chinese from being complete, one sentence each."""
    catalogue, used = _catalogue(), _extracted()
    known, wanted = {message.id for message in catalogue if message.id}, {message.id for message in used if message.id}
    problems = [f"not in the catalogue: {_key(text)!r}" for text in sorted(wanted - known, key=_key)]
    problems += [f"in the catalogue but used nowhere: {_key(text)!r}" for text in sorted(known - wanted, key=_key)]
    problems += _untranslated(catalogue)
    if not COMPILED.exists() or COMPILED.read_bytes() != _mo(catalogue):
        problems.append("messages.mo is older than messages.po; run: python -m eventapp.translating")
    return problems


def _catalogue() -> Catalog:
    catalogue = Catalog(locale="zh")
    if CATALOGUE.exists():
        with CATALOGUE.open("rb") as file:
            catalogue = read_po(file, locale="zh")
    return _without_dates(catalogue)


def _without_dates(catalogue: Catalog) -> Catalog:
    """The same texts give the same file, whenever and by whomever it is written."""
    catalogue.header_comment = "# The Chinese texts of Eventapp."
    catalogue.project, catalogue.version, catalogue.fuzzy = "Eventapp", "1", False
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 11, 23, tzinfo=UTC)
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Eventapp"
    return catalogue


def _extracted() -> Catalog:
    found = Catalog()
    for filename, line, text, _comments, context in extract_from_dir(
        ROOT, method_map=METHODS, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        if filename != "eventapp/translating.py":
            found.add(text, locations=[(filename, line)], context=context)
    return found


def _is_ours(path: str | Path) -> bool:
    relative = Path(path).relative_to(ROOT).parts
    return not relative or relative[0] in {"eventapp", "templates"}


def _untranslated(catalogue: Catalog) -> list[str]:
    return [problem for message in catalogue if message.id and (problem := _problem(message))]


def _problem(message: Message) -> str | None:
    texts, originals = _forms(message.string), _forms(message.id)
    if message.fuzzy or not all(texts):
        return f"without Chinese: {_key(message.id)!r}"
    placeholders = set().union(*(PLACEHOLDER.findall(text) for text in originals))
    if any(set(PLACEHOLDER.findall(text)) - placeholders for text in texts):
        return f"the Chinese has a placeholder that the English has not: {_key(message.id)!r}"
    return None


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """A text's forms: one, or one for each number."""
    return (text or "",) if isinstance(text, str | None) else text


def _key(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _po(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    # No line numbers: a change of code elsewhere is not a change of the texts.
    write_po(out, catalogue, width=100, sort_output=True, no_location=True)
    return out.getvalue()


def _mo(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
