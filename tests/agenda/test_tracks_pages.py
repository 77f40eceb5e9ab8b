"""Tracks, the history and the limits of editors through their pages."""

from __future__ import annotations

import pytest

from eventapp.accounts.actions import remove_member, set_role
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.agenda.actions import add_track, change_session, change_track, delete_session, limit_editor, remove_track
from eventapp.agenda.errors import HallElsewhere, OutsideScope, TrackElsewhere
from eventapp.agenda.models import AgendaSession, EditorScope, Track
from eventapp.agenda.queries.arranging import tracks_of
from eventapp.agenda.queries.scopes import limits_of
from eventapp.db import db
from eventapp.errors import NotFound, Stale
from eventapp.events.errors import NameMissing
from tests.agenda.stage import make_hall, make_session

TRACKS = "/manage/delta-2026/agenda/tracks"
HISTORY = "/manage/delta-2026/agenda/history"


# -- Tracks --------------------------------------------------------------------------------------------------------


def test_tracks_are_added_renamed_ordered_and_removed(event, staff):
    editor = staff("editor")
    for name in ("Health", "Energy"):
        editor.post_form(f"{TRACKS}/new", name_en=name, colour="#8a6d1f")
    health, energy = tracks_of(event.id)
    editor.post_form(f"{TRACKS}/{health.public_id}/change", name_zh="健康")
    editor.post_form(f"{TRACKS}/{energy.public_id}/step", page=TRACKS, direction="up")
    shown = editor.get(TRACKS, status=200)
    assert shown.words.index("Energy") < shown.words.index("Health")
    session = make_session(event, track_id=health.id)
    editor.post_form(f"{TRACKS}/{health.public_id}/remove")
    assert [track.name_en for track in tracks_of(event.id)] == ["Energy"]
    assert db.session.get(AgendaSession, session.id).track_id is None


def test_a_track_needs_a_name(event, staff):
    answer = staff("editor").post_form(f"{TRACKS}/new", name_en="", status=422)
    assert "Error: Give a name in English or in Chinese." in answer.errors
    with pytest.raises(NameMissing):
        add_track(event.id, by=SYSTEM)


def test_a_track_that_somebody_changed_meanwhile_is_shown_again(event, staff):
    track = add_track(event.id, by=SYSTEM, name_en="Health")
    editor = staff("editor")
    page = editor.get(f"{TRACKS}/{track.public_id}/change", status=200)
    change_track(track.id, by=SYSTEM, name_en="Medicine")
    answer = editor.press(page, "Save", status=409, name_en="Wellbeing")
    assert any("Changed meanwhile by the system: changed the track “Health”" in error for error in answer.errors)
    assert db.session.get(Track, track.id).name_en == "Medicine"
    with pytest.raises(Stale):
        remove_track(track.id, by=SYSTEM, version="of yesterday")


def test_a_removed_track_is_gone(event, staff):
    track = add_track(event.id, by=SYSTEM, name_en="Health")
    remove_track(track.id, by=SYSTEM)
    staff("editor").get(f"{TRACKS}/{track.public_id}/change", status=404)
    with pytest.raises(NotFound):
        change_track(track.id, by=SYSTEM, name_en="Medicine")


def test_a_session_is_given_a_track_and_more_in_its_form(event, staff):
    track = add_track(event.id, by=SYSTEM, name_en="Health")
    session = make_session(event)
    address = f"/manage/delta-2026/agenda/{session.public_id}"
    editor = staff("editor")
    editor.post_form(f"{address}/change", track=track.public_id, language="both", expected="120", fixed="y")
    row = db.session.get(AgendaSession, session.id)
    assert (row.track_id, row.language, row.expected, row.fixed) == (track.id, "both", 120, True)
    assert "Both, interpreted" in editor.get(address, status=200).words
    assert editor.post_form(f"{address}/change", expected="many", status=422).errors


# -- The tray and cancelled sessions without the board -------------------------------------------------------------


def test_a_session_goes_into_the_tray_and_is_placed_again_by_forms(event, staff):
    session = make_session(event)
    address = f"/manage/delta-2026/agenda/{session.public_id}"
    editor = staff("editor")
    editor.post_form(f"{address}/tray")
    assert "Not placed yet: it lies in the tray" in editor.get(address, status=200).words
    assert "Not placed yet" in editor.get("/manage/delta-2026/agenda", status=200).words
    editor.post_form(f"{address}/move")
    assert db.session.get(AgendaSession, session.id).in_tray is False


def test_a_session_is_cancelled_and_reinstated_by_forms(event, staff):
    session = make_session(event)
    address = f"/manage/delta-2026/agenda/{session.public_id}"
    editor = staff("editor")
    page = editor.get(f"{address}/cancel", status=200)
    editor.post_form(f"{address}/cancel")
    assert "Cancelled" in editor.get(address, status=200).words
    stale = editor.press(page, "Cancel the session", status=409)
    assert any("cancelled “Opening”" in error for error in stale.errors)
    editor.post_form(f"{address}/reinstate")
    assert db.session.get(AgendaSession, session.id).status == "planned"


# -- The history ---------------------------------------------------------------------------------------------------


def test_the_history_tells_who_did_what_and_takes_it_back(event, staff):
    session = make_session(event)
    editor, other = staff("editor"), staff("organiser")
    editor.post_form(f"/manage/delta-2026/agenda/{session.public_id}/delete")
    shown = other.get(HISTORY, status=200)
    assert "Editor 1 deleted “Opening”" in shown.words
    other.post_form(f"{HISTORY}/2/undo")
    assert db.session.query(AgendaSession).one().title_en == "Opening"
    after = other.get(HISTORY, status=200)
    assert "taken back: no. 3" in after.words
    assert "Organiser 2 undid: deleted “Opening”" in after.words
    other.language = "zh"
    assert "删除了“Opening”" in other.get(HISTORY, status=200).words


def test_what_was_changed_since_cannot_be_taken_back(event, staff):
    session = make_session(event)
    change_session(session.id, by=SYSTEM, title_en="Welcome")
    change_session(session.id, by=SYSTEM, title_en="Beginning")
    answer = staff("editor").post_form(f"{HISTORY}/2/undo", status=409)
    assert any("Changed meanwhile by the system" in error for error in answer.errors)


def test_a_change_is_taken_back_once(event, staff):
    delete_session(make_session(event).id, by=SYSTEM)
    editor = staff("editor")
    page = editor.get(f"{HISTORY}/2/undo", status=200)
    editor.press(page, "Undo")
    answer = editor.press(page, "Undo", status=409)
    assert "There is nothing of yours to undo." in answer.errors
    editor.get(f"{HISTORY}/99/undo", status=404)


def test_a_viewer_reads_the_history_and_takes_nothing_back(event, staff):
    make_session(event)
    viewer = staff("viewer")
    assert "Undo" not in viewer.get(HISTORY, status=200).words
    viewer.get(f"{HISTORY}/1/undo", status=403)


# -- What an editor may change -------------------------------------------------------------------------------------


def test_an_owner_limits_an_editor_to_some_tracks_and_halls(event, staff, user_with_role):
    track, hall = add_track(event.id, by=SYSTEM, name_en="Health"), make_hall(event)
    editor, owner = user_with_role("editor"), staff("owner")
    address = f"/manage/delta-2026/team/{editor.public_id}/agenda"
    owner.post_form(address, tracks=[track.public_id], halls=[hall.public_id])
    assert limits_of(event.id, editor.id) == ({track.id}, {hall.id})
    assert "some tracks or halls only" in owner.get("/manage/delta-2026/team", status=200).words
    page = owner.get(address, status=200)
    assert len(page.tree.xpath("//input[@checked]")) == 2
    limit_editor(event.id, editor.id, by=SYSTEM)
    answer = owner.press(page, "Save", status=409, tracks=None, halls=None)
    assert any("changed by someone else" in error for error in answer.errors)


def test_only_an_owner_limits_and_only_members(event, staff, user_with_role):
    stranger = user_with_role(None)
    staff("owner").get(f"/manage/delta-2026/team/{stranger.public_id}/agenda", status=404)
    staff("editor").get(f"/manage/delta-2026/team/{user_with_role('editor').public_id}/agenda", status=403)
    with pytest.raises(NotFound):
        limit_editor(event.id, stranger.id, by=SYSTEM)


def test_a_limit_names_tracks_and_halls_of_this_event(event, new_event, user_with_role):
    other, editor = new_event("other"), user_with_role("editor")
    with pytest.raises(TrackElsewhere):
        limit_editor(event.id, editor.id, by=SYSTEM, track_ids=[add_track(other.id, by=SYSTEM, name_en="Health").id])
    with pytest.raises(HallElsewhere):
        limit_editor(event.id, editor.id, by=SYSTEM, hall_ids=[make_hall(other).id])


def test_a_limit_binds_editors_only_and_goes_with_the_member(event, user_with_role):
    hall, user = make_hall(event), user_with_role("editor")
    by, session = Actor("user", user.id), make_session(event)
    limit_editor(event.id, user.id, by=SYSTEM, hall_ids=[hall.id])
    with pytest.raises(OutsideScope):
        change_session(session.id, by=by, title_en="Mine")
    with pytest.raises(OutsideScope):
        add_track(event.id, by=by, name_en="Mine")
    set_role(event.id, user.email, "organiser", by=SYSTEM)
    change_session(session.id, by=by, title_en="Mine")
    remove_member(event.id, user.id, by=SYSTEM)
    assert db.session.query(EditorScope).all() == []
