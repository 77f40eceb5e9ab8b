"""The sample as a whole: built once, removed without a trace, true to what was reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventapp.accounts.actions import (
    add_user,
    mail_sign_in_link,
    new_sign_in_link,
    set_role,
    sign_in_by_link,
    sign_in_by_password,
)
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.errors import WrongPassword
from eventapp.accounts.models import TeamMember, User
from eventapp.agenda.models import Part
from eventapp.agenda.queries import agenda_of, clashes_of, public_agenda
from eventapp.clock import now
from eventapp.db import db
from eventapp.demo import ORGANISER_EMAIL, build_sample, facts, remove_sample
from eventapp.demo.build import first_day
from eventapp.demo.guests import LAUNCH_GUESTS, SUMMIT_GUESTS
from eventapp.demo.shared import FOOTNOTE
from eventapp.events.actions import set_banner
from eventapp.events.errors import SlugTaken
from eventapp.events.models import Event, Organisation
from eventapp.events.queries import coming_events, find_event, organisations_by_label
from eventapp.i18n import Bilingual
from eventapp.messaging.models import OutboxMessage
from eventapp.people.models import Person
from eventapp.people.queries import people_of
from eventapp.registration.actions import make_feed, star_session, withdraw_registration
from eventapp.registration.models import Category, Registration
from eventapp.registration.queries import categories_of, counts_by_state

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def sample(app: Flask) -> None:
    assert build_sample() is True


def rows_by_table() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) for table in db.metadata.sorted_tables
    }


def event(slug: str) -> Event:
    found = find_event(slug)
    assert found is not None
    return found


def test_the_summit_is_the_first_of_two_coming_events(sample: None) -> None:
    assert [coming.slug for coming in coming_events(now())] == ["delta-summit", "alliance-launch"]
    assert event("delta-summit").name == Bilingual(
        "Industry-University-Research Summit for the Yangtze River Delta Region", "长三角产学研峰会"
    )
    assert event("alliance-launch").name == Bilingual(
        "Launch of the XJTLU-Baidu Artificial Intelligence Innovation Alliance", ""
    )


def test_the_launch_is_on_the_day_after_the_summit(sample: None) -> None:
    first, second = (coming.starts_at.astimezone(SHANGHAI) for coming in coming_events(now()))
    assert (first.strftime("%H:%M"), second.strftime("%H:%M")) == ("08:30", "13:30")
    assert (first.date(), second.date()) == (first_day(), first_day() + timedelta(days=1))


@pytest.mark.parametrize(
    ("today", "day"),
    [
        ("2026-11-23", date(2026, 12, 7)),
        ("2026-11-24", date(2026, 12, 7)),
        ("2026-11-25", date(2026, 12, 7)),
        ("2026-11-26", date(2026, 12, 8)),
        ("2026-11-27", date(2026, 12, 9)),
        ("2026-11-28", date(2026, 12, 10)),
        ("2026-11-29", date(2026, 12, 14)),
    ],
)
def test_the_summit_is_from_monday_to_thursday_about_twelve_days_ahead(today: str, day: date) -> None:
    with time_machine.travel(f"{today}T23:30:00+08:00", tick=False):
        assert first_day() == day


def test_a_second_build_changes_nothing(sample: None) -> None:
    before = rows_by_table()
    assert build_sample() is False
    assert rows_by_table() == before


@pytest.mark.both_databases
def test_removing_it_leaves_no_row(app: Flask) -> None:
    owner = add_user("owner@example.com", name="A real owner")
    before = rows_by_table()
    for _time in range(2):
        build_sample()
        use_the_sample(owner)
        remove_sample()
        assert rows_by_table() == before


def use_the_sample(owner: User) -> None:
    """What people do in a sample: sign in, mistype, change the banner, star a session, withdraw, join the team."""
    organiser = db.session.scalars(select(User).where(User.email == ORGANISER_EMAIL)).one()
    sign_in_by_link(new_sign_in_link(organiser.id, by=SYSTEM), origin="127.0.0.1")
    mail_sign_in_link(ORGANISER_EMAIL, language="en", by=SYSTEM)
    with pytest.raises(WrongPassword):
        sign_in_by_password(ORGANISER_EMAIL, "a wrong guess", origin="127.0.0.1")
    summit = event("delta-summit")
    set_banner(summit.id, "Moved to Hall 2", "改至二号厅", by=Actor("user", owner.id))
    set_role(summit.id, owner.email, "viewer", by=SYSTEM)
    guest = db.session.scalars(select(Registration).where(Registration.state == "confirmed")).first()
    first = public_agenda(db.session.get_one(Event, guest.event_id), now()).sessions[0]
    star_session(guest.id, first.uuid, by=Actor("attendee", guest.id))
    make_feed(guest.id, by=Actor("attendee", guest.id))
    withdraw_registration(guest.id, by=Actor("attendee", guest.id))


def test_removing_it_leaves_real_rows_alone(sample: None, new_event: Callable[..., Event]) -> None:
    new_event("real-event")
    add_user("guest@example.com")
    remove_sample()
    assert [found.slug for found in db.session.scalars(select(Event))] == ["real-event"]
    assert sorted(db.session.scalars(select(User.email))) == ["guest@example.com", "wang.min@example.org"]


def test_a_real_event_at_one_of_its_addresses_refuses_the_whole_sample(
    app: Flask, new_event: Callable[..., Event]
) -> None:
    new_event("alliance-launch")
    before = rows_by_table()
    with pytest.raises(SlugTaken):
        build_sample()
    assert rows_by_table() == before


def test_every_state_is_there_and_the_places_add_up(sample: None) -> None:
    summit = event("delta-summit")
    assert counts_by_state(summit.id) == {
        "pending": 2,
        "waiting": 4,
        "offered": 1,
        "confirmed": 42,
        "declined": 1,
        "withdrawn": 4,
        "cancelled": 2,
    }
    assert sum(counts_by_state(event("alliance-launch").id).values()) == len(LAUNCH_GUESTS)
    for category in db.session.scalars(select(Category)):
        holding = select(func.count()).where(
            Registration.category_id == category.id, Registration.state.in_(("offered", "confirmed"))
        )
        assert category.places.taken == db.session.scalar(holding)


def test_students_are_full_and_media_are_approved(sample: None) -> None:
    categories = categories_of(event("delta-summit").id)
    assert [(category.code, category.places.free, category.needs_approval) for category in categories] == [
        ("industry", 104, False),
        ("academia", 68, False),
        ("government", 35, False),
        ("media", 12, True),
        ("student", 0, False),
    ]


def test_the_waiting_student_who_was_first_moved_up(sample: None) -> None:
    states = {row.printed: row.state for row in students()}
    assert states == {
        "江枫桥": "confirmed",
        "孟夜泊": "confirmed",
        "尹钟声": "confirmed",
        "毛竹青": "confirmed",
        "邵水榭": "confirmed",
        "侯亭台": "withdrawn",
        "万荷叶": "confirmed",
        "段长廊": "offered",
        "雷菱塘": "waiting",
        "Tomás Orchard": "waiting",
        "钟楼影": "waiting",
        "任回廊": "waiting",
        "谢芭蕉": "withdrawn",
    }


def students() -> list[Any]:
    rows = db.session.scalars(
        select(Registration)
        .join(Category)
        .where(Category.code == "student", Registration.event_id == event("delta-summit").id)
    ).all()
    for row in rows:
        row.printed = row.name.here("zh")
    return list(rows)


def test_attendees_are_invented_and_hear_nothing_by_mail(sample: None) -> None:
    registrations = db.session.scalars(select(Registration)).all()
    assert len(registrations) == len(SUMMIT_GUESTS) + len(LAUNCH_GUESTS)
    assert {row.email for row in registrations} == {""}
    assert {row.phone[:6] for row in registrations} == {"+86111"}
    assert len({row.phone_tail for row in registrations}) == len(registrations)
    assert [row for row in registrations if "sample" not in row.organisation and "示例" not in row.organisation] == []
    assert {row.person_id for row in registrations} == {None}
    people = {name for row in db.session.scalars(select(Person)) for name in (row.name.en, row.name.zh) if name}
    assert people.isdisjoint({name for row in registrations for name in (row.name.en, row.name.zh)})
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_people_stand_as_reported_and_without_guessed_chinese(sample: None) -> None:
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    stored = [
        (str(row.name.en), row.name.zh, row.honorific, row.position, row.organisation, row.biography) for row in people
    ]
    xjtlu, nothing = Bilingual("Xi'an Jiaotong-Liverpool University", "西交利物浦大学"), Bilingual("", "")
    assert stored == [
        ("Yiming Ding", "丁忆民", Bilingual("Dr", ""), Bilingual("Vice President", ""), xjtlu, nothing),
        ("Youmin Xi", "席酉民", Bilingual("Professor", ""), Bilingual("Executive President", ""), xjtlu, nothing),
        ("Xiaohong Guan", "管晓宏", Bilingual("Professor", ""), Bilingual("Academician", ""), Bilingual("Chinese Academy of Sciences", ""), nothing),
        ("Cheng Chang", "", nothing, Bilingual("General Manager", ""), Bilingual("Baidu AI Cloud Smart Industry", ""), nothing),
        ("Yu Pan", "", nothing, Bilingual("Party Secretary and Director", ""), Bilingual("Suzhou Industrial Park Science and Innovation Committee", ""), nothing),
    ]  # fmt: skip


def test_organisations_stand_under_their_labels_in_order(sample: None) -> None:
    def names(slug: str) -> list[tuple[Bilingual, list[str]]]:
        return [(label, [row.name_en for row in rows]) for label, rows in organisations_by_label(event(slug).id)]

    assert names("delta-summit") == [
        (Bilingual("Host", "主办单位"), ["Xi'an Jiaotong-Liverpool University"]),
        (Bilingual("Organiser", "承办单位"), ["Suzhou government and party committee"]),
    ]
    assert names("alliance-launch") == [
        (
            Bilingual("Alliance members", "联盟成员"),
            ["Xi'an Jiaotong-Liverpool University", "Baidu", "Suzhou Industrial Park"],
        ),
        (
            Bilingual("Strategic partners", "战略合作伙伴"),
            [
                "National Innovation Centre par Excellence",
                "GCL Smart Computing Technology (Suzhou)",
                "Jiangsu Hengrui Pharmaceuticals",
                "ARTS Group",
            ],
        ),
    ]
    with_chinese = {row.name_en: row.name_zh for row in db.session.scalars(select(Organisation)) if row.name_zh}
    assert with_chinese == {
        "Xi'an Jiaotong-Liverpool University": "西交利物浦大学",
        "Baidu": "百度",
        "Suzhou Industrial Park": "苏州工业园区",
        "Jiangsu Hengrui Pharmaceuticals": "江苏恒瑞医药",
    }


def test_the_agenda_names_real_people_only_with_their_reported_titles(sample: None) -> None:
    parts = db.session.scalars(select(Part).where(Part.person_id.is_not(None)).order_by(Part.id)).all()
    assert [(part.person.name.en, part.item.kind, part.item.title, part.role, part.as_what) for part in parts] == [
        ("Youmin Xi", "speech", Bilingual(facts.SPEECH_OF_XI, ""), "speaker", Bilingual("", "")),
        ("Yiming Ding", "speech", Bilingual("", ""), "speaker", Bilingual("", "")),
        *(
            (name, "appointment", Bilingual(facts.APPOINTMENT, ""), "recipient", Bilingual(office, ""))
            for name, office in (
                ("Xiaohong Guan", "Honorary Director of the alliance"),
                ("Cheng Chang", "Director of Industry"),
                ("Yu Pan", "Director of Ecosystem"),
            )
        ),
    ]


def test_the_launch_shows_its_acts(sample: None) -> None:
    launch = event("alliance-launch")
    ceremony = next(
        session for day in agenda_of(launch, now()) for session in day.sessions if session.kind == "ceremony"
    )
    assert [item.kind for item in ceremony.items] == ["speech", "unveiling", "appointment", "announcement", "photo"]
    unveiling, announcement = ceremony.items[1], ceremony.items[3]
    assert [part.object_name for part in unveiling.parts] == [Bilingual(unit, "") for unit in facts.ALLIANCE_UNITS]
    assert [part.organisation.name_en for part in announcement.parts if part.organisation] == [
        facts.ORGANISATIONS[key]["name_en"] for key in facts.STRATEGIC_PARTNERS
    ]
    assert [row.person.name.en for row in people_of(launch.id, disclosed_at=now())] == [
        "Yiming Ding",
        "Xiaohong Guan",
        "Cheng Chang",
        "Yu Pan",
    ]


def test_the_summit_is_a_full_day_without_a_clash(sample: None) -> None:
    summit = event("delta-summit")
    (day,) = agenda_of(summit, now())
    assert (day.sessions[0].starts_at, max(session.ends_at for session in day.sessions)) == (
        summit.starts_at,
        summit.ends_at,
    )
    assert {session.kind for session in day.sessions} == {"keynote", "forum", "break", "meal", "tour"}
    at_ten_twelve = summit.starts_at + timedelta(hours=1, minutes=42)
    assert [item.title.en for session in day.sessions if (item := session.item_at(at_ten_twelve)) is not None] == [
        facts.PANEL
    ]
    told = [*clashes_of(summit.id), *clashes_of(event("alliance-launch").id)]
    assert [clash.sentence for clash in told if not clash.of_preparation] == []


def test_what_is_invented_is_marked_in_both_languages(sample: None) -> None:
    assert FOOTNOTE.en == (
        "Illustrative: day, times, rooms, titles of talks and attendees are invented. "
        "People and organisations as reported in September 2023."
    )
    for found in db.session.scalars(select(Event)):
        assert (found.footnote.en, found.footnote.zh) == tuple(FOOTNOTE)
        for text in (found.venue.name, found.venue.address):
            assert "illustrative" in text.en
            assert "示例" in text.zh


def test_the_team_has_one_user_for_each_role(sample: None) -> None:
    members = db.session.scalars(
        select(TeamMember).where(TeamMember.event_id == event("delta-summit").id).order_by(TeamMember.id)
    ).all()
    assert [(member.user.email, member.role, member.user.is_owner, member.user.is_sample) for member in members] == [
        ("organiser@example.org", "owner", True, True),
        ("editor@example.org", "editor", False, True),
        ("registrar@example.org", "registrar", False, True),
        ("door@example.org", "door", False, True),
        ("viewer@example.org", "viewer", False, True),
    ]
