"""The code of a pass: signed, found in whatever a reader delivers, refused when anything was changed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from eventapp.passes.code import (
    MalformedCode,
    PassCode,
    find_digits,
    find_short_code,
    new_key_pair,
    parse_code,
    pass_url,
    private_bytes,
    private_from_bytes,
    public_bytes,
    public_from_bytes,
    sign_code,
    signature_holds,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DIGITS = sign_code(KEY, 7, "00ff00ff00ff00ff", 1)
CONTENT = int(DIGITS).to_bytes(76, "big")

key_ids = st.integers(0, 65_535)
registrations = st.binary(min_size=8, max_size=8).map(bytes.hex)
serials = st.integers(0, 255)


def as_digits(content: bytes) -> str:
    return str(int.from_bytes(content, "big")).zfill(184)


@given(key_ids, registrations, serials)
def test_what_is_signed_is_read_back(key_id: int, registration: str, serial: int) -> None:
    digits = sign_code(KEY, key_id, registration, serial)
    code = parse_code(digits)
    assert len(digits) == 184
    assert digits.isdecimal()
    assert code == PassCode(key_id, registration, serial, code.signature)
    assert code.signed_part == b"\x01" + key_id.to_bytes(2, "big") + bytes.fromhex(registration) + bytes([serial])
    assert signature_holds(code, KEY.public_key())


@given(st.integers(0, 75), st.integers(1, 255))
def test_a_changed_byte_never_verifies(position: int, change: int) -> None:
    changed = bytearray(CONTENT)
    changed[position] ^= change
    try:
        code = parse_code(as_digits(bytes(changed)))
    except MalformedCode:
        assert position == 0
    else:
        assert not signature_holds(code, KEY.public_key())


def test_another_key_does_not_vouch_for_it() -> None:
    _, stranger = new_key_pair()
    assert not signature_holds(parse_code(DIGITS), stranger)


def test_signing_twice_gives_the_same_digits() -> None:
    assert sign_code(KEY, 7, "00ff00ff00ff00ff", 1) == DIGITS


def test_zeros_in_front_are_kept() -> None:
    assert DIGITS.startswith("000")
    assert parse_code(DIGITS).registration == "00ff00ff00ff00ff"


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "1",
        DIGITS[1:],
        DIGITS + "0",
        "9" * 184,
        as_digits(b"\x02" + CONTENT[1:]),
        "0" * 184,
        DIGITS[:-1] + "x",
        DIGITS[:-1] + "٣",
    ],
)
def test_what_is_no_pass_is_malformed(digits: str) -> None:
    with pytest.raises(MalformedCode):
        parse_code(digits)


@pytest.mark.parametrize(
    ("key_id", "registration", "serial"),
    [
        (-1, "0" * 16, 0),
        (65_536, "0" * 16, 0),
        (1, "0" * 15, 0),
        (1, "G" * 16, 0),
        (1, "0" * 16, 256),
        (1, "0" * 16, -1),
    ],
)
def test_what_does_not_fit_is_not_signed(key_id: int, registration: str, serial: int) -> None:
    with pytest.raises(ValueError):
        sign_code(KEY, key_id, registration, serial)


@pytest.mark.parametrize(
    "read",
    [
        DIGITS,
        f"HTTPS://EVENTS.EXAMPLE.ORG/P/{DIGITS}",
        f"https://other.example:8443/p/{DIGITS}?lang=zh&at=20261123",
        f"HTTPSÖ--EVENTS.EXAMPLE.ORG-P-{DIGITS}\r\n",
        f"12345678 {DIGITS}",
        f"HTTPS://H/P/99{DIGITS}",
        f"{'1' * 200}\n{DIGITS}\n",
        DIGITS.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "HTTPS:!!EVENTS!P!" + DIGITS.translate(str.maketrans("0123456789", "à&é\"'(-è_ç")),
        "HTTPS:::EVENTS:P:" + DIGITS.translate(str.maketrans("0123456789", "à&é\"'(§è!ç")),
    ],
)
def test_the_digits_are_found_in_whatever_was_read(read: str) -> None:
    assert find_digits(read) == DIGITS


@pytest.mark.parametrize("read", ["", "hello", DIGITS[1:], f"{DIGITS[:90]} {DIGITS[90:]}", "٣" * 184, "²" * 183])
def test_too_few_digits_are_no_pass(read: str) -> None:
    assert find_digits(read) is None


@given(st.text())
def test_anything_read_is_answered(read: str) -> None:
    assert find_digits(read) is None
    short = find_short_code(read)
    assert short is None or (len(short) == 8 and short.isascii() and short.isdecimal())


@pytest.mark.parametrize(
    "typed", ["48219375", "4821 9375", " 4821-9375\n", "48 21 93 75", "４８２１　９３７５", "4821 – 9375"]
)
def test_a_short_code_is_read_as_people_type_it(typed: str) -> None:
    assert find_short_code(typed) == "48219375"


@pytest.mark.parametrize(
    "typed", ["", "4821937", "482193750", "4821 9375 x", "code 48219375", "-48219375", "4821.9375", "٤٨٢١٩٣٧٥"]
)
def test_anything_else_is_no_short_code(typed: str) -> None:
    assert find_short_code(typed) is None


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://events.example.org", "HTTPS://EVENTS.EXAMPLE.ORG/P/"),
        ("https://events.example.org/", "HTTPS://EVENTS.EXAMPLE.ORG/P/"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/P/"),
        ("https://example.org/summit", "HTTPS://EXAMPLE.ORG/SUMMIT/P/"),
        ("https://bücher.example", "HTTPS://XN--BCHER-KVA.EXAMPLE/P/"),
        ("http://[::1]:8000", "HTTP://[::1]:8000/P/"),
    ],
)
def test_the_address_of_a_pass_is_in_upper_case(base_url: str, url: str) -> None:
    assert pass_url(base_url, DIGITS) == url + DIGITS


def test_keys_survive_as_bytes() -> None:
    private_key, public_key = new_key_pair()
    kept = private_from_bytes(private_bytes(private_key)), public_from_bytes(public_bytes(public_key))
    assert len(private_bytes(private_key)) == len(public_bytes(public_key)) == 32
    assert signature_holds(parse_code(sign_code(kept[0], 1, "0" * 16, 1)), kept[1])
