"""Whom a difference between two agendas concerns, and what of it each of them may know. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from eventapp.agenda.differences import Difference
from eventapp.agenda.release import ReleasedPart, ReleasedSession

# Who has which part: the part's id and the person's.
Held = frozenset[tuple[str, str]]
# What everybody is told who comes to the session or is in it.
TO_ALL = frozenset(
    {"added", "dropped", "cancelled", "reinstated", "time", "hall", "title"}
    | {"person_added", "person_dropped", "person_replaced"}
)
# What those in the session are told besides, since their own turn may come at another time.
TO_ALL_ON_STAGE = frozenset({"item_added", "item_dropped", "item_minutes", "items_order"})
# What only those are told who are in the very item, or whose part it is.
TO_THOSE_IN_IT = frozenset({"item_title", "item_kind", "part_changed"})


def by_session(found: Iterable[Difference]) -> dict[str, list[Difference]]:
    """What guests of each session are told, by its uuid."""
    told: dict[str, list[Difference]] = {}
    for difference in found:
        if difference.kind in TO_ALL and _matters(difference):
            told.setdefault(difference.session.uuid, []).append(difference)
    return told


def by_person(found: Iterable[Difference], gone: Held) -> dict[str, list[Difference]]:
    """What everybody with a part is told, by the person; `gone` is who had which part and has it no more."""
    told: dict[str, list[Difference]] = {}
    for difference in found:
        if _matters(difference):
            for person in _told_of(difference, gone):
                told.setdefault(person, []).append(difference)
    return told


def as_known(found: Iterable[Difference], known: Collection[str], gone: Held = frozenset()) -> list[Difference]:
    """The same without those people whose names the reader may not know: `known` are those that may be named.

    Nobody is told that somebody comes who is `gone`.
    """
    return [seen for difference in found if (seen := _as_known(difference, known, gone))]


def _matters(difference: Difference) -> bool:
    """Whether anybody comes to it, or would have: of what is cancelled only that is told, and only once."""
    if difference.new is None:
        return difference.old is not None and difference.old.status == "planned"
    return difference.new.status == "planned" or difference.kind == "cancelled"


def _told_of(difference: Difference, gone: Held) -> set[str]:
    there = set().union(*(_holders(session, gone) for session in (difference.old, difference.new) if session))
    if difference.kind in TO_ALL | TO_ALL_ON_STAGE:
        return there
    return there & difference.people if difference.kind in TO_THOSE_IN_IT else set()


def _holders(session: ReleasedSession, gone: Held) -> set[str]:
    parts = (part for item in session.items for part in item.parts)
    return {part.person for part in parts if part.person and (part.id, part.person) not in gone}


def _as_known(difference: Difference, known: Collection[str], gone: Held) -> Difference | None:
    if difference.part is None and difference.old_part is None:
        return difference
    old, new = (_if_known(part, known) for part in (difference.old_part, difference.part))
    new = None if new is not None and (new.id, new.person) in gone else new
    if old is None and new is None:
        return None
    if difference.kind != "person_replaced" or (old and new):
        return difference if (old or new) else None
    return replace(difference, kind="person_added" if new else "person_dropped", old_part=old, part=new)


def _if_known(part: ReleasedPart | None, known: Collection[str]) -> ReleasedPart | None:
    return part if part is not None and (not part.person or part.person in known) else None
