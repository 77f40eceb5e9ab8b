"""Server and worker are killed in the middle of sending: each recipient gets the message, and the outbox ends empty."""

from __future__ import annotations

import signal
import time

import pytest
from sqlalchemy import func, select, update

from eventapp.accounts.actions import add_user, mail_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage

RECIPIENTS = [f"reader{number}@example.org" for number in range(12)]


def _kill(server) -> None:
    for process in server.processes:
        process.send_signal(signal.SIGKILL)
    for process in server.processes:
        process.wait()


def _by_state() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all()
    return dict(rows)


def _wait_until(holds, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it did not come about within {seconds} s: {_by_state()}"
        time.sleep(0.02)


@pytest.mark.both_databases
@pytest.mark.storm
def test_each_gets_the_message_though_server_and_worker_are_killed_while_sending(app, mailbox, serve):
    mailbox.slow(1.5)
    for recipient in RECIPIENTS:
        mail_sign_in_link(add_user(recipient).email, language="en", by=SYSTEM)
    server = serve(workers=1, worker=True)
    # Some are sent, and the mail server has at least one in its hands.
    _wait_until(lambda: len(mailbox.messages) >= 3 and _by_state().get("sending", 0) >= 1)
    _kill(server)
    left_behind = _by_state()
    assert left_behind["sending"] >= 1
    assert left_behind["queued"] >= 1
    # The lease of what was being sent runs out by itself; here the time until then is passed over.
    with transaction() as session:
        leased = update(OutboxMessage).where(OutboxMessage.state == "sending")
        session.execute(leased.values(leased_until=now()).execution_options(synchronize_session=False))
    mailbox.slow(0)
    serve(workers=1, worker=True)
    _wait_until(lambda: _by_state() == {"sent": len(RECIPIENTS)})
    got = {recipient: mailbox.to(recipient) for recipient in RECIPIENTS}
    assert [recipient for recipient, messages in got.items() if not messages] == []
    # Whoever got it twice can tell: it is the same message.
    assert {len({message["Message-ID"] for message in messages}) for messages in got.values()} == {1}
    assert sum(len(messages) for messages in got.values()) <= len(RECIPIENTS) + left_behind["sending"]
