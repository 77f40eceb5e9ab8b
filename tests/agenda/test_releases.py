"""Releases: what the public sees is the latest one, and no release ever changes."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import (
    AgendaReleased,
    bring_back,
    cancel_on_the_day,
    cancel_release,
    change_part,
    change_session,
    create_session,
    delete_item,
    delete_session,
    move_session,
    publish_due_releases,
    put_in_tray,
    release_agenda,
    set_reply,
    undo,
)
from eventapp.agenda.errors import (
    Clashes,
    HourIsPast,
    NothingToBringBack,
    NothingToRelease,
    NotScheduled,
    ReleaseIsScheduled,
)
from eventapp.agenda.models import AgendaChange, LiveSession, Part, Release
from eventapp.agenda.queries import (
    agenda_of,
    draft_content,
    pending,
    public_agenda,
    releases_of,
    session_of,
    sessions_in_order,
)
from eventapp.agenda.release import fingerprint, read
from eventapp.clock import now
from eventapp.db import db, on_announcement, transaction
from eventapp.errors import NotFound, Stale
from eventapp.events.actions import change_details, remove_hall
from eventapp.events.queries import get_event
from eventapp.people.actions import change_person
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session, publish
from tests.architecture.source import ROOT
from tests.ground.stories import ZONE
from tests.ground.storms import while_others_look

AGENDA = "/e/delta-2026/agenda"


def titles(event, moment=None):
    return [session.title.en for day in agenda_of(event, moment or now()) for session in day.sessions]


def payloads(event_id):
    return {row.number: (row.payload, row.digest) for row in releases_of(event_id)}


# -- What the public sees ------------------------------------------------------------------------------------------


def test_a_draft_is_not_public_before_it_is_released(event, client):
    session = make_session(event)
    make_part(make_item(session, 20, title_en="Speech"), make_person())
    for address in (AGENDA, "/e/delta-2026/now", "/e/delta-2026/", "/e/delta-2026/speakers", f"{AGENDA}.ics"):
        assert "Opening" not in client.get(address, status=200).get_data(as_text=True)
    client.get(f"{AGENDA}/{session.public_id}", status=404)
    assert "The agenda is not out yet" in client.get(AGENDA).words
    publish(event, note_en="First version", note_zh="第一版")
    page = client.get(AGENDA, status=200)
    assert "Opening" in page.words
    assert "Lan Chen" in page.words
    assert "Version 1, published on" in page.words
    assert "First version" in page.words


def test_what_is_edited_shows_with_the_next_release_and_not_before(event, client):
    session = make_session(event)
    publish(event)
    change_session(session.id, by=SYSTEM, title_en="Grand opening")
    make_session(event, 11, 12, "Forum")
    assert titles(event) == ["Opening"]
    assert "Grand opening" not in client.get(AGENDA).words
    publish(event)
    assert titles(event) == ["Grand opening", "Forum"]
    assert "Grand opening" in client.get(AGENDA).words


def test_names_are_looked_up_when_a_page_is_made_and_the_agenda_is_not(event, client):
    person = make_person()
    make_part(make_item(make_session(event, hall_id=make_hall(event).id), 20), person)
    publish(event)
    change_person(person.id, by=SYSTEM, given_en="Lanlan")
    assert "Lanlan Chen" in client.get(AGENDA).words


def test_who_declined_is_in_no_release_and_leaves_with_the_next(event, client):
    part = make_part(make_item(make_session(event), 20), make_person())
    publish(event)
    set_reply(part.id, "declined", by=SYSTEM)
    assert "Lan Chen" in client.get(AGENDA).words
    assert [difference.kind for difference in pending(event.id).differences] == ["person_dropped"]
    publish(event)
    assert "Lan Chen" not in client.get(AGENDA).words


def test_what_lies_in_the_tray_is_no_part_of_a_release(event):
    session = make_session(event)
    make_session(event, 11, 12, "Forum")
    publish(event)
    put_in_tray(session.id, by=SYSTEM)
    assert titles(event) == ["Opening", "Forum"]
    publish(event)
    assert titles(event) == ["Forum"]


def test_what_is_different_on_the_day_lies_over_the_release(event, client):
    session = make_session(event, 9, 10)
    make_item(session, 20, title_en="Speech")
    make_session(event, 11, 12, "Forum")
    publish(event)
    with transaction() as writing:
        times = {"starts_at": at(event, 9, 7), "ends_at": at(event, 10, 7), "started_at": at(event, 9, 8)}
        writing.add(LiveSession(session_uuid=session.uuid, event_id=event.id, status="planned", **times))
        forum = sessions_in_order(event.id)[1]
        same = {"starts_at": forum.starts_at, "ends_at": forum.ends_at}
        writing.add(LiveSession(session_uuid=forum.uuid, event_id=event.id, status="cancelled", **same))
    first, second = public_agenda(event, now()).sessions
    assert (first.starts_at, first.started_at, first.items[0].starts_at) == (
        at(event, 9, 7),
        at(event, 9, 8),
        at(event, 9, 7),
    )
    assert (second.title.en, second.is_cancelled) == ("Forum", True)
    assert "09:07" in client.get(AGENDA).words
    assert "Cancelled" in client.get(AGENDA).words
    assert "It does not take place." in client.get(f"{AGENDA}/{second.public_id}", status=200).words


def test_a_corrected_zone_keeps_the_times_on_the_wall(event, client):
    make_session(event, 9, 10)
    publish(event)
    change_details(event.id, by=SYSTEM, time_zone="Europe/Paris")
    db.session.rollback()
    assert "09:00" in client.get(AGENDA).words
    assert pending(event.id).differences == []


def test_what_falls_into_the_hour_that_daylight_saving_skips_lasts_as_long_in_the_corrected_zone(event):
    """Berlin's clocks go from two to three that night: the draft, the day and what only a release holds keep a length."""
    two = datetime(2027, 3, 28, 2, tzinfo=ZONE)
    spans = {"Whole": (0, 60), "Late": (30, 60), "Across": (-30, 90), "Released": (0, 45)}
    for title, (start, end) in spans.items():
        times = {"starts_at": two + timedelta(minutes=start), "ends_at": two + timedelta(minutes=end)}
        make_session(event, title_en=title, **times)
    publish(event)
    rows = {row.title_en: row for row in sessions_in_order(event.id)}
    cancel_on_the_day(event.id, rows["Whole"].uuid, by=SYSTEM)
    delete_session(rows["Released"].id, by=SYSTEM)
    change_details(event.id, by=SYSTEM, time_zone="Europe/Berlin")
    db.session.rollback()
    kept = {"Whole": ("03:00", "04:00"), "Late": ("03:30", "04:00"), "Across": ("01:30", "03:30")}
    assert clocks(sessions_in_order(event.id), lambda row: row.title_en) == kept
    shown = public_agenda(get_event(event.id), now()).sessions
    assert clocks(shown, lambda row: row.title.en) == {**kept, "Released": ("03:00", "03:45")}


def clocks(sessions, title_of):
    """Title → from when to when by the clock in Berlin."""
    spans = {title_of(one): (one.starts_at, one.ends_at) for one in sessions}
    berlin = ZoneInfo("Europe/Berlin")
    return {title: tuple(f"{moment.astimezone(berlin):%H:%M}" for moment in span) for title, span in spans.items()}


def test_a_hall_of_the_public_agenda_is_not_removed(event, client):
    hall = make_hall(event)
    session = make_session(event, hall_id=hall.id)
    publish(event)
    delete_session(session.id, by=SYSTEM)
    with pytest.raises(Exception, match="published agenda"):
        remove_hall(hall.id, by=SYSTEM)


# -- Releasing -----------------------------------------------------------------------------------------------------


def test_releases_are_numbered_and_each_tells_of_itself_once_within_its_transaction(app, event):
    told = []
    on_announcement(
        app, AgendaReleased, lambda fact: told.append((fact, db.session.get_one(Release, fact.release_id).state))
    )
    make_session(event)
    first = publish(event).id
    make_session(event, 11, 12, "Forum")
    second = publish(event).id
    assert [(fact.release_id, fact.previous_id, state) for fact, state in told] == [
        (first, None, "published"),
        (second, first, "published"),
    ]
    assert [row.number for row in releases_of(event.id)] == [2, 1]


def test_nothing_is_released_where_nothing_changed(event):
    with pytest.raises(NothingToRelease):
        publish(event)
    session = make_session(event)
    publish(event)
    change_session(session.id, by=SYSTEM, title_en="Other")
    change_session(session.id, by=SYSTEM, title_en="Opening")
    with pytest.raises(NothingToRelease):
        publish(event)


def test_a_draft_that_was_not_looked_at_is_not_released(event):
    session = make_session(event)
    seen = pending(event.id).seen
    change_session(session.id, by=SYSTEM, title_en="Other")
    with pytest.raises(Stale):
        publish(event, seen=seen)
    assert publish(event, seen=pending(event.id).seen).number == 1
    with pytest.raises(Stale):
        publish(event, seen=seen)


def test_what_a_rule_blocks_is_not_released(event):
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    make_session(event, title_en="Forum", hall_id=hall.id, despite_clashes=True)
    block(event.id, "hall")
    with pytest.raises(Clashes, match="Lake Hall"):
        publish(event)
    assert releases_of(event.id) == []


def block(event_id, rule):
    from eventapp.agenda.models import ClashLevel

    with transaction() as session:
        session.add(ClashLevel(event_id=event_id, rule=rule, level="block"))


@pytest.mark.both_databases
def test_no_release_ever_changes(event):
    make_session(event)
    release = publish(event)
    for values in ({"payload": "{}"}, {"number": 7}, {"digest": "0" * 64}):
        with pytest.raises(DBAPIError), transaction() as session:
            session.execute(update(Release).where(Release.id == release.id).values(values))
    assert fingerprint(read(db.session.get_one(Release, release.id).payload)) == fingerprint(draft_content(event.id))


def test_the_payload_holds_ids_and_both_languages_and_no_name(event):
    person = make_person()
    hall = make_hall(event)
    make_part(make_item(make_session(event, hall_id=hall.id, title_zh="开幕"), 20), person)
    held = json.loads(publish(event).payload)
    [session] = held["sessions"]
    assert (held["schema"], session["title_en"], session["title_zh"], session["hall"]) == (
        1,
        "Opening",
        "开幕",
        hall.public_id,
    )
    assert session["items"][0]["parts"][0]["person"] == person.public_id
    assert "Chen" not in json.dumps(held)


# -- At an hour ----------------------------------------------------------------------------------------------------


def test_a_scheduled_release_is_published_when_its_hour_comes_and_as_it_was_looked_at(event, client):
    session = make_session(event)
    hour = now() + timedelta(hours=2)
    publish(event, publish_at=hour)
    change_session(session.id, by=SYSTEM, title_en="Later thought")
    assert publish_due_releases() == 0
    assert titles(event) == []
    with time_machine.travel(hour + timedelta(seconds=5)):
        assert publish_due_releases() == 1
        assert publish_due_releases() == 0
        assert titles(event) == ["Opening"]
    [release] = releases_of(event.id)
    assert (release.state, release.published_at >= hour) == ("published", True)


def test_while_one_waits_for_its_hour_no_other_is_released(event):
    make_session(event)
    publish(event, publish_at=now() + timedelta(hours=2))
    make_session(event, 11, 12, "Forum")
    with pytest.raises(ReleaseIsScheduled, match="Release 1"):
        publish(event)
    cancel_release(event.id, 1, by=SYSTEM)
    with pytest.raises(NotScheduled):
        cancel_release(event.id, 1, by=SYSTEM)
    with time_machine.travel(now() + timedelta(hours=3)):
        assert publish_due_releases() == 0
    assert publish(event).number == 2
    assert titles(event) == ["Opening", "Forum"]


def test_a_release_that_fails_holds_up_no_other_and_is_tried_again(app, event, new_event):
    other = new_event("other-2026")
    hour = now() + timedelta(hours=1)
    for one in (event, other):
        make_session(one)
        publish(one, publish_at=hour)
    broken = True

    def fail(fact: AgendaReleased) -> None:
        if broken and fact.event_id == event.id:
            raise RuntimeError("out of order")

    on_announcement(app, AgendaReleased, fail)
    with time_machine.travel(hour + timedelta(minutes=1)):
        assert publish_due_releases() == 1
        assert (titles(event), titles(other)) == ([], ["Opening"])
        broken = False
        assert publish_due_releases() == 1
        assert titles(event) == ["Opening"]


def test_an_hour_that_has_passed_is_refused(event):
    make_session(event)
    with pytest.raises(HourIsPast):
        publish(event, publish_at=now() - timedelta(minutes=1))


# -- Back ----------------------------------------------------------------------------------------------------------


def test_a_release_is_brought_back_as_one_change_that_can_be_undone(event):
    opening, forum = make_session(event, hall_id=make_hall(event).id), make_session(event, 11, 12, "Forum")
    item = make_item(opening, 20, title_en="Speech")
    part = make_part(item, make_person())
    make_part(make_item(forum, 20), make_person("Mei"))
    publish(event)
    first = draft_content(event.id)
    change_session(opening.id, by=SYSTEM, title_en="Other", language="both")
    change_part(part.id, by=SYSTEM, person_id=make_person("Bo").id)
    delete_item(item.id, by=SYSTEM)
    make_item(forum, 5, title_en="More")
    move_session(forum.id, by=SYSTEM, starts_at=at(event, 15), ends_at=at(event, 16), hall_id=None)
    delete_session(opening.id, by=SYSTEM)
    extra = make_session(event, 17, 18, "New thought").public_id
    publish(event)
    edited, changes = draft_content(event.id), db.session.query(AgendaChange).count()
    bring_back(event.id, 1, by=SYSTEM)
    assert fingerprint(draft_content(event.id)) == fingerprint(first)
    assert db.session.query(AgendaChange).count() == changes + 1
    assert [row.public_id for row in sessions_in_order(event.id) if row.in_tray] == [extra]
    assert titles(event) == ["Forum", "New thought"]
    undo(event.id, by=SYSTEM)
    assert fingerprint(draft_content(event.id)) == fingerprint(edited)


def test_what_was_brought_back_is_released_anew_with_higher_versions(event):
    session = make_session(event)
    first = read(publish(event).payload).sessions[0]
    change_session(session.id, by=SYSTEM, title_en="Other")
    second = read(publish(event).payload).sessions[0]
    bring_back(event.id, 1, by=SYSTEM)
    third = publish(event)
    [back] = read(third.payload).sessions
    assert (third.number, back.content) == (3, first.content)
    assert first.sequence < second.sequence < back.sequence


def test_a_release_that_differs_only_in_who_declined_since_is_not_brought_back(event):
    part = make_part(make_item(make_session(event)), make_person())
    publish(event)
    set_reply(part.id, "declined", by=SYSTEM)
    with pytest.raises(NothingToBringBack):
        bring_back(event.id, 1, by=SYSTEM)
    assert db.session.get_one(Part, part.id).reply == "declined"


def test_what_is_there_already_is_not_brought_back(event):
    make_session(event)
    publish(event)
    with pytest.raises(NothingToBringBack):
        bring_back(event.id, 1, by=SYSTEM)
    with pytest.raises(NotFound):
        bring_back(event.id, 2, by=SYSTEM)


def test_a_draft_that_was_not_looked_at_is_not_replaced(event):
    session = make_session(event)
    publish(event)
    change_session(session.id, by=SYSTEM, title_en="Other")
    seen = pending(event.id).seen
    change_session(session.id, by=SYSTEM, title_en="Another")
    with pytest.raises(Stale):
        bring_back(event.id, 1, by=SYSTEM, seen=seen)


def test_who_declined_since_stays_noted_as_declined(event):
    session = make_session(event)
    part = make_part(make_item(session, 20), make_person())
    publish(event)
    set_reply(part.id, "declined", by=SYSTEM)
    change_session(session.id, by=SYSTEM, title_en="Other")
    bring_back(event.id, 1, by=SYSTEM)
    [shown] = agenda_of(event, None)[0].sessions
    assert (shown.title.en, shown.items[0].parts[0].reply) == ("Opening", "declined")
    assert [difference.kind for difference in pending(event.id).differences] == ["person_dropped"]


# -- Both at once --------------------------------------------------------------------------------------------------


def add_and_release(index: int, event_id: int) -> int:
    event = get_event(event_id)
    for turn in range(3):
        begins = at(event, 9 + index, 10 * turn)
        create_session(
            event_id,
            by=SYSTEM,
            kind="forum",
            title_en=f"{index}.{turn}",
            starts_at=begins,
            ends_at=begins + timedelta(minutes=5),
        )
        # Another one may have released what this one made.
        with suppress(NothingToRelease):
            release_agenda(event_id, by=SYSTEM)
    return index


def release_naively(index: int, event_id: int) -> None:
    """Look for the next number first, and write afterwards."""
    number = max((row.number for row in releases_of(event_id)), default=0) + 1
    db.session.rollback()
    while_others_look()
    db.session.add(
        Release(
            event_id=event_id,
            number=number,
            payload="{}",
            digest="",
            state="published",
            published_at=now(),
            created_at=now(),
        )
    )
    db.session.commit()


@pytest.mark.both_databases
def test_of_many_releases_at_once_each_has_its_number_and_the_last_holds_everything(event, storm):
    event_id = event.id
    outcomes = storm(add_and_release, processes=2, threads=3, args=(event_id,))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 6}
    rows = releases_of(event_id)
    assert [row.number for row in rows] == list(range(len(rows), 0, -1))
    assert all(fingerprint(read(row.payload)) == row.digest for row in rows)
    assert len(titles(get_event(event_id))) == 18


@pytest.mark.both_databases
def test_without_the_lock_two_releases_would_want_one_number(event, storm):
    outcomes = storm(release_naively, processes=2, threads=2, args=(event.id,))
    assert any(outcome.refusal == "IntegrityError" for outcome in outcomes)


def publish_when_due(index: int) -> int:
    return publish_due_releases()


@pytest.mark.both_databases
def test_of_many_workers_one_publishes_what_is_due(event, storm):
    make_session(event)
    release = publish(event, publish_at=now() + timedelta(hours=1))
    with transaction() as session:
        session.execute(update(Release).where(Release.id == release.id).values(publish_at=now() - timedelta(minutes=1)))
    outcomes = storm(publish_when_due, processes=2, threads=3)
    assert sorted(outcome.value for outcome in outcomes) == [0, 0, 0, 0, 0, 1]


def test_one_session_of_the_release_is_shown_as_in_the_whole(event):
    session = make_session(event)
    make_session(event, 11, 12, "Forum")
    publish(event)
    shown = session_of(event, session.public_id, now())
    assert shown is not None
    assert (shown.title.en, shown.uuid) == ("Opening", session.uuid)
    assert session_of(event, "0" * 16, now()) is None


# -- From before there were releases -------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_what_guests_saw_before_there_were_releases_becomes_the_first(event, new_event):
    hall, person = make_hall(event), make_person()
    item = make_item(make_session(event, hall_id=hall.id, title_zh="开幕 🎋"), 20, title_en="Speech & more")
    make_part(item, person, as_zh="名誉主任")
    set_reply(make_part(item, make_person("Mei")).id, "declined", by=SYSTEM)
    make_session(event, 11, 12, "Forum")
    make_session(new_event(slug="hidden", state="draft"))
    event_id = event.id
    migration = ScriptDirectory(str(ROOT / "migrations")).get_revision("0003").module
    db.session.rollback()
    with db.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration._release_what_is_public()
    [release] = db.session.query(Release).all()
    assert (release.event_id, release.number, release.state) == (event_id, 1, "published")
    assert fingerprint(read(release.payload)) == release.digest == fingerprint(draft_content(event_id))
    assert titles(get_event(event_id)) == ["Opening", "Forum"]
