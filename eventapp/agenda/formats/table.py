"""The agenda as a table: CSV and a spreadsheet, one row for each part, both languages, whole enough to be read back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from eventapp import sheets

SESSION_COLUMNS = (
    "session", "starts", "ends", "minutes", "hall", "hall_en", "hall_zh", "track", "track_en", "track_zh", "kind",
    "title_en", "title_zh", "summary_en", "summary_zh", "language", "status", "in_tray", "fixed", "expected",
)  # fmt: skip
ITEM_COLUMNS = (
    "item", "item_starts", "item_kind", "item_minutes", "item_title_en", "item_title_zh", "item_summary_en",
    "item_summary_zh",
)  # fmt: skip
PART_COLUMNS = (
    "part", "role", "person", "person_en", "person_zh", "organisation", "organisation_en", "organisation_zh", "thing_en",
    "thing_zh", "side", "mode", "reply", "as_en", "as_zh",
)  # fmt: skip
COLUMNS = (*SESSION_COLUMNS, *ITEM_COLUMNS, *PART_COLUMNS)
HALL_COLUMNS = ("hall", "hall_en", "hall_zh", "capacity", "colour")
TRACK_COLUMNS = ("track", "track_en", "track_zh", "colour")
A_MINUTE = timedelta(minutes=1)


def table_rows(sessions: Iterable[Any], zone: str) -> list[tuple[str, ...]]:
    """One row for each part, for an item without parts and for a session without items; rows or what is shown of them.

    Times are those of the event's own clock; one that the clock shows twice says which it is.
    """
    return [row for session in sessions for row in _session_rows(session, ZoneInfo(zone))]


def csv_file(sessions: Iterable[Any], zone: str) -> bytes:
    """The table as CSV in UTF-8 with a byte order mark, which spreadsheets ask for; no cell can be run as a formula."""
    return sheets.csv_file([COLUMNS, *table_rows(sessions, zone)])


def xlsx_file(sessions: Iterable[Any], zone: str, halls: Sequence[Any] = (), tracks: Sequence[Any] = ()) -> bytes:
    """The table as a spreadsheet, halls and tracks on sheets of their own; every cell is text."""
    named = {"Agenda": [COLUMNS, *table_rows(sessions, zone)]}
    named["Halls"] = [HALL_COLUMNS, *(_hall_row(hall) for hall in halls)]
    named["Tracks"] = [TRACK_COLUMNS, *((*_named(track), track.colour) for track in tracks)]
    return sheets.xlsx_book(named)


def _session_rows(session: Any, zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    head = _session_cells(session, zone)
    if not session.items:
        yield (*head, *[""] * len((*ITEM_COLUMNS, *PART_COLUMNS)))
    for item, begins in zip(session.items, _item_starts(session), strict=True):
        cells = (*head, *_item_cells(item, begins, zone))
        if not item.parts:
            yield (*cells, *[""] * len(PART_COLUMNS))
        for part in item.parts:
            yield (*cells, *_part_cells(part))


def _session_cells(session: Any, zone: ZoneInfo) -> tuple[str, ...]:
    in_tray = getattr(session, "in_tray", None)
    times = ("", "", str((session.ends_at - session.starts_at) // A_MINUTE)) if in_tray else (
        _wall(session.starts_at, zone), _wall(session.ends_at, zone), "",
    )  # fmt: skip
    return (
        session.public_id, *times, *_named(session.hall), *_named(session.track), session.kind, session.title.en,
        session.title.zh, session.summary.en, session.summary.zh, session.language, session.status, _yes_or_no(in_tray),
        _yes_or_no(getattr(session, "fixed", None)), _number(getattr(session, "expected", None)),
    )  # fmt: skip


def _item_cells(item: Any, begins: datetime | None, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        item.public_id, _wall(begins, zone) if begins else "", item.kind, str(item.minutes), item.title.en, item.title.zh,
        item.summary.en, item.summary.zh,
    )  # fmt: skip


def _item_starts(session: Any) -> list[datetime | None]:
    """When each item begins, as far as that can be known."""
    starts: list[datetime | None] = []
    begins: datetime | None = None if getattr(session, "in_tray", False) else session.starts_at
    for item in session.items:
        starts.append(begins if item.minutes else None)
        begins = begins + timedelta(minutes=item.minutes) if begins and item.minutes else None
    return starts


def _part_cells(part: Any) -> tuple[str, ...]:
    thing = part.object_name
    return (
        part.public_id, part.role, *_named(part.person), *_named(part.organisation), thing.en, thing.zh, part.side,
        part.mode, part.reply, part.as_what.en, part.as_what.zh,
    )  # fmt: skip


def _hall_row(hall: Any) -> tuple[str, ...]:
    return (*_named(hall), _number(hall.capacity), hall.colour)


def _named(row: Any) -> tuple[str, str, str]:
    return (row.public_id, row.name.en, row.name.zh) if row is not None else ("", "", "")


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _yes_or_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    """The time on the wall; with its distance from UTC where the clock shows it twice, with seconds where there are any."""
    wall = moment.astimezone(zone)
    text = wall.strftime("%Y-%m-%d %H:%M:%S" if wall.second else "%Y-%m-%d %H:%M")
    twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    return text + wall.isoformat()[-6:] if twice else text
