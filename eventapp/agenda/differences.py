"""What is different between two agendas, one by one, as guests and speakers would tell it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from eventapp.agenda.release import Content, ReleasedItem, ReleasedPart, ReleasedSession

Thing = TypeVar("Thing", ReleasedItem, ReleasedPart)

# Every kind of difference, under the word it is counted by.
GROUPS: dict[str, tuple[str, ...]] = {
    "added": ("added",),
    "cancelled": ("dropped", "cancelled"),
    "reinstated": ("reinstated",),
    "moved": ("time", "hall"),
    "renamed": ("title",),
    "people": ("person_added", "person_dropped", "person_replaced", "part_changed", "parts_order"),
    "details": (
        "kind", "track", "language", "summary", "item_added", "item_dropped", "item_title", "item_kind", "item_minutes",
        "item_summary", "items_order",
    ),
}  # fmt: skip
GROUP_OF = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
# Fields of a session that are told one by one, each by its kind of difference.
SESSION_FIELDS = {
    "time": ("starts_at", "ends_at"),
    "hall": ("hall",),
    "title": ("title_en", "title_zh"),
    "kind": ("kind",),
    "track": ("track",),
    "language": ("language",),
    "summary": ("summary_en", "summary_zh"),
}
ITEM_FIELDS = {
    "item_title": ("title_en", "title_zh"),
    "item_kind": ("kind",),
    "item_minutes": ("minutes",),
    "item_summary": ("summary_en", "summary_zh"),
}
SUBJECT = ("person", "organisation", "object_en", "object_zh")


@dataclass(frozen=True)
class Difference:
    """One thing that is different; `old` is None for a session that is new, `new` for one that is gone.

    `item` and `part` are those that it is about, as they are now or as they last were; `old_part` is whom `part` replaces.
    """

    kind: str
    old: ReleasedSession | None
    new: ReleasedSession | None
    old_item: ReleasedItem | None = None
    item: ReleasedItem | None = None
    old_part: ReleasedPart | None = None
    part: ReleasedPart | None = None

    @property
    def group(self) -> str:
        return GROUP_OF[self.kind]

    @property
    def session(self) -> ReleasedSession:
        """The session as it is now, or as it last was."""
        session = self.new or self.old
        assert session is not None
        return session

    @property
    def people(self) -> frozenset[str]:
        """Whose part it is about; of an item everybody in it, and of the whole session everybody there, before or after."""
        parts = [part for part in (self.old_part, self.part) if part is not None]
        if parts:
            return frozenset(part.person for part in parts if part.person)
        items = [item for item in (self.old_item, self.item) if item is not None]
        sessions = [session for session in (self.old, self.new) if session is not None]
        return frozenset().union(*(whole.people for whole in items or sessions))


def differences(old: Content, new: Content) -> list[Difference]:
    """Everything that is different, by the time of the sessions; empty exactly if the two are the same agenda."""
    before, after = _by_identity(old), _by_identity(new)
    order = sorted({**before, **after}.items(), key=lambda pair: (pair[1].starts_at, pair[0]))
    return [difference for key, _session in order for difference in _of_session(before.get(key), after.get(key))]


def counted(found: Iterable[Difference]) -> dict[str, int]:
    """How many there are of each group, in the order of GROUPS; groups without any are left out."""
    counts = Counter(difference.group for difference in found)
    return {group: counts[group] for group in GROUPS if counts[group]}


def _by_identity(content: Content) -> dict[tuple[str, str], ReleasedSession]:
    return {(session.uuid, session.id): session for session in content.sessions}


def _of_session(old: ReleasedSession | None, new: ReleasedSession | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference("added" if old is None else "dropped", old, new)
        return
    if old.status != new.status:
        yield Difference("cancelled" if new.status == "cancelled" else "reinstated", old, new)
    yield from (Difference(kind, old, new) for kind in _changed(old, new, SESSION_FIELDS))
    yield from _of_items(old, new)


def _of_items(old: ReleasedSession, new: ReleasedSession) -> Iterator[Difference]:
    pairs = _pairs(old.items, new.items)
    for before, after in pairs:
        if before is None or after is None:
            kind = "item_added" if before is None else "item_dropped"
            yield Difference(kind, old, new, old_item=before, item=after or before)
            parts = after.parts if after else before.parts if before else ()
            yield from _coming_and_going(old, new, after or before, parts, came=before is None)
            continue
        changed = _changed(before, after, ITEM_FIELDS)
        yield from (Difference(kind, old, new, old_item=before, item=after) for kind in changed)
        yield from _of_parts(Difference("", old, new, old_item=before, item=after))
    if _in_other_order(old.items, new.items):
        yield Difference("items_order", old, new)


def _coming_and_going(
    old: ReleasedSession, new: ReleasedSession, item: ReleasedItem | None, parts: Iterable[ReleasedPart], *, came: bool
) -> Iterator[Difference]:
    for part in parts:
        if came:
            yield Difference("person_added", old, new, item=item, part=part)
        else:
            yield Difference("person_dropped", old, new, item=item, old_part=part)


def _of_parts(about: Difference) -> Iterator[Difference]:
    old_item, item = about.old_item, about.item
    assert old_item is not None
    assert item is not None
    pairs = _pairs(old_item.parts, item.parts)
    for before, after in pairs:
        kind = _kind_of_part(before, after)
        if kind:
            yield replace(about, kind=kind, old_part=before, part=after)
    if _in_other_order(old_item.parts, item.parts):
        yield replace(about, kind="parts_order")


def _kind_of_part(before: ReleasedPart | None, after: ReleasedPart | None) -> str:
    if before is None:
        return "person_added"
    if after is None:
        return "person_dropped"
    if any(getattr(before, name) != getattr(after, name) for name in SUBJECT):
        return "person_replaced"
    return "part_changed" if before != after else ""


def _changed(old: Any, new: Any, fields: dict[str, tuple[str, ...]]) -> list[str]:
    return [kind for kind, names in fields.items() if any(getattr(old, name) != getattr(new, name) for name in names)]


def _pairs(old: Sequence[Thing], new: Sequence[Thing]) -> list[tuple[Thing | None, Thing | None]]:
    """The same things before and after, in the new order; what is gone comes last."""
    before: dict[str, Thing] = {thing.id: thing for thing in old}
    after: dict[str, Thing] = {thing.id: thing for thing in new}
    ids = [*after, *(key for key in before if key not in after)]
    return [(before.get(key), after.get(key)) for key in ids]


def _in_other_order(old: Sequence[Thing], new: Sequence[Thing]) -> bool:
    """Whether those that are in both stand in another order."""
    return _common(old, new) != _common(new, old)


def _common(these: Sequence[Thing], those: Sequence[Thing]) -> list[str]:
    ids = {thing.id for thing in those}
    return [thing.id for thing in these if thing.id in ids]
