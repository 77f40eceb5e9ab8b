"""Portraits: read whatever is uploaded with suspicion, keep an upright copy without metadata, cut squares from it."""

from __future__ import annotations

import io
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from eventapp.speakers.errors import PictureRefused, PictureTooHeavy, PictureTooLarge, PictureTooSmall

SIZES = (96, 256, 640)
TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
MOST_BYTES = 8 * 1024 * 1024
# JPEG is decoded at a fraction of its size; the others are decoded whole, so they may hold fewer pixels.
MOST_PIXELS = {"JPEG": 50_000_000}
MOST_PIXELS_DECODED_WHOLE = 16_000_000
SHORTEST_SIDE = 256
LONGEST_KEPT_SIDE = 2000
QUALITY = 84
PLACES = ("centre", "top", "bottom", "left", "right")
PUBLIC_NAME = re.compile(rf"[0-9a-f]{{32}}-(?:{'|'.join(map(str, SIZES))})\.(?:{'|'.join(TYPES)})")


@dataclass(frozen=True)
class Square:
    """What is cut out of the original, in its pixels."""

    left: int
    top: int
    side: int


@dataclass(frozen=True)
class Original:
    """An upright copy of what was uploaded, without metadata."""

    name: str
    width: int
    height: int


def keep_original(folder: Path, data: bytes) -> Original:
    """Check an upload by its content and keep an upright JPEG of it.

    Raises PictureRefused, PictureTooHeavy, PictureTooLarge, PictureTooSmall.
    """
    if len(data) > MOST_BYTES:
        raise PictureTooHeavy(megabytes=MOST_BYTES // (1024 * 1024))
    picture = _plain_picture(_opened(data))
    name = secrets.token_hex(16)
    picture.save(_prepared(original_path(folder, name)), "JPEG", quality=90)
    return Original(name, picture.width, picture.height)


def cut(folder: Path, original: str, square: Square) -> str:
    """Cut the square out of a kept original, in every size and type; returns the new pictures' public name."""
    name = secrets.token_hex(16)
    with Image.open(original_path(folder, original), formats=("JPEG",)) as picture:
        box = (square.left, square.top, square.left + square.side, square.top + square.side)
        whole = picture.convert("RGB").crop(box)
    for size in SIZES:
        smaller = whole.resize((size, size), Image.Resampling.LANCZOS)
        for ending in TYPES:
            path = _prepared(folder / f"{name}-{size}.{ending}")
            smaller.save(path, "WEBP" if ending == "webp" else "JPEG", quality=QUALITY)
    return name


def square_at(width: int, height: int, place: str) -> Square:
    """The largest square of a picture, at its 'centre', 'top', 'bottom', 'left' or 'right'."""
    side = min(width, height)
    left = {"left": 0, "right": width - side}.get(place, (width - side) // 2)
    # Faces are rather in the upper part of an upright photo.
    top = {"top": 0, "bottom": height - side}.get(place, (height - side) // 3)
    return Square(left, top, side)


def square_within(width: int, height: int, wanted: Square) -> Square:
    """The wanted square, moved and shrunk as far as needed to lie within the picture."""
    side = max(min(wanted.side, width, height), min(SHORTEST_SIDE, width, height))
    left = min(max(wanted.left, 0), width - side)
    top = min(max(wanted.top, 0), height - side)
    return Square(left, top, side)


def original_path(folder: Path, name: str) -> Path:
    return folder / "originals" / f"{name}.jpg"


def picture_path(folder: Path, public_name: str) -> Path | None:
    """Where the picture of this public name lies; None for anything that is no such name."""
    return folder / public_name if PUBLIC_NAME.fullmatch(public_name) else None


def delete_pictures(folder: Path, name: str) -> None:
    """Forget the cut pictures of a name."""
    for size in SIZES:
        for ending in TYPES:
            (folder / f"{name}-{size}.{ending}").unlink(missing_ok=True)


def delete_original(folder: Path, name: str) -> None:
    original_path(folder, name).unlink(missing_ok=True)


def _opened(data: bytes) -> Image.Image:
    """The decoded picture, at most about twice as large as it is kept."""
    try:
        picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooLarge(megapixels=MOST_PIXELS_DECODED_WHOLE // 1_000_000) from None
    except Exception:  # noqa: BLE001 - whatever a decoder makes of hostile bytes, it is no picture
        raise PictureRefused from None
    _check_size(picture)
    try:
        picture.draft("RGB", (LONGEST_KEPT_SIDE, LONGEST_KEPT_SIDE))
        picture.load()
    except Exception:  # noqa: BLE001 - cut off in the middle, or damaged on purpose
        raise PictureRefused from None
    return picture


def _check_size(picture: Image.Image) -> None:
    most = MOST_PIXELS.get(picture.format or "", MOST_PIXELS_DECODED_WHOLE)
    if picture.width * picture.height > most:
        raise PictureTooLarge(megapixels=most // 1_000_000)
    if min(picture.size) < SHORTEST_SIDE:
        raise PictureTooSmall(pixels=SHORTEST_SIDE)


def _plain_picture(picture: Image.Image) -> Image.Image:
    """Upright, in sRGB, on white where it was transparent, of a size worth keeping, with no metadata at all."""
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer.getchannel("A"))
    picture = _in_srgb(picture.convert("RGB") if picture.mode != "CMYK" else picture, profile).convert("RGB")
    picture.thumbnail((LONGEST_KEPT_SIDE, LONGEST_KEPT_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    return bare


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except Exception:  # noqa: BLE001 - a damaged profile changes colours a little; the photo is still the photo
        return picture
    return converted or picture


def _prepared(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
