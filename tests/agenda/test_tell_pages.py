"""The page on which the team decides who is told of a release: from publishing to the message sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda import actions
from eventapp.audiences.affected import recipients_of_notice
from eventapp.clock import now
from eventapp.events.actions import set_event_state
from tests.agenda.stage import publish
from tests.agenda.telling import Story, addresses, affected, begin, follower, move, news, notice, send, states
from tests.ground.stories import ZONE
from tests.registration.guests import own_page

RELEASES = "/manage/delta-2026/agenda/releases"
TELL = f"{RELEASES}/2/tell"


@pytest.fixture
def story(event) -> Story:
    return begin(event)


@pytest.fixture
def moved(event, story) -> Story:
    """Release 2 moves the opening, which a guest of each language follows."""
    follower(story.category, 1, story.opening)
    follower(story.category, 2, story.opening, language="zh")
    move(event, story.opening, 14)
    publish(event)
    return story


def test_from_publishing_to_the_message_sent(event, story, staff):
    desk = staff("organiser")
    follower(story.category, 1, story.opening)
    move(event, story.opening, 14)
    done = desk.follow(desk.press(desk.get(f"{RELEASES}/new", status=200), "Publish"))
    assert "Those affected by this release have not been told." in done.words
    page = desk.get(done.links()["Look at the message"], status=200)
    assert "2 people get it. English: 2, Chinese: 0." in page.words
    assert "1 have a part 0 booked a session 1 follow a session" in page.words
    assert "“Opening” is now" in page.words
    sent = desk.follow(desk.press(page, "Send to 2 people"))
    assert "The messages to 2 people are on their way." in sent.words
    assert "2 people were told. 2 messages wait to be sent." in sent.words
    assert addresses(event)[0] == "guest1@example.org"
    assert "have not been told" not in desk.get(f"{RELEASES}/2").words


def test_until_it_is_decided_it_stands_among_the_things_to_do(event, moved, staff):
    desk = staff("organiser")
    home = desk.get("/manage/delta-2026/", status=200)
    assert "Decide about the message to those affected by release 2" in home.words
    assert "Those affected by release 2 have not been told." in desk.get(RELEASES, status=200).words
    send(event, 2)
    assert "Decide about the message" not in desk.get("/manage/delta-2026/").words
    assert "have not been told" not in desk.get(RELEASES).words


def test_it_is_shown_in_both_languages_as_one_of_them_reads_it_and_without_secrets(event, moved, staff):
    desk = staff("organiser")
    guest = next(one for one in affected_registrations(event) if one.email == "guest2@example.org")
    page = desk.get(f"{TELL}?as={guest.public_id}", status=200)
    assert "Dear Lei Li 2" in page.words
    assert "李雷2，您好" in page.words
    assert "The agenda has changed: Yangtze River Delta Summit" in page.words
    assert "日程有变：长三角峰会" in page.words
    assert own_page(guest) not in page.get_data(as_text=True)
    assert "/s/" not in page.get_data(as_text=True)
    found = desk.get(f"{TELL}?find=mei", status=200)
    assert len(found.tree.xpath("//select[@id='as']/option")) == 1
    desk.language = "zh"
    assert "通知受第 2 版日程影响的人" in desk.get(TELL, status=200).words


def affected_registrations(event):
    return [one.registration for one in affected(event, 2) if one.registration]


def test_at_an_hour_by_the_clock_of_the_event_and_stopped_before_it(event, moved, staff):
    desk = staff("organiser")
    page = desk.get(TELL, status=200)
    assert "Enter date and time" in desk.press(page, "Send to 3 people", status=422, when="later").words
    past = desk.press(page, "Send to 3 people", status=422, when="later", send_at="2026-01-05T09:00")
    assert "This time has passed" in past.words
    hour = (now() + timedelta(hours=3)).replace(second=0, microsecond=0)
    typed = hour.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    waiting = desk.follow(desk.press(page, "Send to 3 people", when="later", send_at=typed))
    assert notice(event, 2).send_at == hour
    assert "Waits for its time" in waiting.words
    assert "are told on" in desk.get(f"{RELEASES}/2", status=200).words
    stopped = desk.follow(desk.press(waiting, "Do not send it at that time"))
    assert "Nothing is sent until you decide again." in stopped.words
    desk.press(stopped, "Send to 3 people", when="later", send_at=typed)
    with time_machine.travel(hour + timedelta(minutes=1)):
        assert actions.send_due_notices(recipients_of_notice) == 1
    assert len(news(event)) == 2 + 3


def test_while_the_event_is_not_public_that_is_said_and_what_was_chosen_stays(event, moved, staff):
    desk = staff("organiser")
    page = desk.get(TELL, status=200)
    set_event_state(event.id, "archived", by=SYSTEM)
    typed = (now() + timedelta(hours=3)).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    refused = desk.press(page, "Send to 3 people", status=409, when="later", send_at=typed)
    assert "The event is not public, so the links in this message would lead nowhere." in refused.words
    assert refused.tree.xpath("//input[@name='send_at']/@value") == [typed]
    assert refused.tree.xpath("//input[@name='when'][@checked]/@value") == ["later"]
    desk.language = "zh"
    assert "活动未公开" in desk.press(page, "Send to 3 people", status=409, when="now").words
    assert (states(event)[1], len(news(event))) == ("open", 2)


def test_nobody_is_told_for_a_reason_that_the_team_reads(event, moved, staff):
    desk = staff("organiser")
    asked = desk.get(desk.get(TELL).links()["Tell nobody…"], status=200)
    refused = desk.press(asked, "Tell nobody of this release", status=422)
    assert "Write why nobody is told" in refused.words
    done = desk.follow(desk.press(asked, "Tell nobody of this release", reason="Told by telephone"))
    assert "Reason: Told by telephone" in done.words
    assert states(event)[1] == "dismissed"


def test_decided_by_somebody_else_meanwhile_that_is_said_and_nothing_is_sent_twice(event, moved, staff):
    desk = staff("organiser")
    page, asked = desk.get(TELL, status=200), desk.get(f"{TELL}/dismiss", status=200)
    send(event, 2)
    again = desk.press(page, "Send to 3 people", status=409)
    assert "This was decided in the meantime. It has been sent." in again.words
    assert "It has been sent." in desk.press(asked, "Tell nobody of this release", status=409, reason="No").words
    assert len(news(event)) == 2 + 3


def test_a_newer_release_takes_the_message_over(event, moved, staff):
    desk = staff("organiser")
    page = desk.get(TELL, status=200)
    actions.change_session(moved.opening.id, by=SYSTEM, title_en="Grand opening")
    publish(event)
    refused = desk.press(page, "Send to 3 people", status=409)
    assert "A newer release was published" in refused.words
    newer = desk.get(refused.links()["Look at that message"], status=200)
    assert "3 people get it." in newer.words
    assert "What changed since release 1, as far as it is told" in newer.words


def test_a_newer_release_is_said_to_tell_it_also_once_that_is_sent(event, moved, staff):
    actions.change_session(moved.opening.id, by=SYSTEM, title_en="Grand opening")
    publish(event)
    send(event, 3)
    page = staff("organiser").get(TELL, status=200)
    assert "Its message tells this, too." in page.words
    assert page.links()["Look at that message"] == f"{RELEASES}/3/tell"


def test_moved_and_moved_back_it_is_said_that_nothing_is_left_to_tell(event, moved, staff):
    move(event, moved.opening, 9)
    publish(event)
    page = staff("organiser").get(TELL, status=200)
    assert "With it, nothing was left that anybody has to be told." in page.words
    assert "Its message tells this, too." not in page.words
    assert "Look at that message" not in page.links()


def test_an_editor_sees_how_many_and_is_told_who_may_send(event, moved, staff):
    editor = staff("editor")
    page = editor.get(TELL, status=200)
    assert "3 people get it." in page.words
    assert "guest1@example.org" not in page.get_data(as_text=True)
    assert "Ask an organiser of the event to send it." in page.words
    token = editor.get(f"{RELEASES}/new").tree.xpath("//input[@name='csrf_token']/@value")[0]
    for address in (TELL, f"{TELL}/stop", f"{TELL}/dismiss"):
        refused = editor.post(address, data={"csrf_token": token, "when": "now", "reason": "No"}, status=403)
        assert "Ask an owner of the event for the right role." in refused.words
    assert "Ask an owner" in editor.get(f"{TELL}/dismiss", status=403).words
    assert states(event)[1] == "open"


def test_who_may_only_look_sees_it_and_sends_nothing(event, moved, staff):
    viewer = staff("viewer")
    page = viewer.get(TELL, status=200)
    assert "Dear Lan Chen" in page.words
    assert page.tree.xpath("//form[@method='post' and contains(@action, '/tell')]") == []
    staff("registrar").get(TELL, status=403)


def test_a_release_that_concerns_nobody_has_no_such_page(event, story, staff):
    actions.change_session(story.opening.id, by=SYSTEM, summary_en="More words")
    publish(event)
    desk = staff("organiser")
    desk.get(TELL, status=404)
    assert "affected" not in desk.get(f"{RELEASES}/2", status=200).words


def test_who_cannot_be_reached_is_named(event, story, staff):
    follower(story.category, 3, story.opening, email="", phone="+8613800138003")
    move(event, story.opening, 14)
    publish(event)
    page = staff("organiser").get(TELL, status=200)
    assert "Left out, no e-mail address: 1 Lei Li 3" in page.words


def test_the_page_asks_no_more_for_many_than_for_few(event, story, staff, count_statements):
    desk = staff("organiser")
    follower(story.category, 1, story.opening, story.forum)
    move(event, story.opening, 14)
    publish(event)
    desk.get(TELL, status=200)
    with count_statements() as few:
        desk.get(TELL, status=200)
    for number in range(2, 12):
        follower(story.category, number, story.opening, story.forum)
    move(event, story.opening, 15)
    move(event, story.forum, 16)
    send(event, 2)
    publish(event)
    with count_statements() as many:
        desk.get(f"{RELEASES}/3/tell", status=200)
    assert len(many) <= len(few) + 1
    assert len(few) < 45
