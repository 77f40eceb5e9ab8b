"""Write to many: choose the people, write once, look at it as one of them, send, and see how far it is."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from typing import Any

from flask import Blueprint, Response, flash, jsonify, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from eventapp.access import allow, current_actor, current_event
from eventapp.audiences import AUDIENCES, Addressee, Audience, people_now
from eventapp.audiences.people import LEFT_OUT, PLACEHOLDERS, found_by
from eventapp.errors import NotAllowed, NotFound, Refused
from eventapp.formpage import desk_page, save_form
from eventapp.messaging import actions
from eventapp.messaging.errors import NobodyToTell
from eventapp.messaging.forms import SendForm, WriteForm
from eventapp.messaging.mails import without_secrets
from eventapp.messaging.models import MAILING_TEXTS, Mailing
from eventapp.messaging.placeholders import filled_html, filled_line
from eventapp.messaging.queries import Progress, failed_of_mailing, mailing_of_event, mailings_of, progress_of
from eventapp.messaging.words import MAILING_STATE_LABELS
from eventapp.web import no_store, see_other

blueprint = Blueprint("mailings", __name__, url_prefix="/manage/<event>/mailings")

# How many people are offered at once as the one whose message is shown, and named of those left out.
MOST_OFFERED = 50
MOST_NAMED = 20
TEST_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")


@blueprint.get("/")
@allow("mailings:read")
def overview(event: str) -> Response:
    """The event's messages to many, and where to begin a new one."""
    seen = [audience.code for audience in AUDIENCES.values() if audience.may_see()]
    rows = mailings_of(current_event().id, seen)
    return desk_page(
        "messaging/mailings.html",
        mailings=rows,
        progress=progress_of(rows),
        audiences=[
            (audience, audience.choices(current_event())) for audience in AUDIENCES.values() if audience.may_write()
        ],
        labels=MAILING_STATE_LABELS,
        all_audiences=AUDIENCES,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow("mailings:change")
def new(event: str) -> Response:
    """Write to the people that the address says: `to`, and the criteria of that audience."""
    if request.args.get("to", "") not in AUDIENCES:
        # Whom to write to is chosen first.
        return overview(event)
    here, audience = current_event(), _writable(AUDIENCES[request.args["to"]])
    criteria = audience.criteria(here, request.args)
    form = WriteForm(**_texts_of(request.args.get("copy", "")))

    def save() -> str:
        mailing = actions.draft_mailing(
            here.id,
            audience.code,
            criteria,
            form.values(),
            known=audience.placeholders,
            form_key=form.key,
            by=current_actor(),
        )
        return url_for(".mailing", event=event, public_id=mailing.public_id)

    return _write_page(
        form, save, audience, criteria, title=_("Write to these people"), back=url_for(".overview", event=event)
    )


@blueprint.route("/<public_id>/change", methods=["GET", "POST"])
@allow("mailings:change")
def change(event: str, public_id: str) -> Response:
    """Change what is written, as long as nobody has got it."""
    row, audience = _load(public_id, to_change=True)
    form = WriteForm(row)

    def save() -> str:
        actions.rewrite_mailing(
            row.id, form.values(), known=audience.placeholders, version=form.version.data, by=current_actor()
        )
        return url_for(".mailing", event=event, public_id=public_id)

    back = url_for(".mailing", event=event, public_id=public_id)
    return _write_page(form, save, audience, row.criteria, title=_("Change the message"), back=back)


@blueprint.get("/<public_id>")
@allow("mailings:read")
def mailing(event: str, public_id: str) -> Response:
    """One message: who gets it and how it reads; once it is on its way, how far it is."""
    row, audience = _load(public_id)
    return _mailing_page(row, audience)


@blueprint.get("/<public_id>/progress")
@allow("mailings:read")
def progress(event: str, public_id: str) -> Response:
    """How far a message is, for the page that shows it."""
    row, _audience = _load(public_id)
    counted = progress_of([row])[row.id]
    told = {
        "value": counted.settled,
        "max": counted.total,
        "text": _in_words(counted),
        "going_on": _going_on(row, counted),
    }
    return no_store(jsonify(told))


@blueprint.post("/<public_id>/send")
@allow("mailings:change")
def send(event: str, public_id: str) -> Response:
    """Send now, or at a time."""
    row, audience = _load(public_id, to_change=True)
    form = SendForm(row, zone=current_event().time_zone)
    status = 422
    if form.validate_on_submit():
        try:
            at = form.moment
            if at is None and not _getting_it(people_now(row)):
                raise NobodyToTell
            actions.schedule_mailing(row.id, at=at, version=form.version.data, by=current_actor())
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(_("The message will be sent at that time.") if at else _("The message is on its way."), "good")
            return see_other(url_for(".mailing", event=event, public_id=public_id))
    row, audience = _load(public_id, to_change=True)
    return _mailing_page(row, audience, form=form, status=status)


@blueprint.post("/<public_id>/test")
@allow("mailings:change")
def test(event: str, public_id: str) -> Response:
    """Send the message to oneself, as the person chosen would read it."""
    row, _audience = _load(public_id, to_change=True)
    shown = _shown_as(people_now(row), request.form.get("as", ""))
    if shown is None:
        raise NobodyToTell
    key = request.form.get("key", "")
    key = key if TEST_KEY.fullmatch(key) else secrets.token_urlsafe(12)
    actions.send_test(row.id, current_user.email, {"to": shown.public_id}, key=key, by=current_actor())
    told = _("A test is on its way to %(email)s, one in each language it is written in.", email=current_user.email)
    flash(told, "good")
    still_read_as: dict[str, Any] = {"as": shown.public_id}
    return see_other(url_for(".mailing", event=event, public_id=public_id, **still_read_as))


@blueprint.post("/<public_id>/cancel")
@allow("mailings:change")
def cancel(event: str, public_id: str) -> Response:
    """Send no more of it."""
    row, _audience = _load(public_id, to_change=True)
    stopped = actions.cancel_mailing(row.id, by=current_actor())
    told = ngettext("Cancelled. %(num)d message was not sent.", "Cancelled. %(num)d messages were not sent.", stopped)
    flash(told if stopped else _("Cancelled. Nobody got this message."), "good")
    return see_other(url_for(".mailing", event=event, public_id=public_id))


@blueprint.post("/<public_id>/retry")
@allow("mailings:change")
def retry(event: str, public_id: str) -> Response:
    """Try what was not delivered again: all of it, or the one message that the form names."""
    row, _audience = _load(public_id, to_change=True)
    retried = actions.retry_failed(row.id, message=request.form.get("message"), by=current_actor())
    flash(ngettext("%(num)d message will be sent again.", "%(num)d messages will be sent again.", retried), "good")
    return see_other(url_for(".mailing", event=event, public_id=public_id))


def _load(public_id: str, *, to_change: bool = False) -> tuple[Mailing, Audience]:
    """A mailing of this event to people whom this member may see, or write to. Raises NotFound, NotAllowed."""
    row = mailing_of_event(current_event().id, public_id)
    if row is None:
        raise NotFound
    audience = AUDIENCES[row.audience]
    if to_change:
        return row, _writable(audience)
    if not audience.may_see():
        raise NotAllowed
    return row, audience


def _writable(audience: Audience) -> Audience:
    if not audience.may_write():
        raise NotAllowed
    return audience


def _texts_of(public_id: str) -> dict[str, Any]:
    """The texts of an earlier message, to begin a new one with."""
    if not public_id:
        return {}
    row, _audience = _load(public_id)
    return {name: getattr(row, name) for name in MAILING_TEXTS}


def _write_page(
    form: WriteForm, save: Any, audience: Audience, criteria: dict[str, str], *, title: str, back: str
) -> Response:
    here = current_event()
    people = [one for one in audience.people(here, criteria) if not one.left_out]
    return save_form(
        form,
        save,
        title=title,
        label=_("Save and look at it"),
        back=back,
        template="messaging/write.html",
        audience=audience,
        chosen=audience.in_words(here, criteria),
        number=len({one.email for one in people}),
        placeholders={name: PLACEHOLDERS[name] for name in audience.placeholders},
    )


def _mailing_page(row: Mailing, audience: Audience, *, form: SendForm | None = None, status: int = 200) -> Response:
    here, counted = current_event(), progress_of([row])[row.id]
    ahead = row.state in ("draft", "scheduled", "sent")
    people = people_now(row) if ahead else []
    shown = _shown_as(people, request.args.get("as", ""))
    return desk_page(
        "messaging/mailing.html",
        status,
        mailing=row,
        audience=audience,
        chosen=audience.in_words(here, row.criteria),
        criteria=row.criteria,
        labels=MAILING_STATE_LABELS,
        reasons=LEFT_OUT,
        progress=counted,
        progress_words=_in_words(counted),
        going_on=_going_on(row, counted),
        failed=failed_of_mailing(row.id) if counted.failed else [],
        number=len(_getting_it(people)),
        readers=Counter(one.language for one in _getting_it(people)),
        left_out=_by_reason(people),
        shown=shown,
        offered=_offered(people, shown),
        previews=_previews(row, audience, shown),
        form=form or SendForm(row, zone=here.time_zone),
        may_write=audience.may_write(),
        test_key=secrets.token_urlsafe(12),
        find=request.args.get("find", ""),
    )


def _getting_it(people: list[Addressee]) -> list[Addressee]:
    return [one for one in people if not one.left_out]


def _shown_as(people: list[Addressee], public_id: str) -> Addressee | None:
    """The person asked for, else the first who gets it; where nobody does, the first who is meant."""
    readers = _getting_it(people) or people
    asked = next((one for one in readers if one.public_id == public_id), None)
    return asked or next(iter(_offered(people, None)), None) or next(iter(readers), None)


def _offered(people: list[Addressee], shown: Addressee | None) -> list[Addressee]:
    """Some of those who read it, by what was typed of the name; the one who is shown is always among them."""
    found = found_by(_getting_it(people) or people, request.args.get("find", "")[:100])[:MOST_OFFERED]
    return found if shown is None or shown in found else [shown, *found]


def _by_reason(people: list[Addressee]) -> list[tuple[str, int, list[Addressee], int]]:
    """(reason, how many, some of them, how many more) of those who do not get it."""
    found = []
    for reason in LEFT_OUT:
        those = [one for one in people if one.left_out == reason]
        if those:
            found.append((reason, len(those), those[:MOST_NAMED], max(0, len(those) - MOST_NAMED)))
    return found


def _previews(row: Mailing, audience: Audience, shown: Addressee | None) -> list[dict[str, Any]]:
    """The message in each language it is written in, as one person would read it."""
    if shown is None:
        return []
    found = []
    for language in ("en", "zh"):
        if language not in row.body.missing():
            with force_locale(language):
                values = without_secrets(audience.values(current_event(), shown.public_id, row.criteria, language))
            subject = filled_line(row.subject.here(language), values)
            found.append(
                {"language": language, "subject": subject, "html": filled_html(row.body.here(language), values)}
            )
    return found


def _in_words(counted: Progress) -> str:
    told = [_("%(sent)s of %(total)s sent", sent=counted.sent, total=counted.total)]
    if counted.waiting:
        told.append(_("%(number)s waiting", number=counted.waiting))
    if counted.failed:
        told.append(_("%(number)s not delivered", number=counted.failed))
    if counted.stopped:
        told.append(_("%(number)s cancelled", number=counted.stopped))
    return " · ".join(told)


def _going_on(row: Mailing, counted: Progress) -> bool:
    """Whether the page should look again soon."""
    return row.state == "sending" or counted.waiting > 0
