"""Every word of ours on speakers' pages goes through the translations."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.models import AgendaItem
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.messaging.delivery import render
from eventapp.messaging.models import OutboxMessage
from eventapp.speakers.actions import answer_part, remind_speaker, send_portrait, write_profile
from eventapp.speakers.models import SpeakerInvitation
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session
from tests.architecture.test_words import pseudo_locale, unmarked
from tests.speakers.stage import SPEAKER, address, invited, photo

__all__ = ["pseudo_locale"]


@pytest.fixture
def marked(new_event) -> tuple[Event, SpeakerInvitation, str]:
    """A speaker whose every text is marked as data."""
    event = new_event(slug="marked", name_en="«Summit»", name_zh="«峰会»")
    hall = make_hall(event, "«Hall»", "«厅»")
    session = make_session(event, title_en="«Opening»", title_zh="«开幕»", hall_id=hall.id)
    item = make_item(session, 30, title_en="«Talk»", title_zh="«演讲»")
    names = {"printed_en": "«Youmin Xi»", "printed_zh": "«席酉民»"}
    person = make_person("", "", **names)
    parts = [make_part(item, person, as_en="«Director»"), make_part(item, person, "moderator")]
    invitation = invited(event, person, note="«Come»")
    answer_part(invitation.id, parts[0].public_id, "accepted", by=SPEAKER, word="«Yes»", mode="online")
    write_profile(invitation.id, by=SPEAKER, biography_en="«Scholar»")
    send_portrait(invitation.id, photo(), by=SPEAKER)
    return event, invitation, db.session.get(AgendaItem, item.id).public_id


def test_a_speaker_reads_no_word_that_cannot_be_translated(client, pseudo_locale, marked):
    _event, invitation, item = marked
    pages = ["", "/profile", "/portrait", f"/talks/{item}"]
    answers = [client.get(address(invitation, rest), status=200) for rest in pages]
    answers.append(client.post_form(address(invitation, "/portrait"), status=422))
    assert unmarked(answers) == {}


def test_the_team_reads_no_word_that_cannot_be_translated(staff, pseudo_locale, marked):
    event, invitation, _item = marked
    desk = staff("organiser", event)
    start = f"/manage/{event.slug}/speakers"
    pages = ["", "?show=open", "?show=declined", "/plan", f"/{invitation.person.public_id}"]
    pages.append(f"/{invitation.person.public_id}/invite")
    answers = [desk.get(start + rest, status=200) for rest in pages]
    assert unmarked(answers) == {}


def test_both_mails_are_written(marked, app):
    remind_speaker(marked[1].id, by=SYSTEM)
    for language in ("en", "zh"):
        for template in ("speaker_invitation", "speaker_reminder"):
            message = db.session.query(OutboxMessage).filter_by(template=template).one()
            message.language = language
            with force_locale(language):
                mail = render(message)
            assert "/s/" in mail.text
            assert "/s/" in mail.html
            assert ("«演讲»" in mail.text) is (language == "zh")
    db.session.rollback()
