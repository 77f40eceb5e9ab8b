"""Parts without a place yet, and parts of sessions that do not take place."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import cancel_session, put_in_tray, reinstate_session
from eventapp.audiences.parts import Parts
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.manage.checklist import _dates_hold
from eventapp.messaging.models import OutboxMessage
from eventapp.speakers.actions import remind_due
from eventapp.speakers.mails import render_speaker_mail
from eventapp.speakers.queries import speaker_rows
from tests.agenda.stage import make_session
from tests.speakers.stage import address, invited, make_another_part, make_speaker

OPEN = "Time and place are still open"


def invitation_mail(app) -> str:
    with app.test_request_context():
        return render_speaker_mail(db.session.query(OutboxMessage).one()).text


def test_what_lies_in_the_tray_is_asked_for_without_a_time(app, event, client, staff):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    assert (OPEN in invitation_mail(app), "Lake Hall" in invitation_mail(app)) == (False, True)
    put_in_tray(part.item.session_id, by=SYSTEM)
    page = client.get(address(invitation), status=200)
    assert (OPEN in page.words, "Lake Hall" in page.words, "I accept" in page.words) == (True, False, True)
    assert (OPEN in invitation_mail(app), "Lake Hall" in invitation_mail(app)) == (True, False)
    assert "Time still open" in staff("editor").get("/manage/delta-2026/speakers", status=200).words
    with app.test_request_context():
        told = Parts().values(event, person.public_id, {}, "en")
    assert (told["time"], told["hall"]) == ("", "")


def test_nobody_is_asked_for_an_answer_about_what_is_cancelled(app, event, client, staff):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    make_another_part(event, person)
    cancel_session(part.item.session_id, by=SYSTEM)
    page = client.get(address(invitation), status=200)
    assert "This session does not take place, so no answer is needed." in page.words
    assert len(page.tree.xpath("//button[@value='accepted']")) == 1
    assert "Rivers and cities" not in invitation_mail(app)
    assert speaker_rows(event, now())[0].open_parts == 1
    reinstate_session(part.item.session_id, by=SYSTEM)
    assert speaker_rows(event, now())[0].open_parts == 2


def test_what_lies_in_the_tray_may_have_any_dates(event):
    late = {"starts_at": event.ends_at, "ends_at": event.ends_at + timedelta(hours=1)}
    session = make_session(event, **late)
    assert _dates_hold(event) is False
    put_in_tray(session.id, by=SYSTEM)
    assert _dates_hold(event) is True


def test_nobody_is_reminded_of_what_is_cancelled(event):
    person, part = make_speaker(event)
    invited(event, person)
    cancel_session(part.item.session_id, by=SYSTEM)
    with time_machine.travel(now() + timedelta(days=6), tick=False):
        assert remind_due() == 0
