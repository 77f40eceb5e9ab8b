"""An event whose registration asks for more: limited places, questions of three kinds, a limited choice, a session with seats."""

from __future__ import annotations

from datetime import time, timedelta

from bench.workloads import DEEP_SLUG
from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import create_session
from eventapp.agenda.times import local_to_utc
from eventapp.db import transaction
from eventapp.demo.build import first_day
from eventapp.demo.shared import CATEGORIES, NOTICE, TIME_ZONE
from eventapp.events.actions import create_event, set_event_state
from eventapp.registration.actions import add_category, add_question, make_bookable, publish_notice
from eventapp.registration.actions.questions import NewChoice

PLACES = 300
SEATS = 100


def build_deep_event() -> None:
    """Make the event; whoever comes after its places are taken waits."""
    day = first_day() + timedelta(days=30)
    opens, closes = (local_to_utc(day, time(hour), TIME_ZONE) for hour in (9, 18))
    with transaction():
        event = create_event(
            by=SYSTEM, slug=DEEP_SLUG, starts_at=opens, ends_at=closes, time_zone=TIME_ZONE, name_en="Deep Fair",
            name_zh="深度盛会", is_sample=True,
        )  # fmt: skip
        for code in ("industry", "academia"):
            add_category(event.id, by=SYSTEM, code=code, capacity=PLACES, **CATEGORIES[code])
        publish_notice(event.id, by=SYSTEM, body_en=NOTICE.en, body_zh=NOTICE.zh)
        _ask(event.id)
        session = create_session(
            event.id, by=SYSTEM, kind="tour", starts_at=opens, ends_at=closes, title_en="Tour", title_zh="参观"
        )
        make_bookable(session.id, by=SYSTEM, capacity=SEATS)
        set_event_state(event.id, "published", by=SYSTEM)


def _ask(event_id: int) -> None:
    add_question(event_id, by=SYSTEM, code="topic", kind="short_text", label_en="Topic", label_zh="主题", required=True)
    add_question(event_id, by=SYSTEM, code="years", kind="number", label_en="Years", label_zh="年数", most=80)
    shuttle = [NewChoice("Train", "火车站", capacity=SEATS), NewChoice("Airport", "机场"), NewChoice("None", "不需要")]
    add_question(
        event_id, by=SYSTEM, code="shuttle", kind="choice", choices=shuttle, label_en="Shuttle", label_zh="接驳车"
    )
