"""Makes the vectors that hold the rules in Python and in JavaScript together: `python -m tests.checkin.making_vectors`.

`hand.json` is written by hand, with the verdicts that people expect. `made.json` and `codes.json` are made here, with fixed
seeds, and committed: a rule that changes is seen in them.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from eventapp.passes.code import DIGITS, pass_url, public_bytes, sign_code
from tests.checkin.vectors import FOLDER, reading_of, verdict_of

ZONES = (
    "Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati",
    "America/St_Johns", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Chatham",
)  # fmt: skip
STATES = ("confirmed",) * 20 + ("pending", "waiting", "offered", "declined", "withdrawn", "cancelled")
CATEGORIES = ("industry", "media", "vip")
MADE = 300
# The order of Ed25519's group: a signature whose second half is raised by it is another text that says the same.
ORDER = 2**252 + 27742317777372353535851937790883648493

moments = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
# Where rules turn: to the millisecond, to the second, within a day.
steps = st.one_of(
    st.sampled_from((-1, 0, 1)).map(lambda number: timedelta(milliseconds=number)),
    st.integers(-120, 120).map(lambda number: timedelta(seconds=number)),
    st.integers(-2000, 2000).map(lambda number: timedelta(minutes=number)),
)


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@st.composite
def gates(draw: st.DrawFn, at: datetime) -> dict[str, Any]:
    rule = draw(st.sampled_from(("once", "daily", "visits", "visits")))
    return {
        "code": "gate",
        "rule": rule,
        "zone": draw(st.sampled_from(ZONES)),
        "day_starts": draw(st.sampled_from(("04:00", "00:00", "06:30", "12:00"))),
        "allowed": draw(st.sampled_from((True,) * 20 + (False,))),
        "opens_at": draw(st.none() | steps.map(lambda step: iso(at - abs(step) * 3 + step / 10))),
        "closes_at": draw(st.none() | steps.map(lambda step: iso(at + abs(step) * 3 + step / 10))),
        "capacity": draw(st.sampled_from((None, None, 0, 1, 2, 3))),
        "pause_seconds": draw(st.sampled_from((0, 0, 30, 600))),
        "categories": draw(st.sampled_from(([], [], [], ["industry", "media"], ["vip"], ["media", "vip"]))),
        "booking": draw(st.sampled_from((False,) * 5 + (True,))),
    }


@st.composite
def entries(draw: st.DrawFn, at: datetime, gate: dict[str, Any]) -> list[dict[str, Any]]:
    """What the pass did before: at this gate, as its rule notes it, and elsewhere."""
    found = []
    for number in range(draw(st.sampled_from((1, 2, 1, 3, 0, 2, 1)))):
        came = at - abs(draw(steps)) - timedelta(seconds=number)
        day = (came - timedelta(hours=draw(st.integers(-14, 16)))).date().isoformat()
        period = {"once": "once", "daily": day, "visits": f"visit-{number + 1}"}[gate["rule"]]
        left = came + abs(draw(steps)) / 2 if gate["rule"] == "visits" and draw(st.booleans()) else None
        visit = number + 1 if gate["rule"] == "visits" else 0
        place = draw(st.sampled_from(("gate", "gate", "gate", "hall")))
        entry = {"checkpoint": place, "period": period, "visit": visit, "at": iso(came)}
        found.append({**entry, "left": iso(left) if left else None})
    return found


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    """Anything that may be the case when a code is held up."""
    at = draw(moments)
    gate = draw(gates(at))
    guest = {
        "state": draw(st.sampled_from(STATES)),
        "serial": draw(st.sampled_from((1,) * 16 + (2,))),
        "category": draw(st.sampled_from(CATEGORIES)),
        "booked": draw(st.sampled_from(([], ["gate"], ["hall"]))),
        "granted": draw(st.sampled_from(([], [], ["gate"], ["hall"]))),
        "entries": draw(entries(at, gate)),
    }
    problem = draw(st.sampled_from((None,) * 40 + ("malformed", "forged", "wrong_event")))
    return {
        "reading": {"problem": problem, "serial": draw(st.sampled_from((1,) * 12 + (None,) * 4 + (2,)))},
        "guest": guest if draw(st.sampled_from((True,) * 30 + (False,))) else None,
        "gate": gate if draw(st.sampled_from((True,) * 30 + (False,))) else None,
        "direction": draw(st.sampled_from(("in", "in", "out"))),
        "at": iso(at),
        "inside": draw(st.integers(0, 3)),
        "overrides": draw(st.sampled_from((False, False, False, True))),
    }


def made_situations(number: int) -> list[dict[str, Any]]:
    """So many different ones, always the same."""
    found: dict[str, dict[str, Any]] = {}

    @seed(20261123)
    @settings(
        max_examples=number * 2, phases=[Phase.generate], database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(situations())
    def collect(situation: dict[str, Any]) -> None:
        found[json.dumps(situation, sort_keys=True)] = situation

    collect()
    return list(found.values())[-number:]


def made_codes() -> dict[str, Any]:
    """Texts that cameras, scanners, people and forgers deliver."""
    keys = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(3)]
    rows = [(7, keys[0], "summit", True), (260, keys[1], "launch", False)]
    told = [
        {"id": number, "key": base64.b64encode(public_bytes(key.public_key())).decode(), "event": event, "here": here}
        for number, key, event, here in rows
    ]
    texts = [*_genuine(keys), *_forged(keys), *_short_codes(), *_nothing_of_ours(keys)]
    vectors = [[say, text, reading_of(text, told)] for say, text in texts]
    return {"keys": told, "vectors": vectors}


def _genuine(keys: list[Ed25519PrivateKey]) -> list[tuple[str, str]]:
    code = sign_code(keys[0], 7, "00ff10203040506f", 1)
    layout = str.maketrans("0123456789", "à&é\"'(-è_ç")
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    found = [
        ("the address in the QR code", pass_url("https://summit.example", code)),
        ("an address with a port and a path", pass_url("https://summit.example:8443/site", code)),
        ("the digits alone", code),
        ("in lower case", f"https://other.example/p/{code}"),
        ("with something behind", f"https://summit.example/P/{code}?from=wechat"),
        ("with digits before it", f"2026-11-23 {code}"),
        ("digits glued to its front", f"99{code}"),
        ("after another long run", f"{'1' * DIGITS} {code}"),
        ("typed on a French keyboard", code.translate(layout)),
        ("in full width", code.translate(wide)),
        ("with a new line behind", f"{code}\r\n"),
        ("of another event", sign_code(keys[1], 260, "00ff10203040506f", 1)),
    ]
    for number, registration in enumerate(("0000000000000000", "ffffffffffffffff", "0123456789abcdef")):
        for serial in (0, 1, 255):
            found.append((f"guest {number} with serial {serial}", sign_code(keys[0], 7, registration, serial)))
    return found


def _forged(keys: list[Ed25519PrivateKey]) -> list[tuple[str, str]]:
    code = sign_code(keys[0], 7, "00ff10203040506f", 1)
    found = [
        ("signed with a key of one's own", sign_code(keys[2], 7, "00ff10203040506f", 1)),
        ("signed with the key of another event", sign_code(keys[1], 7, "00ff10203040506f", 1)),
        ("with a key's number that nobody knows", sign_code(keys[0], 8, "00ff10203040506f", 1)),
        ("claiming to be of another event", sign_code(keys[0], 260, "00ff10203040506f", 1)),
        ("the signature of another guest", _joined(code, sign_code(keys[0], 7, "00ff102030405060", 1))),
        ("the signature of an older copy", _joined(code, sign_code(keys[0], 7, "00ff10203040506f", 0))),
        ("without a signature", _digits(_bytes(code)[:12] + bytes(64))),
        ("a second way to write the signature", _malleated(code)),
    ]
    for place in range(0, DIGITS, 4):
        changed = f"{code[:place]}{(int(code[place]) + 1) % 10}{code[place + 1 :]}"
        found.append((f"digit {place} is another one", changed))
    for place in (place for place in range(90, DIGITS - 1, 20) if code[place] != code[place + 1]):
        changed = f"{code[:place]}{code[place + 1]}{code[place]}{code[place + 2 :]}"
        found.append((f"the digits {place} and {place + 1} are exchanged", changed))
    return found


def _short_codes() -> list[tuple[str, str]]:
    typed = (
        "12345678", "1234 5678", "1234-5678", "12 34 56 78", " 12345678\n", "１２３４５６７８", "1234–5678", "00000000",
        "1234567", "123456789", "1234x5678", "1234_5678", "1234.5678", "12345678 9", "a12345678", "1 2 3 4 5 6 7 8",
        "1234\u00a05678", "1234\u30005678", "1234\u200b5678", "①②③④⑤⑥⑦⑧", "١٢٣٤٥٦٧٨", "-12345678", "12345678-",
        "1234\x1c5678", "1234\x855678", "1234\ufeff5678",
    )  # fmt: skip
    return [(f"typed {text!r}", text) for text in typed]


def _nothing_of_ours(keys: list[Ed25519PrivateKey]) -> list[tuple[str, str]]:
    code = sign_code(keys[0], 7, "00ff10203040506f", 1)
    return [
        ("words", "HELLO WORLD"),
        ("an address", "https://example.org/p/"),
        ("a digit too few", code[1:]),
        ("a digit too few, in an address", f"https://summit.example/p/{code[:-1]}"),
        ("too large a number", "9" * DIGITS),
        ("nothing but noughts", "0" * DIGITS),
        ("another version", _digits(bytes([2]) + _bytes(code)[1:])),
        ("version nought", _digits(bytes([0]) + _bytes(code)[1:])),
        ("a space in the middle", f"{code[:90]} {code[90:]}"),
        ("a visiting card", "BEGIN:VCARD\nFN:Chen Lan\nTEL:+8613812345678\nEND:VCARD"),
        ("letters of another script", "席酉民"),
        ("a lone half of a character", "\ud83d"),
    ]


def _bytes(digits: str) -> bytes:
    return int(digits).to_bytes(76, "big")


def _digits(content: bytes) -> str:
    return str(int.from_bytes(content, "big")).zfill(DIGITS)


def _joined(one: str, other: str) -> str:
    return _digits(_bytes(one)[:12] + _bytes(other)[12:])


def _malleated(digits: str) -> str:
    content = _bytes(digits)
    scalar = int.from_bytes(content[44:], "little") + ORDER
    return _digits(content[:44] + scalar.to_bytes(32, "little"))


def main() -> None:
    made = [{**situation, **verdict_of(situation)} for situation in made_situations(MADE)]
    for name, content in (("made", made), ("codes", made_codes())):
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
        Path(FOLDER, f"{name}.json").write_text(text.replace("},{", "},\n{").replace("],[", "],\n[") + "\n", "utf-8")


if __name__ == "__main__":
    main()
