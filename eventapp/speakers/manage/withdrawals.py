"""Somebody cannot come: what that touches, what becomes of it, and back."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda import words as agenda_words
from eventapp.agenda.errors import Clashes
from eventapp.errors import Refused, Stale
from eventapp.speakers import actions
from eventapp.speakers.forms.withdrawing import ALL, WithdrawForm, withdraw_form
from eventapp.speakers.manage.speakers import BOTH, SPEAKER, answer, blueprint, load
from eventapp.speakers.queries.withdrawals import change_of, standing_withdrawal, touched_by
from eventapp.speakers.settling import seen_parts
from eventapp.web import see_other

PAGE = f"{SPEAKER}/cannot-come"


@blueprint.route(PAGE, methods=BOTH)
@allow("agenda:change")
def withdraw(event: str, person: str) -> Response:
    """All that it touches that somebody cannot come, and what becomes of each part."""
    row = load(person)
    form = withdraw_form(row.person, row.parts)
    if not form.validate_on_submit():
        return _page(person, form, 422 if form.is_submitted() else 200)
    try:
        actions.withdraw_person(
            current_event().id,
            row.person.id,
            form.settled,
            by=current_actor(),
            seen=form.seen.data or "",
            reason=form.reason.data or "",
            at_once=form.at_once.data,
            despite_clashes=request.form.get("despite_clashes") == "1",
        )
    except Refused as refusal:
        return _page(person, form, refusal.status, refusal)
    flash(_("Settled. It can be taken back here, or on the board."), "good")
    return _back_to_page(event, person)


@blueprint.post(f"{PAGE}/back")
@allow("agenda:change")
def come_after_all(event: str, person: str) -> Response:
    """Have everything stand as before."""
    row = load(person)
    despite = request.form.get("despite_clashes") == "1"
    try:
        actions.take_back_withdrawal(current_event().id, row.person.id, by=current_actor(), despite_clashes=despite)
    except Refused as refusal:
        return _page(person, withdraw_form(row.person, row.parts), refusal.status, refusal, taking_back=True)
    flash(_("Taken back. Everything stands as before."), "good")
    return _back_to_page(event, person)


def _back_to_page(event: str, person: str) -> Response:
    return see_other(url_for("speakers_manage.withdraw", event=event, person=person))


def _page(
    person: str, form: WithdrawForm, status: int = 200, refusal: Refused | None = None, *, taking_back: bool = False
) -> Response:
    row, here = load(person), current_event()
    if isinstance(refusal, Stale):
        # What is shown below is what is there now, and that is what is settled next.
        form.seen.data = seen_parts(row.parts)
    if refusal is not None and not taking_back:
        form.refuse(refusal)
    withdrawal = standing_withdrawal(here.id, row.person.id)
    return answer(
        "speakers/withdraw.html",
        status,
        row=row,
        form=form,
        all_parts=ALL,
        shown_parts=[planned for planned in row.parts if f"way_{planned.part.public_id}" in form],
        touched=touched_by(here, row.person),
        withdrawal=withdrawal,
        change=change_of(withdrawal) if withdrawal else None,
        refusal=refusal if taking_back else None,
        clashes=isinstance(refusal, Clashes) and not refusal.blocked,
        words=agenda_words,
    )
