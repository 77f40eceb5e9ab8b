"""A table of guests as people paste it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.registration.guestlist import MOST_LINES, name_parts, read_lines


def read(table: str) -> list[tuple[int, str, tuple[str, ...]]]:
    lines = read_lines(table, language="en", most_plus_ones=10)
    return [(line.number, line.guest.email if line.guest else "", line.wrong) for line in lines]


@pytest.mark.parametrize(
    "table",
    [
        "Lei Li,li@example.org,Lake Bank",
        "Lei Li\tli@example.org\tLake Bank",
        "Lei Li;li@example.org;Lake Bank",
        "Lei Li，li@example.org，Lake Bank",
        '"Lei Li","li@example.org","Lake Bank"',
        "E-mail,Name,单位\nli@example.org,Lei Li,Lake Bank",
        "姓名\t单位\t邮箱\nLei Li\tLake Bank\tli@example.org",
    ],
)
def test_a_line_is_read_whatever_stands_between_and_in_whatever_order_it_is_named(table):
    [line] = read_lines(table, language="zh", most_plus_ones=10)
    assert line.guest is not None
    assert (line.guest.email, line.guest.organisation, line.guest.language) == ("li@example.org", "Lake Bank", "zh")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("李雷", ("", "", "李", "雷")),
        ("Lei Li", ("Lei", "Li", "", "")),
        ("欧阳修 Xiu Ouyang", ("Xiu", "Ouyang", "欧阳", "修")),
        ("Ana María de la Cruz", ("Ana María de la", "Cruz", "", "")),
        ("Madonna", ("Madonna", "", "", "")),
    ],
)
def test_a_whole_name_is_split_into_its_parts(name, parts):
    found = name_parts(name)
    assert (found["given_en"], found["family_en"], found["family_zh"], found["given_zh"]) == parts


def test_each_fault_is_named_with_the_number_of_its_line():
    long = "x" * 201
    table = f"A,a@example.org\n\nB,nowhere\n,c@example.org\nD,d@example.org,{long}\nE,e@example.org,,,xx\nF,f@example.org,,,,11"
    assert read(table) == [
        (1, "a@example.org", ()), (3, "", ("email",)), (4, "", ("name",)), (5, "", ("long",)), (6, "", ("language",)),
        (7, "", ("plus_ones",)),
    ]  # fmt: skip
    assert read("G\u202e,g@example.org") == [(1, "", ("hidden",))]
    assert read("H,h@example.org\nH,h@example.org")[1] == (2, "", ("twice",))


def test_too_many_lines_are_not_read():
    lines = read("\n".join(f"A {number},a{number}@example.org" for number in range(MOST_LINES + 2)))
    assert [line[2] for line in lines[MOST_LINES - 1 :]] == [(), ("many",), ("many",)]


def test_a_quotation_mark_that_nobody_closes_swallows_no_line():
    assert [line[1] for line in read('"A,a@example.org\nB,b@example.org')] == ["a@example.org", "b@example.org"]


@given(st.text(max_size=300))
def test_nothing_that_is_pasted_breaks_it(table):
    for line in read_lines(table, language="en", most_plus_ones=10):
        assert (line.guest is None) == bool(line.wrong)
