"""Finding a guest who has no code at hand, and knowing how many came."""

from __future__ import annotations

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.registration.actions import withdraw_registration
from tests.checkin.stage import a_scan, digits_of, make_checkpoint, make_guest

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def guests(event, new_event):
    """Three guests of this event, whose names can be typed in many ways, and one of another event."""
    return {
        "zeng": make_guest(
            event,
            family_en="Zeng", given_en="Li", family_zh="曾", given_zh="黎",
            organisation="长三角研究院 Delta Institute", phone="+8613812345678", email="zeng.li@example.org",
        ),
        "lu": make_guest(event, family_en="Lü", given_en="Chongqing", family_zh="吕", given_zh="重庆", phone="+8613900005678"),
        "percent": make_guest(event, family_en="O'Hara_Smith", given_en="Mary", family_zh="", given_zh="", organisation="100% Cotton"),
        "stranger": make_guest(new_event(slug="launch-2026"), family_en="Zeng", given_en="Lan", family_zh="曾", given_zh="兰"),
    }  # fmt: skip


SEARCHES = {
    "曾黎": ["zeng"],
    "曾": ["zeng"],
    "zengli": ["zeng"],
    "Zeng Li": ["zeng"],
    "ZENG": ["zeng"],
    # The surname is read Zeng; somebody who doesn't know it types Ceng.
    "cengli": ["zeng"],
    "zl": ["zeng"],
    "li zeng": ["zeng"],
    "吕重庆": ["lu"],
    "lvchongqing": ["lu"],
    "luzhongqing": ["lu"],
    "Lü Chongqing": ["lu"],
    "lcq": ["lu"],
    "研究院": ["zeng"],
    "delta institute": ["zeng"],
    "ＤＥＬＴＡ": ["zeng"],
    "zeng.li@example.org": ["zeng"],
    "5678": ["lu", "zeng"],
    "138 1234 5678": ["lu", "zeng"],
    "678": [],
    "o'hara": ["percent"],
    "O’Hara": ["percent"],
    "%": ["percent"],
    "100%": ["percent"],
    "_": ["percent"],
    # Signs are passed over in names: this is z, which 曾 and 重 begin with.
    "z%": ["lu", "zeng"],
    "z_ng": [],
    "%%": [],
    "\\": [],
    "'": ["percent"],
    "' OR 1=1 --": [],
    "曾兰": [],
    "": [],
    "   ": [],
    "\u200b": [],
    "\u3000": [],
    "zeng" * 40: [],
}


def test_a_guest_is_found_by_whatever_people_type(guests, gate, scanner_at):
    scanner, names = scanner_at(), {guest.public_id: name for name, guest in guests.items()}
    found = {
        words: sorted(names[result["registration"]] for result in scanner.get("search", q=words)["results"])
        for words in SEARCHES
    }
    assert found == SEARCHES


def test_a_guest_who_is_found_is_shown_whole(guests, scanner):
    assert scanner.get("search", q="zengli") == {
        "results": [
            {
                "registration": guests["zeng"].public_id,
                "name": {"en": "Li Zeng", "zh": "曾黎"},
                "organisation": "长三角研究院 Delta Institute",
                "category": {"en": "Industry", "zh": "产业界", "colour": "#176b70"},
                "state": "confirmed",
                "admitted": False,
                "phone_tail": "5678",
            }
        ]
    }


def test_whoever_is_in_is_marked(event, gate, scanner_at, morning):
    make_checkpoint(event, "hall", rule="visits")
    make_checkpoint(event, "day", rule="daily")
    once, visits, daily = (scanner_at(code, checkpoints=(code,)) for code in ("gate", "hall", "day"))
    guest = make_guest(event)

    def marks() -> list[bool]:
        return [scanner.get("search", q="chen")["results"][0]["admitted"] for scanner in (once, visits, daily)]

    assert marks() == [False, False, False]
    for scanner, code in ((once, "gate"), (visits, "hall"), (daily, "day")):
        scanner.scan(digits_of(guest), checkpoint=code)
    assert marks() == [True, True, True]
    visits.scan(digits_of(guest), checkpoint="hall", direction="out")
    assert marks() == [True, False, True]
    morning.shift(86400)
    assert marks() == [True, False, False]


def test_those_who_may_come_in_stand_first_in_the_order_of_pinyin(event, scanner):
    for state, given_en, given_zh in (
        ("cancelled", "An", "安"), ("confirmed", "Bo", "波"), ("waiting", "Ai", "爱"), ("confirmed", "Ao", "奥"),
    ):  # fmt: skip
        make_guest(event, state, given_en=given_en, given_zh=given_zh)
    results = scanner.get("search", q="chen")["results"]
    assert [(result["name"]["zh"], result["state"]) for result in results] == [
        ("陈奥", "confirmed"),
        ("陈波", "confirmed"),
        ("陈爱", "waiting"),
        ("陈安", "cancelled"),
    ]


def test_twenty_are_shown_at_most(event, scanner):
    for _ in range(21):
        make_guest(event)
    assert len(scanner.get("search", q="chen")["results"]) == 20


def test_answers_about_guests_are_kept_by_no_cache(scanner):
    for path in ("search?q=chen", "stats"):
        answer = scanner.visitor.get(f"/api/v1/checkin/{path}", headers=scanner.headers, status=200)
        assert answer.headers["Cache-Control"] == "no-store"


# -- Counts --------------------------------------------------------------------------------------------------------


def test_counts_are_exact(event, new_event, scanner_at, staff, morning):
    make_checkpoint(event, "gate")
    make_checkpoint(event, "hall", rule="visits", capacity=9)
    make_checkpoint(event, "press", categories=("media",))
    make_checkpoint(event, "day", rule="daily")
    scanner = scanner_at()
    a, b, c = (make_guest(event) for _ in range(3))
    journalist = make_guest(event, category="media")
    for state in ("pending", "waiting", "offered", "declined", "withdrawn", "cancelled"):
        make_guest(event, state)
    stranger = make_guest(new_event(slug="launch-2026"))

    def scan(guest, checkpoint, direction="in"):
        return a_scan(digits_of(guest), checkpoint=checkpoint, direction=direction)

    scanner.send(
        scan(a, "gate"), scan(b, "gate"), scan(a, "gate"), scan(stranger, "gate"),
        scan(a, "hall"), scan(b, "hall"), scan(a, "hall", "out"), scan(a, "hall"), scan(b, "hall", "out"),
        scan(journalist, "press"), scan(a, "press"),
        scan(a, "day"), scan(b, "day"),
    )  # fmt: skip
    morning.shift(86400)
    scanner.send(scan(b, "day"), scan(c, "day"))
    withdraw_registration(c.id, by=SYSTEM)
    counts = {
        "gate": (3, 2, 2),
        "hall": (3, 2, 1),
        "press": (1, 1, 1),
        # Three came on the two days; two of them today.
        "day": (3, 3, 2),
    }
    told = scanner.get("stats")
    assert {name: told[name] for name in ("expected", "admitted", "inside", "present")} == {
        "expected": 3,
        "admitted": 4,
        "inside": 6,
        "present": 4,
    }
    assert told["by_checkpoint"] == [
        {
            "code": code,
            "name": {"en": code.title(), "zh": f"{code}入口"},
            "expected": expected,
            "admitted": admitted,
            "inside": inside,
        }
        for code, (expected, admitted, inside) in counts.items()
    ]
    page = staff().get("/manage/delta-2026/check-in")
    shown = {
        row.xpath(".//code/text()")[0]: tuple(int(cell) for cell in row.xpath("./td[contains(@class, 'num')]/text()"))
        for row in page.tree.xpath("//section[1]//tbody/tr")
    }
    assert shown == counts
    assert page.tree.xpath("//*[@id='admitted-gate']/text()") == ["2"]


def test_an_event_without_guests_counts_nothing(scanner):
    assert scanner.get("stats") == {
        "expected": 0,
        "admitted": 0,
        "inside": 0,
        "present": 0,
        "by_checkpoint": [
            {"code": "gate", "name": {"en": "Gate", "zh": "gate入口"}, "expected": 0, "admitted": 0, "inside": 0}
        ],
        "by_category": [],
        "by_five_minutes": [],
    }
