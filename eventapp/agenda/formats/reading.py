"""Files that hold an agenda: a spreadsheet, CSV, or frab's XML or JSON, known by what they begin with. Pure."""

from __future__ import annotations

from eventapp.agenda.formats.frab_reading import read_frab_json, read_frab_xml
from eventapp.agenda.formats.said import FileUnreadableError, Place, Said, Vocabulary
from eventapp.agenda.formats.table_reading import read_table
from eventapp.sheets import ZIP, SheetUnreadableError, read_book

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16_XML = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")


def read_file(data: bytes, place: Place, words: Vocabulary) -> Said:
    """What a file says about an agenda. Raises FileUnreadableError."""
    begins = data.removeprefix(BYTE_ORDER_MARK).lstrip()[:1]
    if not data.startswith(ZIP) and (begins == b"<" or data.startswith(UTF_16_XML)):
        return read_frab_xml(data, place, words)
    if begins == b"{":
        return read_frab_json(data, place, words)
    try:
        book = read_book(data)
    except SheetUnreadableError:
        raise FileUnreadableError from None
    said = read_table(next(iter(book.values()), []), place, words, book.get("Halls", ()), book.get("Tracks", ()))
    if said is None:
        raise FileUnreadableError("heads")
    return said
