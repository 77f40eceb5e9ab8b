"""Packed files as others send them: looked through before a spreadsheet's reader may open them. Pure.

The reader makes room for every cell up to the last one that is named, and unpacks whatever there is, so that a small file
could take all the memory of a server.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_CELLS = 1_500_000
MOST_PARTS = 2_000
DEFLATED, STORED = zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED
WORKBOOK = "xl/workbook.xml"
# Other kinds of spreadsheets that the reader would open, too.
OTHERS = frozenset({"content.xml", "xl/workbook.bin"})
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
LOCAL_HEADER = 30


class PackageRefusedError(ValueError):
    """The file is no .xlsx, is damaged, or would unpack to more than anybody needs."""


def check_package(data: bytes) -> None:
    """Let pass what is a spreadsheet of a size that people work with. Raises PackageRefusedError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise PackageRefusedError from error
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if WORKBOOK not in names or names & OTHERS or len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES:
        raise PackageRefusedError
    cells = 0
    for part in parts:
        content = _unpack(data, part)
        if part.filename.lower().endswith(".xml"):
            cells += _cells_of(content)
        if cells > MOST_CELLS:
            raise PackageRefusedError


def _unpack(data: bytes, part: zipfile.ZipInfo) -> bytes:
    """The content of a part, if it is exactly as long as the list of contents says."""
    header = data[part.header_offset : part.header_offset + LOCAL_HEADER]
    if len(header) < LOCAL_HEADER or part.flag_bits & 1 or part.compress_type not in (DEFLATED, STORED):
        raise PackageRefusedError
    skipped = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = part.header_offset + LOCAL_HEADER + skipped
    packed = data[start : start + part.compress_size]
    content = packed
    if part.compress_type == DEFLATED:
        unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = unpacking.decompress(packed, part.file_size + 1)
        except zlib.error as error:
            raise PackageRefusedError from error
    if len(content) != part.file_size:
        raise PackageRefusedError
    return content


def _cells_of(content: bytes) -> int:
    """How many cells a sheet has room for, the empty ones before its last included; no other part has any.

    Raises PackageRefusedError, also where entities are declared.
    """
    parser = expat.ParserCreate()
    sheet = _Sheet(parser)
    parser.StartElementHandler = sheet.root
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, UnicodeError) as error:
        raise PackageRefusedError from error
    return sheet.rows * sheet.columns


class _Sheet:
    """How far a sheet reaches; a cell may say where it stands, and else follows the one before."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.rows = self.columns = self._row = self._column = 0

    def root(self, tag: str, _attributes: dict[str, str]) -> None:
        self.parser.StartElementHandler = self.element if _plain(tag) == "worksheet" else None

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        name, place = _plain(tag), attributes.get("r", "")
        if name == "row":
            self._row, self._column = int(place) if place.isdecimal() else self._row + 1, 0
        elif name == "c":
            self._column += 1
            if known := CELL.match(place):
                self._row, self._column = int(known[2]), _column(known[1])
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)


def _plain(tag: str) -> str:
    return tag.rpartition(":")[2]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _refuse(*_declared: object) -> None:
    raise PackageRefusedError
