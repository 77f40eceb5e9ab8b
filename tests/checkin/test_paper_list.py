"""Paper for when nothing else works: who has a place, by pinyin."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from eventapp.db import db, transaction
from eventapp.registration.models import Registration
from tests.checkin.stage import a_scan, digits_of, make_guest

LIST = "/manage/delta-2026/check-in/list"


def lines(page) -> dict[str, list[str]]:
    """By letter, what stands in each row."""
    return {
        "".join(table.xpath("./caption//text()")): [
            " ".join(" ".join(row.itertext()).split()) for row in table.xpath("./tbody/tr")
        ]
        for table in page.tree.xpath("//table[@class='paper']")
    }


@pytest.mark.usefixtures("morning")
def test_guests_stand_under_the_letter_of_their_pinyin_in_both_scripts(event, scanner, staff):
    zeng = make_guest(event, family_zh="曾", given_zh="黎", family_en="Zeng", given_en="Li", phone="+8613812345678")
    make_guest(event, family_en="Ångström", given_en="Åsa", family_zh="", given_zh="", organisation="")
    make_guest(event, category="media")
    make_guest(event, "cancelled", family_en="Gone", family_zh="", given_zh="")
    make_guest(event, "waiting", family_en="Waits", family_zh="", given_zh="")
    scanner.send(a_scan(digits_of(zeng)))
    page = staff("door").get(LIST, status=200)
    codes = {row.name.en: f"{row.short_code[:4]} {row.short_code[4:]}" for row in db.session.query(Registration)}
    assert lines(page) == {
        "A": [f"Åsa Ångström Industry {codes['Åsa Ångström']}"],
        "C": [f"Lan Chen 陈岚 Lake Robotics Media {codes['Lan Chen']}"],
        "Z": [f"✓ 09:00 Li Zeng 曾黎 Lake Robotics Industry {codes['Li Zeng']} 5678"],
    }
    assert "3 guests with a place, as of 2026-11-23 09:00." in page.words
    assert page.headers["Cache-Control"] == "no-store"


def test_the_list_tells_no_more_than_the_door_may_know(event, staff, gate):
    guest = make_guest(event, phone="+8613812345678", email="secret@example.org")
    page = staff("door").get(LIST, status=200).get_data(as_text=True)
    for secret in ("secret@example.org", "13812345678", guest.public_id):
        assert secret not in page


def test_one_category_is_a_list_of_its_own(event, staff, gate):
    make_guest(event)
    make_guest(event, category="media", family_en="Wu", family_zh="吴")
    page = staff("door").get(f"{LIST}?category=media", status=200)
    assert list(lines(page)) == ["W"]
    assert page.heading == "Sign-in list · Media"
    assert "Media" not in lines(page)["W"][0]
    unknown = staff("registrar").get(f"{LIST}?category=nowhere", status=200)
    assert list(lines(unknown)) == ["C", "W"]


def test_an_event_without_guests_has_an_empty_list(event, staff):
    assert "Nobody has a place yet" in staff("door").get(LIST, status=200).words


@pytest.mark.usefixtures("gate")
def test_thousands_of_guests_are_listed_in_as_few_statements_as_one(event, staff, count_statements):
    first = make_guest(event)
    story = {key: getattr(first, key) for key in set(Registration.__mapper__.columns.keys()) - {"id", "ticket"}}
    rows = [
        {
            **story,
            "public_id": f"{n:016x}",
            "form_key": f"copy-{n:012}",
            "link_hash": f"copy-{n}",
            "short_code": f"{n:08}",
        }
        for n in range(2_000)
    ]
    member = staff("door")
    with count_statements() as one:
        member.get(LIST, status=200)
    with transaction() as session:
        session.execute(insert(Registration), rows)
    with count_statements() as many:
        page = member.open(LIST)
    assert page.get_data(as_text=True).count("<tr>") == 2_002
    assert len(many) == len(one)
