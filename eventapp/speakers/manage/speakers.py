"""The organisers' side: who is asked, who answered, what they wrote."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda import words as agenda_words
from eventapp.agenda.errors import Clashes
from eventapp.clock import now
from eventapp.errors import NotFound, Refused
from eventapp.i18n import current_language
from eventapp.speakers import actions, words
from eventapp.speakers.errors import NotInvited
from eventapp.speakers.forms import ApproveForm, InviteForm, NoteForm, PlanForm
from eventapp.speakers.models import SpeakerInvitation
from eventapp.speakers.queries import (
    SpeakerRow,
    passes_without_part,
    proposal_of,
    reminder_days,
    speaker_pass,
    speaker_row,
    speaker_rows,
)
from eventapp.speakers.queries.withdrawals import standing_withdrawal
from eventapp.web import no_store, see_other

blueprint = Blueprint("speakers_manage", __name__)

SPEAKER = "/manage/<event>/speakers/<person>"
BOTH = ["GET", "POST"]

FILTERS = {
    "": lambda row: True,
    "uninvited": lambda row: not row.invitation or row.state == "drafted",
    "open": lambda row: row.open_parts > 0,
    "declined": lambda row: row.declined_parts > 0,
    "approve": lambda row: row.awaits_approval,
    "missing": lambda row: bool(row.missing),
}


@blueprint.get("/manage/<event>/speakers")
@allow("agenda:read")
def overview(event: str) -> Response:
    """Everybody with a part: what they answered, what is missing, when they are reminded."""
    here = current_event()
    rows = speaker_rows(here, now())
    show = request.args.get("show", "")
    chosen = FILTERS.get(show, FILTERS[""])
    return answer(
        "speakers/overview.html",
        rows=[row for row in rows if chosen(row)],
        show=show if show in FILTERS else "",
        counts={name: sum(map(wanted, rows)) for name, wanted in FILTERS.items()},
        days=reminder_days(here.id),
        without_part=passes_without_part(here),
        words=agenda_words,
    )


@blueprint.route("/manage/<event>/speakers/plan", methods=BOTH)
@allow("agenda:change")
def plan(event: str) -> Response:
    """When speakers who have not answered are reminded."""
    here = current_event()
    form = PlanForm(data={"days": ", ".join(map(str, reminder_days(here.id)))})
    if form.validate_on_submit():
        actions.set_reminder_days(here.id, form.parsed, by=current_actor())
        flash(_("Saved. The dates of all open reminders follow it."), "good")
        return see_other(url_for("speakers_manage.overview", event=event))
    return answer("speakers/plan.html", 422 if form.is_submitted() else 200, form=form)


@blueprint.get(SPEAKER)
@allow("agenda:read")
def speaker(event: str, person: str) -> Response:
    """One person: parts, answers, what they wrote beside what the site shows."""
    return _speaker_page(load(person))


@blueprint.route(f"{SPEAKER}/invite", methods=BOTH)
@allow("agenda:change")
def invite(event: str, person: str) -> Response:
    """Write to a person, or keep a draft."""
    row = load(person)
    form = InviteForm(row.invitation, current_language())
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _send_or_keep(row, form)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            return see_other(url_for("speakers_manage.speaker", event=event, person=person))
    return answer("speakers/invite.html", status, form=form, row=row, words=agenda_words)


@blueprint.post(f"{SPEAKER}/remind")
@allow("agenda:change")
def remind(event: str, person: str) -> Response:
    """Send a reminder now."""
    row = load(person)
    try:
        actions.remind_speaker(_invited(row).id, by=current_actor())
    except Refused as refusal:
        return _speaker_page(load(person), refusal=refusal)
    flash(_("The reminder is on its way."), "good")
    return see_other(url_for("speakers_manage.speaker", event=event, person=person))


@blueprint.post(f"{SPEAKER}/reminders/stop")
@allow("agenda:change")
def stop(event: str, person: str) -> Response:
    actions.stop_reminders(_invited(load(person)).id, by=current_actor())
    flash(_("No more reminders go out by themselves."), "good")
    return see_other(url_for("speakers_manage.speaker", event=event, person=person))


@blueprint.post(f"{SPEAKER}/reminders/resume")
@allow("agenda:change")
def resume(event: str, person: str) -> Response:
    actions.resume_reminders(_invited(load(person)).id, by=current_actor())
    flash(_("Reminders go out by plan again."), "good")
    return see_other(url_for("speakers_manage.speaker", event=event, person=person))


@blueprint.post(f"{SPEAKER}/approve")
@allow("agenda:change")
def approve(event: str, person: str) -> Response:
    """Put on the site what the speaker wrote."""
    row, form = load(person), ApproveForm()
    try:
        actions.approve_words(
            _invited(row).id,
            by=current_actor(),
            seen=form.seen.data or "",
            only=request.form.getlist("change"),
            despite_clashes=form.despite_clashes.data == "1",
        )
    except Refused as refusal:
        return _speaker_page(load(person), refusal=refusal)
    flash(_("It is on the site now."), "good")
    return see_other(url_for("speakers_manage.speaker", event=event, person=person))


@blueprint.post(f"{SPEAKER}/parts/<part>/answer")
@allow("agenda:change")
def note(event: str, person: str, part: str) -> Response:
    """Note what somebody said by phone."""
    row, form = load(person), NoteForm()
    if not form.validate_on_submit():
        return _speaker_page(row, form=form, part=part)
    heard = {"word": form.word.data or "", "seen": form.seen.data or "", "stood": form.stood.data or ""}
    try:
        actions.note_answer(_invited(row).id, part, form.answer.data, by=current_actor(), **heard)
    except Refused as refusal:
        return _speaker_page(load(person), refusal=refusal, form=form, part=part)
    flash(_("Noted. The audit trail tells that it was you."), "good")
    return see_other(url_for("speakers_manage.speaker", event=event, person=person))


@blueprint.post(f"{SPEAKER}/pass/cancel")
@allow("agenda:change")
def cancel_pass(event: str, person: str) -> Response:
    """Cancel the pass of somebody who was to speak and does not any more."""
    row = load(person)
    try:
        actions.cancel_speaker_pass(current_event().id, row.person.id, by=current_actor())
    except Refused as refusal:
        return _speaker_page(load(person), refusal=refusal)
    flash(_("The pass is cancelled, and they are told by mail."), "good")
    return see_other(url_for("speakers_manage.speaker", event=event, person=person))


def _send_or_keep(row: SpeakerRow, form: InviteForm) -> None:
    event_id, person_id = current_event().id, row.person.id
    if "keep" in request.form:
        actions.draft_invitation(event_id, person_id, by=current_actor(), **form.values())
        flash(_("Kept. Nothing was sent."), "good")
        return
    actions.invite_speaker(event_id, person_id, by=current_actor(), times_asked=form.seen, **form.values())
    flash(_("The invitation is on its way."), "good")


def load(person: str) -> SpeakerRow:
    """A person with a part or an invitation in this event. Raises NotFound."""
    row = speaker_row(current_event(), person, now())
    if row is None:
        raise NotFound
    return row


def _invited(row: SpeakerRow) -> SpeakerInvitation:
    if row.invitation is None:
        raise NotInvited
    return row.invitation


def _speaker_page(
    row: SpeakerRow, refusal: Refused | None = None, *, form: NoteForm | None = None, part: str = ""
) -> Response:
    here = current_event()
    proposal = proposal_of(here, row.invitation) if row.invitation else None
    wrong = 422 if form else 200
    return answer(
        "speakers/speaker.html",
        refusal.status if refusal else wrong,
        row=row,
        form=form,
        noted_part=part,
        can_note=now() < here.ends_at and here.state not in ("over", "archived"),
        withdrawal=standing_withdrawal(here.id, row.person.id),
        holds_pass_only=not row.accepted_parts and speaker_pass(here.id, row.person.id) is not None,
        proposal=proposal if proposal and proposal.changes else None,
        chosen=request.form.getlist("change") if refusal and "change" in request.form else None,
        refusal=refusal,
        clashes=isinstance(refusal, Clashes) and not refusal.blocked,
        words=agenda_words,
    )


def answer(template: str, status: int = 200, **values: Any) -> Response:
    """A page about speakers; no cache may keep it."""
    names = {"state_names": words.STATES, "field_names": words.FIELDS, "missing_names": words.MISSING}
    page = render_template(template, event=current_event(), at=now(), **names, **values)
    return no_store(make_response(page, status))
