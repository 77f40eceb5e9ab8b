"""Portraits: whatever is uploaded, only harmless squares come out."""

from __future__ import annotations

import io
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from eventapp.accounts.actor import SYSTEM
from eventapp.errors import Stale
from eventapp.speakers.actions import approve_words, cut_portrait, send_portrait, take_portrait_back
from eventapp.speakers.errors import (
    PictureGone,
    PictureRefused,
    PictureTooHeavy,
    PictureTooLarge,
    PictureTooSmall,
)
from eventapp.speakers.portraits import Square, cut, keep_original, original_path, square_at, square_within
from eventapp.speakers.queries import portrait_of, portraits_folder, proposal_of
from tests.speakers.stage import SPEAKER, address, fresh, invited, make_speaker, photo

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 16.0, 12.0), 3: "E", 4: (120.0, 44.0, 5.0)})
    return photo(1200, 900, exif=exif, comment=b"a secret remark")


def inside(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
        return picture


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (SVG, PictureRefused),
        (HTML, PictureRefused),
        (b"", PictureRefused),
        (b"\xff\xd8\xff" + b"\0" * 500, PictureRefused),
        (b"GIF89a" + b"\0" * 100, PictureRefused),
        (photo()[:2000], PictureRefused),
        (photo(form="PNG")[:1500], PictureRefused),
        (photo(form="TIFF"), PictureRefused),
        (photo(form="GIF"), PictureRefused),
        (photo(form="PDF"), PictureRefused),
        (huge_png(20_000, 20_000), PictureTooLarge),
        (huge_png(65_000, 65_000), PictureTooLarge),
        (huge_png(5_000, 4_000), PictureTooLarge),
        (photo(200, 900), PictureTooSmall),
        (photo() + b"\0" * 10_000_000, PictureTooHeavy),
    ],
    ids=[
        "svg", "html", "nothing", "damaged", "gif-header", "cut-jpeg", "cut-png", "tiff", "gif", "pdf",
        "bomb", "greater-bomb", "many-pixels", "small", "10-MB",
    ],
)  # fmt: skip
def test_what_is_no_usable_photo_is_refused_quickly_and_leaves_nothing(tmp_path, data, refusal):
    begun = time.monotonic()
    with pytest.raises(PictureRefused) as raised:
        keep_original(tmp_path, data)
    assert type(raised.value) is refusal
    assert time.monotonic() - begun < 2
    assert list(tmp_path.rglob("*.*")) == []


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_three_sizes_in_two_types_are_made(tmp_path, form):
    original = keep_original(tmp_path, photo(900, 1200, form))
    name = cut(tmp_path, original.name, square_at(900, 1200, "centre"))
    made = {path.name.removeprefix(name): inside(path) for path in tmp_path.glob("*.*")}
    assert {ending: (picture.format, picture.size) for ending, picture in made.items()} == {
        f"-{size}.{ending}": (form, (size, size))
        for size in (96, 256, 640)
        for ending, form in (("jpg", "JPEG"), ("webp", "WEBP"))
    }


def test_where_and_with_what_it_was_taken_is_removed_and_it_stands_upright(tmp_path):
    original = keep_original(tmp_path, with_gps())
    assert (original.width, original.height) == (900, 1200), "turned as the camera was held"
    cut(tmp_path, original.name, square_at(900, 1200, "centre"))
    files = list(tmp_path.rglob("*.*"))
    assert len(files) == 7
    for path in files:
        assert dict(inside(path).getexif()) == {}
        assert b"Secret Camera" not in path.read_bytes()
        assert b"secret remark" not in path.read_bytes()
        assert b"Exif" not in path.read_bytes()


def test_a_transparent_picture_stands_on_white(tmp_path):
    file = io.BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(file, "PNG")
    original = keep_original(tmp_path, file.getvalue())
    assert inside(original_path(tmp_path, original.name)).getpixel((200, 200)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_unusual_pictures_are_read(tmp_path, mode):
    file = io.BytesIO()
    Image.new(mode, (300, 300)).save(file, "JPEG" if mode == "CMYK" else "PNG")
    assert keep_original(tmp_path, file.getvalue()).width == 300


def test_a_large_photo_is_kept_at_a_size_worth_keeping(tmp_path):
    original = keep_original(tmp_path, photo(6000, 4000))
    assert (original.width, original.height) == (2000, 1333)


def test_the_square_lies_within_the_photo():
    assert square_at(900, 1200, "left") == Square(0, 100, 900)
    assert square_at(1200, 900, "right") == Square(300, 0, 900)
    assert square_within(900, 1200, Square(-50, 5000, 100)) == Square(0, 944, 256)
    assert square_within(900, 1200, Square(10, 10, 9999)) == Square(0, 10, 900)


def test_the_chosen_square_is_what_is_shown(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(1200, 600), by=SPEAKER)
    cut_portrait(invitation.id, by=SPEAKER, place="left")
    row = portrait_of(invitation.id)
    red, _green, blue = inside(portraits_folder() / f"{row.name}-256.jpg").getpixel((128, 128))
    assert red > 200 > blue
    cut_portrait(invitation.id, by=SPEAKER, square=Square(700, 100, 300))
    row = portrait_of(invitation.id)
    assert (row.left, row.top, row.side) == (700, 100, 300)
    red, _green, blue = inside(portraits_folder() / f"{row.name}-256.jpg").getpixel((128, 128))
    assert blue > 200 > red


def names_kept() -> set[str]:
    return {path.name[:32] for path in portraits_folder().glob("*.*")}


def test_a_portrait_that_is_replaced_leaves_no_files(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    cut_portrait(invitation.id, by=SPEAKER, place="top")
    assert names_kept() == {portrait_of(invitation.id).name}
    assert len(list((portraits_folder() / "originals").iterdir())) == 1


def test_the_portrait_on_the_site_stays_until_another_is_approved(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    assert fresh(person).portrait == ""
    approve_words(invitation.id, by=SYSTEM, seen=proposal_of(event, invitation).seen)
    first = fresh(person).portrait
    assert first == portrait_of(invitation.id).name
    cut_portrait(invitation.id, by=SPEAKER, place="top")
    second = portrait_of(invitation.id).name
    assert names_kept() == {first, second}
    approve_words(invitation.id, by=SYSTEM, seen=proposal_of(event, invitation).seen)
    assert (fresh(person).portrait, names_kept()) == (second, {second})
    take_portrait_back(invitation.id, by=SPEAKER)
    assert (fresh(person).portrait, names_kept()) == (second, {second})


def test_a_photo_that_was_taken_back_is_forgotten(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    take_portrait_back(invitation.id, by=SPEAKER)
    assert list(portraits_folder().rglob("*.*")) == []
    assert not fresh(invitation).awaits_approval
    with pytest.raises(PictureGone):
        cut_portrait(invitation.id, by=SPEAKER, place="top")


def test_a_square_of_another_photo_than_the_one_looked_at_is_refused(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    seen = portrait_of(invitation.id).name
    send_portrait(invitation.id, photo(), by=SPEAKER)
    with pytest.raises(Stale):
        cut_portrait(invitation.id, by=SPEAKER, place="top", seen=seen)
    assert names_kept() == {portrait_of(invitation.id).name}


# -- Over the web --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filename", "data", "sentence"),
    [
        ("me.svg", SVG, "We could not read this as a photo. Please choose a JPEG, PNG or WebP picture."),
        ("me.jpg", HTML, "We could not read this as a photo. Please choose a JPEG, PNG or WebP picture."),
        (
            "me.png",
            huge_png(20_000, 20_000),
            "This picture has too many pixels. Please choose one of at most 16 megapixels.",
        ),
        ("me.jpg", photo() + b"\0" * 10_000_000, "This file is larger than 8 MB. Please choose a smaller picture."),
        ("me.jpg", photo(100, 100), "This picture is too small to print. It needs at least 256 pixels on each side."),
    ],
    ids=["svg", "html", "bomb", "10-MB", "small"],
)
def test_a_refused_photo_is_refused_in_words(event, client, filename, data, sentence):
    invitation = invited(event, make_speaker(event)[0])
    page = address(invitation, "/portrait")
    answer = client.post_form(page, status=422, picture=(io.BytesIO(data), filename))
    assert f"Photo: {sentence}" in answer.errors
    assert portrait_of(invitation.id) is None


def test_no_photo_chosen_is_said(event, client):
    page = address(invited(event, make_speaker(event)[0]), "/portrait")
    assert "Photo: Choose a photo first." in client.post_form(page, status=422).errors


def test_what_is_far_too_large_is_not_even_read(event, client):
    page = address(invited(event, make_speaker(event)[0]), "/portrait")
    shown = client.get(page, status=200)
    token = shown.tree.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "picture": (io.BytesIO(b"\0" * 15_000_000), "me.jpg")}
    assert client.post(page, data=data).status_code == 413


def test_other_pages_take_no_more_than_before(event, client):
    page = address(invited(event, make_speaker(event)[0]), "/portrait/crop")
    assert client.post(page, data={"x": (io.BytesIO(b"\0" * 3_000_000), "me.jpg")}).status_code == 413


def test_a_portrait_is_served_for_ever_and_as_nothing_but_a_picture(event, client, visitor):
    invitation = invited(event, make_speaker(event)[0])
    shown = client.follow(client.post_form(address(invitation, "/portrait"), picture=(io.BytesIO(photo()), "me.jpg")))
    name = portrait_of(invitation.id).name
    assert shown.tree.xpath("//figure//img/@src") == [f"/portraits/{name}-256.jpg"]
    for ending, kind in (("jpg", "image/jpeg"), ("webp", "image/webp")):
        answer = visitor().get(f"/portraits/{name}-256.{ending}", status=200)
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        again = visitor().get(f"/portraits/{name}-256.{ending}", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize(
    "name", ["0" * 32 + "-96.jpg", "x", "a-97.jpg", "..", "%2e%2e%2foriginals%2fx.jpg", "a%00.jpg"]
)
def test_no_other_file_is_served(app, event, name):
    client = app.test_client()
    invitation = invited(event, make_speaker(event)[0])
    send_portrait(invitation.id, photo(), by=SPEAKER)
    assert client.get(f"/portraits/{name}").status_code in (400, 404)
    original = portrait_of(invitation.id).original
    for guess in (f"{original}.jpg", f"originals/{original}.jpg", f"{original}-96.jpg"):
        assert client.get(f"/portraits/{guess}").status_code == 404


def test_the_whole_photo_is_for_its_owner_only(event, client):
    invitation = invited(event, make_speaker(event)[0])
    client.get(address(invitation, "/portrait/original.jpg"), status=404)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    answer = client.get(address(invitation, "/portrait/original.jpg"), status=200)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    client.get(f"/s/{'x' * 43}/portrait/original.jpg", status=404)


def test_the_square_is_chosen_without_a_script(event, client):
    invitation = invited(event, make_speaker(event)[0])
    send_portrait(invitation.id, photo(900, 1200), by=SPEAKER)
    page, form = address(invitation, "/portrait"), address(invitation, "/portrait/crop")
    client.post_form(form, page=page, place="bottom")
    assert portrait_of(invitation.id).top == 300
    client.post_form(form, page=page, place="exact", left="100", top="200", side="400")
    row = portrait_of(invitation.id)
    assert (row.left, row.top, row.side) == (100, 200, 400)
    answer = client.post_form(form, page=page, status=422, place="exact", side="")
    assert "What is shown: Write all three numbers, or choose one of the other places." in answer.errors
    client.post_form(form, page=page, status=422, place="exact", side="wide")
    client.post_form(address(invitation, "/portrait/remove"), page=page)
    assert portrait_of(invitation.id) is None
