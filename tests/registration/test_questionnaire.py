"""The one schema of questions: what each kind takes, which questions are asked, and that nothing makes it stumble."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventapp.i18n import Bilingual
from eventapp.registration.countries import countries, countries_in_order
from eventapp.registration.models import QUESTION_KINDS
from eventapp.registration.question_kinds import READERS
from eventapp.registration.questionnaire import ChoiceSpec, QuestionSpec, Wrong, check, describe, in_words

A, B, OLD = "a" * 16, "b" * 16, "c" * 16
CHOICES = (
    ChoiceSpec(1, A, Bilingual("Garden", "园林")),
    ChoiceSpec(2, B, Bilingual("Museum", "")),
    ChoiceSpec(3, OLD, Bilingual("Old", "旧"), archived=True),
)


def spec(kind: str = "short_text", number: int = 1, **values: Any) -> QuestionSpec:
    """Question number so-and-so."""
    story = {
        "choices": CHOICES if kind in ("choice", "choices") else (),
        "label": Bilingual(f"Q{number}", ""),
        **values,
    }
    return QuestionSpec(id=number, public_id=f"{number:016x}", code=f"q{number}", kind=kind, **story)


def judged(kind: str, typed: Any, held: Any = None, **values: Any) -> Any:
    """The clean value of one answer, the code of what is wrong with it, or None for no answer."""
    checked = check([spec(kind, **values)], {1: typed}, held={1: held} if held is not None else {})
    wrong = checked.errors.get(1)
    return wrong.code if wrong else checked.values.get(1)


@pytest.mark.parametrize(
    ("kind", "typed", "clean"),
    [
        ("short_text", "  two   words ", "two words"),
        ("short_text", 42.0, "42"),
        ("short_text", "\u200b", None),
        ("long_text", " a\r\nb ", "a\nb"),
        ("choice", A, A),
        ("choice", "museum", B),
        ("choice", "园林", A),
        ("choices", [B, A, A], [A, B]),
        ("choices", "Museum; 园林", [A, B]),
        ("number", "０12", 12),
        ("number", 7, 7),
        ("date", "2026/2/3", "2026-02-03"),
        ("date", "2026年11月23日", "2026-11-23"),
        ("yes_no", "yes", True),
        ("yes_no", "否", False),
        ("yes_no", False, False),
        ("country", "cn", "CN"),
        ("country", "法国", "FR"),
        ("country", "Germany", "DE"),
        ("phone", "0086 138 0013 8000", "+8613800138000"),
        ("file", "0123456789abcdef", "0123456789abcdef"),
        ("document", " e1234 5678 ", "E1234 5678"),
    ],
)
def test_a_good_answer_is_read_as_it_is_meant(kind, typed, clean):
    assert judged(kind, typed) == clean


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("short_text", "x" * 201, "too_long"),
        ("short_text", "a\u202eb", "hidden"),
        ("short_text", {"a": 1}, "no_text"),
        ("choice", OLD, "not_offered"),
        ("choice", "", None),
        ("choices", [A, "nothing"], "not_offered"),
        ("choices", {"a": 1}, "not_offered"),
        ("number", "1.5", "no_number"),
        ("number", True, "no_number"),
        ("number", "9" * 11, "too_large"),
        ("date", "2026-02-30", "no_date"),
        ("date", "1026-02-03", "no_date"),
        ("yes_no", "perhaps", "no_yes_no"),
        ("country", "ZZ", "no_country"),
        ("phone", "12", "no_phone"),
        ("file", "../../etc/passwd", "no_file"),
        ("document", "12", "no_document"),
        ("document", "<script>", "no_document"),
        ("document", "••••1234", "no_document"),
    ],
)
def test_a_bad_answer_is_told_for_what_it_is(kind, typed, code):
    assert judged(kind, typed) == code


def test_what_is_stored_stays_when_nothing_is_typed_and_goes_when_it_is_taken_back():
    for kind, held in (("document", "••••5678"), ("file", "0123456789abcdef")):
        only = [spec(kind, required=True)]
        assert check(only, {1: ""}, held={1: held}).values == {1: held}
        assert check(only, {}, held={1: held}).values == {1: held}
        assert check(only, {1: None}, held={1: held}).errors == {1: Wrong("required")}
    assert check([spec()], {1: ""}, held={1: "old"}).values == {}
    assert judged("choice", OLD, held=OLD) == OLD


def test_a_hidden_questions_answer_is_dropped_and_what_hangs_on_it_too():
    chain = [
        spec("yes_no", 1),
        spec("choice", 2, condition_id=1, condition_value="yes", required=True),
        spec("short_text", 3, condition_id=2, condition_value=A, required=True),
    ]
    told = {1: "no", 2: A, 3: "x"}
    assert check(chain, told).values == {1: False}
    assert check(chain, told).errors == {}
    assert check(chain, {**told, 1: "yes"}).values == {1: True, 2: A, 3: "x"}
    assert check(chain, {1: "yes", 2: A}).errors == {3: Wrong("required")}
    # The order of the questions does not matter, nor does a wrong answer meet a condition.
    assert check(chain[::-1], {1: "yes", 2: "wrong", 3: "x"}).errors == {2: Wrong("not_offered")}


def test_conditions_in_a_circle_ask_nothing_and_end():
    circle = [
        spec("yes_no", 1, condition_id=2, condition_value="yes"),
        spec("yes_no", 2, condition_id=1, condition_value="yes"),
    ]
    assert check(circle, {1: "yes", 2: "yes"}).asked == frozenset()


def test_a_condition_may_rest_on_what_was_answered_on_another_page():
    later = [spec("short_text", 2, condition_id=1, condition_value=A)]
    assert check(later, {2: "x"}, held={1: [B, A]}).values == {2: "x"}
    assert check(later, {2: "x"}, held={1: [B]}).values == {}


def test_a_question_of_one_category_and_a_sensitive_one_without_consent():
    limited = [spec(number=1, category_ids=frozenset({7}), required=True)]
    assert check(limited, {}, category_id=8).errors == {}
    assert check(limited, {}, category_id=7).errors == {1: Wrong("required")}
    sensitive = [spec(number=1, purpose="sensitive", required=True)]
    assert check(sensitive, {}, consents=()).errors == {}
    assert check(sensitive, {1: "x"}, consents=()).errors == {1: Wrong("consent")}
    assert check(sensitive, {}, consents={"sensitive"}).errors == {1: Wrong("required")}


def test_the_countries_are_the_iso_ones_in_both_languages_in_an_order_to_look_through():
    assert len(countries()) == 249
    assert countries()["CN"] == Bilingual("China", "中国")
    assert [name for _code, name in countries_in_order("zh")][:2] == ["阿尔巴尼亚", "阿尔及利亚"]
    assert next(iter(countries_in_order("en")))[1] == "Afghanistan"


def test_the_description_is_a_json_schema_by_code():
    told = describe([spec("yes_no", 1, required=True), spec("choice", 2, condition_id=1, condition_value="yes")])
    assert told["required"] == ["q1"]
    assert told["properties"]["q1"]["type"] == "boolean"
    assert told["properties"]["q2"]["enum"] == [A, B]
    assert told["properties"]["q2"]["only_if"] == {"question": "q1", "is": "yes"}


def test_every_kind_has_its_reader():
    assert set(READERS) == set(QUESTION_KINDS)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from([A, B, OLD, "yes"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def questionnaires(draw: Any) -> list[QuestionSpec]:
    """Up to six questions of any kind, each perhaps depending on any of them."""
    number = draw(st.integers(1, 6))
    return [
        spec(
            draw(st.sampled_from(QUESTION_KINDS)),
            index,
            required=draw(st.booleans()),
            condition_id=draw(st.none() | st.integers(1, number + 1)),
            condition_value=draw(st.sampled_from(["yes", "no", A, B, ""])),
            category_ids=draw(st.sampled_from([frozenset(), frozenset({1}), frozenset({2})])),
            purpose=draw(st.sampled_from(["answers", "sensitive"])),
        )
        for index in range(1, number + 1)
    ]


@given(specs=questionnaires(), answers=st.dictionaries(st.integers(1, 7), ANYTHING, max_size=7), agreed=st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_is_sent_the_answers_are_clean_and_checking_them_again_changes_nothing(specs, answers, agreed):
    consents = {"sensitive"} if agreed else set()
    checked = check(specs, answers, category_id=1, consents=consents)
    assert set(checked.values) | set(checked.errors) <= checked.asked
    assert not set(checked.values) & set(checked.errors)
    again = check(specs, checked.values, category_id=1, consents=consents)
    assert again.values == checked.values
    assert set(again.errors) <= set(checked.errors)
    for one in specs:
        if one.id in checked.values:
            words = in_words(one, checked.values[one.id])
            assert words.here("en")
            assert words.here("zh")
            assert agreed or one.purpose != "sensitive"
            assert one.category_ids in (frozenset(), frozenset({1}))
