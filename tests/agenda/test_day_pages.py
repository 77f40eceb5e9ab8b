"""The team's page for the day itself, the preview of a delay, and the screens in front of the halls."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import (
    cancel_on_the_day,
    delay_session,
    end_session,
    start_session,
    undo_live_change,
)
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.queries.live import live_changes_of
from eventapp.clock import now
from eventapp.db import transaction
from tests.agenda.stage import (
    at,
    cast,
    fill_agenda,
    make_hall,
    make_item,
    make_part,
    make_person,
    make_session,
    publish,
)

DAY, AGENDA, NOW = "/manage/delta-2026/agenda/day", "/e/delta-2026/agenda", "/e/delta-2026/now"


@pytest.fixture
def halls(event):
    return make_hall(event), make_hall(event, "Garden Hall", "园林厅", turnaround_minutes=10)


@pytest.fixture
def sessions(event, halls):
    """Title → session. Lan speaks in the lake hall until eleven and in the garden hall from eleven; the gala is fixed."""
    lake, garden = halls
    lan = make_person()
    rows = [
        make_session(event, 9, 10, "Opening", title_zh="开幕式", hall_id=lake.id),
        make_session(event, 10, 11, "Keynote", title_zh="主旨演讲", hall_id=lake.id),
        make_session(event, 11, 12, "Gala", title_zh="晚会", hall_id=lake.id, fixed=True),
        make_session(event, 11, 12, "Forum", title_zh="论坛", hall_id=garden.id, kind="forum"),
    ]
    for row in (rows[1], rows[3]):
        make_part(make_item(row, 60, title_en="Talk", title_zh="演讲"), lan)
    publish(event)
    return {row.title_en: row for row in rows}


@pytest.fixture
def desk(app, staff):
    # By the clock of Shanghai the event may begin some hours later than two weeks from now, and a sign-in lasts so long.
    app.permanent_session_lifetime = timedelta(days=30)
    return staff("editor")


@pytest.fixture
def at_ten(event):
    with time_machine.travel(at(event, 10), tick=False):
        yield


def row(page, session):
    """The words of a session's card, and of its buttons."""
    [card] = page.tree.xpath(f"//li[@id='s-{session.public_id}']")
    return " ".join(card.text_content().split())


def press(desk, page, label, about):
    """Press the button with this label on the card of a session, and go where it leads."""
    form, *_ = [
        form
        for form in page.tree.xpath("//form[@method='post']")
        if " ".join(form.text_content().split()) == f"{label} {about}"
    ]
    token = form.xpath(".//input[@name='csrf_token']/@value")[0]
    values = {field.get("name"): field.get("value") for field in form.xpath(".//input[@name]")}
    return desk.follow(desk.post(form.get("action"), data={**values, "csrf_token": token}, status=303))


def rows_of(page):
    return [
        [" ".join(cell.text_content().split()) for cell in line.xpath("./*")] for line in page.tree.xpath("//tbody/tr")
    ]


# -- The running order ---------------------------------------------------------------------------------------------


def test_the_day_is_shown_by_hall_with_what_can_be_done(event, sessions, desk, at_ten):
    page = desk.get(DAY, status=200)
    assert [head.text_content() for head in page.tree.xpath("//section[@class='day-hall']//h2")] == [
        "Lake Hall 金鸡湖厅",
        "Garden Hall 园林厅",
    ]
    assert "10:00–11:00 Keynote Not started Start Keynote +5" in row(page, sessions["Keynote"])
    assert "Fixed point" in row(page, sessions["Gala"])
    assert "On the day" in desk.get("/manage/delta-2026/agenda", status=200).links()


def test_one_press_starts_ends_cancels_and_reinstates_and_undo_takes_it_back(event, sessions, desk, client, at_ten):
    page = press(desk, desk.get(DAY), "Start", "Opening")
    assert "Published: started “Opening”." in page.words
    assert "Running over" in row(page, sessions["Opening"])
    page = press(desk, page, "End now", "Opening")
    assert "Ended at 10:00" in row(page, sessions["Opening"])
    page = press(desk, page, "Cancel the session", "Forum")
    assert "Cancelled" in row(page, sessions["Forum"])
    assert "It does not take place." in client.get(f"{AGENDA}/{sessions['Forum'].public_id}").words
    page = press(desk, page, "Reinstate", "Forum")
    assert "Cancelled" not in row(page, sessions["Forum"])
    page = press(desk, page, "Undo", "reinstated “Forum”")
    assert "Taken back. Everything stands as before." in page.words
    assert "Cancelled" in row(page, sessions["Forum"])
    assert "took back: reinstated “Forum”" in page.words


def test_what_somebody_else_did_first_is_told_and_nothing_is_done_twice(event, sessions, desk, at_ten):
    page = desk.get(DAY)
    start_session(event.id, sessions["Keynote"].uuid, by=SYSTEM)
    assert "This session was started at 10:00 already." in press(desk, page, "Start", "Keynote").words
    page = desk.get(DAY)
    undo_live_change(event.id, 1, by=SYSTEM)
    assert "There is nothing of yours to undo." in press(desk, page, "Undo", "started “Keynote”").words
    assert len(live_changes_of(event.id)) == 1


def test_another_day_is_looked_at_but_nothing_is_started_there(event, sessions, desk):
    page = desk.get(f"{DAY}?day={event.starts_at.astimezone().date()}", status=200)
    assert "This is another day." in page.words
    assert "Start" not in row(page, sessions["Keynote"])
    assert "+5" in row(page, sessions["Keynote"])
    desk.get(f"{DAY}?day=never", status=200)


def test_what_runs_past_the_hour_at_which_days_start_is_ended_on_the_page_of_its_day(event, desk):
    night, late = make_session(event, 20, 30, "Hackathon"), make_session(event, 20, 30, "Film night")
    publish(event)
    with time_machine.travel(at(event, 20, 1)):
        start_session(event.id, night.uuid, by=SYSTEM)
    with time_machine.travel(at(event, 29, 5)):
        page = desk.get(DAY, status=200)
        assert "This is another day." in page.words
        assert "End now" not in row(page, late)
        ended = press(desk, page, "End now", "Hackathon")
        assert "Published: ended “Hackathon”." in ended.words
        assert "Ended at 05:05" in row(ended, night)


def test_before_the_first_release_there_is_nothing_to_run(event, desk):
    make_session(event)
    assert "Nothing is published yet" in desk.get(DAY, status=200).words
    assert desk.get(f"{DAY}/state", status=200).json == {"state": "0.0.0"}


def test_a_viewer_sees_the_day_and_no_button(event, sessions, staff, at_ten):
    viewer = staff("viewer")
    page = viewer.get(DAY, status=200)
    assert page.tree.xpath("//main//form[@method='post']") == []
    viewer.get(f"{DAY}/{sessions['Keynote'].public_id}/delay?minutes=7", status=403)
    staff("door").get(DAY, status=403)


def test_a_session_or_a_change_that_is_not_there_is_not_found(event, sessions, desk):
    desk.get(f"{DAY}/0123456789abcdef/delay?minutes=7", status=404)
    token = desk.get(DAY).tree.xpath("//input[@name='csrf_token']/@value")[0]
    for address in (f"{DAY}/0123456789abcdef/start", f"{DAY}/changes/9/undo"):
        desk.post(address, data={"csrf_token": token}, status=404)


def test_the_page_that_is_open_is_told_that_something_changed(event, sessions, desk, at_ten):
    states = [desk.get(f"{DAY}/state", status=200).json["state"]]
    cancel_on_the_day(event.id, sessions["Forum"].uuid, by=SYSTEM)
    states.append(desk.get(f"{DAY}/state").json["state"])
    undo_live_change(event.id, 1, by=SYSTEM)
    states.append(desk.get(f"{DAY}/state").json["state"])
    assert len(set(states)) == 3


# -- A delay -------------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_rest_of_the_day_and_one_tap_publishes_it(event, sessions, desk, client, at_ten):
    page = desk.get(DAY)
    preview = desk.get(page.links()["+7 minutes for Keynote"], status=200)
    assert preview.heading == "“Keynote”: +7 min"
    assert rows_of(preview) == [
        ["Keynote Lake Hall", "10:00–11:00", "10:07–11:07 +7", ""],
        ["Forum Garden Hall", "11:00–12:00", "11:07–12:07 +7", "Lan Chen comes from “Keynote”"],
    ]
    assert "“Gala” stays at 11:00." in preview.words
    assert "“Keynote” runs 7 min into “Gala” at 11:00, in the same hall." in preview.words
    assert "Who is affected Lan Chen" in preview.words
    assert "10:07" not in client.get(AGENDA).words
    done = desk.follow(desk.press(preview, "Publish"))
    assert "Published: put off “Keynote” by +7 min." in done.words
    assert "Does not go together" in done.words
    assert "10:07–11:07 instead of 10:00–11:00 Keynote" in row(done, sessions["Keynote"])
    assert "10:07" in client.get(AGENDA).words


def test_looking_at_a_preview_changes_nothing(event, sessions, desk):
    desk.get(f"{DAY}/{sessions['Keynote'].public_id}/delay?minutes=7", status=200)
    assert live_changes_of(event.id) == []


def test_time_is_got_back_from_the_page_too(event, sessions, desk, client):
    delay_session(event.id, sessions["Opening"].uuid, minutes=20, by=SYSTEM)
    address = f"{DAY}/{sessions['Opening'].public_id}/delay?minutes=20&way=earlier"
    preview = desk.get(address, status=200)
    assert preview.heading == "“Opening”: −20 min"
    desk.press(preview, "Publish")
    assert "09:20" not in client.get(AGENDA).words


@pytest.mark.parametrize(
    ("asked", "told"), [("", "Enter by how many minutes"), ("soon", "Enter by"), ("7&way=earlier", "10:00")]
)
def test_minutes_that_make_no_sense_are_refused_in_words(event, sessions, desk, asked, told):
    page = desk.get(f"{DAY}/{sessions['Keynote'].public_id}/delay?minutes={asked}", status=422)
    assert told in page.words
    assert page.tree.xpath("//button[normalize-space()='Publish']") == []


def test_the_page_of_a_delay_without_a_number_asks_for_one(event, sessions, desk):
    page = desk.get(f"{DAY}/{sessions['Keynote'].public_id}/delay", status=200)
    assert "By another number of minutes" in page.words
    assert page.errors == []


def test_a_preview_that_is_no_longer_right_is_shown_anew_with_who_changed_what(event, sessions, desk, client):
    preview = desk.get(f"{DAY}/{sessions['Opening'].public_id}/delay?minutes=7", status=200)
    cancel_on_the_day(event.id, sessions["Keynote"].uuid, by=SYSTEM)
    refused = desk.press(preview, "Publish", status=409)
    assert "Changed meanwhile by the system: cancelled “Keynote”." in refused.words
    assert [line[0] for line in rows_of(refused)] == ["Opening Lake Hall"]
    assert len(live_changes_of(event.id)) == 1
    desk.press(refused, "Publish", status=303)
    assert "09:07–10:07" in client.get(AGENDA).words


def test_a_session_that_ended_meanwhile_is_not_put_off(event, sessions, desk, at_ten):
    preview = desk.get(f"{DAY}/{sessions['Opening'].public_id}/delay?minutes=7", status=200)
    end_session(event.id, sessions["Opening"].uuid, by=SYSTEM)
    assert "This session ended at 10:00." in desk.press(preview, "Publish", status=409).words


def test_the_preview_reads_in_chinese(event, sessions, desk):
    desk.language = "zh"
    page = desk.get(f"{DAY}/{sessions['Keynote'].public_id}/delay?minutes=7", status=200)
    assert "“主旨演讲”将超时7分钟，与11:00在同一会场开始的“晚会”冲突。" in page.words


def test_the_day_asks_the_database_as_often_for_300_sessions_as_for_3(event, staff, count_statements):
    desk = staff("editor")
    fill_agenda(event, 3, items=1)
    cast(event, make_person())
    publish(event)
    first = _row_of(event)
    delay_session(event.id, first.uuid, minutes=3, by=SYSTEM)
    pages = (DAY, f"{DAY}/{first.public_id}/delay?minutes=7")
    with count_statements() as few:
        for page in pages:
            desk.get(page, status=200)
    fill_agenda(event, 297, items=1, minutes=2)
    publish(event)
    with count_statements() as many:
        for page in pages:
            desk.get(page, status=200)
    assert len(many) == len(few)


def _row_of(event):
    with transaction() as session:
        return session.scalars(select(AgendaSession).order_by(AgendaSession.starts_at).limit(1)).one()


# -- What guests see -----------------------------------------------------------------------------------------------


def test_every_page_and_feed_tells_of_a_delay_at_once(event, sessions, client):
    kept = {page: client.get(page) for page in (AGENDA, f"{AGENDA}.json", f"{AGENDA}.xml", f"{AGENDA}.ics", NOW)}
    delay_session(event.id, sessions["Keynote"].uuid, minutes=7, by=SYSTEM)
    for page, before in kept.items():
        again = client.get(page, headers={"If-None-Match": before.headers["ETag"]})
        assert again.status_code == 200
        assert again.headers["ETag"] != before.headers["ETag"]
    assert "10:07–11:07 instead of 10:00–11:00" in client.get(AGENDA).words
    assert "instead of 10:00–11:00" in client.get(f"{AGENDA}/{sessions['Keynote'].public_id}").words
    assert client.get(AGENDA).tree.xpath("//s/text()") == ["10:00–11:00", "11:00–12:00"]
    events = json.loads(client.get(f"{AGENDA}.json").get_data())["schedule"]["conference"]["days"][0]["rooms"]
    assert "10:07" in json.dumps(events)
    client.language = "zh"
    assert "原定" in client.get(AGENDA).words


# -- Screens -------------------------------------------------------------------------------------------------------


def lines(page, kind):
    return [" ".join(line.text_content().split()) for line in page.tree.xpath(f"//*[@class='{kind}']")]


def test_a_hall_has_a_screen_of_its_own_with_the_time_that_is_left(event, sessions, halls, client):
    with time_machine.travel(
        at(
            event,
            10,
            48,
        ),
        tick=False,
    ):
        page = client.get(f"{NOW}?hall={halls[0].public_id}", status=200)
    assert page.heading == "Lake Hall 金鸡湖厅"
    assert lines(page, "now-left") == ["12 min left", "begins in 12 min"]
    assert "Forum" not in page.words
    assert "hall-screen" in page.tree.xpath("//body/@class")[0]


def test_a_screen_tells_what_is_late_and_what_was_planned(event, sessions, halls, client):
    delay_session(event.id, sessions["Keynote"].uuid, minutes=7, by=SYSTEM)
    with time_machine.travel(at(event, 10, 3), tick=False):
        page = client.get(f"{NOW}?hall={halls[0].public_id}", status=200)
    assert "Coming next Keynote 主旨演讲 10:07–11:07 instead of 10:00–11:00 Delayed begins in 4 min" in page.words


def test_what_was_started_runs_until_it_is_ended_even_beyond_its_time(event, sessions, halls, client):
    screen = f"{NOW}?hall={halls[1].public_id}"
    with time_machine.travel(at(event, 10, 58), tick=False):
        start_session(event.id, sessions["Forum"].uuid, by=SYSTEM)
        assert lines(client.get(screen), "now-left") == ["1 h 2 min left"]
    with time_machine.travel(at(event, 12, 4), tick=False):
        assert lines(client.get(screen), "now-left is-over") == ["runs over by 4 min"]
        end_session(event.id, sessions["Forum"].uuid, by=SYSTEM)
        assert "Nothing more in this hall today" in client.get(screen).words
    with time_machine.travel(at(event, 13, 30), tick=False):
        undo_live_change(event.id, 2, by=SYSTEM)
        # Nobody ended it, but after an hour nobody believes that it still runs.
        assert "Nothing more in this hall today" in client.get(screen).words


def test_the_item_on_stage_follows_the_real_start(event, halls, client):
    session = make_session(event, 14, 15, "Talks", hall_id=halls[0].id)
    for title in ("First", "Second"):
        make_item(session, 30, title_en=title)
    publish(event)
    with time_machine.travel(at(event, 14, 10), tick=False):
        start_session(event.id, session.uuid, by=SYSTEM)
    for minute, item in ((15, "First"), (35, "First"), (45, "Second")):
        with time_machine.travel(at(event, 14, minute), tick=False):
            assert lines(client.get(f"{NOW}?hall={halls[0].public_id}"), "now-item") == [f"Speech {item}"]


def test_a_screen_says_that_something_is_cancelled_in_place_of_leaving_it_out(event, sessions, halls, client):
    cancel_on_the_day(event.id, sessions["Keynote"].uuid, by=SYSTEM)
    with time_machine.travel(at(event, 10, 3), tick=False):
        page = client.get(f"{NOW}?hall={halls[0].public_id}", status=200)
    assert "Cancelled Keynote 主旨演讲 10:00–11:00" in page.words
    assert "Coming next Gala" in page.words
    assert lines(page, "now-running") == []


def test_the_screen_of_a_hall_that_is_not_there_says_so(event, sessions, client):
    for asked in ("0123456789abcdef", "%00", "Lake"):
        page = client.get(f"{NOW}?hall={asked}")
        assert page.status_code in (400, 404)
    assert "This event has no hall with that address." in client.get(f"{NOW}?hall=Lake", status=404).words


def test_a_screen_that_asks_again_is_told_only_if_something_changed(event, sessions, halls, client):
    screen = f"{NOW}?hall={halls[0].public_id}"
    with time_machine.travel(at(event, 10, 3)) as clock:
        tag = client.get(screen).headers["ETag"]
        clock.shift(timedelta(seconds=31))
        client.get(screen, headers={"If-None-Match": tag}, status=304)
        delay_session(event.id, sessions["Keynote"].uuid, minutes=7, by=SYSTEM)
        assert client.get(screen, headers={"If-None-Match": tag}, status=200).headers["ETag"] != tag


def test_another_moment_is_shown_on_a_screen_as_the_day_stands(event, sessions, halls, client):
    delay_session(event.id, sessions["Keynote"].uuid, minutes=7, by=SYSTEM)
    moment = at(event, 10, 6).isoformat().replace("+", "%2B")
    page = client.get(f"{NOW}?hall={halls[0].public_id}&at={moment}", status=200)
    assert "begins in 1 min" in page.words
    assert page.tree.xpath("//input[@name='hall']/@value") == [halls[0].public_id]
    assert now() < at(event, 9)
