"""The privacy notice: everything it names in both languages, versioned, never changed, and in the open."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.errors import Stale
from eventapp.events.actions import add_organisation, copy_event, place_organisation
from eventapp.events.models import Event, Organisation
from eventapp.registration.actions import publish_notice
from eventapp.registration.models import PrivacyNotice
from eventapp.registration.notices import TOLD, PrivacyTerms, notice_hash
from eventapp.registration.queries import consents_asked, current_notice, rules_of, terms_of
from tests.registration.asking import ask
from tests.registration.guests import make_category

NOTICE = "/manage/delta-2026/notice"
PRIVACY = "/e/delta-2026/privacy"
DAYS = {"contact": 365, "answers": 90, "sensitive": 7, "documents": 1}


def partner(event: Event, name_en: str = "Lake Foundation", name_zh: str = "湖光基金会") -> Organisation:
    """An organisation of the event."""
    organisation = add_organisation(by=SYSTEM, name_en=name_en, name_zh=name_zh)
    place_organisation(event.id, organisation.id, "strategic_partner", by=SYSTEM, label_en="Partner", label_zh="合作")
    return organisation


def everything(event: Event) -> PrivacyTerms:
    """Terms that ask for all there is."""
    asks = frozenset({"public_list", "photographs", "marketing"})
    partners = frozenset({partner(event).id})
    return PrivacyTerms("The Host Society", "主办学会", "data@example.org", asks, partners, DAYS)


def content(notice: PrivacyNotice) -> dict[str, object]:
    return {name: getattr(notice, name) for name in TOLD}


# -- What it holds -------------------------------------------------------------------------------------------------


def test_a_notice_names_controller_purposes_data_periods_recipients_and_contact_in_both_languages(event):
    ask(event, "diet", purpose="sensitive")
    notice = publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="正文", terms=everything(event))
    assert (notice.controller_en, notice.controller_zh, notice.contact) == (
        "The Host Society", "主办学会", "data@example.org",
    )  # fmt: skip
    kept = {row["purpose"]: row for row in notice.facts["kept"]}
    assert list(kept) == ["contact", "sensitive"]
    last = event.ends_at.date()
    assert kept["contact"]["until"] == str(last.replace(year=last.year + 1))
    purposes = [row["purpose"] for row in notice.facts["consents"]]
    public_id = notice.facts["recipients"][0]["organisation"]
    assert purposes == ["public_list", "photographs", "marketing", "sensitive", f"partner:{public_id}"]
    assert notice.facts["recipients"][0]["name"] == {"en": "Lake Foundation", "zh": "湖光基金会"}
    for row in (*kept.values(), *notice.facts["consents"]):
        for texts in (value for value in row.values() if isinstance(value, dict)):
            assert set(texts) == {"en", "zh"}
            assert all(texts.values())


def test_the_fingerprint_is_the_same_for_the_same_words_and_another_for_any_other(event):
    terms = everything(event)
    first = publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="正文", terms=terms)
    again = publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="正文", terms=terms)
    assert (first.version, again.version) == (1, 2)
    assert first.content_hash == again.content_hash == notice_hash(content(first))
    fewer_days = PrivacyTerms(**{**vars(terms), "days": {**DAYS, "answers": 30}})
    ask(event, "topic")
    other = publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="正文", terms=fewer_days)
    assert other.content_hash != first.content_hash
    held = content(first)
    for name in TOLD:
        assert notice_hash({**held, name: "x"}) != first.content_hash


def test_the_fingerprint_is_what_any_program_makes_of_the_sorted_json():
    told = {"body_en": "A", "body_zh": "甲", "controller_en": "", "controller_zh": "", "contact": "", "facts": {}}
    assert notice_hash(told) == "4679fb404e441ce264f86d69f1cf2824c1ca775a3a0fd3a70ac84ff65ca88021"


@pytest.mark.both_databases
def test_what_is_read_back_from_the_database_has_the_fingerprint_that_was_published(event):
    publish_notice(event.id, by=SYSTEM, body_en="Text “quoted”", body_zh="正文", terms=everything(event))
    db.session.expire_all()
    notice = current_notice(event.id)
    assert notice_hash(content(notice)) == notice.content_hash


def test_terms_stay_until_the_next_notice_changes_them(event):
    terms = everything(event)
    publish_notice(event.id, by=SYSTEM, body_en="One", body_zh="", terms=terms)
    publish_notice(event.id, by=SYSTEM, body_en="Two", body_zh="")
    assert terms_of(event) == terms
    publish_notice(event.id, by=SYSTEM, body_en="Three", body_zh="", terms=PrivacyTerms("Somebody else"))
    assert [one.purpose for one in consents_asked(event)] == []


def test_a_copied_event_has_the_notice_with_days_counted_from_its_own_end(event):
    terms = everything(event)
    publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="正文", terms=terms)
    from datetime import timedelta

    later = {"starts_at": event.starts_at + timedelta(days=100), "ends_at": event.ends_at + timedelta(days=102)}
    copy = copy_event(event.id, by=SYSTEM, slug="copy-2027", name_en="Copy", name_zh="", with_people=False, **later)
    assert terms_of(copy) == terms
    kept = {purpose: (rule.keep_until - copy.ends_at.date()).days for purpose, rule in rules_of(copy.id).items()}
    assert kept == DAYS


# -- The team's page -----------------------------------------------------------------------------------------------


def test_the_team_fills_in_all_of_it_looks_at_it_and_publishes_it(staff, event):
    lake = partner(event)
    desk = staff("organiser")
    page = desk.get(NOTICE, status=200)
    held = {name: page.tree.xpath(f"string(//input[@name='days_{name}']/@value)") for name in DAYS}
    assert held == {name: str(days) for name, days in DAYS.items()}
    assert page.tree.xpath("//input[starts-with(@name, 'asks_') and @checked]") == []
    fields = {
        "controller_en": "The Host Society",
        "contact": "data@example.org",
        "asks_marketing": "y",
        "partners": [lake.public_id],
        "days_answers": "60",
    }
    seen = desk.press(page, "Preview", status=200, **fields)
    assert "Lake Foundation" in seen.words
    assert "Write to me about later events" in seen.words
    assert current_notice(event.id) is None
    desk.press(seen, "Publish")
    notice = current_notice(event.id)
    assert (notice.controller_en, notice.contact) == ("The Host Society", "data@example.org")
    assert [row["purpose"] for row in notice.facts["consents"]] == ["marketing", f"partner:{lake.public_id}"]
    assert terms_of(event).days == {**DAYS, "answers": 60}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"controller_en": "", "controller_zh": ""}, "Say who is responsible, in English or in Chinese."),
        ({"contact": ""}, "Say where guests can ask about their data."),
        ({"days_answers": "400"}, "What guests answered cannot be kept longer than their names and contacts."),
        ({"days_sensitive": ""}, "Enter a number of days for each; 0 is the event's last day."),
        ({"days_contact": "-1"}, "Enter a whole number, such as 120."),
        ({"partners": ["0123456789abcdef"]}, None),
    ],
)
def test_an_incomplete_notice_is_refused_beside_the_field(staff, event, fields, said):
    partner(event)
    page = staff("organiser").post_form(NOTICE, status=422, **fields)
    assert current_notice(event.id) is None
    assert page.errors != []
    if said:
        assert any(said in error for error in page.errors)


def test_a_notice_published_over_another_is_refused_and_changes_no_terms(event):
    publish_notice(event.id, by=SYSTEM, body_en="Mine", body_zh="")
    with pytest.raises(Stale):
        publish_notice(
            event.id, by=SYSTEM, body_en="Late", body_zh="", after_version=0, terms=PrivacyTerms(days={"contact": 3})
        )
    assert rules_of(event.id) == {}


def publish_late(index: int, event_id: int) -> int:
    return publish_notice(event_id, by=SYSTEM, body_en=f"From {index}", body_zh="", after_version=0).version


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_who_publish_at_once_one_does(event, storm):
    outcomes = storm(publish_late, processes=2, threads=4, args=(event.id,))
    assert [outcome.value for outcome in outcomes if outcome.value] == [1]
    assert [outcome.refusal for outcome in outcomes].count("Stale") == 7
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(PrivacyNotice)) == 1


# -- The public page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("en", "The Host Society"), ("zh", "主办学会")])
def test_everybody_reads_the_notice_in_force_with_its_version_and_fingerprint(client, event, language, words):
    notice = publish_notice(
        event.id, by=SYSTEM, body_en="We **keep** it.", body_zh="我们**保留**。", terms=everything(event)
    )
    client.language = language
    page = client.get(PRIVACY, status=200)
    assert words in page.words
    assert notice.content_hash in page.words
    assert page.tree.xpath("string(//div[@class='prose']//strong)") == {"en": "keep", "zh": "保留"}[language]


def test_earlier_versions_can_still_be_read_and_say_that_they_are_not_in_force(client, event):
    publish_notice(event.id, by=SYSTEM, body_en="The first", body_zh="")
    publish_notice(event.id, by=SYSTEM, body_en="The second", body_zh="")
    old = client.get(f"{PRIVACY}/1", status=200)
    assert "The first" in old.words
    assert "no longer the latest" in old.words
    assert "The second" in client.get(f"{PRIVACY}/2", status=200).words
    client.get(f"{PRIVACY}/3", status=404)
    client.get(f"{PRIVACY}/99999999999999999999", status=404)


def test_an_event_without_a_notice_says_so(client, event):
    assert "There is no notice yet" in client.get(PRIVACY, status=200).words


def test_the_form_and_the_foot_of_every_page_of_the_event_lead_to_it(client, event):
    make_category(event)
    publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="")
    for page in ("/e/delta-2026/", "/e/delta-2026/agenda", "/e/delta-2026/register"):
        tree = client.get(page, status=200).tree
        assert tree.xpath(f"//footer//a[@href='{PRIVACY}']") != []
    assert client.get("/e/delta-2026/register").tree.xpath(f"//form//a[@href='{PRIVACY}']") != []


def test_markup_in_a_notice_does_no_harm(client, event):
    evil = "<script>alert(1)</script> [x](javascript:alert(1))"
    publish_notice(event.id, by=SYSTEM, body_en=evil, body_zh="", terms=PrivacyTerms(controller_en=evil))
    page = client.get(PRIVACY, status=200)
    assert page.tree.xpath("//main//script") == []
    assert not re.search(r'href="javascript', page.get_data(as_text=True))
