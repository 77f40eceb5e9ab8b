"""Tables as files: CSV and spreadsheets, written so that no cell runs, and read as people save them. Pure."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, load_workbook

# A spreadsheet would run a cell that begins so as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SEPARATORS = (",", ";", "\t")
ZIP = b"PK\x03\x04"
# What a spreadsheet may unpack to, against files that are small only while they are packed.
MOST_UNPACKED_BYTES = 200 * 1024 * 1024


class SheetUnreadableError(ValueError):
    """The file is neither a spreadsheet (.xlsx) nor a table of text."""


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a byte order mark, which spreadsheets ask for; no cell can be run as a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(_harmless, rows))
    return text.getvalue().encode("utf-8-sig")


def xlsx_file(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A spreadsheet whose first row stays in sight; every cell is text."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
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
    rows = _spreadsheet(data) if data.startswith(ZIP) else _text_table(data)
    return [(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]


def _spreadsheet(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise SheetUnreadableError
        book = load_workbook(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, IndexError, OSError) as error:
        raise SheetUnreadableError from error
    return [[_cell(value) for value in row] for row in rows]


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
    for encoding in ("utf-8-sig", "gb18030"):
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
