"""The agenda from a table: a row may be a session, an item or a part; what stands there again is the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from eventapp.agenda.formats.said import (
    LONGEST,
    MOST_ROWS,
    Fault,
    Named,
    Place,
    Said,
    SaidItem,
    SaidPart,
    SaidSession,
    Vocabulary,
    by_script,
    is_chinese,
)
from eventapp.agenda.formats.table import COLUMNS, ITEM_COLUMNS, PART_COLUMNS
from eventapp.agenda.times import end_day
from eventapp.text import hides_something, tidy, tidy_lines
from eventapp.walltime import SkippedTime, local_to_utc, wall_of

Row = Mapping[str, str]
# What people write over a column of their own; our names stand for themselves.
HEADS = {
    "day": ("day", "date", "日期"),
    "starts": ("start", "starts at", "begin", "from", "开始", "开始时间"),
    "ends": ("end", "ends at", "until", "to", "结束", "结束时间"),
    "minutes": ("length", "duration", "时长", "分钟"),
    "hall_any": ("room", "hall name", "会场", "地点", "会场名称"),
    "track_any": ("track name", "板块", "分论坛", "专题"),
    "kind": ("type", "session kind", "类型", "场次类型"),
    "title_any": ("title", "session title", "标题", "场次", "名称"),
    "title_en": ("title in english", "english title", "英文标题"),
    "title_zh": ("title in chinese", "chinese title", "中文标题"),
    "summary_any": ("summary", "abstract", "简介", "摘要"),
    "summary_en": ("summary in english", "英文简介"),
    "summary_zh": ("summary in chinese", "中文简介"),
    "language": ("语言",),
    "status": ("状态",),
    "expected": ("expected guests", "预计人数"),
    "item_title_any": ("item title", "talk", "环节", "环节标题", "演讲题目"),
    "item_kind": ("kind of item", "环节类型"),
    "item_minutes": ("minutes of the item", "环节分钟", "环节时长"),
    "role": ("角色",),
    "person_any": ("speaker", "name", "嘉宾", "姓名", "人员", "演讲人"),
    "organisation_any": ("organisation name", "单位", "机构"),
}
KNOWN = {head: column for column, heads in HEADS.items() for head in heads} | {column: column for column in COLUMNS}
# Columns of a language of their own into which a cell goes that stands under a head without one.
ANY = ("hall", "track", "title", "summary", "item_title", "person", "organisation")
LENGTHS = {
    **dict.fromkeys(("title_en", "title_zh", "item_title_en", "item_title_zh"), LONGEST["title"]),
    **dict.fromkeys(("summary_en", "summary_zh", "item_summary_en", "item_summary_zh"), LONGEST["summary"]),
    **dict.fromkeys(("as_en", "as_zh"), LONGEST["as"]),
    **dict.fromkeys(("thing_en", "thing_zh"), LONGEST["thing"]),
    **{f"{name}_{code}": LONGEST["name"] for name in ("hall", "track", "organisation") for code in ("en", "zh")},
    "person_en": 100,
    "person_zh": 50,
}
LINES = frozenset({"summary_en", "summary_zh", "item_summary_en", "item_summary_zh"})
YES, NO = frozenset({"yes", "y", "true", "1", "x", "是"}), frozenset({"no", "n", "false", "0", "否"})
TIME = re.compile(r"(\d{1,2})[:.：](\d{2})(?:[:.：](\d{2})(?:\.\d+)?)?\Z")
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
OFFSET = re.compile(r"([+-]\d{2}:\d{2}|Z)\Z")
MOST_MINUTES = 24 * 60
MOST_EXPECTED = 1_000_000
SESSION_CELLS = tuple(column for column in COLUMNS if column not in (*ITEM_COLUMNS, *PART_COLUMNS))


class Wrong(ValueError):  # noqa: N818 - "wrong" is what the cell is
    """A cell that cannot be read: a code, and what stands there."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code, self.text = code, text


def read_table(
    rows: Sequence[tuple[int, list[str]]],
    place: Place,
    words: Vocabulary,
    halls: Sequence[tuple[int, list[str]]] = (),
    tracks: Sequence[tuple[int, list[str]]] = (),
) -> Said | None:
    """What a table says, row by row; None if its first row does not name when sessions start."""
    columns = [KNOWN.get(tidy(head).casefold().strip(" :：")) for head in rows[0][1]] if rows else []
    if not {"starts", "session", "in_tray", "minutes"} & set(columns):
        return None
    reader = _Reader(place, words, {column for column in columns if column})
    heads = zip(rows[0][1], columns, strict=True)
    reader.said.unread = [head for head, column in heads if head and column is None and tidy(head) != "item_starts"]
    for count, (number, cells) in enumerate(rows[1:]):
        if count >= MOST_ROWS:
            reader.said.faults.append(Fault(number, "many"))
            break
        reader.read(number, _cells(columns, cells))
    reader.said.halls = [_listed(row, "hall") for row in _listed_rows(halls)]
    reader.said.tracks = [_listed(row, "track") for row in _listed_rows(tracks)]
    return reader.said


class _Reader:
    """Reads one row after the other; a row without cells for a session goes on with the one before."""

    def __init__(self, place: Place, words: Vocabulary, columns: set[str]) -> None:
        self.place, self.words, self.columns = place, words, columns
        self.said = Said()
        self._sessions: dict[object, SaidSession] = {}
        self._items: dict[object, SaidItem] = {}
        self._last: SaidSession | None = None
        self._heads: dict[int, dict[str, str]] = {}
        self._has_items = bool(
            columns & {*ITEM_COLUMNS, *PART_COLUMNS, "item_title_any", "person_any", "organisation_any"}
        )

    def read(self, number: int, row: Row) -> None:
        try:
            _check_texts(row)
            session = self._session(number, row)
            item = self._item(number, row, session)
            if item is not None and any(row.get(column) for column in PART_COLUMNS):
                item.parts.append(self._part(number, row))
        except Wrong as wrong:
            self.said.faults.append(Fault(number, wrong.code, wrong.text[:80]))
            self._note_row(number, row)

    def _note_row(self, number: int, row: Row) -> None:
        """A wrong row of a session that is known spoils the whole session; one of its own is a session that is not read."""
        known = self._sessions.get(self._key(row)) if any(row.get(column) for column in SESSION_CELLS) else self._last
        if known is not None:
            self.said.faults.append(Fault(known.row, "part_of", str(number)))

    def _key(self, row: Row) -> object:
        return row.get("session") or tuple(row.get(column, "") for column in (*SESSION_CELLS, "day"))

    def _session(self, number: int, row: Row) -> SaidSession:
        if not any(row.get(column) for column in (*SESSION_CELLS, "day")):
            if self._last is None:
                raise Wrong("no_session")
            return self._last
        known = self._sessions.get(self._key(row))
        if known is None:
            known = self._new_session(number, row)
            self._sessions[self._key(row)] = known
            self._heads[known.row] = {column: row.get(column, "") for column in SESSION_CELLS}
            self.said.sessions.append(known)
        elif any(row.get(column) and row[column] != first for column, first in self._heads[known.row].items()):
            raise Wrong("differs", str(known.row))
        self._last = known
        return known

    def _new_session(self, number: int, row: Row) -> SaidSession:
        session = SaidSession(number, id=_id(row.get("session", "")), items=[] if self._has_items else None)
        values = session.values
        for column in ("title_en", "title_zh", "summary_en", "summary_zh"):
            if column in self.columns or row.get(column):
                values[column] = row.get(column, "")
        values |= _words(row, "kind", self.words.session_kinds)
        values |= _words(row, "language", self.words.languages) if row.get("language") else {}
        values |= _words(row, "status", self.words.statuses)
        for column in ("in_tray", "fixed"):
            if row.get(column):
                values[column] = _yes(row[column])
        if "expected" in self.columns:
            values["expected"] = _whole(row["expected"], MOST_EXPECTED) if row.get("expected") else None
        if "language" in self.columns and "language" not in values:
            values["language"] = ""
        values |= self._times(row, values.get("in_tray", False))
        session.hall = _named(row, "hall") if self.columns & {"hall", "hall_en", "hall_zh", "hall_any"} else None
        session.track = _named(row, "track") if self.columns & {"track", "track_en", "track_zh", "track_any"} else None
        return session

    def _times(self, row: Row, in_tray: bool) -> dict[str, Any]:
        minutes = _whole(row["minutes"], MOST_MINUTES) if row.get("minutes") else None
        if in_tray and not row.get("starts"):
            if not minutes:
                raise Wrong("minutes", row.get("minutes", ""))
            return {"minutes": minutes}
        if row.get("session") and not {"starts", "day", "ends"} & self.columns:
            return {}
        place, day = self.place, _day(row.get("day", ""))
        starts_at = _moment(row.get("starts", ""), day, place)
        first = wall_of(starts_at, place.zone).date() if day is None else day
        if row.get("ends"):
            ends_at = self._end(row, first, starts_at, day)
        elif minutes:
            ends_at = starts_at + timedelta(minutes=minutes)
        else:
            raise Wrong("ends")
        if ends_at <= starts_at:
            raise Wrong("backwards", f"{row.get('starts', '')} – {row.get('ends', '')}")
        if not place.earliest <= starts_at <= ends_at <= place.latest:
            raise Wrong("far", row.get("starts", ""))
        return {"starts_at": starts_at, "ends_at": ends_at}

    def _end(self, row: Row, first: date, starts_at: datetime, day: date | None) -> datetime:
        """A time without a date is on the day of the start; one after midnight on the next."""
        text, clock = row["ends"], _clock(row["ends"])
        if clock is None or DAY.search(text):
            return _moment(text, day, self.place)
        start = _clock(DAY.sub("", row.get("starts", "")).strip(" T")) or time()
        on = _day(row.get("starts", "")) or first
        return _moment(text, end_day(on, start, clock, self.place.day_starts), self.place)

    def _item(self, number: int, row: Row, session: SaidSession) -> SaidItem | None:
        has_part = any(row.get(column) for column in PART_COLUMNS)
        cells = tuple(row.get(column, "") for column in ITEM_COLUMNS)
        if session.items is None or not (any(cells) or has_part):
            return None
        if not any(cells) and session.items:
            return session.items[-1]
        # Without an id, the same cells are the same item only while rows of its parts follow each other.
        key = (session.row, row.get("item") or cells)
        known = self._items.get(key)
        if known is None or (not row.get("item") and not (has_part and known is session.items[-1])):
            known = self._items[key] = self._new_item(number, row)
            session.items.append(known)
        return known

    def _new_item(self, number: int, row: Row) -> SaidItem:
        values: dict[str, Any] = {"kind": "speech", **_words(row, "item_kind", self.words.item_kinds, "kind")}
        values["minutes"] = _whole(row["item_minutes"], MOST_MINUTES) if row.get("item_minutes") else 0
        for column in ("title_en", "title_zh", "summary_en", "summary_zh"):
            values[column] = row.get(f"item_{column}", "")
        return SaidItem(number, _id(row.get("item", "")), values)

    def _part(self, number: int, row: Row) -> SaidPart:
        person, organisation = _named(row, "person"), _named(row, "organisation")
        thing = {"object_en": row.get("thing_en", ""), "object_zh": row.get("thing_zh", "")}
        if bool(person) + bool(organisation) + any(thing.values()) != 1:
            raise Wrong("subject")
        values: dict[str, Any] = {"role": "speaker", "mode": "in_person", "reply": "open", "side": "", **thing}
        for column, known in (
            ("role", self.words.roles), ("mode", self.words.modes), ("reply", self.words.replies), ("side", self.words.sides),
        ):  # fmt: skip
            values |= _words(row, column, known)
        values |= {column: row.get(column, "") for column in ("as_en", "as_zh")}
        return SaidPart(number, _id(row.get("part", "")), person, organisation, values)


# -- Cells ---------------------------------------------------------------------------------------------------------


def _cells(columns: Sequence[str | None], cells: Sequence[str]) -> dict[str, str]:
    """The cells by their columns, tidied; one under a head without a language goes into that in which it is written."""
    row: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and cell and column not in row:
            row[column] = tidy_lines(cell) if column in LINES or column == "summary_any" else tidy(cell)
    for name in ANY:
        if text := row.pop(f"{name}_any", ""):
            row |= {column: text for column in by_script(name, text) if column not in row}
        english = row.get(f"{name}_en", "")
        if name not in ("title", "summary", "item_title") and is_chinese(english) and not row.get(f"{name}_zh"):
            row |= {f"{name}_zh": english, f"{name}_en": ""}
    return row


def _check_texts(row: Row) -> None:
    for column, text in row.items():
        if hides_something(text):
            raise Wrong("hidden", column)
        if len(text) > LENGTHS.get(column, LONGEST["summary"]):
            raise Wrong("long", column)


def _words(row: Row, column: str, known: Mapping[str, str], name: str = "") -> dict[str, str]:
    """The code that a word stands for; nothing where nothing is written."""
    text = row.get(column, "")
    if not text:
        return {}
    code = known.get(text.casefold())
    if code is None:
        raise Wrong(column, text)
    return {name or column: code}


def _named(row: Row, name: str) -> Named:
    return Named(_id(row.get(name, "")), row.get(f"{name}_en", ""), row.get(f"{name}_zh", ""))


def _id(text: str) -> str:
    return text if text.isalnum() and text.isascii() else ""


def _yes(text: str) -> bool:
    if text.casefold() in YES | NO:
        return text.casefold() in YES
    raise Wrong("yes", text)


def _whole(text: str, most: int) -> int:
    if text.isdecimal() and len(text) < 10 and int(text) <= most:
        return int(text)
    raise Wrong("number", text)


def _day(text: str) -> date | None:
    found = DAY.search(text)
    if found is None:
        if text and _clock(text) is None:
            raise Wrong("day", text)
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise Wrong("day", text) from None


def _clock(text: str) -> time | None:
    found = TIME.match(text)
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None
    except ValueError:
        return None


def _moment(text: str, day: date | None, place: Place) -> datetime:
    """A date and a time of the event's own clock, unless the text itself says how far that is from UTC."""
    dated = DAY.search(text)
    offset = OFFSET.search(text) if dated else None
    on = _day(text) if dated else day
    clock = _clock(DAY.sub("", OFFSET.sub("", text) if offset else text).strip(" T"))
    if on is None or clock is None:
        raise Wrong("time", text)
    if offset:
        return datetime.fromisoformat(f"{on.isoformat()}T{clock.isoformat()}{offset[1].replace('Z', '+00:00')}")
    try:
        return local_to_utc(on, clock, place.zone)
    except SkippedTime:
        raise Wrong("skipped", text) from None
    except OverflowError:
        raise Wrong("far", text) from None


# -- Halls and tracks on sheets of their own -----------------------------------------------------------------------


def _listed_rows(rows: Sequence[tuple[int, list[str]]]) -> list[Row]:
    heads = [tidy(head).casefold() for head in rows[0][1]] if rows else []
    return [dict(zip(heads, map(tidy, cells), strict=False)) for _number, cells in rows[1:]]


def _listed(row: Row, name: str) -> Named:
    seats, colour = row.get("capacity", ""), row.get("colour", "")
    return Named(
        _id(row.get(name, "")),
        row.get(f"{name}_en", "")[: LONGEST["name"]],
        row.get(f"{name}_zh", "")[: LONGEST["name"]],
        colour=colour if re.fullmatch("#[0-9a-fA-F]{6}", colour) else "",
        capacity=int(seats) if seats.isdecimal() and len(seats) < 7 else None,
    )
