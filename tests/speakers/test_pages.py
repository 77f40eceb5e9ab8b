"""The speaker's pages and the organisers'."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.roles import ROLES, may
from eventapp.agenda.actions import delete_part
from eventapp.agenda.models import AgendaItem
from eventapp.clock import now
from eventapp.db import db
from eventapp.people.actions import place_person
from eventapp.speakers.actions import answer_part, draft_invitation, send_portrait, write_profile
from eventapp.speakers.queries import invitation_of, portrait_of
from tests.agenda.stage import make_item, make_part, make_person, make_session, publish
from tests.speakers.stage import EMAIL, SPEAKER, address, fresh, invited, make_another_part, make_speaker, photo


def desk_address(event, person=None, rest: str = "") -> str:
    return f"/manage/{event.slug}/speakers{f'/{person.public_id}' if person else ''}{rest}"


# -- The speaker ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_tells_what_is_asked_for(event, client, language):
    person, _part = make_speaker(event)
    make_another_part(event, person, as_en="Honorary Director", as_zh="名誉院长")
    client.language = language
    page = client.get(address(invited(event, person)), status=200)
    expected = {
        "en": ("Rivers and cities", "09:00–09:30", "Lake Hall", "Speaker · Speech", "Appears as Honorary Director"),
        "zh": ("江河与城市", "09:00–09:30", "金鸡湖厅", "共同学习", "名誉院长"),
    }[language]
    assert [text for text in expected if text not in page.words] == []
    assert "Asia/Shanghai" in page.words


def test_accepting_with_a_word(event, client):
    person, part = make_speaker(event)
    here = address(invited(event, person))
    page = client.follow(client.press(client.get(here), "I accept", word="With pleasure", mode="recorded"))
    assert "Thank you for accepting!" in page.words
    assert "With pleasure" in page.words
    assert "As a recording" in page.words
    assert fresh(part).reply == "accepted"
    pass_page = client.get(page.links()["Your pass"], status=200)
    assert pass_page.heading == "You are registered"


def test_changing_ones_mind_until_the_event_starts(event, client):
    person, part = make_speaker(event)
    here = address(invited(event, person))
    client.press(client.get(here), "I accept")
    client.press(client.get(here), "I decline", word="I am ill")
    assert fresh(part).reply == "declined"
    client.press(client.get(here), "I accept", word="")
    assert fresh(part).reply == "accepted"
    with time_machine.travel(event.starts_at + timedelta(minutes=1), tick=False):
        page = client.get(here, status=200)
        assert "answers can no longer be changed here" in page.words
        assert page.tree.xpath("//button[@name='answer']") == []


def test_a_part_that_was_removed_meanwhile_is_told_on_the_page(event, client):
    person, part = make_speaker(event)
    make_another_part(event, person)
    page = client.get(address(invited(event, person)))
    delete_part(part.id, by=SYSTEM)
    answer = client.press(page, "I accept Rivers", status=409)
    assert "This part is no longer in the agenda. Below you see what is planned with you now." in answer.words
    assert "Learning together" in answer.words
    assert "Rivers and cities" not in answer.words


def test_a_word_that_is_too_long_comes_back_as_typed(event, client):
    person, part = make_speaker(event)
    here = address(invited(event, person))
    word = "x" * 1001
    answer = client.press(client.get(here), "I accept", status=422, word=word)
    assert answer.errors == ["At most 1000 characters, please."]
    assert answer.tree.xpath("//textarea[@name='word']/text()") == [word]
    assert fresh(part).reply == "open"


@pytest.mark.parametrize("fields", [{"answer": "perhaps"}, {"answer": ""}, {"answer": "accepted", "mode": "by_magic"}])
def test_a_damaged_answer_changes_nothing(event, client, fields):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    url = address(invitation, f"/parts/{part.public_id}")
    client.post_form(url, page=address(invitation), status=422, **{"mode": "", **fields})
    assert fresh(part).reply == "open"


def test_looking_changes_nothing(event, client):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    item = db.session.get(AgendaItem, part.item_id)
    before = fresh(invitation).state, fresh(invitation).written_version
    for rest in ("", "/profile", f"/talks/{item.public_id}", "/portrait"):
        client.get(address(invitation, rest), status=200)
    assert (fresh(invitation).state, fresh(invitation).written_version) == before == ("sent", 0)


def test_name_biography_and_talk_are_written_and_read_again(event, client):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    item = db.session.get(AgendaItem, part.item_id)
    profile = address(invitation, "/profile")
    page = client.get(profile)
    assert page.tree.xpath("//input[@name='printed_zh']/@value") == ["席酉民"]
    client.follow(client.post_form(profile, pronounced="shee yo-min", biography_zh="管理学者。\r\n第二行"))
    page = client.get(profile)
    assert page.tree.xpath("//input[@name='pronounced']/@value") == ["shee yo-min"]
    assert page.tree.xpath("//textarea[@name='biography_zh']/text()")[0].strip() == "管理学者。\n第二行"
    talk = address(invitation, f"/talks/{item.public_id}")
    page = client.follow(client.post_form(talk, title_en="Learning cities"))
    assert "The organisers are looking at your changes" in page.words
    assert client.get(talk).tree.xpath("//input[@name='title_en']/@value") == ["Learning cities"]
    client.post_form(profile, status=422, biography_en="x" * 5001)


def test_somebody_elses_talk_is_not_there(event, client):
    person, _part = make_speaker(event)
    other = make_item(make_session(event, 15, 16, "Other"))
    make_part(other, make_person())
    client.get(address(invited(event, person), f"/talks/{other.public_id}"), status=409)


def test_without_a_part_the_page_says_so(event, client):
    person, part = make_speaker(event)
    here = address(invited(event, person))
    delete_part(part.id, by=SYSTEM)
    assert "Nothing is planned with you at the moment" in client.get(here, status=200).words


def test_a_draft_event_shows_its_page_to_the_speaker_without_a_way_to_the_site(new_event, client):
    draft = new_event(slug="draft-2026", state="draft")
    person, _part = make_speaker(draft)
    page = client.get(address(invited(draft, person)), status=200)
    assert [link for link in page.links().values() if link.startswith("/e/")] == []


def test_a_page_of_ones_own_is_kept_by_nobody(event, client):
    page = client.get(address(invited(event, make_speaker(event)[0])), status=200)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.tree.xpath("//meta[@name='robots']/@content") == ["noindex"]


# -- The organisers ------------------------------------------------------------------------------------------------


def test_the_list_tells_who_answered_what_and_what_is_missing(event, staff):
    person, part = make_speaker(event, biography_en="A scholar.")
    desk = staff("organiser")
    page = desk.get(desk_address(event), status=200)
    row = " ".join("".join(page.tree.xpath("//tbody/tr[1]//text()")).split())
    assert row == (
        "Youmin Xi席酉民 No reply yet Speaker · Rivers and cities 江河与城市 09:00 Not invited"
        " biography in Chinese, portrait Invite Youmin Xi"
    )
    invitation = invited(event, person)
    page = desk.get(desk_address(event))
    assert "Next reminder:" in page.words
    answer_part(invitation.id, part.public_id, "declined", by=SPEAKER, word="I travel")
    assert "Has declined" in desk.get(f"{desk_address(event)}?show=declined").words
    assert "Nobody here" in desk.get(f"{desk_address(event)}?show=open").words
    assert "I travel" in desk.get(desk_address(event, person)).words


def test_inviting_from_the_desk(event, staff, mailbox, deliver):
    person, _part = make_speaker(event)
    desk = staff("editor")
    form = desk_address(event, person, "/invite")
    desk.post_form(form, status=422, email="nobody")
    desk.post_form(form, keep="1", email=EMAIL, language="zh")
    assert invitation_of(event.id, person.id).state == "drafted"
    page = desk.follow(desk.post_form(form, note="Please come."))
    assert "The invitation is on its way." in page.words
    deliver()
    assert len(mailbox.to(EMAIL)) == 1
    page = desk.follow(desk.press(page, "Remind now"))
    assert "The reminder is on its way." in page.words
    answer = desk.press(page, "Remind now", status=409)
    assert "A reminder went out less than an hour ago. Please give them a little time." in answer.words
    page = desk.follow(desk.press(page, "Stop reminders"))
    page = desk.follow(desk.press(page, "Remind by plan again"))
    assert "Next reminder" in page.words


def test_a_form_that_was_open_elsewhere_does_not_invite_twice(event, staff):
    person, _part = make_speaker(event)
    desk = staff("organiser")
    form = desk_address(event, person, "/invite")
    page = desk.get(form)
    desk.press(page, "Send the invitation", email=EMAIL)
    desk.press(page, "Send the invitation", status=409, email=EMAIL)
    assert invitation_of(event.id, person.id).times_asked == 1


def test_the_plan_is_set_in_days(event, staff):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    desk = staff("organiser")
    desk.post_form(desk_address(event, rest="/plan"), status=422, days="soon")
    desk.post_form(desk_address(event, rest="/plan"), days="2, 4")
    assert fresh(invitation).next_reminder_at == invitation.asked_at + timedelta(days=2)
    assert desk.get(desk_address(event, rest="/plan")).tree.xpath("//input[@name='days']/@value") == ["2, 4"]


def test_approving_shows_before_and_after_and_refuses_what_was_not_looked_at(event, staff, client):
    person, _part = make_speaker(event)
    publish(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, position_en="President")
    desk = staff("organiser")
    page = desk.get(desk_address(event, person))
    assert "Position in English On the site nownothing As the speaker writesPresident" in page.words
    write_profile(invitation.id, by=SPEAKER, position_en="Executive President")
    answer = desk.press(page, "Approve", status=409)
    assert "This was changed by someone else a moment ago." in answer.words
    assert fresh(person).position_en == ""
    page = desk.follow(desk.press(answer, "Approve"))
    assert "It is on the site now." in page.words
    assert "Executive President" in client.get(f"/e/{event.slug}/speakers").words


def test_a_portrait_is_on_the_site_once_approved(event, staff, client):
    person, _part = make_speaker(event)
    publish(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    name = portrait_of(invitation.id).name
    assert name not in client.get(f"/e/{event.slug}/speakers").get_data(as_text=True)
    desk = staff("organiser")
    desk.press(desk.get(desk_address(event, person)), "Approve")
    page = client.get(f"/e/{event.slug}/speakers")
    assert page.tree.xpath("//ul[@class='people']//img/@src") == [f"/portraits/{name}-96.jpg"]
    assert page.tree.xpath("//ul[@class='people']//img/@alt") == [""]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_and_does_what_it_may(event, staff, role):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, position_en="President")
    member = staff(role)
    page = member.get(desk_address(event), status=200 if may(role, "agenda:read") else 403)
    if not may(role, "agenda:read"):
        return
    own = member.get(desk_address(event, person), status=200)
    acts = may(role, "agenda:change")
    assert (EMAIL in own.words) is acts, "the address is for those who write to it"
    assert ("Approve and show on the site" in own.words) is acts
    assert ("Remind now" in page.words) is acts
    assert member.get(desk_address(event, person, "/invite")).status_code == (200 if acts else 403)


def test_a_person_of_another_event_is_not_found(event, new_event, staff):
    other = new_event(slug="other-2026")
    person, _part = make_speaker(other)
    invited(other, person)
    staff("organiser").get(desk_address(event, person), status=404)


def test_who_was_never_invited_is_not_reminded(event, staff):
    person, _part = make_speaker(event)
    draft_invitation(event.id, person.id, by=SYSTEM, email=EMAIL, language="en")
    desk = staff("organiser")
    token = desk.get(desk_address(event, person, "/invite")).tree.xpath("//input[@name='csrf_token']/@value")[0]
    desk.post(desk_address(event, person, "/remind"), data={"csrf_token": token}, status=409)
    stranger = make_another_part(event, make_person()).person
    desk.post(desk_address(event, stranger, "/remind"), data={"csrf_token": token}, status=409)


def test_an_undisclosed_person_stays_undisclosed(event, staff, client):
    person, part = make_speaker(event, given_en="Nameless", given_zh="隐名")
    place_person(event.id, person.id, by=SYSTEM, undisclosed_until=now() + timedelta(days=3))
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    write_profile(invitation.id, by=SPEAKER, biography_en="Secret biography")
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER)
    name = portrait_of(invitation.id).name
    desk = staff("organiser")
    assert "Not announced yet" in desk.get(desk_address(event)).words
    desk.press(desk.get(desk_address(event, person)), "Approve")
    public = ["", "agenda", "speakers", "now", "agenda.ics", f"speakers/{person.public_id}", "register"]
    for page in public:
        text = client.get(f"/e/{event.slug}/{page}").get_data(as_text=True)
        for secret in ("Nameless", "隐名", name, "Secret biography", EMAIL):
            assert secret not in text, page
    other = invited(event, make_another_part(event, make_person()).person, email="other@example.org")
    assert "Nameless" not in client.get(address(other)).words


def test_the_list_asks_the_same_number_of_questions_whatever_its_length(event, staff, count_statements):
    desk = staff("organiser")
    lengths = []
    for _ in range(2):
        for _ in range(5):
            invited(event, make_another_part(event, make_person()).person)
        with count_statements() as statements:
            desk.get(desk_address(event), status=200)
        lengths.append(len(statements))
    assert lengths[0] == lengths[1]
    assert lengths[0] <= 20
