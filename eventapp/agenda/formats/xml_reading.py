"""XML as strangers send it, read into small plain elements: nothing is declared, fetched or unfolded. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from eventapp.agenda.formats.said import FileUnreadableError

MOST_ELEMENTS = 500_000
DEEPEST = 30
# The parser knows no encoding of several bytes but Unicode's; Chinese programs write these.
CHINESE = re.compile(rb"""\A<\?xml[^>]*encoding=["'](gb2312|gbk|gb18030)["'][^>]*\?>""", re.IGNORECASE)


@dataclass
class Element:
    """An element with its text, without what stands around it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> Iterator[Element]:
        return (child for child in self.children if child.tag == tag)

    def find(self, tag: str) -> Element | None:
        return next(self.all(tag), None)

    def text_of(self, tag: str) -> str:
        child = self.find(tag)
        return child.text if child is not None else ""


def read_xml(data: bytes) -> Element:
    """The root of a document. One that declares a type of document, and with it entities, is refused.

    Raises FileUnreadableError.
    """
    builder, encoding = _Builder(), None
    if declared := CHINESE.match(data):
        data, encoding = _in_utf_8(data[declared.end() :], declared[1].decode()), "utf-8"
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except FileUnreadableError:
        raise
    except (expat.ExpatError, ValueError, LookupError):
        raise FileUnreadableError from None
    if builder.root is None:
        raise FileUnreadableError
    return builder.root


class _Builder:
    """Puts elements together as the parser tells them."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._number = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._number += 1
        if self._number > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise FileUnreadableError
        element = Element(tag.rpartition(":")[2], attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def characters(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, _tag: str) -> None:
        self._open.pop().text = "".join(self._texts.pop()).strip()


def _in_utf_8(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode("gb18030" if encoding.lower().startswith("gb") else encoding).encode()
    except UnicodeDecodeError:
        raise FileUnreadableError from None


def _refuse(*_declared: object) -> None:
    raise FileUnreadableError("doctype")
