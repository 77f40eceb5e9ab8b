"""Every message is used, and said in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.architecture.source import PACKAGE, ROOT

CHINESE = PACKAGE / "translations" / "zh" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> Catalog:
    """What our code and templates say now."""
    path: Path = tmp_path_factory.mktemp("messages") / "messages.pot"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        CommandLineInterface().run(
            ["pybabel", "-q", "extract", "-F", "pyproject.toml", "-k", "_l", "-o", str(path), "."]
        )
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (CHINESE / "messages.po").open("rb") as file:
        return read_po(file, locale="zh")


def _sentences(catalog: Catalog) -> set[object]:
    return {message.id for message in catalog if message.id}


def _texts(message) -> list[str]:
    return list(message.string) if isinstance(message.string, list | tuple) else [message.string or ""]


def test_everything_we_say_is_said_in_chinese(extracted, chinese):
    missing = {message.id for message in chinese if message.id and not all(_texts(message))}
    assert sorted(map(str, (_sentences(extracted) - _sentences(chinese)) | missing)) == []


def test_no_translation_is_without_use(extracted, chinese):
    assert sorted(map(str, _sentences(chinese) - _sentences(extracted))) == []
    assert list(chinese.obsolete) == []


def test_no_translation_is_a_guess(chinese):
    assert [message.id for message in chinese if message.id and message.fuzzy] == []


def test_every_translation_keeps_its_placeholders(chinese):
    wrong = []
    for message in chinese:
        if not message.id:
            continue
        source = message.id[-1] if isinstance(message.id, list | tuple) else message.id
        if any(
            set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(source)) for text in filter(None, _texts(message))
        ):
            wrong.append(source)
    assert wrong == []


def test_what_runs_is_what_was_translated(chinese):
    with (CHINESE / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    assert _spoken(compiled) == _spoken(chinese)


def _spoken(catalog: Catalog) -> dict[tuple[str, ...], list[str]]:
    return {tuple(_ids(message)): _texts(message) for message in catalog if message.id}


def _ids(message) -> list[str]:
    return list(message.id) if isinstance(message.id, list | tuple) else [message.id]
