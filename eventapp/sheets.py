"""Tables as files: CSV and spreadsheets, written so that no cell runs, and read as people save them. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, load_workbook

from eventapp.packages import PackageRefusedError, check_package

# A spreadsheet would run a cell that begins so as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SEPARATORS = (",", ";", "\t")
ZIP = b"PK\x03\x04"


class SheetUnreadableError(ValueError):
    """The file is neither a spreadsheet (.xlsx) nor a table of text."""


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a byte order mark, which spreadsheets ask for; no cell can be run as a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(_harmless, rows))
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A spreadsheet whose first row stays in sight; every cell is text."""
    return xlsx_book({title: rows})


def xlsx_book(tables: Mapping[str, Iterable[Sequence[str]]]) -> bytes:
    """A spreadsheet with a sheet for each table; first rows stay in sight, every cell is text."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        for title, rows in tables.items():
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text)
    return file.getvalue()


def read_sheet(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows of a CSV file or of a spreadsheet's first sheet that hold something, with their numbers from 1.

    Raises SheetUnreadableError.
    """
    tables = _spreadsheet(data, most=1) if data.startswith(ZIP) else {"": _text_table(data)}
    return next((_filled(rows) for rows in tables.values()), [])


def read_book(data: bytes) -> dict[str, list[tuple[int, list[str]]]]:
    """Every sheet of a spreadsheet by its name, as `read_sheet` reads the first; of a CSV file the only one, without a name.

    Raises SheetUnreadableError.
    """
    tables = _spreadsheet(data) if data.startswith(ZIP) else {"": _text_table(data)}
    return {name: _filled(rows) for name, rows in tables.items()}


def _filled(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    return [(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]


def _spreadsheet(data: bytes, most: int | None = None) -> dict[str, list[list[str]]]:
    try:
        check_package(data)
        book = load_workbook(io.BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names[:most]]
        return {
            name: [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            for name, sheet in sheets
        }
    except (PackageRefusedError, CalamineError, IndexError, OSError) as error:
        raise SheetUnreadableError from error


def _cell(value: Any) -> str:
    """A spreadsheet's value as it is typed: whole numbers without a decimal point, days as 2026-11-23."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date | datetime) else str(value).strip()


def _text_table(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return [[_as_typed(cell.strip()) for cell in row] for row in rows]
    except csv.Error as error:
        raise SheetUnreadableError from error


def _decoded(data: bytes) -> str:
    """UTF-8 as nearly everything writes it, or what spreadsheets in China save."""
    encodings: tuple[str, ...] = ("utf-8-sig", "gb18030")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SheetUnreadableError


def _harmless(row: Sequence[str]) -> list[str]:
    return [f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row]


def _as_typed(cell: str) -> str:
    """Without the mark that our own files put before what a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell
