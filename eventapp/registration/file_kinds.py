"""Files that guests send: what they are by their content, never by their name. Nothing is unpacked. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from eventapp.text import HIDDEN, tidy

MOST_BYTES = 5 * 1024 * 1024
MOST_PARTS = 2000
LONGEST_NAME = 150


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is taken: the ending its name gets, and what browsers are told it is."""

    ending: str
    media_type: str


PDF = FileKind("pdf", "application/pdf")
JPEG = FileKind("jpg", "image/jpeg")
PNG = FileKind("png", "image/png")
WEBP = FileKind("webp", "image/webp")
DOCX = FileKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
ACCEPT = ",".join(kind.media_type for kind in (PDF, JPEG, PNG, WEBP, DOCX))


def kind_of(data: bytes) -> FileKind | None:
    """What a file is, by how it begins and is built; None for anything that is not taken."""
    if data.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF if b"%%EOF" in data[-2048:] else None
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return DOCX if data.startswith(b"PK\x03\x04") and _is_word_document(data) else None


def name_for(name: str, kind: FileKind) -> str:
    """The name as it is shown and saved: the last part of what was sent, with the ending of what the file is."""
    last = HIDDEN.sub("", tidy(name.replace("\\", "/")).rpartition("/")[2])
    stem = re.sub(r'[<>:"|?*;%]', "", last.rpartition(".")[0] or last).strip(" .")
    return f"{stem[:LONGEST_NAME] or 'file'}.{kind.ending}"


def _is_word_document(data: bytes) -> bool:
    """Whether the list at the end of the archive names what a Word document has, and no macros; no part is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, OverflowError):
        return False
    whole = {"[Content_Types].xml", "word/document.xml"} <= set(parts)
    return whole and len(parts) <= MOST_PARTS and not any(part.lower().endswith("vbaproject.bin") for part in parts)
