"""Placeholders such as {name} in what organisers write: which there are, and how they are filled safely. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import quote

from markupsafe import Markup, escape

from eventapp.prose import render_prose

PLACEHOLDER = re.compile(r"\{\s*([^{}\n]{0,60}?)\s*\}")
# Which of them are addresses: in HTML they become links.
LINKS = frozenset({"own_link", "pass_link", "event_link"})
# Only the organisers' own text is searched for these marks, never what is put in their place.
MARK = re.compile(r"(?:https://)?zq0([a-z]+(?:-[a-z]+)*)0qz(?:\.invalid)?")
IN_ADDRESS = re.compile(r'href="[^"]*"')
MARKDOWN_LINK = re.compile(r"\[([^\]\n]+)\]\(<?([^)>\s]+)>?\)")


def placeholders_in(text: str) -> list[str]:
    """The names between braces, in order."""
    return [match[1] for match in PLACEHOLDER.finditer(text)]


def unknown_in(text: str, known: Collection[str]) -> list[str]:
    """The names between braces that are none of the known ones."""
    return [name for name in placeholders_in(text) if name not in known]


def filled_line(text: str, values: Mapping[str, str]) -> str:
    """A subject with its placeholders filled: one line, whatever the values hold."""
    return " ".join(_filled(text, values).split())


def filled_text(text: str, values: Mapping[str, str]) -> str:
    """A Markdown text as a plain one, with its links written out and its placeholders filled."""
    return _filled(MARKDOWN_LINK.sub(r"\1: \2", text), values)


def filled_html(text: str, values: Mapping[str, str]) -> Markup:
    """A Markdown text as safe HTML with its placeholders filled.

    The text is rendered first and filled afterwards, so that a guest's name is never read as Markdown or HTML.
    """
    html: str = render_prose(PLACEHOLDER.sub(_mark, text))
    html = IN_ADDRESS.sub(lambda match: MARK.sub(lambda mark: _address(mark[1], values), match[0]), html)
    return Markup(MARK.sub(lambda mark: _words(mark[1], values), html))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def _mark(match: re.Match[str]) -> str:
    mark = f"zq0{match[1].replace('_', '-')}0qz"
    if match[1] not in LINKS:
        return mark
    address = f"https://{mark}.invalid"
    # Within [words](…) it is the address; anywhere else it becomes a link by itself.
    return address if re.search(r"\]\(\s*<?$", match.string[: match.start()]) else f"<{address}>"


def _address(mark: str, values: Mapping[str, str]) -> str:
    name = mark.replace("-", "_")
    # A guest's name within an address must not make it another one.
    return str(escape(values[name])) if name in LINKS else quote(values[name], safe="")


def _words(mark: str, values: Mapping[str, str]) -> str:
    return str(escape(values[mark.replace("-", "_")])).replace("\n", "<br>")
