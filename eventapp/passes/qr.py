"""QR codes as vector and as pixels. The encoder is `qrcode`; both pictures are written here, from its modules."""

from __future__ import annotations

import itertools
import re
import struct
import zlib

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, MODE_NUMBER, QRData

QUIET_ZONE = 4

# Choosing among the eight masks is most of the work and made no code easier to read.
_MASK = 3
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]*")
_TRAILING_DIGITS = re.compile(r"[0-9]*\Z")


def modules(url_prefix: str, digits: str) -> list[list[bool]]:
    """The code's rows, True where it is dark, without quiet zone: the prefix, then digits in the mode made for them.

    The smallest version that fits at level M. Raises ValueError when none does.
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    if url_prefix:
        mode = MODE_ALPHA_NUM if _ALPHANUMERIC.fullmatch(url_prefix) else MODE_8BIT_BYTE
        code.add_data(QRData(url_prefix.encode(), mode=mode, check_data=False), optimize=0)
    if digits:
        code.add_data(QRData(digits.encode(), mode=MODE_NUMBER), optimize=0)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.modules]


def svg(url: str) -> str:
    """The code of a URL as an SVG picture with its quiet zone; one unit a module, any size."""
    rows = _modules_of(url)
    side = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{_path(rows)}"/></svg>'
    )


def png(url: str, scale: int = 8) -> bytes:
    """The code of a URL as a black and white PNG with its quiet zone, `scale` pixels a module."""
    rows = _modules_of(url)
    side = (len(rows) + 2 * QUIET_ZONE) * scale
    margin = [_scan_line([], side, scale)] * (QUIET_ZONE * scale)
    lines = [line for row in rows for line in [_scan_line(row, side, scale)] * scale]
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    picture = zlib.compress(b"".join([*margin, *lines, *margin]))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", picture) + _chunk(b"IEND", b"")


def _modules_of(url: str) -> list[list[bool]]:
    digits = _TRAILING_DIGITS.search(url)
    start = digits.start() if digits else len(url)
    return modules(url[:start], url[start:])


def _path(rows: list[list[bool]]) -> str:
    """One rectangle for every run of dark modules."""
    runs = []
    for y, row in enumerate(rows, QUIET_ZONE):
        x = QUIET_ZONE
        for dark, run in itertools.groupby(row):
            length = len(list(run))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return "".join(runs)


def _scan_line(row: list[bool], side: int, scale: int) -> bytes:
    """One line of a 1-bit picture, white by default: a filter byte, then the pixels, the first in the highest bit."""
    quiet = "1" * (QUIET_ZONE * scale)
    bits = quiet + "".join(("0" if dark else "1") * scale for dark in row)
    length = (side + 7) // 8
    return b"\x00" + int(bits.ljust(length * 8, "1"), 2).to_bytes(length, "big")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
