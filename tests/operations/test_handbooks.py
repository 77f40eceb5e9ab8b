"""The handbooks call pages and buttons by the names that stand on the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from config import ROOT

DOCS = ROOT / "docs"
ENGLISH = ("organisers.md", "door.md", "attendees.md")
CHINESE = ("door.zh.md", "attendees.zh.md")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
# What opens a paragraph in bold is its heading; within a line it is the name of something on the screen.
NAME = re.compile(r"\*\*([^*]+)\*\*")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
MOST_PICTURE_BYTES = 120_000


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every message of our code and templates."""
    methods = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
    found: set[str] = set()
    for folder in ("eventapp", "templates"):
        for _file, _line, message, *_rest in extract_from_dir(str(ROOT / folder), methods, keywords=KEYWORDS):
            found.update([message] if isinstance(message, str) else message)
    return found


def _names(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    within = (found for found in NAME.finditer(text) if not text[: found.start()].endswith("\n\n"))
    return [" ".join(found[1].split()) for found in within]


@pytest.mark.parametrize("name", ENGLISH)
def test_every_name_in_a_handbook_stands_on_a_page(said, name):
    names = _names(DOCS / name)
    assert len(names) >= 5
    assert [found for found in names if found not in said] == []


@pytest.mark.parametrize("name", CHINESE)
def test_every_name_in_a_chinese_handbook_stands_on_a_chinese_page(name):
    with (ROOT / "eventapp/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        chinese = {text for message in read_po(file) for text in _texts(message.string)}
    assert [found for found in _names(DOCS / name) if found not in chinese] == []


def test_pictures_are_there_are_small_and_say_in_words_what_they_show():
    shown = PICTURE.findall((DOCS / "organisers.md").read_text(encoding="utf-8"))
    assert len(shown) >= 3
    assert [path for words, path in shown if len(words) < 20] == []
    heavy = {path: size for _words, path in shown if (size := (DOCS / path).stat().st_size) > MOST_PICTURE_BYTES}
    assert heavy == {}


def _texts(string: object) -> list[str]:
    return [str(text) for text in string] if isinstance(string, list | tuple) else [str(string)]
