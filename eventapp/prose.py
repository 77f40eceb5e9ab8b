"""Markdown that organisers write, as HTML that cannot do harm."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False})
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "code", "pre", "hr"}


@lru_cache(maxsize=256)
def render_prose(text: str) -> Markup:
    """The text as safe HTML; headings start at the second level, since the page has its own first."""
    html = _markdown.render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return Markup(
        nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"})
    )
