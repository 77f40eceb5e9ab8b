"""The board of the editor over HTTP: what it shows, each verb, what is refused and what is told then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_track, change_session, limit_editor
from eventapp.agenda.models import AgendaItem, AgendaSession, ClashLevel, Part
from eventapp.db import db, transaction
from eventapp.events.actions import change_details
from eventapp.events.models import Event
from eventapp.people.actions import place_person
from tests.agenda.boards import Board
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session
from tests.ground.visitors import Visitor


@pytest.fixture
def board(staff: Callable[..., Visitor], event: Event) -> Callable[..., Board]:
    """`board("editor")`: one more member of the team looks at the board."""
    return lambda role="editor": Board(staff(role), event)


def day_of(event: Event) -> str:
    return at(event, 9).date().isoformat()


# -- What it shows -------------------------------------------------------------------------------------------------


def test_the_board_shows_all_that_an_editor_needs(board, event):
    hall = make_hall(event, capacity=300)
    track = add_track(event.id, by=SYSTEM, name_en="Health", name_zh="健康", colour="#8a6d1f")
    session = make_session(event, hall_id=hall.id, track_id=track.id, title_zh="开幕式", language="both", expected=250)
    item = make_item(session, 20, title_en="Welcome")
    make_part(item, make_person())
    seen = board().look()
    assert seen["event"] == {
        "slug": event.slug,
        "zone": "Asia/Shanghai",
        "day_starts": "04:00",
        "days": [day_of(event)],
    }
    assert [(one["name_en"], one["capacity"]) for one in seen["halls"]] == [("Lake Hall", 300)]
    assert [(one["name_zh"], one["colour"]) for one in seen["tracks"]] == [("健康", "#8a6d1f")]
    [told] = seen["sessions"]
    assert told == {
        "id": session.public_id,
        "sequence": 2,
        "kind": "keynote",
        "title_en": "Opening",
        "title_zh": "开幕式",
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "local_start": f"{day_of(event)}T09:00",
        "minutes": 60,
        "hall": hall.public_id,
        "track": track.public_id,
        "status": "planned",
        "in_tray": False,
        "fixed": False,
        "language": "both",
        "expected": 250,
        "items": [
            {
                "id": item.public_id,
                "kind": "speech",
                "title_en": "Welcome",
                "title_zh": "",
                "minutes": 20,
                "position": 1,
                "people": ["Lan Chen"],
            }
        ],
        "may_change": True,
    }
    assert (seen["undo"], seen["redo"]) == (None, None)


def test_an_editor_sees_what_another_did_and_only_that(board, event):
    gone = make_session(event, title_en="Opening").public_id
    make_session(event, 10, 11, title_en="Forum")
    mine, theirs = board(), board()
    theirs.do("change", theirs.named("Forum"), title_en="Round table")
    seen = mine.changes()
    assert [session["title_en"] for session in seen["sessions"]] == ["Round table"]
    assert [(one["by"], one["label"], one["mine"]) for one in seen["changes"]] == [
        ("Editor 2", "changed “Forum”", False)
    ]
    theirs.do("delete", gone)
    assert mine.changes()["removed"] == [gone]
    nothing_new = mine.changes()
    assert (nothing_new["sessions"], "clashes" in nothing_new) == ([], False)


def test_a_new_track_brings_the_whole_board(board, event):
    looking = board()
    add_track(event.id, by=SYSTEM, name_en="Energy")
    assert [track["name_en"] for track in looking.changes()["tracks"]] == ["Energy"]


def test_a_hall_or_a_day_more_brings_the_whole_board_and_only_once(board, event):
    looking = board()
    assert "halls" not in looking.changes()
    make_hall(event, "Garden Hall")
    assert [hall["name_en"] for hall in looking.changes()["halls"]] == ["Garden Hall"]
    assert "halls" not in looking.changes()
    days = looking.look()["event"]["days"]
    change_details(event.id, by=SYSTEM, ends_at=event.ends_at + timedelta(days=1))
    assert len(looking.changes()["event"]["days"]) == len(days) + 1


def test_an_editor_who_knows_more_than_there_is_sees_all_again(board, event):
    """A backup was put back, which knows less."""
    make_session(event)
    looking = board()
    looking.number += 5
    assert "halls" in looking.changes()
    assert looking.number == 1


def test_clashes_come_with_what_would_mend_them(board, event):
    hall, _other = make_hall(event), make_hall(event, "Garden Hall", "园林厅")
    make_session(event, hall_id=hall.id)
    second = make_session(event, title_en="Forum", hall_id=hall.id, despite_clashes=True)
    looking = board()
    seen = looking.look()
    [clash] = [clash for clash in seen["clashes"] if clash["rule"] == "hall"]
    assert clash["level"] in ("warn", "block")
    assert second.public_id in clash["sessions"]
    mend = clash["mend"]
    looking.send(mend["verb"], session=mend["session"], sequence=mend["sequence"], **mend["values"])
    assert [clash["rule"] for clash in looking.look()["clashes"] if clash["rule"] == "hall"] == []


def test_people_out_of_order_are_put_in_order_with_one_press(board, event):
    first, second = make_person("Lan"), make_person("Min", "Zhao")
    for person in (first, second):
        place_person(event.id, person.id, by=SYSTEM)
    item = make_item(make_session(event))
    for person in (second, first):
        make_part(item, person)
    looking = board()
    [clash] = [clash for clash in looking.look()["clashes"] if clash["rule"] == "precedence"]
    mend = clash["mend"]
    answer = looking.send(mend["verb"], session=mend["session"], sequence=mend["sequence"], **mend["values"])
    assert answer["sessions"][0]["items"][0]["people"] == ["Lan Chen", "Min Zhao"]


# -- The verbs -----------------------------------------------------------------------------------------------------


def test_a_session_is_created_moved_resized_and_deleted(board, event):
    hall = make_hall(event)
    mine = board()
    mine.do("create", kind="forum", title_en="Forum", local_start=f"{day_of(event)}T10:00", minutes=45)
    assert mine.times() == {"Forum": ("10:00", 45)}
    mine.do("move", mine.named("Forum"), local_start=f"{day_of(event)}T11:30", hall=hall.public_id)
    assert mine.times() == {"Forum": ("11:30", 45)}
    mine.do("resize", mine.named("Forum"), minutes=60)
    assert mine.times() == {"Forum": ("11:30", 60)}
    assert mine.sessions[mine.named("Forum")]["hall"] == hall.public_id
    mine.do("move", mine.named("Forum"), hall=None)
    assert mine.sessions[mine.named("Forum")]["hall"] is None
    mine.do("delete", mine.named("Forum"))
    assert mine.sessions == {}


def test_a_session_moves_to_another_day(board, new_event, staff):
    long = new_event("three-days", ends_at=new_event("other").ends_at + timedelta(days=2))
    make_session(long)
    mine = Board(staff("editor", long), long)
    assert len(mine.look()["event"]["days"]) == 3
    there = (at(long, 9) + timedelta(days=2)).date().isoformat()
    mine.do("move", mine.named("Opening"), local_start=f"{there}T09:00")
    assert mine.sessions[mine.named("Opening")]["local_start"] == f"{there}T09:00"


def test_details_are_changed_one_by_one(board, event):
    track = add_track(event.id, by=SYSTEM, name_en="Health")
    make_session(event, expected=100)
    mine = board()
    told = {"title_zh": "开幕", "track": track.public_id, "language": "zh", "expected": None, "fixed": True}
    mine.do("change", mine.named("Opening"), **told)
    assert told.items() <= mine.sessions[mine.named("Opening")].items()
    mine.do("change", mine.named("Opening"), track=None)
    assert mine.sessions[mine.named("Opening")]["track"] is None


def test_the_tray_keeps_a_session_until_it_is_placed(board, event):
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    mine = board()
    mine.do("to-tray", mine.named("Opening"))
    assert mine.times() == {}
    assert mine.do("create", kind="forum", title_en="Forum", local_start=f"{day_of(event)}T09:00", hall=hall.public_id)
    refused = mine.do("place", mine.named("Forum"), status=409, local_start=f"{day_of(event)}T12:00")
    assert refused["type"] == "NotInTray"
    mine.do("place", mine.named("Opening"), local_start=f"{day_of(event)}T14:00", hall=hall.public_id)
    assert mine.times()["Opening"] == ("14:00", 60)


def test_a_copy_has_the_items_and_the_people_but_no_replies(board, event):
    item = make_item(make_session(event), 20, title_en="Welcome")
    make_part(item, make_person())
    mine = board()
    original = mine.named("Opening")
    mine.do("copy", original, local_start=f"{day_of(event)}T15:00", despite_clashes=True)
    [copied] = [session for session in mine.sessions.values() if session["id"] != original]
    assert (copied["local_start"][11:], copied["minutes"], copied["sequence"]) == ("15:00", 60, 0)
    assert [(one["title_en"], one["people"]) for one in copied["items"]] == [("Welcome", ["Lan Chen"])]
    mine.do("copy", original)
    assert sum(session["in_tray"] for session in mine.sessions.values()) == 1


def test_a_session_is_split_where_its_items_part(board, event):
    session = make_session(event)
    for title in ("Welcome", "Speech", "Signing"):
        make_item(session, 20, title_en=title)
    mine = board()
    original = mine.named("Opening")
    mine.do("split", original, minutes=40)
    halves = sorted(mine.sessions.values(), key=lambda half: half["starts_at"])
    assert [(half["local_start"][11:], half["minutes"]) for half in halves] == [("09:00", 40), ("09:40", 20)]
    assert [[item["title_en"] for item in half["items"]] for half in halves] == [["Welcome", "Speech"], ["Signing"]]
    mine.do("undo")
    assert [item["title_en"] for item in mine.sessions[original]["items"]] == ["Welcome", "Speech", "Signing"]
    mine.do("split", original, item=mine.sessions[original]["items"][1]["id"])
    assert mine.sessions[original]["minutes"] == 20
    refused = mine.do("split", original, status=422, minutes=20)
    assert refused["type"] == "NothingToSplit"


def test_two_sessions_exchange_hall_and_start(board, event):
    lake, garden = make_hall(event), make_hall(event, "Garden Hall", "园林厅")
    make_session(event, 9, 10, hall_id=lake.id)
    make_session(event, 13, 15, title_en="Forum", hall_id=garden.id)
    mine = board()
    mine.do("swap", mine.named("Opening"), other=mine.named("Forum"), other_sequence=0)
    assert mine.times() == {"Opening": ("13:00", 60), "Forum": ("09:00", 120)}
    assert mine.sessions[mine.named("Opening")]["hall"] == garden.public_id


def test_what_follows_is_moved_along_but_for_fixed_points(board, event):
    lake, garden = make_hall(event), make_hall(event, "Garden Hall", "园林厅")
    make_session(event, 9, 10, hall_id=lake.id)
    make_session(event, 10, 11, title_en="Forum", hall_id=lake.id)
    make_session(event, 12, 13, title_en="Lunch", kind="meal", hall_id=lake.id, fixed=True)
    make_session(event, 10, 11, title_en="Tour", hall_id=garden.id)
    make_session(event, 10, 11, title_en="In the tray", hall_id=lake.id, in_tray=True)
    mine = board()
    before = mine.times()
    mine.do("shift", mine.named("Opening"), minutes=15)
    assert mine.times() == {**before, "Forum": ("10:15", 60)}
    mine.do("shift", mine.named("Opening"), minutes=-15, all_halls=True)
    assert mine.times() == {**before, "Tour": ("09:45", 60)}


def test_a_cancelled_session_stays_and_can_be_reinstated(board, event):
    make_session(event)
    mine = board()
    mine.do("cancel", mine.named("Opening"))
    assert mine.sessions[mine.named("Opening")]["status"] == "cancelled"
    assert mine.do("cancel", mine.named("Opening"), status=409)["type"] == "AlreadyCancelled"
    mine.do("reinstate", mine.named("Opening"))
    assert mine.do("reinstate", mine.named("Opening"), status=409)["type"] == "NotCancelled"


def test_items_are_moved_and_given_minutes(board, event):
    session = make_session(event)
    items = [make_item(session, 10, title_en=title).public_id for title in ("One", "Two", "Three")]
    make_session(event, 10, 11, title_en="Forum")
    mine = board()

    def titles(of: str = "Opening") -> list[str]:
        return [item["title_en"] for item in mine.sessions[mine.named(of)]["items"]]

    mine.do("item-move", mine.named("Opening"), item=items[0], direction="down")
    assert titles() == ["Two", "One", "Three"]
    mine.do("item-move", mine.named("Opening"), item=items[2], position=1)
    assert titles() == ["Three", "Two", "One"]
    mine.do("item-minutes", mine.named("Opening"), item=items[2], minutes=25)
    assert mine.sessions[mine.named("Opening")]["items"][0]["minutes"] == 25
    mine.do("item-move", mine.named("Opening"), item=items[2], to_session=mine.named("Forum"))
    assert (titles(), titles("Forum")) == (["Two", "One"], ["Three"])


def test_undo_and_redo_are_ones_own(board, event):
    make_session(event)
    mine, theirs = board(), board()
    mine.do("change", mine.named("Opening"), title_en="Welcome")
    theirs.changes()
    assert theirs.do("undo", status=409)["type"] == "NothingToUndo"
    assert mine.look()["undo"] == {"label": "changed “Opening”"}
    mine.do("undo")
    assert mine.named("Opening")
    assert mine.look()["redo"] == {"label": "changed “Opening”"}
    mine.do("redo")
    assert mine.named("Welcome")
    assert mine.do("redo", status=409)["type"] == "NothingToRedo"


def test_a_deleted_session_comes_back_with_everybody_in_it(board, event):
    item = make_item(make_session(event), 20, title_en="Welcome")
    part = make_part(item, make_person()).public_id
    mine = board()
    before = mine.sessions[mine.named("Opening")]
    mine.do("delete", before["id"])
    mine.do("undo")
    after = mine.sessions[before["id"]]
    assert {**after, "sequence": 0} == {**before, "sequence": 0}
    assert after["sequence"] > before["sequence"]
    assert db.session.query(Part).one().public_id == part


# -- What is refused -----------------------------------------------------------------------------------------------


def test_a_stale_change_is_refused_with_what_changed_and_by_whom(board, event):
    make_session(event)
    mine, theirs = board(), board()
    theirs.do("change", theirs.named("Opening"), title_en="Welcome")
    refused = mine.do("change", mine.named("Opening"), status=409, title_en="Beginning")
    assert refused["type"] == "Stale"
    assert (refused["changed"]["by"], refused["changed"]["what"]) == ("Editor 2", "changed “Opening”")
    assert refused["changed"]["at"]
    assert refused["session"]["title_en"] == "Welcome"
    assert "Editor 2" in refused["detail"]
    assert mine.look()["sessions"][0]["title_en"] == "Welcome"


def test_no_verb_goes_on_from_an_old_version(board, event):
    session = make_session(event)
    item = make_item(session).public_id
    mine = board()
    change_session(session.id, by=SYSTEM, title_en="Changed meanwhile")
    for verb, values in {
        "change": {"title_en": "Mine"},
        "move": {"minutes": 30},
        "resize": {"minutes": 30},
        "to-tray": {},
        "place": {"minutes": 30},
        "copy": {},
        "split": {"minutes": 30},
        "shift": {"minutes": 5},
        "delete": {},
        "cancel": {},
        "reinstate": {},
        "item-move": {"item": item, "direction": "up"},
        "item-minutes": {"item": item, "minutes": 5},
        "order": {"item": item},
    }.items():
        refused = mine.do(verb, session.public_id, status=409, **values)
        assert (refused["type"], refused["session"]["title_en"]) == ("Stale", "Changed meanwhile"), verb


def test_neither_session_of_a_swap_may_be_stale(board, event):
    make_session(event)
    other = make_session(event, 10, 11, title_en="Forum")
    mine = board()
    change_session(other.id, by=SYSTEM, title_zh="论坛")
    refused = mine.do("swap", mine.named("Opening"), status=409, other=other.public_id, other_sequence=0)
    assert refused["type"] == "Stale"


def test_what_somebody_deleted_is_told(board, event):
    session = make_session(event).public_id
    mine, theirs = board(), board()
    theirs.do("delete", session)
    refused = mine.do("move", session, status=409, minutes=30)
    assert (refused["changed"]["what"], refused["session"]) == ("deleted “Opening”", None)


def test_an_undo_of_what_others_changed_since_is_refused_with_who_did(board, event):
    make_session(event)
    mine, theirs = board(), board()
    mine.do("change", mine.named("Opening"), title_en="Welcome")
    theirs.changes()
    theirs.do("change", theirs.named("Welcome"), title_en="Beginning")
    refused = mine.do("undo", status=409)
    assert (refused["type"], refused["changed"]["by"]) == ("Stale", "Editor 2")


def test_undo_never_throws_away_what_others_put_in(board, event):
    mine, theirs = board(), board()
    mine.do("create", kind="forum", title_en="Forum", minutes=60)
    theirs.changes()
    session = db.session.query(AgendaSession).one()
    make_item(session, title_en="Theirs")
    assert mine.do("undo", status=409)["type"] == "Stale"
    assert db.session.query(AgendaItem).one().title_en == "Theirs"


def test_a_clash_is_told_and_may_be_gone_on_with_where_it_only_warns(board, event):
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    make_session(event, 11, 12, title_en="Forum", hall_id=hall.id)
    mine = board()
    there = {"local_start": f"{day_of(event)}T09:30"}
    refused = mine.do("move", mine.named("Forum"), status=422, **there)
    assert refused["type"] == "Clashes"
    assert refused["may_go_on"] is True
    assert "Lake Hall is taken twice" in refused["clashes"][0]["sentence"]
    mine.do("move", mine.named("Forum"), despite_clashes=True, **there)
    with transaction() as session:
        session.add(ClashLevel(event_id=event.id, rule="hall", level="block"))
    mine.do("move", mine.named("Forum"), local_start=f"{day_of(event)}T13:00")
    refused = mine.do("move", mine.named("Forum"), status=422, despite_clashes=True, **there)
    assert refused["may_go_on"] is False


def test_looking_for_clashes_writes_nothing(board, event):
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    make_session(event, 11, 12, title_en="Forum", hall_id=hall.id)
    mine = board()
    place = {"local_start": f"{day_of(event)}T09:30", "minutes": 30, "hall": hall.public_id}
    [clash] = mine.send("check", session=mine.named("Forum"), **place)["clashes"]
    assert "Lake Hall" in clash["sentence"]
    assert [clash["rule"] for clash in mine.send("check", session=None, **place)["clashes"]] == ["hall"]
    assert mine.changes()["changes"] == []


def test_what_has_not_the_form_is_refused_with_where(board, event):
    mine, known = board(), {"session": "0123456789abcdef", "sequence": 1}
    for verb, body in (
        ("change", {}),
        ("change", {**known, "sequence": "1"}),
        ("change", {**known, "session": "x" * 40}),
        ("change", {**known, "in_tray": True}),
        ("move", {**known, "minutes": 0}),
        ("move", {**known, "local_start": "soon"}),
        ("move", {**known, "starts_at": "2026-11-23T09:00"}),
        ("create", {"kind": "party", "minutes": 30}),
        ("create", {"kind": "forum", "minutes": 30, "title_en": "\x00"}),
        ("shift", {**known, "minutes": 100_000}),
        ("item-move", {**known, "item": "0123456789abcdef"}),
        ("undo", {"number": "last"}),
        ("undo", {"number": 10**30}),
        ("undo", {"after": 10**30}),
        ("to-tray", {**known, "sequence": 10**30}),
    ):
        refused = mine.send(verb, 422, **body)
        assert (refused["type"], bool(refused["errors"])) == ("Wrongly", True), (verb, body)
    mine.visitor.get(f"{mine.address}/changes?after={10**30}", status=422)


def test_what_is_not_there_is_not_found(board, event, new_event):
    elsewhere = make_session(new_event("other"), title_en="Elsewhere")
    mine = board()
    for body in ({"session": "0123456789abcdef"}, {"session": elsewhere.public_id}):
        assert mine.send("delete", 404, sequence=0, **body)["type"] == "NotFound"
    assert mine.send("dance", 404)["type"] == "NotFound"


def test_a_time_that_the_clock_skips_is_refused(new_event, staff):
    event = new_event("berlin", time_zone="Europe/Berlin")
    make_session(event)
    mine = Board(staff("editor", event), event)
    refused = mine.do("move", mine.named("Opening"), status=422, local_start="2027-03-28T02:30")
    assert refused["type"] == "TimeSkipped"
    assert mine.do("move", mine.named("Opening"), status=400, local_start="2027-02-30T02:30")["type"] == "Malformed"


def test_a_hall_or_track_of_another_event_is_refused(board, event, new_event):
    other = new_event("other")
    hall, track = make_hall(other), add_track(other.id, by=SYSTEM, name_en="Health")
    make_session(event)
    mine = board()
    assert mine.do("move", mine.named("Opening"), status=422, hall=hall.public_id)["type"] == "HallElsewhere"
    assert mine.do("change", mine.named("Opening"), status=422, track=track.public_id)["type"] == "TrackElsewhere"


def test_without_the_token_of_the_page_nothing_is_done(board, event):
    make_session(event)
    mine = board()
    mine.token = "of somebody else"
    refused = mine.send("delete", 400, session=mine.named("Opening"), sequence=0)
    assert "reload the page" in refused["detail"]


def test_a_viewer_sees_the_board_and_changes_nothing(board, event):
    make_session(event)
    mine = board("viewer")
    assert [session["may_change"] for session in mine.sessions.values()] == [False]
    assert mine.do("delete", mine.named("Opening"), status=403)["type"] == "NotAllowed"


# -- Editors of a track or a hall ----------------------------------------------------------------------------------


def test_an_editor_of_a_hall_changes_only_what_is_in_it(event, staff, user_with_role, sign_in, visitor):
    lake, garden = make_hall(event), make_hall(event, "Garden Hall", "园林厅")
    make_session(event, hall_id=lake.id)
    make_session(event, title_en="Forum", hall_id=garden.id)
    user = user_with_role("editor")
    limit_editor(event.id, user.id, by=SYSTEM, hall_ids=[lake.id])
    mine = Board(sign_in(visitor(), user), event)
    assert {session["title_en"]: session["may_change"] for session in mine.sessions.values()} == {
        "Opening": True,
        "Forum": False,
    }
    mine.do("move", mine.named("Opening"), local_start=f"{day_of(event)}T12:00")
    refused = mine.do("move", mine.named("Forum"), status=403, minutes=30)
    assert (refused["type"], "Lake Hall" in refused["detail"]) == ("OutsideScope", True)
    # Neither out of its hall, nor by way of another verb.
    for verb, session, values in (
        ("move", "Opening", {"hall": garden.public_id}),
        ("create", None, {"kind": "forum", "hall": garden.public_id}),
        ("swap", "Opening", {"other": mine.named("Forum"), "other_sequence": 0}),
        ("shift", "Opening", {"minutes": -180, "all_halls": True}),
        ("delete", "Forum", {}),
    ):
        if verb == "shift":
            make_session(event, 14, 15, title_en="Late", hall_id=garden.id)
        named = mine.named(session) if session else None
        assert mine.do(verb, named, status=403, despite_clashes=True, **values)["type"] == "OutsideScope"
    mine.do("to-tray", mine.named("Opening"))
    mine.do("undo")


def test_an_editor_of_a_track_may_not_take_sessions_out_of_it(event, user_with_role, sign_in, visitor):
    track = add_track(event.id, by=SYSTEM, name_en="Health")
    make_session(event, track_id=track.id)
    user = user_with_role("editor")
    limit_editor(event.id, user.id, by=SYSTEM, track_ids=[track.id])
    mine = Board(sign_in(visitor(), user), event)
    mine.do("change", mine.named("Opening"), title_zh="开幕")
    assert mine.do("change", mine.named("Opening"), status=403, track=None)["type"] == "OutsideScope"


def test_an_undo_stays_within_what_an_editor_may_change_now(event, user_with_role, sign_in, visitor):
    lake, garden = make_hall(event), make_hall(event, "Garden Hall", "园林厅")
    make_session(event, hall_id=garden.id)
    user = user_with_role("editor")
    mine = Board(sign_in(visitor(), user), event)
    mine.do("change", mine.named("Opening"), title_en="Welcome")
    limit_editor(event.id, user.id, by=SYSTEM, hall_ids=[lake.id])
    assert mine.do("undo", status=403)["type"] == "OutsideScope"
