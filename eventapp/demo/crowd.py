"""A big sample: one more event with as many invented guests as asked for, to see how the site does under load."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_item, create_session, made_at_once, release_agenda
from eventapp.agenda.times import local_to_utc
from eventapp.checkin.actions import add_checkpoint
from eventapp.db import db, transaction
from eventapp.demo.build import first_day
from eventapp.demo.guests import LAUNCH_GUESTS, SUMMIT_GUESTS, Guest, attendee
from eventapp.demo.shared import CATEGORIES, FOOTNOTE, NOTICE, TIME_ZONE
from eventapp.events.actions import add_hall, create_event, set_event_state
from eventapp.events.queries import find_event
from eventapp.registration.actions import add_category, publish_notice, register_many
from eventapp.registration.actions.many import Arrival
from eventapp.registration.actions.register import Attendee
from eventapp.registration.models import Registration
from eventapp.registration.queries import categories_of, current_notice

CROWD_SLUG = "grand-fair"
# So many in one transaction: other writers wait for a moment and not for a minute.
CHUNK = 2_500
HALLS, SESSIONS, SESSIONS_A_DAY = 10, 200, 4
DAYS_AFTER_THE_SUMMIT = 7
OPENS, CLOSES = time(9), time(18)
# Nobody needs approval here, and there is room for everybody.
CATEGORY_CODES = ("industry", "academia", "government", "student")
GUESTS = [guest for guest in SUMMIT_GUESTS + LAUNCH_GUESTS if guest.category in CATEGORY_CODES and guest.chinese]


def build_crowd(attendees: int) -> Counter[str]:
    """An event of 200 sessions, if it is not there yet, and so many further guests in it; by state. Sends no mail."""
    event = find_event(CROWD_SLUG)
    event_id = event.id if event else _build_event()
    notice = current_notice(event_id)
    category_ids = {category.code: category.id for category in categories_of(event_id)}
    known = db.session.scalar(select(func.count()).where(Registration.event_id == event_id)) or 0
    arrived: Counter[str] = Counter()
    for start in range(known, known + attendees, CHUNK):
        numbers = range(start, min(start + CHUNK, known + attendees))
        arrivals = [_arrival(event_id, number, category_ids) for number in numbers]
        arrived += register_many(event_id, arrivals, by=SYSTEM, notice_id=notice.id if notice else None)
    return arrived


def _arrival(event_id: int, number: int, category_ids: dict[str, int]) -> Arrival:
    guest = GUESTS[number % len(GUESTS)]
    return Arrival(category_ids[guest.category], _mixed(guest, number), f"crowd-{event_id}-{number}")


def _mixed(guest: Guest, number: int) -> Attendee:
    """A guest with the given name of another, so that thousands are not all called alike."""
    shift = number // len(GUESTS)
    own = attendee(guest, number)
    other = attendee(GUESTS[(number + shift) % len(GUESTS)], number)
    name = {**own.name, "given_en": other.name["given_en"], "given_zh": other.name["given_zh"]}
    return replace(own, name=name, phone=f"+86111{number:08}")


def _build_event() -> int:
    day = first_day() + timedelta(days=DAYS_AFTER_THE_SUMMIT)
    with transaction():
        last = day + timedelta(days=SESSIONS // (HALLS * SESSIONS_A_DAY) - 1)
        event = create_event(
            by=SYSTEM,
            slug=CROWD_SLUG,
            starts_at=local_to_utc(day, OPENS, TIME_ZONE),
            ends_at=local_to_utc(last, CLOSES, TIME_ZONE),
            time_zone=TIME_ZONE,
            name_en="Grand Fair of the Gardens",
            name_zh="园林盛会",
            footnote_en=FOOTNOTE.en,
            footnote_zh=FOOTNOTE.zh,
            cover_pattern="plum",
            is_sample=True,
        )
        for code in CATEGORY_CODES:
            add_category(event.id, by=SYSTEM, code=code, capacity=None, **CATEGORIES[code])
        publish_notice(event.id, by=SYSTEM, body_en=NOTICE.en, body_zh=NOTICE.zh)
        add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Main gate", name_zh="主入口")
        with made_at_once("import_agenda", event.id, by=SYSTEM):
            _build_agenda(event.id, day)
        release_agenda(event.id, by=SYSTEM)
        set_event_state(event.id, "published", by=SYSTEM)
        return event.id


def _build_agenda(event_id: int, first: date) -> None:
    halls = [
        add_hall(event_id, by=SYSTEM, name_en=f"Pavilion {number}", name_zh=f"第{number}展厅", position=number)
        for number in range(1, HALLS + 1)
    ]
    for number in range(SESSIONS):
        slot, hall = divmod(number, HALLS)
        day, step = divmod(slot, SESSIONS_A_DAY)
        starts_at = local_to_utc(first + timedelta(days=day), time(9 + 2 * step), TIME_ZONE)
        session = create_session(
            event_id,
            by=SYSTEM,
            kind="forum",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=90),
            hall_id=halls[hall].id,
            title_en=f"Conversation {number + 1}",
            title_zh=f"对话{number + 1}",
        )
        for minutes in (30, 60):
            add_item(session.id, by=SYSTEM, kind="speech" if minutes == 30 else "panel", minutes=minutes)
