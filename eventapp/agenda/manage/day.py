"""On the day: the running order of every hall, what is started, ended, put off and cancelled, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import Response, flash, jsonify, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda import actions
from eventapp.agenda.actions.live import checked_plan, open_session_of
from eventapp.agenda.delays import Standing, collisions
from eventapp.agenda.errors import MinutesOutOfRange
from eventapp.agenda.forms.live import DelayForm, whole_minutes
from eventapp.agenda.manage.pages import BOTH, answer, blueprint
from eventapp.agenda.models import LiveChange, LiveSession
from eventapp.agenda.queries.live import (
    LiveAgenda,
    live_agenda,
    live_changes_of,
    seen_of,
    state_of_day,
    what_was_done,
    who_did,
)
from eventapp.agenda.queries.live_words import ToldPlan, tell_collisions, tell_plan
from eventapp.agenda.queries.telling import heading_of
from eventapp.agenda.release import ReleasedSession
from eventapp.agenda.shown import AgendaDay
from eventapp.clock import now
from eventapp.errors import NotFound, Refused, Stale
from eventapp.events.models import Hall
from eventapp.web import no_store, see_other

DAY = "/manage/<event>/agenda/day"
SESSION = f"{DAY}/<session>"
# The delays that one tap previews; any other number is typed.
STEPS = (5, 7, 10)
MOST_CHANGES = 60


@dataclass(frozen=True)
class Row:
    """A session in the running order of its hall."""

    session: ReleasedSession
    standing: Standing
    live: LiveSession | None
    at: datetime

    @property
    def is_moved(self) -> bool:
        return self.standing.times != self.standing.planned and not self.standing.cancelled

    @property
    def is_over(self) -> bool:
        return self.standing.ended

    @property
    def runs(self) -> bool:
        return self.standing.started and self.standing.takes_place

    @property
    def runs_over(self) -> bool:
        return self.runs and self.standing.ends <= self.at

    @property
    def is_due(self) -> bool:
        """Whether it should have begun by now."""
        return self.standing.takes_place and not self.standing.started and self.standing.starts <= self.at

    @property
    def may_come_earlier(self) -> bool:
        """Whether time that was lost can be got back."""
        place = 1 if self.standing.started else 0
        return self.standing.times[place] > self.standing.planned[place]


@blueprint.get(DAY)
@allow("agenda:read")
def day(event: str) -> Response:
    """The running order of a day by hall: today's, or that of ?day=2026-11-23."""
    here, at = current_event(), now()
    live = live_agenda(here.id)
    if live is None:
        return answer("agenda/day.html", live=None, days=[])
    days = sorted({live.day_of(uuid) for uuid in live.sessions})
    shown = _day_asked(days, live.day_at(at))
    standings = live.on_day(shown) if shown else []
    rows = [Row(live.sessions[one.uuid], one, live.rows.get(one.uuid), at) for one in standings]
    changes = live_changes_of(here.id)[:MOST_CHANGES]
    return answer(
        "agenda/day.html",
        live=live,
        days=[AgendaDay(one, here.time_zone, ()) for one in days],
        shown=shown,
        at=at,
        is_today=shown == live.day_at(at),
        halls=_by_hall(rows, live),
        collisions=tell_collisions(collisions(standings, live.ways), live),
        changes=changes,
        last=next((change for change in changes if change.undone_at is None), None),
        who=who_did,
        what=lambda change: what_was_done(change, live),
        steps=STEPS,
        heading=heading_of,
    )


@blueprint.get(f"{DAY}/state")
@allow("agenda:read")
def day_state(event: str) -> Response:
    """A short name for how the day stands, for the page that is open: another one means to look again."""
    return no_store(jsonify(state=state_of_day(current_event().id)))


@blueprint.route(f"{SESSION}/delay", methods=BOTH)
@allow("agenda:change")
def delay(event: str, session: str) -> Response:
    """Look at the rest of the day as it would be, with ?minutes=7; its button publishes exactly that."""
    here = current_event()
    live, found = _load(session)
    form = DelayForm(minutes=_minutes_asked())
    back, status, stale = _back(live, found), 200, False
    if form.is_submitted() and form.validate():
        try:
            change = actions.delay_session(
                here.id, found.uuid, minutes=form.number(), by=current_actor(), seen=form.version.data or ""
            )
        except Refused as refusal:
            form.refuse(refusal)
            status, stale = refusal.status, isinstance(refusal, Stale)
            live, found = _load(session)
        else:
            flash(_("Published: %(what)s.", what=what_was_done(change, live)), "good")
            return see_other(back)
    elif form.is_submitted():
        status = 422
    return _shown_delay(form, live, found, status, stale=stale, back=back)


@blueprint.post(f"{SESSION}/start")
@allow("agenda:change")
def start_session(event: str, session: str) -> Response:
    """Note that it has begun."""
    return _act(session, actions.start_session)


@blueprint.post(f"{SESSION}/end")
@allow("agenda:change")
def end_session(event: str, session: str) -> Response:
    """Note that it is over."""
    return _act(session, actions.end_session)


@blueprint.post(f"{SESSION}/cancel")
@allow("agenda:change")
def cancel_on_the_day(event: str, session: str) -> Response:
    """Have it not take place; guests see that at once."""
    return _act(session, actions.cancel_on_the_day)


@blueprint.post(f"{SESSION}/reinstate")
@allow("agenda:change")
def reinstate_on_the_day(event: str, session: str) -> Response:
    """Have it take place after all."""
    return _act(session, actions.reinstate_on_the_day)


@blueprint.post(f"{DAY}/changes/<int:number>/undo")
@allow("agenda:change")
def undo_live_change(event: str, number: int) -> Response:
    """Take a change of the day back, whoever made it."""
    here = current_event()
    back = url_for(".day", event=event, day=request.form.get("day") or None)
    try:
        actions.undo_live_change(here.id, number, by=current_actor())
    except NotFound:
        raise
    except Refused as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("Taken back. Everything stands as before."), "good")
    return see_other(back)


def _act(public_id: str, action: Callable[..., LiveChange]) -> Response:
    live, found = _load(public_id)
    try:
        change = action(live.event.id, found.uuid, by=current_actor())
    except NotFound:
        raise
    except Refused as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("Published: %(what)s.", what=what_was_done(change, live)), "good")
    return see_other(_back(live, found))


def _shown_delay(
    form: DelayForm, live: LiveAgenda, found: ReleasedSession, status: int, *, stale: bool, back: str
) -> Response:
    told: ToldPlan | None = None
    number = form.number()
    try:
        open_session_of(live, found.uuid)
        plan = checked_plan(live, found.uuid, number, now())
    except Refused as refusal:
        nothing_asked = isinstance(refusal, MinutesOutOfRange) and "minutes" not in request.args
        if status == 200 and not nothing_asked:
            form.refuse(refusal)
            status = refusal.status
    else:
        told = tell_plan(plan, live)
        form.version.data = seen_of(live, plan)
    return answer(
        "agenda/day_delay.html", status, form=form, told=told, number=number, session=found, stale=stale, back=back,
        standing=live.standing_of(found.uuid), live=live, heading=heading_of, steps=STEPS,
    )  # fmt: skip


def _load(public_id: str) -> tuple[LiveAgenda, ReleasedSession]:
    live = live_agenda(current_event().id)
    found = next((one for one in live.sessions.values() if one.id == public_id), None) if live else None
    if live is None or found is None:
        raise NotFound
    return live, found


def _back(live: LiveAgenda, found: ReleasedSession) -> str:
    day = live.day_of(found.uuid)
    return url_for(".day", event=live.event.slug, day=day.isoformat(), _anchor=f"s-{found.id}")


def _minutes_asked() -> int:
    """The minutes of the address; the button "earlier" makes them fewer than none."""
    number = whole_minutes(request.args.get("minutes", ""))
    return -number if request.args.get("way") == "earlier" else number


def _day_asked(days: list[date], today: date) -> date | None:
    """The day of ?day=, today, or the next one on which there is something."""
    asked = request.args.get("day", "")
    wanted = [day for day in days if day.isoformat() == asked] or [day for day in days if day >= today]
    return wanted[0] if wanted else (days[-1] if days else None)


def _by_hall(rows: list[Row], live: LiveAgenda) -> list[tuple[Hall | None, list[Row]]]:
    return [(live.halls.get(hall), list(found)) for hall, found in groupby(rows, key=lambda row: row.session.hall)]
