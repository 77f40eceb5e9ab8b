"""Agendas as releases hold them, made up by hand and at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from eventapp.agenda.models import ITEM_KINDS, PART_MODES, PART_ROLES, SESSION_KINDS, SESSION_LANGUAGES, SESSION_STATES
from eventapp.agenda.release import Content, ReleasedItem, ReleasedPart, ReleasedSession

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def part(key: str = "p1", person: str = "lan", **values: Any) -> ReleasedPart:
    return ReleasedPart(key, **{"role": "speaker", "person": person, **values})


def item(key: str = "i1", *parts: ReleasedPart, **values: Any) -> ReleasedItem:
    return ReleasedItem(key, **{"kind": "speech", "title_en": "Welcome", "minutes": 20, "parts": parts, **values})


def session(key: str = "s1", *items: ReleasedItem, hour: float = 9, **values: Any) -> ReleasedSession:
    """An hour's session, called Opening, at an hour of the first day."""
    starts = NINE + timedelta(hours=hour - 9)
    told = {"kind": "keynote", "title_en": "Opening", "title_zh": "开幕", "starts_at": starts, "hall": "lake"}
    told |= {"ends_at": starts + timedelta(hours=1), **values}
    return ReleasedSession(f"uuid-{key}", key, items=items, **told)


def agenda(*sessions: ReleasedSession) -> Content:
    return Content(sessions, zone=ZONE)


class Called:
    """Names that are the ids, so that sentences can be read."""

    def person(self, public_id: str) -> str:
        return public_id.title()

    organisation = hall = track = person


# -- At random -----------------------------------------------------------------------------------------------------

TEXT = st.sampled_from(["", "Opening", "Lake & <b>Garden</b>", "开幕 🚀"])
IDS = st.sampled_from(["a", "b", "c", "d"])
parts = st.builds(
    ReleasedPart, id=IDS, role=st.sampled_from(PART_ROLES), side=st.sampled_from(["", "first"]),
    mode=st.sampled_from(PART_MODES), person=st.sampled_from(["lan", "mei", "bo"]), as_en=TEXT, as_zh=TEXT,
) | st.builds(ReleasedPart, id=IDS, role=st.just("presenter"), organisation=st.sampled_from(["works", "school"]))  # fmt: skip


def _unique(found: list[Any]) -> tuple[Any, ...]:
    return tuple({thing.id: thing for thing in found}.values())


items = st.builds(
    ReleasedItem, id=IDS, kind=st.sampled_from(ITEM_KINDS), title_en=TEXT, title_zh=TEXT, summary_en=TEXT,
    summary_zh=TEXT, minutes=st.sampled_from([0, 5, 20]), parts=st.lists(parts, max_size=3).map(_unique),
)  # fmt: skip


@st.composite
def sessions(draw: Any) -> ReleasedSession:
    key, starts = draw(IDS), NINE + timedelta(minutes=5 * draw(st.integers(0, 200)))
    return ReleasedSession(
        uuid=f"uuid-{key}", id=key, kind=draw(st.sampled_from(SESSION_KINDS)), starts_at=starts,
        ends_at=starts + timedelta(minutes=draw(st.sampled_from([20, 60]))), sequence=draw(st.integers(0, 5)),
        status=draw(st.sampled_from(SESSION_STATES)), title_en=draw(TEXT), title_zh=draw(TEXT),
        summary_en=draw(TEXT), summary_zh=draw(TEXT), hall=draw(st.sampled_from(["", "lake", "garden"])),
        track=draw(st.sampled_from(["", "chips"])), language=draw(st.sampled_from(SESSION_LANGUAGES)),
        items=draw(st.lists(items, max_size=3).map(_unique)),
    )  # fmt: skip


agendas = st.lists(sessions(), max_size=4).map(lambda found: agenda(*_unique(found)))


@st.composite
def changed_agendas(draw: Any) -> tuple[Content, Content]:
    """An agenda, and the same with a field or two of a session, an item or a part changed, or another one altogether."""
    old = draw(agendas)
    new = [_touched(draw, one) if draw(st.booleans()) else one for one in old.sessions]
    return old, draw(st.sampled_from([agenda(*new), agenda(*reversed(new)), draw(agendas)]))


def _touched(draw: Any, one: ReleasedSession) -> ReleasedSession:
    other = draw(sessions())
    field = draw(
        st.sampled_from(["title_en", "title_zh", "summary_zh", "hall", "track", "language", "status", "kind", "items"])
    )
    if field != "items" or not one.items:
        return replace(one, **{field: getattr(other, field)})
    return replace(one, items=(_touched_item(draw, one.items[0]), *one.items[1:]))


def _touched_item(draw: Any, one: ReleasedItem) -> ReleasedItem:
    other = draw(items)
    field = draw(st.sampled_from(["title_en", "title_zh", "summary_en", "kind", "minutes", "parts", "order"]))
    if field == "order":
        return replace(one, parts=tuple(reversed(one.parts)))
    return replace(one, **{field: getattr(other, field)})
