"""The service worker of an event's site, as the server gives it."""

from __future__ import annotations

import json
from collections.abc import Callable

from eventapp.events.models import Event
from tests.ground.visitors import Visitor


def test_the_worker_knows_its_own_site_only_and_tells_the_age_in_both_languages(event: Event, client: Visitor) -> None:
    answer = client.get("/e/delta-2026/sw.js", status=200)
    assert answer.mimetype == "text/javascript"
    site = json.loads(answer.get_data(as_text=True).partition(";\n")[0].removeprefix("const SITE = "))
    assert site["root"] == "/e/delta-2026/"
    assert all(page.startswith("/e/delta-2026/") for page in site["pages"])
    for page in site["pages"]:
        client.get(page, status=200)
    assert "{time}" in site["words"]["kept"]["en"]
    assert "离线" in site["words"]["other"]["zh"]
    client.get("/e/delta-2026/sw.js", status=304, headers={"If-None-Match": answer.headers["ETag"]})


def test_a_draft_and_an_event_that_there_is_not_have_no_worker(
    new_event: Callable[..., Event], client: Visitor
) -> None:
    new_event(slug="draft", state="draft")
    client.get("/e/draft/sw.js", status=404)
    client.get("/e/nowhere/sw.js", status=404)
