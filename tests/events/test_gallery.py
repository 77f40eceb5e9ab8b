"""The gallery of shared pieces: whole in development, not there in production."""

from __future__ import annotations

import pytest

from eventapp.events.lattice import PATTERNS
from tests.ground.visitors import Visitor


@pytest.mark.settings(app_env="development")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_gallery_shows_every_shared_piece(client: Visitor, language: str) -> None:
    client.language = language
    page = client.get("/manage/gallery", status=200)
    shown = {name for names in page.tree.xpath("//@class") for name in names.split()}
    pieces = {
        "title",
        "button-primary",
        "field-error",
        "error-summary",
        "notice-danger",
        "badge-waiting",
        "stat-number",
    }
    assert (
        pieces | {"pagination", "empty", "table-region", "person", "organisations", "kind-ceremony", "cover"} <= shown
    )
    for pattern in PATTERNS:
        client.get(f"/manage/gallery/{pattern}.svg", status=200)
    client.get("/manage/gallery/brick.svg", status=404)


def test_the_gallery_is_for_development_only(client: Visitor) -> None:
    client.get("/manage/gallery", status=404)
