"""The team's pages about releases: look at what is going to be different, publish, compare, bring back, preview."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import change_session, publish_due_releases
from eventapp.agenda.models import ClashLevel, EditorScope
from eventapp.agenda.queries import draft_content, pending, releases_of
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.actions import make_preview_link, set_event_state
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session, publish
from tests.ground.stories import ZONE

DESK, RELEASES, AGENDA = "/manage/delta-2026/agenda", "/manage/delta-2026/agenda/releases", "/e/delta-2026/agenda"


@pytest.fixture
def desk(staff):
    return staff("editor")


def differences(page):
    return [" ".join(line.text_content().split()) for line in page.tree.xpath("//ul[@class='release-differences']/li")]


def test_from_the_desk_to_the_public_in_two_presses(event, desk, client):
    make_part(make_item(make_session(event, hall_id=make_hall(event).id), 20), make_person())
    page = desk.get(DESK, status=200)
    assert "1 change not yet published" in page.words
    review = desk.get(page.links()["Review and publish"], status=200)
    assert "This is the first release" in review.words
    [told] = differences(review)
    assert told.startswith("“Opening” is new: ")
    assert told.endswith("Lake Hall.")
    done = desk.follow(desk.press(review, "Publish", note_en="Welcome", note_zh="欢迎"))
    assert "Release 1 is published." in done.words
    assert "Opening" in client.get(AGENDA).words
    assert "Welcome" in client.get(AGENDA).words
    assert "Everything is published" in desk.get(DESK).words


def test_every_difference_is_told_in_words_under_its_group_in_both_languages(event, desk):
    session = make_session(event, title_zh="开幕")
    publish(event)
    change_session(session.id, by=SYSTEM, title_en="Grand opening", title_zh="盛大开幕")
    make_session(event, 11, 12, "Forum", title_zh="论坛")
    page = desk.get(f"{RELEASES}/new", status=200)
    assert [
        " ".join(head.text_content().split()) for head in page.tree.xpath("//section[@class='release-group']/h3")
    ] == [
        "Added 1",
        "Renamed 1",
    ]
    assert "“Opening” is now called “Grand opening”." in differences(page)
    desk.language = "zh"
    assert "“开幕”现更名为“盛大开幕”。" in differences(desk.get(f"{RELEASES}/new", status=200))


def test_nothing_to_publish_is_said_and_offers_no_button(event, desk):
    make_session(event)
    publish(event)
    page = desk.get(f"{RELEASES}/new", status=200)
    assert "Nothing to publish" in page.words
    assert page.tree.xpath("//form[@method='post']//button[normalize-space()='Publish']") == []


def test_a_draft_changed_meanwhile_is_not_published_and_what_was_typed_stays(event, desk):
    session = make_session(event)
    page = desk.get(f"{RELEASES}/new", status=200)
    change_session(session.id, by=SYSTEM, title_en="Other")
    refused = desk.press(page, "Publish", status=409, note_en="My note")
    assert "changed by someone else" in refused.words
    assert "My note" in refused.get_data(as_text=True)
    assert "“Other” is new" in differences(refused)[0]
    assert releases_of(event.id) == []
    desk.press(refused, "Publish")
    assert [row.note_en for row in releases_of(event.id)] == ["My note"]


def test_what_a_rule_blocks_is_told_and_cannot_be_published(event, desk):
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    make_session(event, title_en="Forum", hall_id=hall.id, despite_clashes=True)
    page = desk.get(f"{RELEASES}/new", status=200)
    assert "Lake Hall" in page.tree.xpath("//details[@class='release-warnings']")[0].text_content()
    with transaction() as session:
        session.add(ClashLevel(event_id=event.id, rule="hall", level="block"))
    blocked = desk.press(page, "Publish", status=409)
    assert "This must be mended" in blocked.words


def test_a_release_waits_for_its_hour_and_can_be_called_off(event, desk, client):
    make_session(event)
    hour = (now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    typed = hour.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    page = desk.get(f"{RELEASES}/new", status=200)
    assert "Enter date and time" in desk.press(page, "Publish", status=422, when="hour").words
    assert (
        "This hour has passed"
        in desk.press(page, "Publish", status=422, when="hour", publish_at="2026-01-05T09:00").words
    )
    desk.press(page, "Publish", when="hour", publish_at=typed)
    [release] = releases_of(event.id)
    assert (release.state, release.publish_at) == ("scheduled", hour)
    listed = desk.get(RELEASES, status=200)
    assert "Release 1 is going to be published on" in listed.words
    desk.press(listed, "Call it off 1")
    with time_machine.travel(hour + timedelta(minutes=1)):
        assert publish_due_releases() == 0
    assert "The agenda is not out yet" in client.get(AGENDA).words
    assert "Called off" in desk.get(RELEASES).words


def test_the_list_tells_number_who_note_and_how_much_changed(event, desk):
    session = make_session(event)
    desk.press(desk.get(f"{RELEASES}/new"), "Publish", note_en="First")
    change_session(session.id, by=SYSTEM, title_en="Other")
    publish(event)
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./td")]
        for row in desk.get(RELEASES, status=200).tree.xpath("//tbody/tr")
    ]
    assert [(row[0], row[3], row[4]) for row in rows] == [
        ("Release 2", "", "Renamed 1"),
        ("Release 1", "First", "Added 1"),
    ]
    assert rows[0][2] == "the system"
    assert rows[1][2] != "the system"


def test_any_two_releases_are_compared(event, desk):
    session = make_session(event)
    publish(event)
    for title in ("Second", "Third"):
        change_session(session.id, by=SYSTEM, title_en=title)
        publish(event)
    assert differences(desk.get(f"{RELEASES}/3", status=200)) == ["“Second” is now called “Third”."]
    assert differences(desk.get(f"{RELEASES}/3?with=1", status=200)) == ["“Opening” is now called “Third”."]
    assert differences(desk.get(f"{RELEASES}/1?with=3", status=200)) == ["“Third” is now called “Opening”."]
    assert "Opening" in desk.get(f"{RELEASES}/1/shown", status=200).words
    desk.get(f"{RELEASES}/4", status=404)


def test_a_release_is_brought_back_after_a_look_at_what_that_changes(event, desk, client):
    session = make_session(event)
    publish(event)
    change_session(session.id, by=SYSTEM, title_en="Other")
    publish(event)
    page = desk.get(desk.get(f"{RELEASES}/1").links()["Bring it back…"], status=200)
    assert differences(page) == ["“Other” is now called “Opening”."]
    done = desk.follow(desk.press(page, "Bring it back"))
    assert "The draft is release 1 again" in done.words
    assert "Other" in client.get(AGENDA).words
    assert [one.title_en for one in draft_content(event.id).sessions] == ["Opening"]
    desk.press(page, "Bring it back", status=409)


def test_who_only_reads_sees_everything_and_publishes_nothing(event, staff):
    make_session(event)
    publish(event)
    viewer = staff("viewer")
    for path in (RELEASES, f"{RELEASES}/1", f"{RELEASES}/pending", f"{RELEASES}/1/shown"):
        viewer.get(path, status=200)
    for path in (f"{RELEASES}/new", f"{RELEASES}/1/bring-back"):
        viewer.get(path, status=403)
    staff("registrar").get(RELEASES, status=403)


def test_an_editor_of_one_hall_does_not_publish_the_whole(event, visitor, user_with_role, sign_in):
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    user = user_with_role("editor")
    with transaction() as session:
        session.add(EditorScope(event_id=event.id, user_id=user.id, hall_id=hall.id))
    desk = sign_in(visitor(), user)
    refused = desk.press(desk.get(f"{RELEASES}/new"), "Publish", status=403)
    assert "You may change only what belongs to: Lake Hall" in refused.words
    assert releases_of(event.id) == []


def test_the_bar_of_an_open_editor_learns_how_much_is_not_published(event, desk):
    make_session(event)
    assert desk.get(f"{RELEASES}/pending", status=200).get_json() == {
        "changes": 1,
        "label": "1 change not yet published",
    }
    publish(event)
    assert desk.get(f"{RELEASES}/pending", status=200).get_json() == {"changes": 0, "label": "Everything is published"}


# -- Preview -------------------------------------------------------------------------------------------------------


def test_the_preview_link_shows_the_draft_of_a_public_agenda_and_says_so(event, client, visitor):
    session = make_session(event)
    publish(event)
    change_session(session.id, by=SYSTEM, title_en="Half a thought")
    token = make_preview_link(event.id, by=SYSTEM)
    db.session.rollback()
    page = client.get(f"{AGENDA}?preview={token}", status=200)
    assert "Half a thought" in page.words
    assert "You see the draft of the agenda" in page.words
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "Half a thought" in client.get(f"{AGENDA}/{session.public_id}").words
    assert "Half a thought" not in visitor().get(AGENDA).words
    assert "Half a thought" not in visitor().get(f"{AGENDA}?preview=wrong").words
    back = client.get(f"{AGENDA}?preview=off", status=200)
    assert "Half a thought" not in back.words
    assert "Half a thought" not in client.get(AGENDA).words


def test_the_team_previews_without_a_link_and_strangers_do_not(event, desk, visitor, staff):
    make_session(event)
    assert "Opening" in desk.get(f"{AGENDA}?preview=draft", status=200).words
    assert "Opening" in desk.get("/e/delta-2026/", status=200).words
    for other in (visitor(), staff("registrar")):
        assert "Opening" not in other.get(f"{AGENDA}?preview=draft", status=200).words


def test_a_preview_hides_whom_guests_may_not_know(event, client):
    from eventapp.people.actions import place_person

    person = make_person("Xiu", "Secretive")
    make_part(make_item(make_session(event), 20), person)
    place_person(event.id, person.id, by=SYSTEM, undisclosed_until=now() + timedelta(days=1))
    token = make_preview_link(event.id, by=SYSTEM)
    assert "Secretive" not in client.get(f"{AGENDA}?preview={token}", status=200).words


def test_the_link_of_a_draft_event_ends_when_the_event_is_published(new_event, client):
    draft = new_event(slug="later", state="draft")
    make_session(draft)
    token = make_preview_link(draft.id, by=SYSTEM)
    page = client.get(f"/e/later/agenda?preview={token}", status=200)
    assert "Opening" in page.words
    assert "You see the draft of the agenda" in page.words
    set_event_state(draft.id, "published", by=SYSTEM)
    assert "Opening" not in client.get("/e/later/agenda", status=200).words
    assert pending(draft.id).differences != []


def test_the_desk_makes_and_ends_the_link(event, staff, visitor):
    make_session(event)
    desk = staff("organiser")
    page = desk.follow(desk.press(desk.get(RELEASES), "Make a preview link"))
    [address] = [url for url in page.links().values() if "preview=" in url and "preview=draft" not in url]
    path = address.partition("/e/")[2]
    assert "Opening" in visitor().get(f"/e/{path}").words
    desk.press(page, "End the link")
    assert "Opening" not in visitor().get(f"/e/{path}").words
