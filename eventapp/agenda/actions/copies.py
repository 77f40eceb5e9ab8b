"""What a copy of a session, an item or a part takes over."""

from __future__ import annotations

from typing import Any

from eventapp.agenda.models import AgendaItem, Part

TRACK_COLUMNS = ("name_en", "name_zh", "colour", "position")
TEXT_COLUMNS = ("kind", "title_en", "title_zh", "summary_en", "summary_zh")
# A copy takes place, whatever became of the original.
SESSION_COLUMNS = (*TEXT_COLUMNS, "in_tray", "fixed", "language", "expected")
ITEM_COLUMNS = (*TEXT_COLUMNS, "minutes", "position")
PART_COLUMNS = (
    "person_id", "organisation_id", "object_en", "object_zh", "role", "side", "position", "mode", "as_en", "as_zh",
)  # fmt: skip


def copy_item(item: AgendaItem, with_people: bool) -> AgendaItem:
    """An item with its parts; without people, only organisations and things have parts."""
    parts = [part for part in item.parts if with_people or part.person_id is None]
    # Nobody has been asked yet for the copy.
    copied = [Part(reply="open", **columns(part, PART_COLUMNS)) for part in parts]
    return AgendaItem(parts=copied, **columns(item, ITEM_COLUMNS))


def columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
