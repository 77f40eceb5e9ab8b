"""What those whom a release concerns read of it, and the files that bring their calendars up to date."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda import actions
from eventapp.agenda.models import AgendaItem, LiveChange, LiveSession, Part
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.messaging.delivery import compose
from eventapp.messaging.errors import NothingToSay
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import book, change_bookable, give_up_booking, unstar_session, withdraw_registration
from eventapp.registration.actions.address import correct_address
from eventapp.speakers.actions import draft_invitation
from tests.agenda.rfc5545 import Entry, read_calendar
from tests.agenda.stage import make_hall, make_item, make_part, make_person, publish
from tests.agenda.telling import Story, addresses, begin, follower, move, news, notice, send
from tests.registration.guests import GUEST, own_page, register_guest
from tests.registration.seats import make_seats

FEED = "/e/delta-2026/agenda.ics"


@pytest.fixture
def story(event) -> Story:
    return begin(event)


def mail_to(event: Any, address: str) -> EmailMessage:
    """The newest message about a release to an address."""
    return compose([message for message in news(event) if message.recipient == address][-1])


def words_of(mail: EmailMessage, kind: str = "plain") -> str:
    [part] = [part for part in mail.walk() if part.get_content_type() == f"text/{kind}"]
    return part.get_content()


def files_of(mail: EmailMessage) -> list[tuple[str, Entry, str]]:
    """(method, the one entry, the file as text) of each file; the method stands beside the type as well."""
    found = []
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            data = part.get_payload(decode=True)
            [entry], text = read_calendar(data), data.decode().replace("\r\n ", "")
            method = part.get_param("method")
            assert f"\r\nMETHOD:{method}\r\n" in text
            found.append((method, entry, text))
    return found


def feed(client: Any) -> dict[str, Entry]:
    return {entry.uid: entry for entry in read_calendar(client.get(FEED, status=200).get_data())}


def test_everything_that_changed_for_somebody_stands_in_one_message_in_their_language(event, story, client):
    guest = follower(story.category, 1, story.opening, story.forum, language="zh")
    hall = make_hall(event, "Garden Hall", "园林厅")
    actions.move_session(
        story.opening.id, by=SYSTEM, hall_id=hall.id, starts_at=story.opening.starts_at, ends_at=story.opening.ends_at
    )
    actions.cancel_session(story.forum.id, by=SYSTEM)
    publish(event, note_en="We are sorry.", note_zh="非常抱歉。")
    send(event, 2)
    mail = mail_to(event, "guest1@example.org")
    words = words_of(mail)
    assert mail["Subject"] == "日程有变：长三角峰会"
    assert "“开幕”改在园林厅举行，原为金鸡湖厅。" in words
    assert "“论坛”（" in words
    assert "已取消" in words
    assert "非常抱歉。" in words
    assert f"http://127.0.0.1:8000{own_page(guest)}" in words
    assert f"/e/delta-2026/agenda/{story.opening.public_id}" in words
    page = words_of(mail, "html")
    assert f"{own_page(guest)}" in page
    assert "园林厅" in page
    assert "您关注了该场次。" in words


def test_each_session_has_a_file_with_the_name_and_the_number_that_the_public_calendar_has(event, story, client):
    follower(story.category, 1, story.opening, story.forum)
    move(event, story.opening, 14)
    actions.cancel_session(story.forum.id, by=SYSTEM)
    publish(event)
    send(event, 2)
    public = feed(client)
    moved, gone = sorted(files_of(mail_to(event, "guest1@example.org")), reverse=True)
    assert (moved[0], gone[0]) == ("REQUEST", "CANCEL")
    assert moved[1] == public[story.opening.uuid]
    assert (gone[1].uid, gone[1].sequence, gone[1].status) == (
        story.forum.uuid, public[story.forum.uuid].sequence, "CANCELLED",
    )  # fmt: skip
    for _method, _entry, text in (moved, gone):
        assert 'ORGANIZER;CN="Yangtze River Delta Summit":mailto:summit@example.org\r\n' in text
        assert "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:guest1@example.org\r\n" in text


def test_what_is_different_on_the_day_stands_in_the_file_as_in_the_public_calendar(event, story, client):
    follower(story.category, 1, story.opening)
    move(event, story.opening, 14)
    publish(event)
    key, starts, ends = story.opening.uuid, story.opening.starts_at, story.opening.ends_at
    with transaction() as session:
        later = {"starts_at": starts + timedelta(minutes=7), "ends_at": ends + timedelta(minutes=7)}
        session.add(LiveSession(session_uuid=key, event_id=event.id, **later))
        told = {"before": {key: {}}, "after": {key: {}}, "at": now(), "by_kind": "system"}
        session.add(LiveChange(event_id=event.id, number=1, kind="delay", **told))
    send(event, 2)
    [(_method, entry, _text)] = files_of(mail_to(event, "guest1@example.org"))
    assert entry == feed(client)[key]
    assert entry.starts_at == later["starts_at"]


def test_the_number_rises_with_each_message(event, story):
    follower(story.category, 1, story.opening)
    numbers = []
    for release, hour in ((2, 14), (3, 15)):
        move(event, story.opening, hour)
        publish(event)
        send(event, release)
        [(_method, entry, _text)] = files_of(mail_to(event, "guest1@example.org"))
        numbers.append(entry.sequence)
    assert numbers[0] < numbers[1]


def test_what_was_taken_out_of_the_agenda_is_taken_out_of_the_calendar(event, story, client):
    follower(story.category, 1, story.opening)
    actions.delete_session(story.opening.id, by=SYSTEM)
    publish(event)
    send(event, 2)
    mail = mail_to(event, "guest1@example.org")
    [(method, entry, _text)] = files_of(mail)
    assert (method, entry.status, entry.sequence) == ("CANCEL", "CANCELLED", feed(client)[story.opening.uuid].sequence)
    assert "is no longer in the agenda" in words_of(mail)


def test_who_leaves_a_session_that_goes_on_has_it_taken_out_of_their_calendar(event, story, client):
    part = db.session.scalars(
        select(Part).join(AgendaItem, AgendaItem.id == Part.item_id).where(AgendaItem.session_id == story.opening.id)
    ).one()
    follower(story.category, 1, story.opening)
    actions.delete_part(part.id, by=SYSTEM)
    publish(event)
    send(event, 2)
    mail = mail_to(event, "lan@example.org")
    [(method, entry, _text)] = files_of(mail)
    assert (method, entry.status) == ("CANCEL", "CANCELLED")
    assert "You had a part in it." in words_of(mail)
    [(method, entry, _text)] = files_of(mail_to(event, "guest1@example.org"))
    assert (method, entry.status, entry.sequence) == ("REQUEST", "CONFIRMED", feed(client)[entry.uid].sequence)


def test_a_seat_that_came_with_an_entry_keeps_it_and_any_other_has_that_of_the_public_calendar(event, story, client):
    seats = make_seats(event, 1, session=story.opening)
    guests = [register_guest(story.category, number) for number in (1, 2)]
    first, second = (book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests)
    give_up_booking(first.id, by=GUEST)
    [before] = entries_of("booking_confirmed")
    change_bookable(seats.id, by=SYSTEM, capacity=2)
    book(register_guest(story.category, 3).id, bookable_id=seats.id, by=GUEST)
    move(event, story.opening, 14)
    publish(event)
    send(event, 2)
    mail = mail_to(event, "guest2@example.org")
    [(method, after, _text)] = files_of(mail)
    assert (method, after.uid) == ("REQUEST", before.uid)
    assert second.public_id in after.uid
    assert after.sequence > before.sequence
    assert after.starts_at - before.starts_at == timedelta(hours=5)
    assert "You have a seat." in words_of(mail)
    [(method, after, _text)] = files_of(mail_to(event, "guest3@example.org"))
    assert (method, after) == ("REQUEST", feed(client)[story.opening.uuid])


def entries_of(template: str) -> list[Entry]:
    """The calendar entries of every message of a template."""
    messages = db.session.scalars(select(OutboxMessage).where(OutboxMessage.template == template)).all()
    parts = [part for message in messages for part in compose(message).walk()]
    files = [part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/calendar"]
    return [entry for file in files for entry in read_calendar(file)]


def test_who_waits_for_a_seat_is_told_and_has_nothing_in_the_calendar(event, story):
    seats = make_seats(event, 1, session=story.opening)
    for number in (1, 2):
        book(register_guest(story.category, number).id, bookable_id=seats.id, by=SYSTEM)
    move(event, story.opening, 14)
    publish(event)
    send(event, 2)
    mail = mail_to(event, "guest2@example.org")
    assert files_of(mail) == []
    assert "You are on the waiting list for it." in words_of(mail)
    assert "brings your calendar" not in words_of(mail)


def test_speakers_read_their_own_turn(event, story):
    move(event, story.opening, 14)
    publish(event)
    send(event, 2)
    words = words_of(mail_to(event, "lan@example.org"))
    assert "Speaker: Words on Opening, 14:00–14:20" in words
    assert "/s/" in words


@pytest.mark.parametrize("how", ["delayed", "released anew"])
def test_session_and_own_turn_are_told_by_the_same_clock(event, story, how):
    make_item(story.opening, 10, title_en="More")
    publish(event)
    send(event, 2)
    if how == "delayed":
        actions.delay_session(event.id, story.opening.uuid, minutes=20, by=SYSTEM)
    else:
        starts = story.opening.starts_at + timedelta(minutes=20)
        times = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
        actions.move_session(story.opening.id, by=SYSTEM, hall_id=story.opening.hall_id, **times)
        publish(event)
    [message] = [message for message in news(event) if message.values["notice"] == notice(event, 2).public_id]
    words = words_of(compose(message))
    assert "09:20–10:20" in words
    assert "Speaker: Words on Opening, 09:20–09:40" in words


def test_a_speaker_asked_at_another_address_finds_no_link_to_the_registration_there(event, story):
    guest = follower(story.category, 1, story.forum, person_id=story.lan.id)
    move(event, story.opening, 14)
    publish(event)
    send(event, 2)
    words = words_of(mail_to(event, "lan@example.org"))
    assert "/s/" in words
    assert own_page(guest) not in words


@pytest.mark.parametrize("happens", ["withdraws", "unstars"])
def test_what_is_in_the_outbox_is_not_sent_to_whom_it_no_longer_concerns(event, story, happens):
    guest = follower(story.category, 1, story.opening)
    move(event, story.opening, 14)
    publish(event)
    send(event, 2)
    if happens == "withdraws":
        withdraw_registration(guest.id, by=GUEST)
    else:
        unstar_session(guest.id, story.opening.uuid, by=GUEST)
    with pytest.raises(NothingToSay):
        mail_to(event, "guest1@example.org")


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_what_could_not_be_sent_yet_goes_to_the_corrected_address(event, story, state):
    guest = follower(story.category, 1, story.opening)
    move(event, story.opening, 14)
    publish(event)
    send(event, 2)
    with transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.recipient == guest.email).values(state=state))
    correct_address(guest.id, "other@example.org", by=SYSTEM)
    assert "guest1@example.org" not in addresses(event)
    [message] = [message for message in news(event) if message.recipient == "other@example.org"]
    assert message.state == "queued"
    db.session.refresh(guest)
    assert own_page(guest) in words_of(compose(message))


def recipients_of(event: Any, number: int) -> list[str]:
    """Where the messages about a release go."""
    told = notice(event, number)
    return sorted(message.recipient for message in news(event) if message.values["notice"] == told.public_id)


def test_a_speaker_who_was_never_invited_is_reached_at_the_corrected_address_of_the_registration(event, story):
    ada = make_person("Ada", "Lo")
    make_part(make_item(story.opening), ada)
    registration = register_guest(story.category, 7, person_id=ada.id)
    publish(event)
    send(event, 2)
    correct_address(registration.id, "ada@example.org", by=SYSTEM)
    assert recipients_of(event, 2) == ["ada@example.org", "lan@example.org"]
    assert "You have a part in it." in words_of(mail_to(event, "ada@example.org"))


def test_what_goes_to_where_a_speaker_was_invited_stays_there_when_the_registration_is_corrected(event, story):
    registration = register_guest(story.category, 7, person_id=story.lan.id, email="lan@example.org")
    move(event, story.opening, 14)
    publish(event)
    send(event, 2)
    correct_address(registration.id, "other@example.org", by=SYSTEM)
    assert recipients_of(event, 2) == ["lan@example.org"]
    assert "You have a part in it." in words_of(mail_to(event, "lan@example.org"))


@pytest.mark.parametrize("invited", [True, False])
def test_what_a_speaker_was_not_yet_sent_goes_where_they_are_invited_now(event, story, invited):
    ada = make_person("Ada", "Lo")
    make_part(make_item(story.opening), ada)
    if invited:
        draft_invitation(event.id, ada.id, by=SYSTEM, email="wrong@example.org", language="en")
    else:
        register_guest(story.category, 7, person_id=ada.id)
    publish(event)
    send(event, 2)
    draft_invitation(event.id, ada.id, by=SYSTEM, email="ada@example.org", language="en")
    assert recipients_of(event, 2) == ["ada@example.org", "lan@example.org"]
    assert "You have a part in it." in words_of(mail_to(event, "ada@example.org"))


def test_markup_in_titles_and_names_stays_text(event, story):
    follower(story.category, 1, story.opening)
    actions.change_session(story.opening.id, by=SYSTEM, title_en="<b>A & B</b>\nX")
    publish(event)
    send(event, 2)
    mail = mail_to(event, "guest1@example.org")
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in words_of(mail, "html")
    assert "<b>A & B</b>" in words_of(mail)


def test_the_mail_arrives_with_its_files_through_a_real_server(event, mailbox, deliver):
    story = begin(event)
    follower(story.category, 1, story.opening, story.forum)
    move(event, story.opening, 14)
    actions.cancel_session(story.forum.id, by=SYSTEM)
    publish(event)
    send(event, 2)
    deliver()
    [mail] = [mail for mail in mailbox.to("guest1@example.org") if mail["Subject"].startswith("The agenda")]
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        f"delta-2026-{session.public_id}.ics" for session in (story.forum, story.opening)
    ]
    assert [method for method, _entry, _text in files_of(mail)] == ["CANCEL", "REQUEST"]
    assert len(mailbox.to("lan@example.org")) == 3
    deliver()
    assert len(mailbox.to("lan@example.org")) == 3
