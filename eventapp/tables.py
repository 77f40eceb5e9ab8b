"""Tables that a phone can show: each cell is told the head of its column, so that rows may be shown as cards."""

from __future__ import annotations

import re
from itertools import count

from markupsafe import Markup, escape

# So many columns fit beside each other on a phone; a table with more becomes a list of cards there.
MOST_BESIDE_EACH_OTHER = 3

ACTIONS = 'class="table-actions"'
HEADS = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(td|th)\b")
TABLE = re.compile(r'<table class="')


def stackable(html: Markup) -> Markup:
    """The table with its heads written to the cells as `data-label`, if it is too wide for a phone; else as it was.

    Takes one table as our templates write it: a head of one row, no cell over several columns.
    """
    heads = HEADS.search(html)
    labels = [Markup(text).striptags() for text in HEAD.findall(heads.group())] if heads else []
    # Buttons beside each other are as wide as several columns.
    if heads is None or (len(labels) <= MOST_BESIDE_EACH_OTHER and ACTIONS not in html):
        return html
    before, body = html[: heads.end()], html[heads.end() :]
    named = ROW.sub(lambda row: _name_cells(row.group(), labels), body)
    return Markup(TABLE.sub('<table class="table-stacks ', before, count=1) + named)


def _name_cells(row: str, labels: list[str]) -> str:
    numbers = count()

    def name(cell: re.Match[str]) -> str:
        number = next(numbers)
        label = labels[number] if number < len(labels) else ""
        return f'<{cell.group(1)} data-label="{escape(label)}"'

    return CELL.sub(name, row)
