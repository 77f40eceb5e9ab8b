"""The outbox: what is written into it, and how it is delivered to a real mail server."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
import time_machine
from sqlalchemy import select, update

from eventapp.accounts.queries import history_of
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.messaging.actions import (
    LEASE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    RECIPIENT_LIMIT,
    deliver_due,
    enqueue_message,
    retry_message,
)
from eventapp.messaging.delivery import Attachment, RenderedMail, compose, register_renderer, send_by_smtp
from eventapp.messaging.errors import DeliveryFailed, NotFailed
from eventapp.messaging.jobs import deliver_outbox
from eventapp.messaging.models import OutboxMessage
from eventapp.messaging.queries import due_ids

GUEST = "li.lei@example.org"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture(autouse=True)
def letter(app):
    """A template of the test's own: the row's values are the mail."""
    register_renderer(app, "letter", _render_letter)


def _render_letter(message: OutboxMessage) -> RenderedMail:
    values = message.values
    if values.get("broken"):
        raise LookupError("what this message tells is gone")
    return RenderedMail(
        subject=values.get("subject", "A letter"),
        text=values.get("text", "Dear guest"),
        html=f"<p>{values.get('text', 'Dear guest')}</p>",
        attachments=[
            Attachment("pass.png", "image/png", PICTURE, content_id="pass-code"),
            Attachment(
                "长三角.ics", "text/calendar", "BEGIN:VCALENDAR\r\nSUMMARY:长三角峰会\r\nEND:VCALENDAR\r\n".encode()
            ),
        ],
    )


def write(
    cause: str = "registered:1", recipient: str = GUEST, event_id: int | None = None, **values: str
) -> OutboxMessage:
    """Put a letter into the outbox and return its row."""
    enqueue_message(
        cause=cause, recipient=recipient, language="en", template="letter", values=values, event_id=event_id
    )
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.cause == cause, OutboxMessage.recipient == recipient)
    ).one()


def test_a_message_arrives_and_its_row_says_so(mailbox, deliver):
    message = write(subject="Welcome", text="See you in Suzhou")
    deliver()
    mail = mailbox.wait_for(GUEST)
    assert (mail["Subject"], mail["From"]) == ("Welcome", "Eventapp <noreply@localhost>")
    assert mail.get_body(("plain",)).get_content().strip() == "See you in Suzhou"
    db.session.refresh(message)
    assert (message.state, message.attempts, message.last_error, message.lease) == ("sent", 1, "", None)
    assert message.sent_at is not None


def test_nothing_is_sent_twice(mailbox, deliver):
    write()
    deliver()
    deliver()
    assert len(mailbox.messages) == 1


def test_a_cause_is_told_once_to_one_recipient(app):
    told = {"language": "en", "template": "letter", "values": {}}
    assert enqueue_message(cause="registered:1", recipient=GUEST, **told) is True
    assert enqueue_message(cause="registered:1", recipient=GUEST, **told) is False
    assert enqueue_message(cause="registered:1", recipient="han.meimei@example.org", **told) is True
    assert enqueue_message(cause="registered:2", recipient=GUEST, **told) is True
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 3


def test_a_message_of_an_undone_transaction_was_never_written(app):
    def write_and_fail() -> None:
        with transaction():
            write()
            raise RuntimeError("the seat is gone")

    with pytest.raises(RuntimeError, match="the seat is gone"):
        write_and_fail()
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_without_a_mail_server_messages_stay(app):
    message = write()
    deliver_outbox()
    db.session.refresh(message)
    assert (message.state, message.attempts) == ("queued", 0)


def test_a_message_that_is_refused_for_now_is_tried_again_later_and_later(mailbox, deliver):
    mailbox.refuse(GUEST, 451)
    message = write()
    pauses = []
    with time_machine.travel(now(), tick=False) as time:
        for _ in range(5):
            deliver()
            db.session.refresh(message)
            pauses.append(message.next_attempt_at - now())
            time.move_to(message.next_attempt_at)
        assert [pause / timedelta(minutes=1) for pause in pauses] == [1, 2, 4, 8, 16]
        assert (message.state, message.last_error) == ("queued", "451 no such mailbox here")
        mailbox.accept(GUEST)
        deliver()
    db.session.refresh(message)
    assert (message.state, message.attempts, message.last_error) == ("sent", 6, "")


def test_before_its_time_a_message_is_left_alone(mailbox, deliver):
    mailbox.refuse(GUEST, 451)
    message = write()
    deliver()
    mailbox.accept(GUEST)
    deliver()
    db.session.refresh(message)
    assert (message.state, message.attempts, mailbox.messages) == ("queued", 1, [])


def test_after_a_day_of_trying_a_message_fails(mailbox, deliver):
    mailbox.refuse(GUEST, 451)
    message, begun = write(), now()
    with time_machine.travel(begun, tick=False) as time:
        while message.state == "queued":
            time.move_to(message.next_attempt_at)
            deliver()
            db.session.refresh(message)
        assert message.attempts == MOST_ATTEMPTS
        assert timedelta(hours=12) < now() - begun < timedelta(days=2)
    assert message.next_attempt_at - begun < timedelta(days=2) + LONGEST_PAUSE


def test_a_message_refused_for_good_fails_at_once_and_tells_why(mailbox, deliver):
    mailbox.refuse(GUEST, 550)
    message = write()
    deliver()
    db.session.refresh(message)
    assert (message.state, message.attempts, message.last_error) == ("failed", 1, "550 no such mailbox here")


def test_one_refused_message_holds_up_no_other(mailbox, deliver):
    mailbox.refuse("nobody@example.org", 550)
    write(recipient="nobody@example.org")
    write()
    deliver()
    assert [mail["To"] for mail in mailbox.messages] == [GUEST]


def test_a_message_that_cannot_be_written_holds_up_no_other(mailbox, deliver):
    broken = write(cause="registered:0", broken="yes")
    write()
    deliver()
    db.session.refresh(broken)
    assert len(mailbox.messages) == 1
    assert (broken.state, broken.attempts) == ("queued", 1)
    assert broken.last_error == "could not be written: LookupError: what this message tells is gone"


def test_when_the_server_is_away_the_message_waits(app, deliver):
    app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
    message = write()
    deliver()
    db.session.refresh(message)
    assert (message.state, message.last_error) == ("queued", "ConnectionRefusedError: [Errno 111] Connection refused")


def test_a_failed_message_can_be_tried_again(mailbox, deliver, system):
    mailbox.refuse(GUEST, 550)
    message = write()
    deliver()
    mailbox.accept(GUEST)
    retry_message(message.id, by=system)
    deliver()
    db.session.refresh(message)
    assert (message.state, message.attempts, len(mailbox.messages)) == ("sent", 1, 1)
    assert [entry.action for entry in history_of("outbox_messages", message.id)] == ["retry_message"]


def test_only_a_failed_message_can_be_tried_again(mailbox, deliver, system):
    message = write()
    with pytest.raises(NotFailed):
        retry_message(message.id, by=system)
    deliver()
    with pytest.raises(NotFailed):
        retry_message(message.id, by=system)
    assert history_of("outbox_messages", message.id) == []


def test_the_message_id_stays_the_same_over_all_tries(mailbox, deliver, system):
    mailbox.refuse(GUEST, 550)
    message = write()
    first = compose(message)["Message-ID"]
    deliver()
    mailbox.accept(GUEST)
    retry_message(message.id, by=system)
    deliver()
    assert mailbox.wait_for(GUEST)["Message-ID"] == first == f"<{message.public_id}@localhost>"


@pytest.mark.parametrize(
    "lure",
    [
        "Hello\r\nBcc: all@example.org",
        "Hello\nBcc: all@example.org",
        "Hello\rBcc: all@example.org",
        "Hello\u2028Bcc: all@example.org",
    ],
)
def test_a_subject_cannot_smuggle_in_a_header(mailbox, deliver, lure):
    write(subject=lure)
    deliver()
    mail = mailbox.wait_for(GUEST)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@example.org"


def test_a_recipient_cannot_smuggle_in_a_header(mailbox, deliver):
    message = write(recipient="li.lei@example.org\r\nBcc: all@example.org")
    deliver()
    db.session.refresh(message)
    assert mailbox.messages == []
    assert message.state == "queued"
    assert message.last_error.startswith("could not be written: ValueError")


def test_chinese_html_pictures_and_attachments_arrive_whole(mailbox, deliver):
    write(subject="长三角峰会：您的参会码", text="𠅤女士，苏州见。")
    deliver()
    mail = mailbox.wait_for(GUEST)
    assert str(make_header(decode_header(mail["Subject"]))) == "长三角峰会：您的参会码"
    assert mail.get_body(("plain",)).get_content().strip() == "𠅤女士，苏州见。"
    assert mail.get_body(("html",)).get_content().strip() == "<p>𠅤女士，苏州见。</p>"
    parts = {part.get_filename(): part for part in mail.walk() if part.get_filename()}
    assert parts["pass.png"].get_content() == PICTURE
    assert parts["pass.png"]["Content-ID"] == "<pass-code>"
    assert "SUMMARY:长三角峰会" in parts["长三角.ics"].get_payload(decode=True).decode()


def test_one_recipient_gets_only_so_many_messages_an_hour(mailbox, deliver):
    for number in range(RECIPIENT_LIMIT + 3):
        write(cause=f"registered:{number}")
    write(recipient="han.meimei@example.org")
    begun = now()
    deliver()
    assert (len(mailbox.to(GUEST)), len(mailbox.to("han.meimei@example.org"))) == (RECIPIENT_LIMIT, 1)
    waiting = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == "queued")).all()
    assert [message.attempts for message in waiting] == [0, 0, 0]
    with time_machine.travel(begun + timedelta(minutes=75)):
        deliver()
    assert len(mailbox.to(GUEST)) == RECIPIENT_LIMIT + 3


def test_a_message_that_is_being_sent_is_nobody_elses(app):
    write()
    seen: list[int] = []

    def send(message: OutboxMessage) -> None:
        seen.append(deliver_due(lambda other: seen.append(other.id)))

    assert deliver_due(send) == 1
    assert seen == [0]


def test_what_a_killed_worker_left_is_sent_when_its_lease_ends(mailbox, deliver):
    message = write()

    class Killed(BaseException):
        pass

    def die(_message: OutboxMessage) -> None:
        raise Killed

    with pytest.raises(Killed):
        deliver_due(die)
    deliver()
    db.session.refresh(message)
    assert (message.state, mailbox.messages) == ("sending", [])
    with time_machine.travel(now() + LEASE + timedelta(seconds=1)):
        deliver()
    db.session.refresh(message)
    assert (message.state, message.attempts, len(mailbox.messages)) == ("sent", 2, 1)


def test_a_worker_whose_lease_ended_changes_nothing_any_more(app):
    """It was slow, another one took over; what it reports then is of the past."""
    message = write()

    def send_slowly(_message: OutboxMessage) -> None:
        with transaction() as session:
            session.execute(update(OutboxMessage).values(lease="another", attempts=2))
        raise DeliveryFailed("451 too slow", permanent=False)

    deliver_due(send_slowly)
    db.session.refresh(message)
    assert (message.state, message.lease, message.last_error) == ("sending", "another", "")


def send_what_is_due(_index: int, mail_url: str) -> int:
    from flask import current_app

    current_app.config["MAIL_URL"] = mail_url
    register_renderer(current_app, "letter", _render_letter)
    return deliver_due(send_by_smtp)


def send_without_a_lease(_index: int, mail_url: str) -> int:
    """What delivery would be without leases: send every due row, then mark it."""
    ids = list(due_ids(now(), 100))
    for message_id in ids:
        message = db.session.get_one(OutboxMessage, message_id)
        with smtplib.SMTP(mail_url.removeprefix("smtp://")) as server:
            server.sendmail("noreply@localhost", [message.recipient], f"To: {message.recipient}\r\n\r\nnaive")
        with transaction() as session:
            session.get_one(OutboxMessage, message_id).state = "sent"
    return len(ids)


@pytest.mark.storm
@pytest.mark.both_databases
def test_any_number_of_workers_send_each_message_once(app, storm, mailbox):
    def write_ten(kind: str) -> list[str]:
        recipients = [f"{kind}{number}@example.org" for number in range(10)]
        for recipient in recipients:
            write(cause=kind, recipient=recipient)
        return recipients

    recipients = write_ten("naive")
    storm(send_without_a_lease, processes=2, threads=2, args=(mailbox.url,))
    assert len([mail for mail in mailbox.messages if mail["To"] in recipients]) > 10, "the race must be real"
    recipients = write_ten("leased")
    outcomes = storm(send_what_is_due, processes=2, threads=2, args=(mailbox.url,))
    assert sorted(mail["To"] for mail in mailbox.messages if mail["To"] in recipients) == sorted(recipients)
    assert sum(outcome.value for outcome in outcomes) == 10
