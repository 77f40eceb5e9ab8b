"""Finding people, and keeping back who may not be known yet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.people.actions import add_person, place_person
from eventapp.people.queries import all_people, find_person, hidden_person_ids, people_of, search_people

DIRECTORY = [
    {"family_zh": "席", "given_zh": "酉民", "family_en": "Xi", "given_en": "Youmin"},
    {"family_zh": "曾", "given_zh": "国藩"},
    {"family_zh": "欧阳", "given_zh": "修"},
    {"family_zh": "吕", "given_zh": "布"},
    {"family_en": "Müller", "given_en": "Jürgen"},
    {"family_en": "O’Brien", "given_en": "Conan"},
]


@pytest.fixture
def directory(app) -> None:
    for name in DIRECTORY:
        add_person(by=SYSTEM, **name)


def found(words: str) -> list[str]:
    return [person.name.zh or person.name.en for person in search_people(words)]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("席酉民", ["席酉民"]),
        ("xiyoumin", ["席酉民"]),
        ("XI You min", ["席酉民"]),
        ("xym", ["席酉民"]),
        ("youmin xi", ["席酉民"]),
        ("zengguofan", ["曾国藩"]),
        ("ouyangxiu", ["欧阳修"]),
        ("oyx", ["欧阳修"]),
        ("lvbu", ["吕布"]),
        ("lubu", ["吕布"]),
        ("lyubu", ["吕布"]),
        ("muller", ["Jürgen Müller"]),
        ("mueller", ["Jürgen Müller"]),
        ("o'brien", ["Conan O’Brien"]),
        ("nobody", []),
        ("", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("😀", []),
    ],
)
def test_somebody_is_found_by(directory, typed, expected):
    assert found(typed) == expected


@pytest.mark.both_databases
def test_the_directory_is_in_pinyin_order_on_either_database(directory):
    names = [person.name.zh or person.name.en for person in all_people()]
    assert names == ["吕布", "Jürgen Müller", "Conan O’Brien", "欧阳修", "席酉民", "曾国藩"]


def test_a_search_gives_so_many_and_no_more(app):
    for number in range(30):
        add_person(by=SYSTEM, given_en="Lei", family_en=f"Li{number:02}")
    assert len(search_people("lei")) == 20
    assert len(search_people("lei", limit=3)) == 3


@pytest.mark.parametrize("public_id", ["", "x", "0" * 16, "名" * 1000])
def test_an_unknown_person_is_nobody(directory, public_id):
    assert find_person(public_id) is None


def test_who_is_undisclosed_is_kept_back_until_the_moment(event):
    until = now() + timedelta(hours=1)
    secret = add_person(by=SYSTEM, given_en="Secret")
    known = add_person(by=SYSTEM, given_en="Known")
    place_person(event.id, secret.id, by=SYSTEM, undisclosed_until=until)
    place_person(event.id, known.id, by=SYSTEM)
    before, after = until - timedelta(seconds=1), until
    assert [row.person_id for row in people_of(event.id, disclosed_at=before)] == [known.id]
    assert [row.person_id for row in people_of(event.id, disclosed_at=after)] == [secret.id, known.id]
    assert [row.person_id for row in people_of(event.id, disclosed_at=None)] == [secret.id, known.id]
    assert hidden_person_ids(event.id, before) == {secret.id}
    assert hidden_person_ids(event.id, after) == frozenset()
