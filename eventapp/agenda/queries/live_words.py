"""What a delay does, in sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.agenda.delays import Collision, Move, Plan
from eventapp.agenda.queries.live import LiveAgenda
from eventapp.agenda.queries.releases import Names, names_for
from eventapp.agenda.queries.telling import heading_of
from eventapp.agenda.release import ReleasedSession
from eventapp.i18n import format_clock


@dataclass(frozen=True)
class ToldMove:
    """A session that moves, from when to when, and why."""

    session: ReleasedSession
    move: Move
    minutes: int
    why: str


@dataclass(frozen=True)
class ToldPlan:
    """The rest of a day after a delay, in words. `people` are those in the sessions that move, in their order."""

    moves: list[ToldMove]
    absorbed: list[str]
    kept: list[str]
    collisions: list[str]
    people: list[str]


def tell_plan(plan: Plan, live: LiveAgenda) -> ToldPlan:
    moved = [live.as_it_stands(move.uuid) for move in plan.moves]
    clashing = [live.as_it_stands(uuid) for one in plan.collisions for uuid in (one.first, one.second)]
    names = names_for(live.event.id, moved, clashing)
    people = dict.fromkeys(person for session in moved for person in _in_order(session))
    return ToldPlan(
        moves=[_move(move, live, names) for move in plan.moves],
        absorbed=[
            ngettext(
                "One free minute between “%(first)s” and “%(second)s” is used up.",
                "%(num)s free minutes between “%(first)s” and “%(second)s” are used up.",
                one.minutes, first=_name(one.first, live), second=_name(one.second, live),
            )
            for one in plan.absorbed
        ],
        kept=[_("“%(session)s” stays at %(time)s.", session=_name(uuid, live), time=_starts(uuid, live)) for uuid in plan.kept],
        collisions=tell_collisions(plan.collisions, live, names, plan),
        people=[names.person(person) for person in people],
    )  # fmt: skip


def tell_collisions(
    found: Sequence[Collision], live: LiveAgenda, names: Names | None = None, plan: Plan | None = None
) -> list[str]:
    """What does not go together any more, one sentence each."""
    if not found:
        return []
    sessions = [live.as_it_stands(uuid) for one in found for uuid in (one.first, one.second)]
    known = names or names_for(live.event.id, sessions)
    return [_collision(one, live, known, plan) for one in found]


def _collision(one: Collision, live: LiveAgenda, names: Names, plan: Plan | None) -> str:
    told = {
        "first": _name(one.first, live), "second": _name(one.second, live), "number": one.minutes, "needs": one.needs,
        "time": _starts(one.second, live, plan), "person": names.person(one.person) if one.person else "",
    }  # fmt: skip
    if one.kind == "hall":
        return _("“%(first)s” runs %(number)s min into “%(second)s” at %(time)s, in the same hall.", **told)
    if one.kind == "person":
        return _("%(person)s is needed in “%(first)s” and in “%(second)s” at once, for %(number)s min.", **told)
    if one.kind == "turnaround":
        return _(
            "Only %(number)s min are left between “%(first)s” and “%(second)s”; the hall needs %(needs)s to be made ready.",
            **told,
        )
    return _("%(person)s has only %(number)s min from “%(first)s” to “%(second)s”; the way takes %(needs)s.", **told)


def _move(move: Move, live: LiveAgenda, names: Names) -> ToldMove:
    minutes = (move.after[1] - move.before[1]) // timedelta(minutes=1)
    return ToldMove(live.sessions[move.uuid], move, minutes, _why(move, live, names))


def _why(move: Move, live: LiveAgenda, names: Names) -> str:
    if not move.by:
        return ""
    if move.person:
        return _("%(person)s comes from “%(session)s”", person=names.person(move.person), session=_name(move.by, live))
    return _("follows “%(session)s”", session=_name(move.by, live))


def _in_order(session: ReleasedSession) -> Iterable[str]:
    return (part.person for item in session.items for part in item.parts if part.person)


def _name(uuid: str, live: LiveAgenda) -> str:
    return heading_of(live.sessions[uuid])


def _starts(uuid: str, live: LiveAgenda, plan: Plan | None = None) -> str:
    times = plan.times.get(uuid) if plan else None
    return format_clock(times[0] if times else live.standing_of(uuid).starts, live.event.time_zone)
