"""Every visible word of ours goes through the translations: in a pseudo-locale nothing of ours is left unmarked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import Domain
from lxml import html

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_item, add_part, create_session
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device, record_scans
from eventapp.checkin.queries import door_by_token
from eventapp.checkin.words import verdict_message
from eventapp.events.actions import add_hall, add_organisation, place_organisation, set_banner, set_venue
from eventapp.passes.queries import code_digits
from eventapp.people.actions import add_person, place_person
from eventapp.registration.actions import add_category, publish_notice, register_attendee
from eventapp.registration.actions.register import Attendee
from eventapp.registration.queries import link_token
from tests.ground.stories import make_owner

OURS = re.compile(r"⟦[^⟦⟧]*⟧")
DATA = re.compile(r"«[^»]*»")
# Names of languages, days and months, zones, addresses, times and the product's own name are the same for everybody.
SAME_FOR_ALL = re.compile(
    r"English|中文|Eventapp|Asia/Shanghai|[\w.+-]+@[\w.-]+|https?://\S+|UTC|JavaScript|"
    r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Yangtze River Delta Summit|长三角峰会|Wang Min"
)
LETTERS = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
SPOKEN_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder")
# What programs and the audit trail call things is not translated.
NOT_PROSE = ("script", "style", "code", "noscript")


class PseudoTranslations:
    """Marks whatever comes through it."""

    def ugettext(self, text: str) -> str:
        return f"⟦{text}⟧"

    def ungettext(self, one: str, many: str, number: int) -> str:
        return f"⟦{one if number == 1 else many}⟧"

    gettext, ngettext = ugettext, ungettext


@pytest.fixture
def pseudo_locale(monkeypatch):
    monkeypatch.setattr(Domain, "get_translations", lambda _domain: PseudoTranslations())
    # The sentences of verdicts are put into words once for the process: not in this language for the tests after this one.
    verdict_message.cache_clear()
    yield
    verdict_message.cache_clear()


@pytest.fixture
def marked(new_event) -> dict[str, Any]:
    """An event whose every text is marked as data, with a row of everything."""

    def both(field: str, text: str) -> dict[str, str]:
        return {f"{field}_en": f"«{text}»", f"{field}_zh": f"«{text}中»"}

    event = new_event(slug="marked", **both("name", "Summit"), **both("tagline", "Line"), **both("about", "About"))
    event_id, start = event.id, event.starts_at
    set_venue(event_id, by=SYSTEM, **both("name", "Venue"), **both("address", "Address"), **both("directions", "Left"))
    set_banner(event_id, "«Banner»", "«横幅»", by=SYSTEM)
    hall = add_hall(event_id, by=SYSTEM, **both("name", "Hall"))
    organisation = add_organisation(by=SYSTEM, **both("name", "University"))
    place_organisation(event_id, organisation.id, "host", by=SYSTEM, label_en="«Host»", label_zh="«主办单位»")
    person = add_person(by=SYSTEM, printed_en="«Youmin Xi»", printed_zh="«席酉民»", **both("position", "President"))
    place_person(event_id, person.id, by=SYSTEM)
    session = create_session(
        event_id,
        by=SYSTEM,
        kind="ceremony",
        hall_id=hall.id,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        **both("title", "Ceremony"),
    )
    item = add_item(session.id, by=SYSTEM, kind="appointment", minutes=20, **both("title", "Appointment"))
    add_part(item.id, by=SYSTEM, role="recipient", person_id=person.id, **both("as", "Director"))
    ids = {"session": session.public_id, "person": person.public_id, "item": item.public_id}
    category = add_category(
        event_id, by=SYSTEM, code="industry", capacity=1, **both("name", "Industry"), **both("help", "Help")
    )
    notice = publish_notice(event_id, by=SYSTEM, body_en="«Notice»", body_zh="«须知»")
    add_checkpoint(event_id, by=SYSTEM, code="gate", **both("name", "Gate"))
    _device, link = create_device(event_id, "«Phone»", by=SYSTEM)
    _device, token = pair_device(link, by=SYSTEM)
    _device, open_link = create_device(event_id, "«Laptop»", by=SYSTEM)
    registrations = [
        register_attendee(
            event_id,
            category.id,
            Attendee(
                name={"printed_en": f"«Guest {number}»", "printed_zh": f"«来宾{number}»"},
                email=f"guest{number}@example.com",
                phone="+8613800138000",
                organisation="«Works»",
                position="«Engineer»",
            ),
            by=SYSTEM,
            form_key=f"form-key-{number:020}",
            notice_id=notice.id,
        )
        for number in range(2)
    ]
    first = registrations[0]
    digits = code_digits(event_id, first.public_id, first.pass_serial)
    links = [link_token(registration) for registration in registrations]
    public_id = first.public_id
    door = door_by_token(token)
    assert door is not None
    record_scans(door, [{"id": "0b7d6b4e-9d2e-4a35-8f0e-7f1f3f6f0001", "code": digits, "checkpoint": "gate"}])
    return {"digits": digits, "links": links, "public_id": public_id, "pairing": open_link, **ids}


def test_a_guest_reads_no_word_that_cannot_be_translated(app, client, pseudo_locale, marked):
    pages = [
        "/", "/sign-in", "/nowhere", "/door/", f"/door/pair/{marked['pairing']}", "/e/marked/", "/e/marked/agenda",
        f"/e/marked/agenda/{marked['session']}", "/e/marked/speakers", f"/e/marked/speakers/{marked['person']}",
        "/e/marked/now", "/e/marked/register", f"/p/{marked['digits']}", "/p/123",
        *(f"/r/{link}" for link in marked["links"]), *_pages_of(app, "/r/<token>/", token=marked["links"][0]),
        *_pages_of(app, "/e/<event>/", event="marked"),
    ]  # fmt: skip
    answers = [answer for page in pages if (answer := client.get(page)).mimetype == "text/html"]
    answers.append(client.post_form("/e/marked/register", status=422))
    answers.append(client.post_form("/sign-in", email="x@example.org", password="wrong password", status=422))
    assert unmarked(answers) == {}


def test_the_team_reads_no_word_that_cannot_be_translated(
    app, staff, new_event, marked, sign_in, visitor, pseudo_locale, owner
):
    desk = sign_in(visitor(), make_owner())
    pages = [
        "/manage/", f"/manage/marked/registrations/{marked['public_id']}",
        *_pages_of(app, "/manage/<event>/", event="marked"),
        "/manage/marked/mailings/new?to=registrations", "/manage/marked/mailings/new?to=parts", "/manage/marked/agenda", f"/manage/marked/agenda/{marked['session']}",
    ]  # fmt: skip
    answers = [answer for page in pages if (answer := desk.get(page)).mimetype == "text/html"]
    assert unmarked(answers) == {}


# The card for a taxi driver is Chinese for every reader; the form of details lists the world's time zones; ready-made
# questions are offered as guests will read them, in both languages by data.
OTHER_WORDS = frozenset({"/e/marked/driver", "/manage/marked/details", "/manage/marked/questions"})


def _pages_of(app: Flask, begin: str, **values: str) -> list[str]:
    """The address of every page under this one that needs nothing else to be known."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(begin) and "GET" in (rule.methods or ())]
    found = {
        re.sub(r"<(\w+)>", lambda name: values[name[1]], rule.rule) for rule in rules if rule.arguments == set(values)
    }
    return sorted(found - OTHER_WORDS)


def unmarked(answers: list[Any]) -> dict[str, set[str]]:
    """What is left of each page's words after ours, the organisers' and everybody's are taken out."""
    found = {answer.request.path: _left(answer.get_data(as_text=True)) for answer in answers}
    return {path: words for path, words in found.items() if words}


def _left(page: str) -> set[str]:
    body = html.document_fromstring(page)
    for element in body.xpath("//*[{}]".format(" or ".join(f"self::{tag}" for tag in NOT_PROSE))):
        element.drop_tree()
    texts = [text for text in body.xpath("//title/text() | //body//text()") if text.strip()]
    texts += [value for name in SPOKEN_ATTRIBUTES for value in body.xpath(f"//@{name}")]
    return {left for text in texts if (left := _without_known(str(text)))}


def _without_known(text: str) -> str:
    while text != (shorter := OURS.sub("", DATA.sub("", text))):
        text = shorter
    text = SAME_FOR_ALL.sub("", text)
    return " ".join(text.split()) if LETTERS.search(text) else ""
