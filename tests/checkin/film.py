"""A film of QR codes that Chromium takes for its camera."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import qrcode
from PIL import Image

SIZE = (640, 480)
PAPER = 235
BLANK = 128
FRAMES_PER_CODE = 15
FRAMES_BETWEEN = 5
FRAMES_PER_PAUSE = 150


def write_film(path: Path, texts: Iterable[str | None]) -> Path:
    """Write grey 640×480 JPEG frames, one after the other, as an .mjpeg that Chromium plays over and over.

    Each text is shown as a QR code for 15 frames (about half a second), then 5 blank ones. None is a pause, long
    enough for the door to take the next sight of the same code for a new arrival.
    """
    with Path(path).open("wb") as film:
        for text in texts:
            if text is None:
                film.write(_blank_frame() * FRAMES_PER_PAUSE)
            else:
                film.write(_code_frame(text) * FRAMES_PER_CODE + _blank_frame() * FRAMES_BETWEEN)
    return Path(path)


def CHROMIUM_FLAGS(film: Path) -> list[str]:  # noqa: N802 - reads as the constant it would be without the film
    """The arguments that make Chromium play `film` as its camera, without asking anybody."""
    return [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


def _code_frame(text: str) -> bytes:
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text, optimize=20)
    code.make()
    picture = Image.new("L", (code.modules_count + 8,) * 2, PAPER)
    picture.putdata([0 if dark else PAPER for row in code.get_matrix() for dark in row])
    scale = min(SIZE) // picture.width
    picture = picture.resize((picture.width * scale,) * 2, Image.Resampling.NEAREST)
    frame = Image.new("L", SIZE, BLANK)
    frame.paste(picture, ((SIZE[0] - picture.width) // 2, (SIZE[1] - picture.height) // 2))
    return _jpeg(frame)


def _blank_frame() -> bytes:
    return _jpeg(Image.new("L", SIZE, BLANK))


def _jpeg(frame: Image.Image) -> bytes:
    data = io.BytesIO()
    frame.save(data, "JPEG", quality=90)
    return data.getvalue()
