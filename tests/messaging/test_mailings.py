"""One text to many: who gets it, in which language, and that everybody gets it once."""

from __future__ import annotations

from datetime import timedelta
from email.header import decode_header, make_header

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.queries import history_of
from eventapp.agenda.actions import set_reply
from eventapp.audiences import people_now, release_of
from eventapp.changing import version_of
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.errors import Stale
from eventapp.messaging.actions import (
    cancel_mailing,
    deliver_due,
    draft_mailing,
    finish_mailings,
    release_due,
    retry_failed,
    retry_message,
    rewrite_mailing,
    schedule_mailing,
)
from eventapp.messaging.delivery import send_by_smtp
from eventapp.messaging.errors import (
    AlreadyReleased,
    HalfWritten,
    NotFailed,
    NothingToCancel,
    NothingWritten,
    OnItsWay,
    TimePassed,
    UnknownPlaceholder,
)
from eventapp.messaging.models import MAILING_TEXTS, MAILING_VERSION, Mailing, OutboxMessage
from eventapp.messaging.queries import due_ids, mailing_by_public_id, progress_of
from eventapp.registration.actions import withdraw_registration
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session
from tests.messaging.mailings import TEXTS, TO_SPEAKERS, addressed, make_mailing, send_out, state_of
from tests.registration.guests import GUEST, count, make_category, pass_digits, register_guest

BROKEN_NAME = "<script>alert(1)</script> [here](javascript:alert(1)) {event}"


def left_out(mailing: Mailing) -> dict[str, str]:
    return {one.email or one.name.en: one.left_out for one in people_now(mailing)}


# -- Writing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "refusal", "field"),
    [
        (dict.fromkeys(TEXTS, ""), NothingWritten, "subject_en"),
        ({**TEXTS, "body_zh": ""}, HalfWritten, "body_zh"),
        ({**TEXTS, "subject_en": ""}, HalfWritten, "subject_en"),
        ({**TEXTS, "body_en": "In {hall}"}, UnknownPlaceholder, "body_en"),
        ({**TEXTS, "subject_zh": "{姓名}您好"}, UnknownPlaceholder, "subject_zh"),
    ],
)
def test_what_cannot_be_sent_is_refused_beside_its_field(event, texts, refusal, field):
    with pytest.raises(refusal) as refused:
        make_mailing(event, texts=texts)
    assert refused.value.field == field
    assert count(Mailing) == 0


def test_the_refusal_of_a_placeholder_says_which_ones_there_are(event):
    with pytest.raises(UnknownPlaceholder) as refused:
        make_mailing(event, texts={**TEXTS, "body_en": "In {hall}"})
    assert str(refused.value).startswith("{hall} cannot be filled in for these people. You can use: {name} {event}")


def test_one_form_makes_one_draft(event):
    story = {"known": ("name", "event", "pass_link"), "form_key": "a-form-key-of-one-page", "by": SYSTEM}
    first = draft_mailing(event.id, "registrations", {}, TEXTS, **story)
    again = draft_mailing(event.id, "registrations", {}, TEXTS, **story)
    assert (first.id, count(Mailing)) == (again.id, 1)


def test_a_text_that_somebody_changed_meanwhile_is_not_overwritten(event):
    mailing = make_mailing(event)
    seen = version_of(mailing, MAILING_TEXTS)
    known = ("name", "event", "pass_link")
    rewrite_mailing(mailing.id, {**TEXTS, "subject_en": "Hello"}, known=known, version=seen, by=SYSTEM)
    with pytest.raises(Stale):
        rewrite_mailing(mailing.id, {**TEXTS, "subject_en": "Good day"}, known=known, version=seen, by=SYSTEM)
    db.session.rollback()
    assert db.session.get_one(Mailing, mailing.id).subject_en == "Hello"


# -- Who gets it ---------------------------------------------------------------------------------------------------


def test_who_is_left_out_and_why(event):
    category = make_category(event)
    register_guest(category, 1)
    register_guest(category, 2, email="", phone="+8613800138002")
    register_guest(category, 3, email="guest1@example.org")
    gone = register_guest(category, 4)
    withdraw_registration(gone.id, by=GUEST)
    mailing = make_mailing(event)
    assert left_out(mailing) == {
        "guest1@example.org": "same_address",
        "Lei Li 2": "no_address",
        "guest4@example.org": "ended",
    }
    assert [one.name.en for one in people_now(mailing) if not one.left_out] == ["Lei Li 1"]


def test_whoever_withdrew_can_be_meant(event):
    gone = register_guest(make_category(event), 4)
    withdraw_registration(gone.id, by=GUEST)
    assert left_out(make_mailing(event, state="withdrawn")) == {"guest4@example.org": ""}


def test_the_filters_of_the_list_choose(event):
    industry, academia = make_category(event), make_category(event, code="academia", capacity=1)
    register_guest(industry, 1)
    register_guest(academia, 2, organisation="XJTLU")
    register_guest(academia, 3)
    assert list(left_out(make_mailing(event, category="academia"))) == ["guest2@example.org", "guest3@example.org"]
    assert list(left_out(make_mailing(event, category="academia", state="waiting"))) == ["guest3@example.org"]
    assert list(left_out(make_mailing(event, q="xjtlu"))) == ["guest2@example.org"]


def test_parts_are_chosen_by_role_session_and_reply(event):
    session, other = make_session(event), make_session(event, 11, 12, "Closing")
    item, last = make_item(session), make_item(other)
    lan, ming = make_person(), make_person("Ming", "Zhao")
    set_reply(make_part(item, lan).id, "accepted", by=SYSTEM)
    make_part(last, ming, role="moderator")
    set_reply(make_part(item, make_person("Si", "Qian")).id, "declined", by=SYSTEM)
    category = make_category(event)
    register_guest(category, 1, person_id=lan.id, email="lan@example.org")
    assert left_out(make_mailing(event, "parts", TO_SPEAKERS)) == {
        "lan@example.org": "", "Ming Zhao": "no_address", "Si Qian": "declined",
    }  # fmt: skip
    assert list(left_out(make_mailing(event, "parts", TO_SPEAKERS, role="moderator"))) == ["Ming Zhao"]
    assert list(left_out(make_mailing(event, "parts", TO_SPEAKERS, session=other.public_id))) == ["Ming Zhao"]
    assert list(left_out(make_mailing(event, "parts", TO_SPEAKERS, reply="accepted"))) == ["lan@example.org"]


# -- Sending -------------------------------------------------------------------------------------------------------


def test_everybody_reads_their_own_language_and_their_own_link(event, mailbox, deliver):
    category = make_category(event)
    english, chinese = register_guest(category, 1), register_guest(category, 2, language="zh")
    digits = pass_digits(english), pass_digits(chinese)
    mailing = make_mailing(event)
    mailing_id = mailing.id
    send_out(mailing)
    deliver()
    first, second = mailbox.wait_for("guest1@example.org", number=2), mailbox.wait_for("guest2@example.org", number=2)
    assert (first["Subject"], second["Subject"]) == ("Welcome, Lei Li 1", "欢迎李雷2")
    html = first.get_body(("html",)).get_content()
    assert "see you at <strong>Yangtze River Delta Summit</strong>" in html
    assert f'href="http://127.0.0.1:8000/p/{digits[0]}"' in html
    assert f"Open my pass: http://127.0.0.1:8000/p/{digits[0]}" in first.get_body(("plain",)).get_content()
    chinese_text = second.get_body(("plain",)).get_content()
    assert "李雷2您好：" in chinese_text
    assert f"打开参会码: http://127.0.0.1:8000/p/{digits[1]}" in chinese_text
    assert state_of(mailing_id) == "sent"


def test_a_speaker_reads_when_and_where(event, mailbox, deliver):
    hall = make_hall(event)
    session = make_session(event, hall_id=hall.id)
    lan = make_person()
    make_part(make_item(session, 20), lan)
    register_guest(make_category(event), 1, person_id=lan.id, email="lan@example.org")
    send_out(make_mailing(event, "parts", TO_SPEAKERS))
    deliver()
    text = mailbox.wait_for("lan@example.org", number=2).get_body(("plain",)).get_content()
    assert "Dear Lan Chen," in text
    assert ", 09:00" not in text
    assert "09:00–09:20, Lake Hall." in text
    assert "Speaker · Opening · " in text
    assert "http://127.0.0.1:8000/r/" in text


def test_a_missing_language_falls_back(event, mailbox, deliver):
    register_guest(make_category(event), 1, language="zh")
    send_out(make_mailing(event, texts={**TEXTS, "subject_zh": "", "body_zh": ""}))
    deliver()
    assert mailbox.wait_for("guest1@example.org", number=2)["Subject"] == "Welcome, 李雷1"


def test_a_guests_name_is_neither_html_nor_markdown_nor_a_placeholder(event, mailbox, deliver):
    name = {"printed_en": BROKEN_NAME, "printed_zh": ""}
    register_guest(make_category(event), 1, name=name)
    texts = {**TEXTS, "body_en": "Dear {name}, [x]({name}) <b>raw</b> [bad](javascript:alert(1))"}
    send_out(make_mailing(event, texts=texts))
    deliver()
    html = mailbox.wait_for("guest1@example.org", number=2).get_body(("html",)).get_content()
    assert "Dear &lt;script&gt;alert(1)&lt;/script&gt; [here](javascript:alert(1)) {event}," in html
    assert "<script" not in html
    assert "<b>raw" not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    "name", ["Lei\r\nBcc: all@example.org", "Lei\nBcc: all@example.org", "Lei\x85Bcc: all@example.org"]
)
def test_a_name_cannot_smuggle_in_a_header(event, mailbox, deliver, name):
    registration = register_guest(make_category(event), 1)
    with transaction():
        registration.set_name(printed_en=name)
    send_out(make_mailing(event))
    deliver()
    mail = mailbox.wait_for("guest1@example.org", number=2)
    assert mail["Bcc"] is None
    assert str(make_header(decode_header(mail["Subject"]))) == "Welcome, Lei Bcc: all@example.org"


def test_a_mailing_waits_for_its_time(event):
    register_guest(make_category(event), 1)
    mailing = make_mailing(event)
    mailing_id, then = mailing.id, now() + timedelta(hours=2)
    schedule_mailing(mailing_id, at=then, by=SYSTEM)
    assert (release_due(release_of), addressed(mailing_id)) == (0, [])
    with time_machine.travel(then + timedelta(seconds=1), tick=False):
        assert (release_due(release_of), addressed(mailing_id)) == (1, ["guest1@example.org"])


def test_a_time_that_has_passed_is_refused(event):
    mailing = make_mailing(event)
    with pytest.raises(TimePassed) as refused:
        schedule_mailing(mailing.id, at=now() - timedelta(minutes=1), by=SYSTEM)
    assert refused.value.field == "send_at"


def test_whoever_withdraws_before_the_release_is_left_out(event):
    category = make_category(event)
    register_guest(category, 1)
    gone = register_guest(category, 2)
    gone_id = gone.id
    mailing = make_mailing(event)
    mailing_id = mailing.id
    schedule_mailing(mailing_id, by=SYSTEM)
    withdraw_registration(gone_id, by=GUEST)
    release_due(release_of)
    released = db.session.get_one(Mailing, mailing_id)
    assert (addressed(mailing_id), released.recipients, released.left_out) == (["guest1@example.org"], 1, {"ended": 1})


def test_only_what_was_looked_at_is_sent_and_only_once(event):
    register_guest(make_category(event), 1)
    mailing = make_mailing(event)
    seen = version_of(mailing, MAILING_VERSION)
    rewrite_mailing(
        mailing.id, {**TEXTS, "subject_en": "Hi"}, known=("name", "event", "pass_link"), version=None, by=SYSTEM
    )
    with pytest.raises(Stale):
        schedule_mailing(mailing.id, version=seen, by=SYSTEM)
    schedule_mailing(mailing.id, by=SYSTEM)
    with pytest.raises(OnItsWay):
        schedule_mailing(mailing.id, by=SYSTEM)


def test_a_second_round_reaches_only_those_who_came_later(event, mailbox, deliver):
    category = make_category(event)
    register_guest(category, 1)
    mailing_id = make_mailing(event).id
    send_out(db.session.get_one(Mailing, mailing_id))
    deliver()
    register_guest(category, 2)
    assert left_out(db.session.get_one(Mailing, mailing_id)) == {"guest1@example.org": "told", "guest2@example.org": ""}
    send_out(db.session.get_one(Mailing, mailing_id))
    deliver()
    welcomes = [mail["To"] for mail in mailbox.messages if str(mail["Subject"]).startswith("Welcome")]
    assert welcomes == ["guest1@example.org", "guest2@example.org"]
    with pytest.raises(AlreadyReleased):
        rewrite_mailing(mailing_id, TEXTS, known=("name", "event", "pass_link"), version=None, by=SYSTEM)


def test_a_cancelled_mailing_sends_no_more(event, mailbox, deliver):
    category = make_category(event)
    for number in range(1, 4):
        register_guest(category, number)
    mailing_id = make_mailing(event).id
    deliver()
    send_out(db.session.get_one(Mailing, mailing_id))
    assert deliver_due(send_by_smtp, limit=1) == 1
    assert cancel_mailing(mailing_id, by=SYSTEM) == 2
    deliver()
    mailing = db.session.get_one(Mailing, mailing_id)
    counted = progress_of([mailing])[mailing_id]
    assert (mailing.state, counted.total, counted.sent, counted.waiting, counted.stopped) == ("cancelled", 3, 1, 0, 2)
    with pytest.raises(NothingToCancel):
        cancel_mailing(mailing_id, by=SYSTEM)


def test_what_comes_back_into_the_queue_after_a_cancellation_is_not_sent(event, mailbox, deliver):
    register_guest(make_category(event), 1)
    deliver()
    mailing_id = make_mailing(event).id
    send_out(db.session.get_one(Mailing, mailing_id))
    with transaction() as session:
        session.get_one(Mailing, mailing_id).state = "cancelled"
    assert list(due_ids(now(), 10)) == []
    finish_mailings()
    assert addressed(mailing_id) == []


def test_failures_are_tried_again_but_not_those_of_a_cancelled_mailing(event, mailbox, deliver):
    category = make_category(event)
    for number in (1, 2):
        register_guest(category, number)
    deliver()
    mailing_id = make_mailing(event).id
    mailbox.refuse("guest1@example.org", 550)
    mailbox.refuse("guest2@example.org", 550)
    send_out(db.session.get_one(Mailing, mailing_id))
    deliver()
    failed = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == "failed")).all()
    ids = [message.public_id for message in failed]
    assert retry_failed(mailing_id, message=ids[0], by=SYSTEM) == 1
    assert state_of(mailing_id) == "sending"
    deliver()
    assert retry_failed(mailing_id, by=SYSTEM) == 2
    mailbox.accept("guest1@example.org")
    deliver()
    mailing = db.session.get_one(Mailing, mailing_id)
    assert (progress_of([mailing])[mailing_id].sent, progress_of([mailing])[mailing_id].failed) == (1, 1)
    message_id = db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.state == "failed")).one()
    with transaction() as session:
        session.get_one(Mailing, mailing_id).state = "cancelled"
    with pytest.raises(NotFailed):
        retry_failed(mailing_id, by=SYSTEM)
    with pytest.raises(NotFailed):
        retry_message(message_id, by=SYSTEM)


def test_a_confirmation_overtakes_a_mailing(event):
    category = make_category(event)
    for number in range(1, 4):
        register_guest(category, number)
    with transaction() as session:
        for message in session.scalars(select(OutboxMessage)).all():
            message.state = "sent"
    send_out(make_mailing(event))
    register_guest(category, 9)
    first = db.session.get_one(OutboxMessage, due_ids(now(), 10)[0])
    assert first.template == "registration_confirmed"


def test_every_step_stands_in_the_audit_trail(event, owner):
    register_guest(make_category(event), 1)
    mailing = make_mailing(event)
    mailing_id = mailing.id
    schedule_mailing(mailing_id, by=Actor("user", owner.id))
    release_due(release_of)
    cancel_mailing(mailing_id, by=Actor("user", owner.id))
    trail = [(entry.action, entry.actor_kind) for entry in history_of("mailings", mailing_id)]
    assert trail == [
        ("draft_mailing", "system"),
        ("schedule_mailing", "user"),
        ("release_mailing", "system"),
        ("cancel_mailing", "user"),
    ]


def test_a_mailing_that_cannot_be_released_does_not_hold_up_the_others(event):
    register_guest(make_category(event), 1)
    broken, sound = make_mailing(event), make_mailing(event)
    ids = broken.id, sound.id
    for mailing_id in ids:
        schedule_mailing(mailing_id, by=SYSTEM)

    def find(mailing: Mailing):
        if mailing.id == ids[0]:
            raise RuntimeError("the list cannot be read")
        return release_of(mailing)

    assert release_due(find) == 1
    assert [state_of(mailing_id) for mailing_id in ids] == ["scheduled", "sending"]


def test_a_mailing_of_an_event_goes_with_it(event):
    mailing = make_mailing(event)
    public_id = mailing.public_id
    with transaction() as session:
        session.delete(session.merge(event))
    assert mailing_by_public_id(public_id) is None
