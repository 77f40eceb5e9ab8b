"""Names: what is printed, what finds a person, and the order of a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.people.names import Name, SearchKeys, fold, letters, printed_en, printed_zh, search_keys, sort_key
from eventapp.people.names import split_chinese as split
from eventapp.people.surnames import COMPOUND, SINGLE


def chinese(full: str) -> Name:
    family, given = split(full)
    return Name(family_zh=family, given_zh=given)


def test_a_printed_name_is_composed_in_the_order_of_its_script() -> None:
    name = Name(family_en="Xi", given_en="Youmin", family_zh="席", given_zh="酉民")
    assert (printed_en(name), printed_zh(name)) == ("Youmin Xi", "席酉民")


def test_a_latin_name_can_be_printed_family_first() -> None:
    assert printed_en(Name(family_en="Xi", given_en="Youmin", family_first=True)) == "Xi Youmin"


def test_an_explicit_printed_form_wins() -> None:
    name = Name(
        family_en="Xi", given_en="Youmin", family_zh="席", given_zh="酉民", printed_en="XI Youmin", printed_zh="席 酉民"
    )
    assert (printed_en(name), printed_zh(name)) == ("XI Youmin", "席 酉民")


def test_a_name_in_both_scripts_is_found_in_every_way() -> None:
    name = Name(family_en="Xi", given_en="Youmin", family_zh="席", given_zh="酉民")
    assert search_keys(name) == SearchKeys(
        full="xiyoumin",
        initials="xym",
        readings="xiyoumin xym youminxi ymx 席酉民 xy yx",
        plain="youmin xi 席酉民",
    )


def test_a_latin_name_alone_is_found_in_both_orders() -> None:
    assert search_keys(Name(family_en="O’Brien", given_en="José Ángel")) == SearchKeys(
        full="obrienjoseangel",
        initials="oja",
        readings="obrienjoseangel oja joseangelobrien jao joseobrien jo",
        plain="jose angel o'brien",
    )


@pytest.mark.parametrize(
    ("full", "pinyin"),
    [
        *[("曾国", "zengguo"), ("单国", "shanguo"), ("解国", "xieguo"), ("仇国", "qiuguo"), ("覃国", "qinguo")],
        *[("区国", "ouguo"), ("查国", "zhaguo"), ("朴国", "piaoguo"), ("缪国", "miaoguo"), ("翟国", "zhaiguo")],
        *[("阚国", "kanguo"), ("任国", "renguo"), ("盖国", "geguo"), ("宓国", "miguo"), ("乐国", "yueguo")],
        *[("祭国", "zhaiguo"), ("种国", "chongguo"), ("召国", "shaoguo"), ("冼国", "xianguo"), ("员国", "yunguo")],
        *[("重国", "chongguo"), ("折国", "sheguo"), ("逄国", "pangguo"), ("秘国", "biguo"), ("纪国", "jiguo")],
        *[("黑国", "heguo"), ("那国", "naguo"), ("华国", "huaguo"), ("燕国", "yanguo"), ("卜国", "buguo")],
        *[("晁国", "chaoguo"), ("尹国", "yinguo"), ("吕国", "lvguo"), ("肖国", "xiaoguo"), ("單國", "shanguo")],
        *[("尉迟恭", "yuchigong"), ("万俟卨", "moqixie"), ("长孙皇", "zhangsunhuang"), ("澹台明", "tantaiming")],
        *[("欧阳修", "ouyangxiu"), ("司马光", "simaguang"), ("诸葛亮", "zhugeliang"), ("上官婉儿", "shangguanwaner")],
        *[("䶮", "yan"), ("李𬭎", "lihong"), ("王㛃", "wangjie"), ("朱重阳", "zhuchongyang")],
    ],
)
def test_surnames_are_read_as_surnames(full: str, pinyin: str) -> None:
    assert search_keys(chinese(full)).full == pinyin


def test_the_usual_reading_of_a_surname_finds_it_too() -> None:
    assert {"shanyi", "danyi", "chanyi", "sy", "dy"} <= set(search_keys(chinese("单一")).readings.split())


def test_u_with_dots_is_found_as_v_u_and_yu() -> None:
    assert search_keys(chinese("吕布")).readings == "lvbu lb lubu lyubu bulv bl 吕布"
    assert {"lvwei", "luwei", "lyuwei"} <= set(search_keys(Name(family_en="Lü", given_en="Wei")).readings.split())


def test_every_character_is_read_in_each_of_its_ways() -> None:
    readings = set(search_keys(chinese("任长乐")).readings.split())
    assert {"renchangle", "renzhangle", "renchangyue", "renzhangyue", "rcl", "rzy"} <= readings


def test_readings_are_capped() -> None:
    words = search_keys(chinese("区略女乐行重长和")).readings.split()
    assert words[0] == search_keys(chinese("区略女乐行重长和")).full
    assert len(words) <= 2 * 64 + 3


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("席酉民", ("席", "酉民")),
        ("欧阳修", ("欧阳", "修")),
        ("司马", ("司马", "")),
        ("爱新觉罗溥仪", ("爱新觉罗", "溥仪")),
        ("陈方安生", ("陈方", "安生")),
        ("阿依古丽·买买提", ("", "阿依古丽·买买提")),
        ("阿拉坦仓", ("", "阿拉坦仓")),
        ("王", ("王", "")),
        (" 席 酉民 ", ("席", "酉民")),
        ("席\u3000酉民", ("席", "酉民")),
        ("阿依古丽 买买提", ("", "阿依古丽 买买提")),
        ("John Smith", ("", "John Smith")),
        ("😀", ("", "😀")),
        ("", ("", "")),
    ],
)
def test_a_chinese_name_is_split_into_family_and_given(full: str, parts: tuple[str, str]) -> None:
    assert split(full) == parts


def test_a_name_with_a_middle_dot_is_found_with_and_without_it() -> None:
    keys = search_keys(chinese("阿依古丽·买买提"))
    assert (keys.full, keys.initials, keys.plain) == ("ayigulimaimaiti", "ayglmmt", "阿依古丽·买买提")
    assert "阿依古丽买买提" in keys.readings.split()
    assert fold("阿依古丽•买买提") == fold("阿依古丽・买买提") == keys.plain


def test_an_empty_name_has_empty_keys() -> None:
    assert (search_keys(Name()), sort_key(Name())) == (SearchKeys("", "", "", ""), "")


def test_an_emoji_is_kept_in_print_and_left_out_of_pinyin() -> None:
    name = chinese("张😀三")
    assert printed_zh(name) == "张😀三"
    assert search_keys(name) == SearchKeys("zhangsan", "zs", "zhangsan zs sanzhang sz 张三", "张😀三")


def test_a_latin_name_in_the_chinese_field_is_found() -> None:
    assert search_keys(Name(printed_zh="John Smith")) == SearchKeys(
        "smithjohn", "sj", "smithjohn sj johnsmith js", "john smith"
    )


def test_both_scripts_are_listed_in_one_pinyin_order() -> None:
    people = {
        "Smith": Name(family_en="Smith", given_en="Adam"),
        "席酉民": chinese("席酉民"),
        "Xi Youmin": Name(family_en="Xi", given_en="Youmin"),
        "单雄信": chinese("单雄信"),
        "曾荫权": chinese("曾荫权"),
        "安娜": chinese("安娜"),
        "Xia Ming": Name(family_en="Xia", given_en="Ming"),
        "吕布": chinese("吕布"),
        "Ludwig": Name(printed_en="Ludwig"),
    }
    in_order = sorted(people, key=lambda who: sort_key(people[who]))
    assert in_order == ["安娜", "吕布", "Ludwig", "单雄信", "Smith", "Xi Youmin", "席酉民", "Xia Ming", "曾荫权"]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Ｘｉ　Ｙｏｕｍｉｎ ", "xi youmin"),
        ("JOSÉ", "jose"),
        ("Straße", "strasse"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("O`Brien", "o'brien"),
        ("Jean–Luc", "jean-luc"),
        ("a\u202eb\x00c\u200d", "abc"),
        ("葛\U000e0100", "葛"),
        ("한국", "한국"),
        ("\ud800x", "x"),
    ],
)
def test_a_query_is_folded_like_the_keys(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_letters_drop_what_people_type_between_them() -> None:
    assert letters("Xi, You-min") == "xiyoumin"


@given(st.builds(Name, *[st.text(max_size=30)] * 6, family_first=st.booleans()))
def test_any_name_at_all_has_keys(name: Name) -> None:
    keys = search_keys(name)
    assert keys.plain == fold(keys.plain)
    assert fold(printed_en(name)) in keys.plain
    assert sort_key(name).startswith(" ") is False


def test_a_very_long_name_is_quick_and_bounded() -> None:
    assert len(search_keys(Name(printed_zh="行" * 10_000)).readings) < 64 * 1_000


def test_the_surname_table_is_sound() -> None:
    assert all(len(character) == 1 and reading.isascii() for character, reading in SINGLE.items())
    assert all(len(surname) == len(reading.split()) for surname, reading in COMPOUND.items())
