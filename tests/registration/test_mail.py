"""What is written to a guest: real letters through a real mail server, with the pass, the calendar entry and a link that works."""

from __future__ import annotations

import io
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import icalendar
import lxml.html
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.events.actions import set_venue
from eventapp.events.models import Event
from eventapp.messaging.actions import enqueue_message
from eventapp.messaging.delivery import render
from eventapp.messaging.models import OutboxMessage
from eventapp.passes.queries import code_url
from eventapp.registration.actions import cancel_registration, reissue_pass, set_capacity, withdraw_registration
from eventapp.registration.states import STATES
from tests.registration.guests import GUEST, count, make_category, own_page, pass_digits, register_guest

ADDRESS = "guest1@example.org"


@pytest.fixture
def venue(event: Event):
    return set_venue(
        event.id,
        by=SYSTEM,
        name_en="Jinji Lake Hall",
        name_zh="金鸡湖会堂",
        address_en="1 Lake Road, Suzhou",
        address_zh="苏州市湖滨路1号",
    )


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def page_of(mail: EmailMessage) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(mail.get_body(("html",)).get_content())


def picture_of(mail: EmailMessage) -> bytes:
    """The picture that the page shows by its content id."""
    source = page_of(mail).xpath("//img/@src")
    assert len(source) == 1
    wanted = f"<{source[0].removeprefix('cid:')}>"
    return next(part.get_content() for part in mail.walk() if part["Content-ID"] == wanted)


def calendar_of(mail: EmailMessage) -> icalendar.Calendar:
    parts = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert [part.get_filename() for part in parts] == ["delta-2026.ics"]
    content = parts[0].get_content()
    return icalendar.Calendar.from_ical(content)


def read_code(picture: bytes) -> str:
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    assert len(found) == 1
    return found[0].text


WORDS = {
    "en": {
        "subject": "Your pass: Yangtze River Delta Summit",
        "dear": "Dear Lei Li 1,",
        "said": "your place is confirmed. Show this code at the entrance, on your phone or printed.",
        "place": "Jinji Lake Hall",
    },
    "zh": {
        "subject": "您的参会码：长三角峰会",
        "dear": "李雷1，您好：",
        "said": "您的名额已确认。入场时请出示此码，手机显示或打印均可。",
        "place": "金鸡湖会堂",
    },
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_confirmation_brings_the_pass(event, venue, mailbox, deliver, client, language):
    registration = register_guest(make_category(event), 1, language=language)
    deliver()
    mail, words = mailbox.wait_for(ADDRESS), WORDS[language]
    assert mail["Subject"] == words["subject"]
    code = f"{registration.short_code[:4]} {registration.short_code[4:]}"
    for shown in (text_of(mail), " ".join(page_of(mail).text_content().split())):
        for said in (words["dear"], words["said"], words["place"], code, "summit@example.org"):
            assert said in shown
    assert page_of(mail).get("lang") == {"en": "en", "zh": "zh-CN"}[language]
    assert read_code(picture_of(mail)) == code_url(pass_digits(registration))
    assert db.session.scalars(select(OutboxMessage.state)).all() == ["sent"]


def test_every_link_of_the_letter_works(event, venue, mailbox, deliver, client):
    registration = register_guest(make_category(event), 1)
    deliver()
    mail = mailbox.wait_for(ADDRESS)
    in_page = set(page_of(mail).xpath("//a/@href"))
    in_text = {word for word in text_of(mail).split() if word.startswith("http")}
    assert in_page == in_text
    headings = {client.get(urlsplit(link).path, status=200).heading for link in in_page}
    assert headings == {"You are registered", "Yangtze River Delta Summit 长三角峰会"}
    assert registration.public_id not in str(in_page)


def test_the_calendar_entry_is_the_events(event, venue, mailbox, deliver):
    registration = register_guest(make_category(event), 1)
    deliver()
    entry = calendar_of(mailbox.wait_for(ADDRESS)).walk("VEVENT")[0]
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (event.starts_at, event.ends_at)
    assert str(entry["dtstart"].params["TZID"]) == "Asia/Shanghai"
    assert str(entry["uid"]) == f"{registration.public_id}@eventapp"
    assert (int(entry["sequence"]), str(entry["status"])) == (0, "CONFIRMED")
    assert str(entry["summary"]) == "Yangtze River Delta Summit"
    assert str(entry["location"]) == "Jinji Lake Hall, 1 Lake Road, Suzhou"
    assert entry.decoded("dtend") - entry.decoded("dtstart") == timedelta(hours=9)


def test_the_pictures_are_inside_the_page_and_nothing_is_loaded(event, mailbox, deliver):
    register_guest(make_category(event), 1)
    deliver()
    page = page_of(mailbox.wait_for(ADDRESS))
    assert all(source.startswith("cid:") for source in page.xpath("//@src"))
    assert page.xpath("//link | //script | //iframe") == []


def test_each_change_is_told_once(event, mailbox, deliver):
    category = make_category(event, 1)
    first, second = register_guest(category, 1), register_guest(category, 2)
    deliver()
    cancel_registration(first.id, by=SYSTEM, reason="a reason of ours")
    reissue_pass(second.id, by=SYSTEM, reason="lost")
    for _ in range(3):
        deliver()
    assert [mail["Subject"].partition(":")[0] for mail in mailbox.to(ADDRESS)] == [
        "Your pass",
        "Your registration was cancelled",
    ]
    assert "a reason of ours" not in text_of(mailbox.to(ADDRESS)[1])
    letters = mailbox.to("guest2@example.org")
    assert [mail["Subject"].partition(":")[0] for mail in letters] == [
        "You are on the waiting list",
        "Your pass",
        "Your pass",
    ]
    assert len({mail["Message-ID"] for mail in letters}) == 3


def test_a_renewed_pass_comes_by_mail_and_reads_differently(event, mailbox, deliver):
    registration = register_guest(make_category(event), 1)
    deliver()
    reissue_pass(registration.id, by=SYSTEM, reason="lost")
    deliver()
    old, new = mailbox.to(ADDRESS)
    assert read_code(picture_of(new)) == code_url(pass_digits(registration)) != read_code(picture_of(old))
    entry = calendar_of(new).walk("VEVENT")[0]
    assert int(entry["sequence"]) == 1


def test_only_the_confirmation_brings_a_pass(event, mailbox, deliver):
    category = make_category(event, 0)
    register_guest(category, 1)
    deliver()
    waiting = mailbox.wait_for(ADDRESS)
    assert list(waiting.iter_attachments()) == []
    assert "/p/" not in text_of(waiting) + waiting.get_body(("html",)).get_content()
    set_capacity(category.id, 1, by=SYSTEM)
    deliver()
    assert read_code(picture_of(mailbox.wait_for(ADDRESS, number=2))).startswith("HTTP://127.0.0.1:8000/P/")


def test_who_left_no_address_gets_no_letter(event, mailbox, deliver):
    registration = register_guest(make_category(event), 1, email="", phone="+8613800138000")
    withdraw_registration(registration.id, by=GUEST)
    deliver()
    assert (count(OutboxMessage), mailbox.messages) == (0, [])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_letter_in_both_languages(app, event, venue, state, language):
    registration = register_guest(
        make_category(event), 1, name={"given_en": "<b>Lei</b>", "family_zh": "<李>"}, language=language
    )
    enqueue_message(
        cause="try",
        recipient=ADDRESS,
        language=language,
        template=f"registration_{state}",
        values={"registration": registration.public_id},
        event_id=event.id,
    )
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.cause == "try")).one()
    rendered = render(message)
    assert event.name.here(language) in rendered.subject
    assert own_page(registration) in rendered.text
    name = registration.name.here(language)
    assert name in rendered.text
    page = lxml.html.document_fromstring(rendered.html)
    assert name in page.text_content()
    assert page.xpath("//b") == []
    has_chinese = any("\u4e00" <= character <= "\u9fff" for character in rendered.subject)
    assert has_chinese == (language == "zh")


def test_a_letter_whose_guest_is_gone_fails_in_words_and_holds_up_nobody(event, mailbox, deliver):
    enqueue_message(
        cause="gone",
        recipient="gone@example.org",
        language="en",
        template="registration_confirmed",
        values={"registration": "0" * 16},
    )
    register_guest(make_category(event), 1)
    deliver()
    mailbox.wait_for(ADDRESS)
    gone = db.session.scalars(select(OutboxMessage).where(OutboxMessage.cause == "gone")).one()
    assert "the registration of this message is gone" in gone.last_error
