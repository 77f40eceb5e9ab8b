"""When several things are wrong at once, the door says the one that matters most."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from typing import Any

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.rules import PRECEDENCE
from eventapp.events.models import Event
from eventapp.passes.queries import code_digits
from eventapp.registration.actions import cancel_registration, reissue_pass
from eventapp.registration.models import Registration
from tests.checkin.stage import Scanner, a_scan, digits_of, make_checkpoint, make_guest, with_digit_changed

# As it is laid down for the whole project.
ORDER = (
    "malformed", "forged", "wrong_event", "unknown", "revoked", "cancelled", "not_confirmed", "not_allowed",
    "outside_hours", "not_inside", "already_in", "too_soon", "full", "admitted",
)  # fmt: skip
WRONGS = ORDER[:-1]
# Two of one set cannot be true of the same scan.
EXCLUSIVE = (
    {"forged", "wrong_event", "unknown"},
    {"cancelled", "not_confirmed"},
    # Only a confirmed guest has a pass that can be replaced.
    {"revoked", "not_confirmed"},
    {"not_inside", "already_in", "too_soon"},
    *({nobody, known} for nobody in ("wrong_event", "unknown") for known in ("revoked", "cancelled", "not_confirmed")),
    *({never_in, came} for never_in in ("wrong_event", "unknown", "not_confirmed") for came in ("already_in", "too_soon")),
)  # fmt: skip
CHAINS = (
    {"malformed", "forged", "revoked", "cancelled", "not_allowed", "outside_hours", "already_in", "full"},
    {"forged", "revoked", "cancelled", "not_allowed", "outside_hours", "too_soon", "full"},
    {"revoked", "cancelled", "not_allowed", "outside_hours", "already_in", "full"},
    {"cancelled", "not_allowed", "outside_hours", "already_in", "full"},
    {"not_confirmed", "not_allowed", "outside_hours", "not_inside", "full"},
    {"not_allowed", "outside_hours", "too_soon", "full"},
)
MARKS_OF_A_GATE = {"not_allowed", "outside_hours", "full"}
CLOSES_AT = datetime.fromisoformat("2026-11-23T09:20:00+08:00")
PAUSE_SECONDS = 600
Situation = frozenset[str]


def test_the_rules_ask_in_the_order_laid_down():
    assert [verdict for verdict in PRECEDENCE if verdict != "left"] == list(ORDER)


def test_of_all_that_is_wrong_the_first_in_the_order_is_the_verdict(event, new_event, scanner_at, morning):
    situations = [*_together(most=2), *map(frozenset, CHAINS)]
    gates = _make_gates(event, situations)
    # Not allowed: the device that scans in the end isn't paired for these gates; everybody came in by another one.
    earlier = scanner_at()
    final = scanner_at(checkpoints=tuple(code for marks, code in gates.items() if "not_allowed" not in marks))
    elsewhere = new_event(slug="launch-2026")
    guests = {wrongs: _make_guest(wrongs, event, elsewhere) for wrongs in situations}
    scans = [_scan(wrongs, guests[wrongs], gates[wrongs & MARKS_OF_A_GATE]) for wrongs in situations]
    _come_and_go(earlier, gates, guests, morning)
    _fill_up(earlier, event, gates, situations)
    _revoke_and_cancel(guests)
    morning.shift(420)
    verdicts = [answer["verdict"] for answer in final.send(*scans)]
    found = dict(zip(situations, verdicts, strict=True))
    assert found == {wrongs: min(wrongs, key=ORDER.index, default="admitted") for wrongs in situations}
    assert set(verdicts) == set(ORDER)


def _together(most: int) -> Iterator[Situation]:
    """Every set of at most so many things that can be wrong at once."""
    for number in range(most + 1):
        for wrongs in map(frozenset, combinations(WRONGS, number)):
            if all(len(wrongs & some) < 2 for some in EXCLUSIVE):
                yield wrongs


def _make_gates(event: Event, situations: list[Situation]) -> dict[Situation, str]:
    """A gate for each way a gate can be; a full one holds all who come and one more."""
    comers = _comers(situations)
    gates = {
        marks: f"gate-{number}" for number, marks in enumerate({wrongs & MARKS_OF_A_GATE for wrongs in situations})
    }
    for marks, code in gates.items():
        make_checkpoint(
            event,
            code,
            rule="visits",
            pause_seconds=PAUSE_SECONDS,
            closes_at=CLOSES_AT if "outside_hours" in marks else None,
            capacity=comers[marks] + 1 if "full" in marks else None,
        )
    return gates


def _comers(situations: list[Situation], *kinds: str) -> Counter[Situation]:
    """How many come in early at each gate."""
    wanted = set(kinds or ("already_in", "too_soon"))
    return Counter(wrongs & MARKS_OF_A_GATE for wrongs in situations if wrongs & wanted)


def _make_guest(wrongs: Situation, event: Event, elsewhere: Event) -> Registration:
    state = "pending" if "not_confirmed" in wrongs else "confirmed"
    return make_guest(elsewhere if "wrong_event" in wrongs else event, state)


def _scan(wrongs: Situation, guest: Registration, gate: str) -> dict[str, Any]:
    """The last scan; its code is the one the guest has from the beginning."""
    code = digits_of(guest)
    if "forged" in wrongs:
        code = with_digit_changed(code)
    if "unknown" in wrongs:
        code = code_digits(guest.event_id, secrets.token_hex(8), 1)
    direction = "out" if "not_inside" in wrongs else "in"
    return a_scan(code, checkpoint=gate, direction=direction, method="telepathy" if "malformed" in wrongs else "camera")


def _come_and_go(
    scanner: Scanner, gates: dict[Situation, str], guests: dict[Situation, Registration], clock: Any
) -> None:
    def pass_all(direction: str, *kinds: str) -> list[str]:
        scans = [
            a_scan(digits_of(guest), checkpoint=gates[wrongs & MARKS_OF_A_GATE], direction=direction)
            for wrongs, guest in guests.items()
            if wrongs & set(kinds)
        ]
        return [answer["verdict"] for answer in scanner.send(*scans)]

    assert set(pass_all("in", "already_in", "too_soon")) == {"admitted"}
    clock.shift(900)
    assert set(pass_all("out", "too_soon")) == {"left"}


def _fill_up(scanner: Scanner, event: Event, gates: dict[Situation, str], situations: list[Situation]) -> None:
    came, stayed = _comers(situations), _comers(situations, "already_in")
    fillers = [make_guest(event) for _ in range(max(came.values()) + 1)]
    for marks, code in gates.items():
        if "full" in marks:
            free = came[marks] + 1 - stayed[marks]
            answers = scanner.send(*(a_scan(digits_of(guest), checkpoint=code) for guest in fillers[:free]))
            assert {answer["verdict"] for answer in answers} == {"admitted"}


def _revoke_and_cancel(guests: dict[Situation, Registration]) -> None:
    for wrongs, guest in guests.items():
        if "revoked" in wrongs:
            reissue_pass(guest.id, by=SYSTEM, reason="Lost")
        if "cancelled" in wrongs:
            cancel_registration(guest.id, by=SYSTEM)
