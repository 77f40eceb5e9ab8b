"""The agenda as a table: CSV and a spreadsheet, one row an item, both languages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from eventapp import sheets
from eventapp.agenda.shown import AgendaDay, ShownItem, ShownPart, ShownSession

COLUMNS = (
    "session", "day", "starts", "ends", "hall_en", "hall_zh", "kind", "title_en", "title_zh", "summary_en", "summary_zh",
    "item", "item_starts", "item_kind", "item_minutes", "item_title_en", "item_title_zh", "people_en", "people_zh",
)  # fmt: skip


def table_rows(days: Sequence[AgendaDay]) -> list[tuple[str, ...]]:
    """One row for each item; a session without items is a row, too. Times by the clock on the event's wall."""
    return [row for day in days for session in day.sessions for row in _session_rows(day, session)]


def csv_file(days: Sequence[AgendaDay]) -> bytes:
    """The table as CSV in UTF-8 with a byte order mark, which spreadsheets ask for; no cell can be run as a formula."""
    return sheets.csv_file([COLUMNS, *table_rows(days)])


def xlsx_file(days: Sequence[AgendaDay]) -> bytes:
    """The table as a spreadsheet; every cell is text."""
    return sheets.xlsx_file("Agenda", [COLUMNS, *table_rows(days)])


def _session_rows(day: AgendaDay, session: ShownSession) -> Iterable[tuple[str, ...]]:
    zone = ZoneInfo(day.zone)
    hall_en, hall_zh = (session.hall.name.en, session.hall.name.zh) if session.hall else ("", "")
    head = (
        session.public_id, day.day.isoformat(), _wall(session.starts_at, zone), _wall(session.ends_at, zone),
        hall_en, hall_zh, session.kind, session.title.en, session.title.zh, session.summary.en, session.summary.zh,
    )  # fmt: skip
    for item in session.items:
        yield (*head, *_item_cells(item, zone))
    if not session.items:
        yield (*head, *[""] * (len(COLUMNS) - len(head)))


def _item_cells(item: ShownItem, zone: ZoneInfo) -> tuple[str, ...]:
    begins = _wall(item.starts_at, zone) if item.starts_at else ""
    english, chinese = (", ".join(_part_name(part, code) for part in item.parts) for code in ("en", "zh"))
    return (
        item.public_id, begins, item.kind, str(item.minutes), item.title.en, item.title.zh, english, chinese,
    )  # fmt: skip


def _part_name(part: ShownPart, language: str) -> str:
    if part.person is not None:
        return part.person.shown_name.here(language)
    name = part.organisation.name if part.organisation is not None else part.object_name
    return name.here(language)


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
