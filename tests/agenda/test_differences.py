"""What is different between two agendas: everything is told, nothing is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask_babel import force_locale
from hypothesis import given, settings

from eventapp.agenda.differences import GROUP_OF, GROUPS, counted, differences
from eventapp.agenda.queries import tell, tell_by_group
from eventapp.agenda.release import LONG_AGO, Content, fingerprint, in_zone, read, sealed, written
from tests.agenda.release_stories import NINE, ZONE, Called, agenda, agendas, changed_agendas, item, part, session

OLD = session("s1", item("i1", part("p1"), part("p2", "mei")), item("i2", title_en="Panel"))

# One change each: what it is made of, the kinds of difference, and the sentence in English.
CASES = {
    "time": (
        replace(OLD, starts_at=NINE + timedelta(hours=1), ends_at=NINE + timedelta(hours=2)), ["time"],
        "“Opening” is now Monday, 23 November 2026 10:00–11:00 instead of Monday, 23 November 2026 09:00–10:00.",
    ),
    "end": (
        replace(OLD, ends_at=OLD.ends_at + timedelta(minutes=30)), ["time"],
        "“Opening” is now Monday, 23 November 2026 09:00–10:30 instead of Monday, 23 November 2026 09:00–10:00.",
    ),
    "hall": (replace(OLD, hall="garden"), ["hall"], "“Opening” is now in Garden instead of Lake."),
    "no hall": (replace(OLD, hall=""), ["hall"], "“Opening” is now in no hall instead of Lake."),
    "title": (replace(OLD, title_en="Grand opening"), ["title"], "“Opening” is now called “Grand opening”."),
    "Chinese title": (
        replace(OLD, title_zh="开幕式"), ["title"], "The Chinese title of “Opening” is now “开幕式”.",
    ),
    "cancelled": (
        replace(OLD, status="cancelled"), ["cancelled"],
        "“Opening” (Monday, 23 November 2026 09:00–10:00) is cancelled.",
    ),
    "kind": (replace(OLD, kind="forum"), ["kind"], "“Opening”: kind is now Forum instead of Keynote."),
    "track": (replace(OLD, track="chips"), ["track"], "“Opening”: track is now Chips instead of none."),
    "language": (
        replace(OLD, language="both"), ["language"],
        "“Opening”: language is now English and Chinese instead of not said.",
    ),
    "summary": (replace(OLD, summary_zh="致辞"), ["summary"], "The description of “Opening” is new."),
    "an item more": (
        replace(OLD, items=(*OLD.items, item("i3", title_en="Signing", kind="signing"))), ["item_added"],
        "“Opening” has a new item: “Signing”.",
    ),
    "an item less": (replace(OLD, items=OLD.items[:1]), ["item_dropped"], "“Panel” is no longer in “Opening”."),
    "items in another order": (
        replace(OLD, items=OLD.items[::-1]), ["items_order"], "The items of “Opening” come in another order.",
    ),
    "minutes": (
        replace(OLD, items=(replace(OLD.items[0], minutes=0), OLD.items[1])), ["item_minutes"],
        "In “Opening”, “Welcome” now takes a time not known instead of 20 min.",
    ),
    "item's title": (
        replace(OLD, items=(OLD.items[0], replace(OLD.items[1], title_en="Talk"))), ["item_title"],
        "In “Opening”: “Panel” is now called “Talk”.",
    ),
    "item's kind": (
        replace(OLD, items=(OLD.items[0], replace(OLD.items[1], kind="panel"))), ["item_kind"],
        "In “Opening”, “Panel” is now: Panel discussion. It was: Speech.",
    ),
    "item's summary": (
        replace(OLD, items=(OLD.items[0], replace(OLD.items[1], summary_en="More"))), ["item_summary"],
        "The description of “Panel” in “Opening” is new.",
    ),
    "a person more": (
        replace(OLD, items=(OLD.items[0], replace(OLD.items[1], parts=(part("p3", "bo"),)))), ["person_added"],
        "Bo (Speaker) is now in “Opening”.",
    ),
    "a person less": (
        replace(OLD, items=(replace(OLD.items[0], parts=OLD.items[0].parts[:1]), OLD.items[1])), ["person_dropped"],
        "Mei (Speaker) is no longer in “Opening”.",
    ),
    "another person": (
        replace(OLD, items=(replace(OLD.items[0], parts=(part("p1", "bo"), part("p2", "mei"))), OLD.items[1])),
        ["person_replaced"], "In “Opening”, Bo takes the place of Lan.",
    ),
    "another role": (
        replace(OLD, items=(replace(OLD.items[0], parts=(part("p1", role="host"), part("p2", "mei"))), OLD.items[1])),
        ["part_changed"], "In “Opening”, Lan is now there as: Master of ceremonies. Before: Speaker.",
    ),
    "another mode": (
        replace(OLD, items=(replace(OLD.items[0], parts=(part("p1", mode="online"), part("p2", "mei"))), OLD.items[1])),
        ["part_changed"], "In “Opening”, Lan: By video link.",
    ),
    "what one appears as": (
        replace(OLD, items=(replace(OLD.items[0], parts=(part("p1", as_zh="名誉主任"), part("p2", "mei"))), OLD.items[1])),
        ["part_changed"], "In “Opening”, what is said about Lan is new.",
    ),
    "people in another order": (
        replace(OLD, items=(replace(OLD.items[0], parts=OLD.items[0].parts[::-1]), OLD.items[1])), ["parts_order"],
        "The people of “Welcome” in “Opening” are named in another order.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_change_is_told_as_what_it_is(app_for_words, case):
    new, kinds, sentence = CASES[case]
    found = differences(agenda(OLD), agenda(new))
    assert [difference.kind for difference in found] == kinds
    with app_for_words.test_request_context():
        assert [tell(difference, Called(), ZONE) for difference in found] == [sentence]


def test_every_kind_of_difference_has_its_case():
    told = {kind for _new, kinds, _sentence in CASES.values() for kind in kinds}
    assert told | {"added", "dropped", "reinstated"} == GROUP_OF.keys()


def test_sessions_that_come_go_and_take_place_after_all(app_for_words):
    old, new = agenda(OLD, session("s2", status="cancelled")), agenda(session("s2"), session("s3", hour=14, hall=""))
    found = differences(old, new)
    with app_for_words.test_request_context():
        assert [tell(difference, Called(), ZONE) for difference in found] == [
            "“Opening” (Monday, 23 November 2026 09:00–10:00) is no longer in the agenda.",
            "“Opening” takes place after all: Monday, 23 November 2026 09:00–10:00.",
            "“Opening” is new: Monday, 23 November 2026 14:00–15:00.",
        ]
    assert counted(found) == {"added": 1, "cancelled": 1, "reinstated": 1}


def test_sentences_come_in_chinese_under_their_groups(app):
    found = differences(agenda(OLD), agenda(replace(OLD, hall="garden", title_zh="开幕式")))
    with app.test_request_context(), force_locale("zh"):
        told = [(str(label), sentences) for label, sentences in tell_by_group(found, Called(), ZONE)]
    assert told == [("移动", ["“开幕式”改在Garden举行，原为Lake。"]), ("改名", ["“开幕”现更名为“开幕式”。"])]


def test_a_difference_knows_whom_it_concerns():
    changed = replace(
        OLD, hall="garden", items=(replace(OLD.items[0], parts=(part("p1", "bo"), part("p2", "mei"))), OLD.items[1])
    )
    found = {difference.kind: difference.people for difference in differences(agenda(OLD), agenda(changed))}
    assert found == {"hall": {"lan", "mei", "bo"}, "person_replaced": {"lan", "bo"}}


# -- At random -----------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(pair=changed_agendas())
def test_nothing_is_told_exactly_if_two_agendas_are_the_same(pair):
    old, new = pair
    assert (differences(old, new) == []) == (fingerprint(old) == fingerprint(new))


@settings(max_examples=60, deadline=None)
@given(pair=changed_agendas())
def test_every_difference_has_a_group_a_sentence_and_its_counterpart(app_for_words, pair):
    there, back = differences(*pair), differences(*reversed(pair))
    assert len(there) == len(back)
    with app_for_words.test_request_context():
        sentences = [tell(difference, Called(), ZONE) for difference in there]
    assert all(sentence and "%(" not in sentence for sentence in sentences)
    assert sum(counted(there).values()) == len(there)
    assert counted(there).keys() <= GROUPS.keys()


@pytest.fixture(scope="module")
def app_for_words():
    from flask import Flask

    from eventapp.i18n import init_i18n

    app = Flask("eventapp")
    init_i18n(app)
    return app


@settings(max_examples=50, deadline=None)
@given(content=agendas)
def test_a_payload_is_read_back_whole(content):
    assert read(written(content)) == content


@settings(max_examples=80, deadline=None)
@given(pair=changed_agendas())
def test_versions_rise_exactly_for_what_changed(pair):
    first = sealed(pair[0], None, NINE)
    second = sealed(pair[1], first, NINE + timedelta(days=1))
    old = first.by_uuid
    for one in second.sessions:
        if one.uuid not in old:
            assert one.changed_at == NINE + timedelta(days=1)
        elif one.content == old[one.uuid].content:
            assert (one.sequence, one.changed_at) == (old[one.uuid].sequence, NINE)
        else:
            assert one.sequence > old[one.uuid].sequence
    assert {one.uuid for one in second.dropped} == old.keys() - second.by_uuid.keys()
    assert all(one.sequence > old[one.uuid].sequence and one.status == "cancelled" for one in second.dropped)
    assert fingerprint(second) == fingerprint(pair[1])


def test_what_was_dropped_stays_cancelled_for_calendars_and_may_come_back():
    first = sealed(agenda(OLD), None, NINE)
    gone = sealed(agenda(), first, NINE + timedelta(days=1))
    still = sealed(agenda(session("s2")), gone, NINE + timedelta(days=2))
    [tombstone] = still.dropped
    assert (tombstone.uuid, tombstone.sequence, tombstone.changed_at) == (OLD.uuid, 1, NINE + timedelta(days=1))
    back = sealed(agenda(OLD), still, NINE + timedelta(days=3))
    assert [(one.uuid, one.sequence) for one in back.sessions] == [(OLD.uuid, 2)]
    assert [one.uuid for one in back.dropped] == ["uuid-s2"]


def test_a_corrected_zone_keeps_the_times_on_the_wall():
    moved = in_zone(agenda(OLD), "Europe/Paris")
    assert [(one.starts_at - OLD.starts_at, one.ends_at - one.starts_at) for one in moved.sessions] == [
        (timedelta(hours=7), timedelta(hours=1))
    ]
    assert in_zone(moved, ZONE) == agenda(OLD)


def test_a_payload_of_a_schema_that_is_not_known_is_refused():
    with pytest.raises(ValueError, match="schema 1"):
        read('{"schema":2,"sessions":[],"dropped":[]}')


def test_versions_do_not_count_as_content():
    assert fingerprint(agenda(OLD)) == fingerprint(agenda(replace(OLD, sequence=7, changed_at=NINE)))
    assert OLD.changed_at == LONG_AGO
    assert fingerprint(Content()) != fingerprint(agenda(OLD))
