"""The pages of writing to many: from the filtered list to the bar that shows how far it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp.audiences import release_of
from eventapp.clock import now
from eventapp.db import db
from eventapp.messaging.actions import release_due
from eventapp.messaging.models import Mailing, OutboxMessage
from eventapp.registration.models import Registration
from tests.agenda.stage import make_item, make_part, make_person, make_session
from tests.messaging.mailings import TEXTS, TO_SPEAKERS, addressed, draft_through, make_mailing, send_out, state_of
from tests.registration.guests import count, make_category, register_guest


def the_mailing() -> Mailing:
    return db.session.scalars(select(Mailing)).one()


@pytest.fixture
def guests(event) -> list[Registration]:
    """An English and a Chinese reader, and one without an address."""
    category = make_category(event)
    return [
        register_guest(category, 1),
        register_guest(category, 2, language="zh"),
        register_guest(category, 3, email="", phone="+8613800138003"),
    ]


@pytest.fixture
def speaker(event) -> None:
    person = make_person()
    make_part(make_item(make_session(event), 20), person)
    register_guest(make_category(event, code="speakers"), 5, person_id=person.id, email="lan@example.org")


# -- From the list to the message ----------------------------------------------------------------------------------


def test_the_list_leads_to_writing_with_its_filters(staff, event, guests):
    registrar = staff("registrar")
    listed = registrar.get(f"/manage/{event.slug}/registrations?q=li&state=confirmed", status=200)
    page = registrar.get(listed.links()["Write to these people"], status=200)
    assert "State: Confirmed" in page.words
    assert "Search: li" in page.words
    assert "As things stand, 2 people would get it." in page.words


def test_writing_shows_the_message_as_a_real_person_reads_it(staff, event, guests):
    registrar = staff("registrar")
    second = guests[1].public_id
    address = draft_through(registrar, event, "to=registrations", **TEXTS)
    page = registrar.get(address, status=200)
    assert "Welcome, Lei Li 1" in page.words
    assert "欢迎李雷1" in page.words
    assert "2 people get it. English: 1, Chinese: 1." in page.words
    assert "Left out, no e-mail address: 1" in page.words
    assert "Welcome, Lei Li 2" in registrar.get(f"{address}?as={second}", status=200).words
    found = registrar.get(f"{address}?find=Li+2", status=200)
    assert found.tree.xpath("//select[@id='as']/option/@value") == [second]


def test_no_preview_and_no_test_holds_a_personal_link(staff, event, guests, mailbox, deliver):
    registrar = staff("registrar")
    address = draft_through(registrar, event, "to=registrations", **{**TEXTS, "body_en": "{own_link} {pass_link}"})
    page = registrar.get(address, status=200)
    registrar.press(page, "Send a test to me")
    deliver()
    told = mailbox.to("registrar1@example.org")
    assert [str(mail["Subject"]) for mail in told] == ["Test: Welcome, Lei Li 1", "测试：欢迎李雷1"]
    for text in (page.get_data(as_text=True), *(mail.as_string() for mail in told)):
        assert "/r/" not in text.replace("/registrations", "")
        assert "/p/" not in text
    assert addressed(the_mailing().id) == []


def test_a_double_click_on_the_test_sends_it_once(staff, event, guests):
    registrar = staff("registrar")
    page = registrar.get(draft_through(registrar, event, "to=registrations", **TEXTS), status=200)
    registrar.press(page, "Send a test to me")
    registrar.press(page, "Send a test to me")
    assert len(db.session.scalars(select(OutboxMessage).where(OutboxMessage.template == "mailing_test")).all()) == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Write the message in English, in Chinese, or in both."),
        ({"subject_en": "Hi"}, "A message needs a subject and a text in the same language."),
        ({"subject_en": "Hi {session}", "body_en": "x"}, "{session} cannot be filled in for these people."),
        ({"subject_en": "Hi", "body_en": "See \x00 you"}, "This holds invisible control characters."),
    ],
)
def test_what_cannot_be_sent_comes_back_as_typed(staff, event, guests, fields, sentence):
    page = f"/manage/{event.slug}/mailings/new"
    empty = dict.fromkeys(TEXTS, "")
    answer = staff("registrar").post_form(page, page=f"{page}?to=registrations", status=422, **{**empty, **fields})
    assert any(sentence in error for error in answer.errors)
    assert answer.tree.xpath("//input[@name='subject_en']/@value")[0] == fields.get("subject_en", "")
    assert count(Mailing) == 0


def test_a_missing_language_is_pointed_out(staff, event, guests):
    registrar = staff("registrar")
    address = draft_through(registrar, event, "to=registrations", subject_en="Hello", body_en="See you")
    words = registrar.get(address, status=200).words
    assert "There is no Chinese text: whoever reads Chinese gets the English one. This is so for 1 person." in words


def test_html_of_organisers_stays_text(staff, event, guests):
    registrar = staff("registrar")
    address = draft_through(
        registrar, event, "to=registrations", subject_en="<b>Hi</b>", body_en="<img src=x onerror=alert(1)> **bold**"
    )
    page = registrar.get(address, status=200)
    assert page.heading == "<b>Hi</b>"
    assert page.tree.xpath("//img[@src='x']") == []
    assert page.tree.xpath("//article//strong/text()") == ["bold"]


# -- Sending -------------------------------------------------------------------------------------------------------


def test_sent_now_the_message_arrives_and_the_page_says_so(staff, event, guests, mailbox, deliver):
    registrar = staff("registrar")
    address = draft_through(registrar, event, "to=registrations", **TEXTS)
    answer = registrar.press(registrar.get(address), "Send to 2 people")
    assert "The message is on its way." in registrar.follow(answer).words
    release_due(release_of)
    going = registrar.get(address, status=200)
    assert "0 of 2 sent · 2 waiting" in going.words
    assert going.tree.xpath("//progress/@max") == ["2"]
    assert registrar.get(f"{address}/progress").json == {
        "value": 0, "max": 2, "text": "0 of 2 sent · 2 waiting", "going_on": True,
    }  # fmt: skip
    deliver()
    assert "2 of 2 sent" in registrar.get(address, status=200).words
    assert registrar.get(f"{address}/progress").json["going_on"] is False
    assert "Left out when it was sent: no e-mail address 1" in registrar.get(address).words
    assert mailbox.wait_for("guest2@example.org", number=2)["Subject"] == "欢迎李雷2"


def test_a_second_click_on_send_is_refused_in_words(staff, event, guests):
    registrar = staff("registrar")
    page = registrar.get(draft_through(registrar, event, "to=registrations", **TEXTS))
    registrar.press(page, "Send to 2 people")
    again = registrar.press(page, "Send to 2 people", status=409)
    assert any("This message is already on its way" in error for error in again.errors)


def test_what_was_changed_after_it_was_looked_at_is_not_sent(staff, event, guests):
    registrar, other = staff("registrar"), staff("organiser")
    address = draft_through(registrar, event, "to=registrations", **TEXTS)
    page = registrar.get(address)
    other.post_form(f"{address}/change", subject_en="Something else")
    answer = registrar.press(page, "Send to 2 people", status=409)
    assert any("changed by someone else" in error for error in answer.errors)
    assert the_mailing().state == "draft"


def test_it_can_wait_for_a_time_by_the_events_clock(staff, event, guests):
    registrar = staff("registrar")
    page = registrar.get(draft_through(registrar, event, "to=registrations", **TEXTS))
    registrar.press(page, "Send to", when="later", send_at="2090-06-01T09:30")
    assert the_mailing().send_at.isoformat() == "2090-06-01T01:30:00+00:00"
    shown = registrar.get(page.request.path, status=200)
    assert "Waits for its time" in shown.words
    assert "1 June 2090 09:30 (Asia/Shanghai)" in shown.words
    registrar.follow(registrar.press(shown, "Do not send it"))
    assert the_mailing().state == "cancelled"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter date and time"),
        ("2020-01-01T09:00", "This time has passed."),
        ("2050-03-27T02:30", "The clock never shows this time on that day"),
        ("tomorrow", "Enter date and time"),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_its_field(staff, new_event, typed, sentence):
    event = new_event(slug="berlin", time_zone="Europe/Berlin")
    register_guest(make_category(event), 1)
    registrar = staff("registrar", event)
    page = registrar.get(draft_through(registrar, event, "to=registrations", **TEXTS))
    answer = registrar.press(page, "Send to", status=422, when="later", send_at=typed)
    assert any(sentence in error for error in answer.errors)
    assert the_mailing().state == "draft"


def test_a_message_for_nobody_is_not_sent_now(staff, event):
    make_category(event)
    registrar = staff("registrar")
    page = registrar.get(draft_through(registrar, event, "to=registrations", **TEXTS))
    assert "Nobody would get this message now." in page.words
    answer = registrar.press(page, "Send", status=422)
    assert any("Nobody would get this message now." in error for error in answer.errors)


def test_failures_are_listed_and_tried_again(staff, event, guests, mailbox, deliver):
    deliver()
    mailing = make_mailing(event)
    mailing_id, address = mailing.id, f"/manage/{event.slug}/mailings/{mailing.public_id}"
    for number in (1, 2):
        mailbox.refuse(f"guest{number}@example.org", 550)
    send_out(mailing)
    deliver()
    registrar = staff("registrar")
    page = registrar.get(address, status=200)
    assert "guest1@example.org 550 no such mailbox here" in page.words
    assert "2 not delivered" in page.words
    mailbox.accept("guest1@example.org")
    answer = registrar.press(page, "Try again guest1@example.org")
    assert "1 message will be sent again." in registrar.follow(answer).words
    mailbox.accept("guest2@example.org")
    registrar.press(registrar.get(address), "Try all of them again")
    deliver()
    assert "2 of 2 sent" in registrar.get(address).words
    assert state_of(mailing_id) == "sent"


def test_what_is_not_sent_yet_can_be_cancelled(staff, event, guests):
    mailing = make_mailing(event)
    mailing_id, address = mailing.id, f"/manage/{event.slug}/mailings/{mailing.public_id}"
    send_out(mailing)
    registrar = staff("registrar")
    page = registrar.get(address)
    assert (
        "Cancelled. 2 messages were not sent."
        in registrar.follow(registrar.press(page, "Cancel what is not sent yet")).words
    )
    assert "0 of 2 sent · 2 cancelled" in registrar.get(address).words
    registrar.press(page, "Cancel what is not sent yet", status=409)
    assert addressed(mailing_id) == []


def test_an_earlier_message_can_be_used_again(staff, event, guests):
    mailing = make_mailing(event, state="confirmed")
    send_out(mailing)
    registrar = staff("registrar")
    page = registrar.get(f"/manage/{event.slug}/mailings/{mailing.public_id}")
    again = registrar.get(page.links()["Use it for a new message"], status=200)
    assert again.tree.xpath("//input[@name='subject_zh']/@value") == ["欢迎{name}"]
    assert "State: Confirmed" in again.words


# -- Who may ------------------------------------------------------------------------------------------------------


def may_write_to(visitor, event, audience: str) -> int:
    return visitor.get(f"/manage/{event.slug}/mailings/new?to={audience}").status_code


@pytest.mark.parametrize(
    ("role", "registrations", "parts"),
    [
        ("owner", 200, 200), ("organiser", 200, 200), ("registrar", 200, 403), ("editor", 403, 200),
        ("viewer", 403, 403), ("door", 403, 403),
    ],
)  # fmt: skip
def test_whom_each_role_may_write_to(staff, event, guests, speaker, role, registrations, parts):
    member = staff(role)
    assert (may_write_to(member, event, "registrations"), may_write_to(member, event, "parts")) == (
        registrations,
        parts,
    )


@pytest.mark.parametrize(("role", "seen"), [("owner", "rp"), ("registrar", "r"), ("editor", "p"), ("viewer", "rp")])
def test_each_role_sees_the_messages_to_whom_it_may_see(staff, event, guests, speaker, role, seen):
    to_guests, to_speakers = make_mailing(event), make_mailing(event, "parts", TO_SPEAKERS)
    pages = {
        "r": f"/manage/{event.slug}/mailings/{to_guests.public_id}",
        "p": f"/manage/{event.slug}/mailings/{to_speakers.public_id}",
    }
    member = staff(role)
    listed = member.get(f"/manage/{event.slug}/mailings/", status=200).links().values()
    for kind, page in pages.items():
        allowed = kind in seen
        assert (page in listed) is allowed
        assert member.get(page).status_code == (200 if allowed else 403)
        assert member.get(f"{page}/progress").status_code == (200 if allowed else 403)


def test_nobody_acts_on_a_message_to_people_of_anothers(staff, event, guests):
    mailing = make_mailing(event)
    send_out(mailing)
    address = f"/manage/{event.slug}/mailings/{mailing.public_id}"
    for role in ("viewer", "editor"):
        member = staff(role)
        token = member.get("/manage/").tree.xpath("//input[@name='csrf_token']/@value")[0]
        for deed in ("send", "test", "cancel", "retry", "change"):
            member.post(f"{address}/{deed}", data={"csrf_token": token}, status=403)
        if role == "viewer":
            assert member.get(address, status=200).tree.xpath("//main//form[@method='post']") == []
    assert len(addressed(mailing.id)) == 2


def test_another_events_message_is_not_here(staff, event, new_event, guests):
    mailing = make_mailing(event)
    other = new_event(slug="other-2026")
    stranger = staff("owner", other)
    stranger.get(f"/manage/{other.slug}/mailings/{mailing.public_id}", status=404)
    stranger.get(f"/manage/{other.slug}/mailings/{mailing.public_id}/progress", status=404)


def test_a_speaker_is_written_to_from_the_agenda(staff, event, speaker, mailbox, deliver):
    editor = staff("editor")
    choice = editor.get(f"/manage/{event.slug}/mailings/", status=200)
    assert choice.tree.xpath("//form[@method='get']//input[@name='to']/@value") == ["parts"]
    address = draft_through(
        editor, event, "to=parts&role=speaker", subject_en="To {role}s", body_en="{session} {time} {hall}"
    )
    page = editor.get(address, status=200)
    assert "Role: Speaker" in page.words
    assert "Opening" in page.words
    editor.press(page, "Send to 1 person")
    release_due(release_of)
    deliver()
    assert mailbox.wait_for("lan@example.org", number=2)["Subject"] == "To Speakers"


# -- Many ----------------------------------------------------------------------------------------------------------


def fill_event(event, category, number: int) -> None:
    """So many confirmed guests, as import writes them: without mail."""
    first = register_guest(category, 1)
    columns = [column.name for column in Registration.__table__.columns if column.name != "id"]
    story = {name: getattr(first, name) for name in columns}
    rows = [
        {
            **story, "email": f"many{index}@example.org", "public_id": f"{index:016x}", "short_code": f"{index:08}",
            "form_key": f"many-{index}", "link_hash": f"{index:064x}", "ticket": None,
            "language": "zh" if index % 2 else "en",
        }
        for index in range(2, number + 1)
    ]  # fmt: skip
    db.session.rollback()
    db.session.execute(Registration.__table__.insert(), rows)
    db.session.commit()


def test_five_thousand_are_released_in_a_few_statements(event, count_statements):
    fill_event(event, make_category(event), 5000)
    mailing = make_mailing(event)
    mailing_id = mailing.id
    started = now()
    with count_statements() as statements:
        send_out(mailing)
    assert len(statements) <= 20
    assert now() - started < timedelta(seconds=15)
    assert len(addressed(mailing_id)) == 5000


def test_the_pages_ask_as_often_for_many_as_for_few(staff, event, count_statements):
    registrar = staff("registrar")
    fill_event(event, make_category(event), 3)
    mailing = make_mailing(event)
    address = f"/manage/{event.slug}/mailings/{mailing.public_id}"
    with count_statements() as few:
        registrar.get(address, status=200)
    category = db.session.scalars(select(Registration)).first().category
    for number in range(10, 40):
        register_guest(category, number)
    with count_statements() as many:
        registrar.get(address, status=200)
    assert len(many) == len(few) <= 16


def test_the_preview_of_five_thousand_is_quick(staff, event):
    fill_event(event, make_category(event), 5000)
    mailing = make_mailing(event)
    registrar = staff("registrar")
    address = f"/manage/{event.slug}/mailings/{mailing.public_id}"
    registrar.get(address, status=200)
    started = now()
    page = registrar.get(address, status=200)
    assert now() - started < timedelta(seconds=4)
    assert "5000 people get it." in page.words
    assert len(page.tree.xpath("//select[@id='as']/option")) == 50
