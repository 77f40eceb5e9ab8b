"""Two organisers, several workers, a release in between: everybody concerned gets one message."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import (
    change_session,
    dismiss_notice,
    release_agenda,
    schedule_notice,
    send_due_notices,
    send_notice,
)
from eventapp.agenda.models import ReleaseNotice
from eventapp.audiences.affected import recipients_of_notice
from eventapp.clock import now
from eventapp.db import db
from eventapp.messaging.models import OutboxMessage
from tests.agenda.stage import publish
from tests.agenda.telling import begin, follower, move, notice, states
from tests.ground.storms import while_others_look

pytestmark = [pytest.mark.both_databases, pytest.mark.storm]
GUESTS = 5


@pytest.fixture
def told(event) -> tuple[int, int, int]:
    """(the event, a session that was moved, the notice of it): a speaker and five guests are concerned."""
    story = begin(event)
    for number in range(1, GUESTS + 1):
        follower(story.category, number, story.opening)
    move(event, story.opening, 14)
    publish(event)
    return event.id, story.opening.id, notice(event, 2).id


def messages(notice_id: int) -> Counter[str]:
    """How many messages everybody has of this notice."""
    db.session.rollback()
    cause = db.session.scalars(select(ReleaseNotice).where(ReleaseNotice.id == notice_id)).one().cause
    rows = select(OutboxMessage.recipient).where(OutboxMessage.cause.startswith(cause))
    return Counter(db.session.scalars(rows))


def press_or_work(index: int, notice_id: int) -> int:
    if index % 2:
        return send_due_notices(recipients_of_notice)
    return send_notice(notice_id, find=recipients_of_notice, by=SYSTEM)


def press_or_dismiss(index: int, notice_id: int) -> int:
    if index % 2:
        dismiss_notice(notice_id, "Told by telephone", by=SYSTEM)
        return 0
    return send_notice(notice_id, find=recipients_of_notice, by=SYSTEM)


def press_or_release(index: int, event_id: int, session_id: int, notice_id: int) -> int:
    if index == 0:
        change_session(session_id, by=SYSTEM, title_en="Grand opening")
        release_agenda(event_id, by=SYSTEM)
        return 0
    return send_notice(notice_id, find=recipients_of_notice, by=SYSTEM)


def press_naively(_index: int, notice_id: int) -> int:
    """Look first, write afterwards, with nothing that holds the two together, and no name for what is told."""
    row = db.session.get_one(ReleaseNotice, notice_id)
    undecided, event_id, cause = row.is_undecided, row.event_id, row.cause
    people = recipients_of_notice(row).recipients
    db.session.rollback()
    while_others_look()
    if not undecided:
        return 0
    for one in people:
        db.session.add(
            OutboxMessage(
                cause=f"{cause}:{secrets.token_hex(4)}", recipient=one.email, language=one.language, template="agenda_news",
                values=one.values, event_id=event_id, created_at=now(), next_attempt_at=now(),
            )
        )  # fmt: skip
    db.session.execute(update(ReleaseNotice).where(ReleaseNotice.id == notice_id).values(state="sent"))
    db.session.commit()
    return len(people)


def test_of_many_who_press_and_many_workers_one_sends(storm, told):
    schedule_notice(told[2], now() + timedelta(milliseconds=300), by=SYSTEM)
    time.sleep(0.31)
    outcomes = storm(press_or_work, processes=2, threads=4, args=(told[2],))
    assert sum(bool(outcome.value) for outcome in outcomes) == 1
    assert sorted(messages(told[2]).values()) == [1] * (1 + GUESTS)


def test_sent_or_dismissed_and_never_both(storm, event, told):
    outcomes = storm(press_or_dismiss, processes=2, threads=4, args=(told[2],))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "NoticeSettled": 7}
    state = states(event)[1]
    assert (state, len(messages(told[2]))) in (("sent", 1 + GUESTS), ("dismissed", 0))


def test_a_release_in_between_tells_what_was_not_sent_and_nothing_that_was(storm, event, told):
    storm(press_or_release, processes=2, threads=4, args=told)
    db.session.rollback()
    first, second = notice(event, 2), notice(event, 3)
    base, number = (second.base_id, second.recipients)
    assert number == 1 + GUESTS
    if first.state == "sent":
        assert (base, sorted(messages(told[2]).values())) == (first.release_id, [1] * (1 + GUESTS))
    else:
        assert (first.state, base, messages(told[2])) == ("superseded", first.base_id, Counter())


def test_without_the_claim_everybody_would_get_it_again_and_again(storm, told):
    storm(press_naively, processes=2, threads=2, args=(told[2],))
    assert max(messages(told[2]).values()) > 1
