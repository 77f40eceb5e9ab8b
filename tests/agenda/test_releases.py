"""Releases: what the public sees is the latest one, and no release ever changes."""

from __future__ import annotations

from tests.agenda.stage import make_item, make_part, make_person, make_session, publish


def test_a_draft_is_not_public_before_it_is_released(event, client):
    session = make_session(event)
    make_part(make_item(session, 20, title_en="Speech"), make_person())
    assert "The agenda is not out yet" in client.get("/e/delta-2026/agenda", status=200).words
    publish(event)
    page = client.get("/e/delta-2026/agenda", status=200)
    assert "Opening" in page.words
    assert "Lan Chen" in page.words
