"""Registering through the page: what is accepted, what is refused in which words, and that nothing is half done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import close_category
from eventapp.registration.actions.register import ADDRESS_LIMIT
from eventapp.registration.models import Category, Consent, PrivacyNotice, Registration
from tests.registration.guests import count, make_category, make_notice, register_guest, states

FORM = "/e/delta-2026/register"
GUEST: dict[str, Any] = {
    "given_en": "Lei",
    "family_en": "Li",
    "email": "li.lei@example.org",
    "phone": "138 0013 8000",
    "organisation": "Suzhou Instruments",
    "position": "Engineer",
    "consent": "y",
}


@pytest.fixture
def notice(event) -> PrivacyNotice:
    return make_notice(event)


@pytest.fixture
def industry(event) -> Category:
    return make_category(event)


@pytest.fixture(params=["en", "zh"])
def reader(request, client):
    """A visitor of each language."""
    client.language = request.param
    return client


def send(client, chosen: Category, /, status: int = 303, **fields: Any) -> Any:
    """Fill in the form as a guest does and send it."""
    return client.post_form(FORM, status=status, **{**GUEST, "category": chosen.public_id, **fields})


def the_registration() -> Registration:
    return db.session.scalars(select(Registration)).one()


def error_beside(answer: Any, field: str) -> str:
    """The sentence that stands beside one field, and is tied to it for those who hear the page."""
    found = answer.tree.xpath(f"//*[@id='{field}-error']")
    assert found, f"nothing is said beside {field}; said was {answer.errors}"
    described = answer.tree.xpath("//@aria-describedby")
    assert any(f"{field}-error" in ids.split() for ids in described)
    return " ".join("".join(found[0].itertext()).split()).removeprefix("Error:").removeprefix("错误：").strip()


def typed(answer: Any) -> dict[str, str]:
    """What the text fields of the page hold."""
    inputs = answer.tree.xpath(
        "//form[.//input[@name='form_key']]//input[@type='text' or @type='email' or @type='tel']"
    )
    return {control.get("name"): control.get("value", "") for control in inputs}


def _before_registering(monkeypatch, act) -> None:
    """Let `act` happen between the check of the form and the action."""
    from eventapp.registration.public import registering as public

    real = public.register_invited

    def late(*args, **values):
        act()
        return real(*args, **values)

    monkeypatch.setattr(public, "register_invited", late)


def assert_nothing_happened() -> None:
    assert (count(Registration), count(Consent), count(OutboxMessage)) == (0, 0, 0)


# -- Accepted ------------------------------------------------------------------------------------------------------


def test_a_guest_registers_and_sees_the_pass(client, industry, notice):
    page = client.follow(send(client, industry))
    assert page.heading == "You are registered"
    assert "We also sent it to li.lei@example.org." in page.words
    assert client.get(page.links()["Open my pass"], status=200).heading.startswith("Yangtze River Delta Summit")
    registration = the_registration()
    assert (registration.state, registration.name.en, registration.name.zh) == ("confirmed", "Lei Li", "")
    assert (registration.email, registration.phone, registration.phone_tail) == (
        "li.lei@example.org",
        "+8613800138000",
        "8000",
    )
    assert (registration.organisation, registration.position, registration.language) == (
        "Suzhou Instruments",
        "Engineer",
        "en",
    )
    assert [(consent.notice_id, consent.purpose) for consent in registration.consents] == [(notice.id, "registration")]
    assert db.session.scalars(select(OutboxMessage.template)).all() == ["registration_confirmed"]


def test_a_guest_registers_in_chinese_with_a_phone_alone(client, industry, notice):
    client.language = "zh"
    page = client.follow(
        client.post_form(
            FORM, name_zh="欧阳娜娜", phone="１３８００１３８０００", consent="y", category=industry.public_id
        )
    )
    assert page.heading == "报名成功"
    assert "请收藏本页网址" in page.words
    registration = the_registration()
    assert (registration.family_zh, registration.given_zh, registration.name.en) == ("欧阳", "娜娜", "")
    assert (registration.email, registration.phone, registration.language) == ("", "+8613800138000", "zh")
    assert count(OutboxMessage) == 0


def test_the_language_of_letters_may_differ_from_the_pages(client, industry, notice):
    send(client, industry, language="zh")
    assert the_registration().language == "zh"
    assert db.session.scalars(select(OutboxMessage.language)).all() == ["zh"]


def test_the_only_category_is_chosen_already(client, industry, notice):
    page = client.get(FORM, status=200)
    assert page.tree.xpath("//input[@name='category'][@checked]/@value") == [industry.public_id]


def test_of_several_categories_none_is_chosen_for_the_guest(client, event, industry, notice):
    make_category(event, code="student", name_en="Student", name_zh="学生")
    assert client.get(FORM, status=200).tree.xpath("//input[@name='category'][@checked]") == []


def test_without_a_notice_no_consent_is_asked(client, industry):
    assert client.get(FORM, status=200).tree.xpath("//input[@name='consent']") == []
    client.post_form(FORM, given_en="Lei", email="li.lei@example.org", category=industry.public_id)
    assert (count(Registration), count(Consent)) == (1, 0)


def test_the_page_says_how_many_places_are_left_and_that_a_full_category_has_a_waiting_list(client, event):
    few = make_category(event, 2)
    full = make_category(event, 0, code="student", name_en="Student", name_zh="学生")
    make_category(event, code="media", name_en="Media", name_zh="媒体", needs_approval=True)
    register_guest(few)
    words = client.get(FORM, status=200).words
    assert "Industry 1 place left" in words
    assert "Student full: you join the waiting list" in words
    assert "Media after approval by the organiser" in words
    page = client.follow(client.post_form(FORM, given_en="Mei", email="mei@example.org", category=full.public_id))
    assert page.heading == "You are on the waiting list"
    assert "You are number 1 on the waiting list" in page.words
    assert "We write to mei@example.org as soon as there is news." in page.words


def test_who_waits_without_an_address_is_not_promised_a_letter(client, event):
    full = make_category(event, 0)
    page = client.follow(client.post_form(FORM, given_en="Mei", phone="+4915112345678", category=full.public_id))
    assert "keep the address of this page and look here again" in page.words


def test_a_category_with_approval_lets_nobody_in_at_once(client, event):
    vip = make_category(event, 5, code="vip", needs_approval=True)
    page = client.follow(client.post_form(FORM, given_en="Mei", email="mei@example.org", category=vip.public_id))
    assert page.heading == "We received your registration"
    assert (the_registration().state, the_registration().ticket) == ("pending", None)


@pytest.mark.parametrize(
    "name",
    [
        {"name_zh": "一"},
        {"name_zh": "😀"},
        {"name_zh": "𬭎𠅤"},
        {"given_en": "X"},
        {"given_en": "X" * 60, "family_en": "Y" * 60},
        {"name_zh": "名" * 50},
        {"given_en": "Müller-Łukasiewicz", "family_en": "O’Brien"},
        {"name_zh": "阿卜杜热西提·买买提"},
        {"given_en": "A\u200dB", "family_en": "\u0915\u094d\u0937"},
        {"given_en": "\ufffd\ufffe\U000e0041"},
    ],
)
@pytest.mark.both_databases
def test_unusual_names_are_taken_and_shown_as_typed(client, industry, name):
    page = client.follow(client.post_form(FORM, email="li.lei@example.org", category=industry.public_id, **name))
    for part in name.values():
        assert part in page.get_data(as_text=True)
    digits = page.tree.xpath("//a[contains(@href, '/p/')]/@href")[0]
    client.get(digits, status=200)
    client.get(page.links()["Save it as a picture"], status=200)


@pytest.mark.both_databases
def test_the_longest_values_that_are_allowed_can_be_stored(client, industry):
    client.post_form(
        FORM,
        category=industry.public_id,
        given_en="ﬃ" * 100,
        family_en="W" * 100,
        name_zh="曾" * 50,
        organisation="\ufdfa" * 200,
        position="W" * 200,
        phone="+" + "49 151 " + "1234567".rjust(7),
        email=f"{'a' * 60}@{'b' * 60}.example.org",
    )
    assert count(Registration) == 1


def test_markup_in_a_name_is_shown_and_never_run(client, industry, staff, event):
    nasty = "<script>alert(1)</script>"
    page = client.follow(
        client.post_form(
            FORM, category=industry.public_id, given_en=nasty, organisation='"><b>x', email="a@example.org"
        )
    )
    assert nasty in page.words
    assert page.tree.xpath("//b") == []
    registrar = staff("registrar")
    assert nasty in registrar.get(f"/manage/{event.slug}/registrations", status=200).words
    assert nasty in client.get(page.links()["Open my pass"], status=200).words


def test_white_space_is_tidied(client, industry):
    client.post_form(
        FORM, category=industry.public_id, given_en="  Lei \t  Lei ", family_en="Li\u3000", email=" LI.LEI@Example.ORG "
    )
    assert (the_registration().given_en, the_registration().family_en) == ("Lei Lei", "Li")
    assert the_registration().email == "li.lei@example.org"


def test_an_address_in_another_script_is_kept_as_mail_servers_take_it(client, industry):
    client.post_form(FORM, category=industry.public_id, given_en="Lei", email="info@münchen.example")
    assert the_registration().email == "info@xn--mnchen-3ya.example"


# -- Refused -------------------------------------------------------------------------------------------------------

REFUSED = [
    (
        {"given_en": "", "family_en": ""},
        {
            "en": ("given_en", "Enter your name, in Chinese or in Latin letters."),
            "zh": ("name_zh", "请填写姓名，中文或拉丁字母均可。"),
        },
    ),
    (
        {"given_en": "\u200b\u2800", "family_en": " "},
        {
            "en": ("given_en", "Enter your name, in Chinese or in Latin letters."),
            "zh": ("name_zh", "请填写姓名，中文或拉丁字母均可。"),
        },
    ),
    (
        {"email": "li.lei"},
        {
            "en": ("email", "This is not a complete e-mail address. It looks like name@example.com."),
            "zh": ("email", "电子邮箱地址不完整，格式应为 name@example.com。"),
        },
    ),
    (
        {"phone": "12345678901234567890"},
        {
            "en": ("phone", "This is not a phone number we can read. Abroad, start with + and the country."),
            "zh": ("phone", "无法识别此手机号。境外号码请以 + 和国家（地区）代码开头。"),
        },
    ),
    (
        {"phone": "call me"},
        {
            "en": ("phone", "This is not a phone number we can read. Abroad, start with + and the country."),
            "zh": ("phone", "无法识别此手机号。境外号码请以 + 和国家（地区）代码开头。"),
        },
    ),
    (
        {"email": "", "phone": ""},
        {
            "en": ("email", "Enter an e-mail address or a mobile phone number, so that we can reach you."),
            "zh": ("email", "请填写电子邮箱或手机号，以便我们与您联系。"),
        },
    ),
    (
        {"category": None},
        {"en": ("category", "Choose how you take part."), "zh": ("category", "请选择参会类别。")},
    ),
    (
        {"category": "0123456789abcdef"},
        {
            "en": ("category", "This category is not open for registration. Please choose another one."),
            "zh": ("category", "该参会类别未开放报名，请选择其他类别。"),
        },
    ),
    (
        {"consent": None},
        {
            "en": ("consent", "Please read the privacy notice and agree to it; we cannot register you without."),
            "zh": ("consent", "请阅读并同意隐私须知，否则无法完成报名。"),
        },
    ),
    (
        {"organisation": "x" * 201},
        {"en": ("organisation", "At most 200 characters, please."), "zh": ("organisation", "请不要超过 200 个字符。")},
    ),
    (
        {"name_zh": "名" * 51},
        {"en": ("name_zh", "At most 50 characters, please."), "zh": ("name_zh", "请不要超过 50 个字符。")},
    ),
    (
        {"family_en": "Li\0Lei"},
        {
            "en": ("family_en", "This holds invisible control characters. Please type it again."),
            "zh": ("family_en", "内容中含有不可见的控制字符，请重新输入。"),
        },
    ),
    (
        {"position": "reenignE\u202eEngineer"},
        {
            "en": ("position", "This holds invisible control characters. Please type it again."),
            "zh": ("position", "内容中含有不可见的控制字符，请重新输入。"),
        },
    ),
]


@pytest.mark.parametrize(("wrong", "said"), REFUSED, ids=[" ".join(wrong) for wrong, _ in REFUSED])
def test_a_refusal_stands_beside_its_field_in_the_readers_language(reader, event, industry, notice, wrong, said):
    make_category(event, code="student", name_en="Student", name_zh="学生")
    answer = send(reader, industry, status=422, **wrong)
    field, sentence = said[reader.language]
    assert error_beside(answer, field) == sentence
    summary = " ".join(answer.tree.xpath("//*[@id='error-summary']//li//text()"))
    assert sentence in summary
    assert_nothing_happened()


@pytest.mark.both_databases
def test_what_no_database_can_store_is_refused_by_the_form(client, industry, notice):
    fields = ("name_zh", "given_en", "family_en", "email", "phone", "organisation", "position")
    answer = send(
        client, industry, status=422, **dict.fromkeys(fields, "a\0b"), notice_id="1\0", language="\0", category="\0"
    )
    for field in (*fields, "category", "language"):
        assert "This holds invisible control characters. Please type it again." in error_beside(answer, field)
    assert_nothing_happened()


def test_the_form_is_shown_again_as_typed(reader, event, industry, notice):
    student = make_category(event, code="student", name_en="Student", name_zh="学生")
    answer = send(
        reader, student, status=422, email="Li.Lei at example", language="zh", name_zh="李雷", phone="138-0013-8000"
    )
    assert typed(answer) == {
        "name_zh": "李雷",
        "given_en": "Lei",
        "family_en": "Li",
        "email": "Li.Lei at example",
        "phone": "138-0013-8000",
        "organisation": "Suzhou Instruments",
        "position": "Engineer",
    }
    assert answer.tree.xpath("//input[@name='category'][@checked]/@value") == [student.public_id]
    assert answer.tree.xpath("//input[@name='language'][@checked]/@value") == ["zh"]
    assert answer.tree.xpath("//input[@name='consent']/@checked") != []


def test_a_good_address_stays_as_typed_beside_a_wrong_field(client, industry, notice):
    answer = send(client, industry, status=422, email="Li.Lei@EXAMPLE.org", phone="call me")
    assert typed(answer)["email"] == "Li.Lei@EXAMPLE.org"


def test_several_faults_are_all_told_at_once(client, industry, notice):
    answer = send(client, industry, status=422, email="x", phone="y", given_en="", family_en="", consent=None)
    assert {control.get("id") for control in answer.tree.xpath("//*[contains(@class, 'field-error')]")} == {
        "given_en-error",
        "email-error",
        "phone-error",
        "consent-error",
    }


def test_an_event_that_needs_an_address_says_so(reader, new_event):
    strict = new_event("strict-2026", phone_suffices=False)
    category = make_category(strict)
    url = f"/e/{strict.slug}/register"
    answer = reader.post_form(url, status=422, given_en="Lei", phone="13800138000", category=category.public_id)
    said = {"en": "Enter your e-mail address; the pass is sent there.", "zh": "请填写电子邮箱，参会码将发送到该邮箱。"}
    assert error_beside(answer, "email") == said[reader.language]
    assert_nothing_happened()


def test_another_events_category_is_refused(client, event, industry, notice, new_event):
    other = make_category(new_event("other-2026"), code="vip")
    answer = send(client, other, status=422)
    assert error_beside(answer, "category") == "This category is not open for registration. Please choose another one."
    assert_nothing_happened()


def test_a_category_that_closes_while_the_form_is_filled_in_is_refused_and_gone_from_the_page(
    client, event, industry, notice
):
    student = make_category(event, code="student", name_en="Student", name_zh="学生")
    page = client.get(FORM, status=200)
    close_category(industry.id, by=SYSTEM)
    answer = client.press(page, "Register", status=422, **GUEST, category=industry.public_id)
    assert error_beside(answer, "category") == "This category is not open for registration. Please choose another one."
    assert answer.tree.xpath("//input[@name='category']/@value") == [student.public_id]
    assert_nothing_happened()


def test_a_category_that_closes_after_the_form_was_checked_is_refused_in_the_same_words(
    client, event, industry, notice, monkeypatch
):
    make_category(event, code="student", name_en="Student", name_zh="学生")
    _before_registering(monkeypatch, lambda: close_category(industry.id, by=SYSTEM))
    answer = send(client, industry, status=422)
    assert error_beside(answer, "category") == "This category is not open for registration. Please choose another one."
    assert "Industry" not in answer.words
    assert typed(answer)["email"] == GUEST["email"]
    assert_nothing_happened()


def test_a_notice_that_changed_meanwhile_must_be_agreed_to_anew(reader, event, industry, notice):
    page = reader.get(FORM, status=200)
    make_notice(event, body_en="New: we also take pictures.", body_zh="新增：我们会拍照。")
    button = {"en": "Register", "zh": "报名"}[reader.language]
    answer = reader.press(page, button, status=422, **GUEST, category=industry.public_id)
    said = {
        "en": "The privacy notice has changed while you were filling in the form. Please read it and agree again.",
        "zh": "在您填写期间，隐私须知已更新。请重新阅读并勾选同意。",
    }
    assert error_beside(answer, "consent") == said[reader.language]
    assert answer.tree.xpath("//input[@name='consent']/@checked") == []
    assert_nothing_happened()
    again = reader.press(answer, button, status=422)
    assert error_beside(again, "consent") != said[reader.language]
    reader.press(again, button, consent="y")
    assert [consent.notice_id for consent in the_registration().consents] == [notice.id + 1]


def test_a_notice_that_changes_after_the_form_was_checked_is_told_too(client, event, industry, notice, monkeypatch):
    _before_registering(monkeypatch, lambda: make_notice(event, body_en="New."))
    answer = send(client, industry, status=422)
    assert "The privacy notice has changed" in error_beside(answer, "consent")
    assert answer.tree.xpath("//input[@name='consent']/@checked") == []
    assert_nothing_happened()


@pytest.mark.parametrize("notice_id", ["", "²", "x", "9" * 5000, "-1"])
def test_a_made_up_version_of_the_notice_is_no_consent(client, industry, notice, notice_id):
    answer = send(client, industry, status=422, notice_id=notice_id)
    assert "The privacy notice has changed" in error_beside(answer, "consent")
    assert_nothing_happened()


@pytest.mark.parametrize("form_key", ["", "short", "x" * 65, "not a key we would make", "sixteen\0characters"])
def test_a_damaged_form_key_is_replaced_and_the_form_can_be_sent_once_more(client, industry, notice, form_key):
    answer = send(client, industry, status=422, form_key=form_key)
    assert "The form was incomplete. Please send it once more." in answer.errors
    assert_nothing_happened()
    client.press(answer, "Register")
    assert count(Registration) == 1


def test_a_form_without_its_token_is_refused_in_words(client, industry, notice):
    answer = client.post(FORM, data={**GUEST, "category": industry.public_id}, status=400)
    assert "Please go back, reload the page and send it again." in answer.words
    assert_nothing_happened()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"registration_closes_at": now() - timedelta(hours=1)}, {"en": "Registration is closed", "zh": "报名已截止"}),
        (
            {"registration_opens_at": now() + timedelta(days=1)},
            {"en": "Registration is not open yet", "zh": "报名尚未开放"},
        ),
        ({"state": "over"}, {"en": "Registration is closed", "zh": "报名已截止"}),
        (
            {"starts_at": now() - timedelta(days=2), "ends_at": now() - timedelta(days=1)},
            {"en": "Registration is closed", "zh": "报名已截止"},
        ),
    ],
    ids=["closed", "soon", "over", "past"],
)
def test_outside_its_time_registration_says_so(reader, new_event, values, said):
    event = new_event("late-2026", **values)
    category = make_category(event)
    url = f"/e/{event.slug}/register"
    assert said[reader.language] in reader.get(url, status=200).words
    token = reader.get("/sign-in").tree.xpath("//input[@name='csrf_token']/@value")[0]
    answer = reader.post(url, data={**GUEST, "category": category.public_id, "csrf_token": token}, status=409)
    assert said[reader.language] in answer.words
    assert_nothing_happened()


def test_registration_that_closes_while_the_form_is_filled_in_is_refused(client, new_event, notice, industry):
    event = new_event("soon-over-2026", registration_closes_at=now() + timedelta(minutes=10))
    category = make_category(event)
    page = client.get(f"/e/{event.slug}/register", status=200)
    with time_machine.travel(now() + timedelta(minutes=11)):
        answer = client.press(page, "Register", status=409, **GUEST, category=category.public_id)
    assert "Registration is closed" in answer.words
    assert_nothing_happened()


def test_an_event_without_an_open_category_takes_nobody(client, event):
    assert "Registration is closed" in client.get(FORM, status=200).words


def test_a_body_that_is_too_large_is_refused_in_words(client, industry, notice):
    answer = client.post(FORM, data={"organisation": "x" * (2 * 1024 * 1024 + 1)}, status=413)
    assert "This is too large to be sent at once." in answer.words
    assert_nothing_happened()


def test_lone_surrogates_and_broken_bytes_do_no_harm(client, industry):
    page = client.get(FORM, status=200)
    token, key = (page.tree.xpath(f"//input[@name='{name}']/@value")[0] for name in ("csrf_token", "form_key"))
    body = f"csrf_token={token}&form_key={key}&category={industry.public_id}&email=a%40example.org&given_en=%ED%A0%80%FF%FELei"
    client.post(FORM, data=body, content_type="application/x-www-form-urlencoded", status=303)
    assert the_registration().given_en.endswith("Lei")


# -- Once, and not too often ---------------------------------------------------------------------------------------


def test_a_double_click_registers_once(client, industry, notice, mailbox, deliver):
    page = client.get(FORM, status=200)
    answers = [client.press(page, "Register", **GUEST, category=industry.public_id) for _ in range(2)]
    first, second = (client.follow(answer) for answer in answers)
    assert first.request.path == second.request.path
    assert (count(Registration), count(Consent), count(OutboxMessage)) == (1, 1, 1)
    deliver()
    assert len(mailbox.to(GUEST["email"])) == 1


def test_a_form_sent_again_when_the_places_are_gone_still_leads_to_its_own_page(client, event, notice):
    last = make_category(event, 1)
    page = client.get(FORM, status=200)
    first = client.press(page, "Register", **GUEST, category=last.public_id)
    close_category(last.id, by=SYSTEM)
    make_category(event, code="student", name_en="Student", name_zh="学生")
    second = client.press(page, "Register", status=422, **GUEST, category=last.public_id)
    assert "not open for registration" in error_beside(second, "category")
    assert client.follow(first).heading == "You are registered"


def test_one_address_registers_a_small_delegation_and_no_more(client, industry):
    for number in range(ADDRESS_LIMIT):
        register_guest(industry, number, email="office@example.org")
    client.language = "zh"
    answer = client.post_form(
        FORM, status=429, given_en="One more", email="office@example.org", category=industry.public_id
    )
    assert error_beside(answer, "email") == "过去一小时内，此联系方式的报名次数过多。请稍后再试，或换一个联系方式。"
    assert typed(answer)["given_en"] == "One more"
    assert count(Registration) == ADDRESS_LIMIT
    with time_machine.travel(now() + timedelta(minutes=61)):
        client.post_form(FORM, given_en="One more", email="office@example.org", category=industry.public_id)


def test_one_phone_is_counted_where_there_is_no_address(client, industry):
    for number in range(ADDRESS_LIMIT):
        register_guest(industry, number, email="", phone="+8613800138000")
    answer = client.post_form(FORM, status=429, given_en="One more", phone="13800138000", category=industry.public_id)
    assert "This address was used for many registrations" in error_beside(answer, "phone")


def test_three_hundred_guests_behind_one_address_of_the_network_all_register(visitor, industry):
    for number in range(300):
        register_guest(industry, number)
    guest = visitor()
    for number in range(10):
        guest.post_form(FORM, given_en="Lei", email=f"nat{number}@example.org", category=industry.public_id)
    assert states(industry) == ["confirmed"] * 310
