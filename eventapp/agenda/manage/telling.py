"""What is told of a release: to whom, how it reads, and the decision to send it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from eventapp.access import allow, current_actor, current_event, may_here
from eventapp.agenda import actions
from eventapp.agenda.forms import DismissForm, TellForm
from eventapp.agenda.mails import Letter
from eventapp.agenda.manage.pages import BOTH, answer, blueprint
from eventapp.agenda.manage.releases import RELEASES, load_release
from eventapp.agenda.models import Release, ReleaseNotice
from eventapp.agenda.queries import public_agenda, tell_by_group
from eventapp.agenda.queries.notices import Changes, changes_of, notice_of, number_after
from eventapp.agenda.words import NOTICE_STATES
from eventapp.audiences.affected import KINDS, Affected, affected_by, recipients_of_notice
from eventapp.audiences.people import found_by
from eventapp.clock import now
from eventapp.errors import NotFound, Refused
from eventapp.formpage import save_form
from eventapp.messaging.queries import AGENDA_NEWS, told_of
from eventapp.web import see_other

# How many people are offered at once as the one whose message is shown, and named of those without an address.
MOST_OFFERED = 50
MOST_NAMED = 20


@blueprint.get(f"{RELEASES}/<int:number>/tell")
@allow("agenda:read")
def telling(event: str, number: int) -> Response:
    """Whom a release concerns, what they would read, and what became of it."""
    return _page(*_load(number))


@blueprint.post(f"{RELEASES}/<int:number>/tell")
@allow("agenda:tell")
def send_telling(event: str, number: int) -> Response:
    """Send it now or at an hour."""
    release, notice = _load(number)
    form, status = TellForm(zone=current_event().time_zone), 422
    if form.validate_on_submit():
        try:
            flash(_send(notice, form), "good")
            return see_other(url_for(".telling", event=event, number=number))
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    return _page(release, _load(number)[1], status, form=form)


@blueprint.post(f"{RELEASES}/<int:number>/tell/stop")
@allow("agenda:tell")
def stop_telling(event: str, number: int) -> Response:
    """Do not send it at its hour."""
    _release, notice = _load(number)
    actions.stop_notice(notice.id, by=current_actor())
    flash(_("Stopped. Nothing is sent until you decide again."), "good")
    return see_other(url_for(".telling", event=event, number=number))


@blueprint.route(f"{RELEASES}/<int:number>/tell/dismiss", methods=BOTH)
@allow("agenda:tell")
def dismiss_telling(event: str, number: int) -> Response:
    """Tell nobody of this release, and say why."""
    _release, notice = _load(number)
    there = url_for(".telling", event=event, number=number)
    form = DismissForm()

    def save() -> str:
        actions.dismiss_notice(notice.id, form.reason.data or "", by=current_actor())
        return there

    return save_form(
        form, save, title=_("Tell nobody of release %(number)s?", number=number), label=_("Tell nobody of this release"),
        back=there, said=_("Nobody is told of this release."), danger=True,
        about=_("Guests see the agenda as it is published; no message goes out about what changed in it."),
    )  # fmt: skip


def _send(notice: ReleaseNotice, form: TellForm) -> str:
    if form.moment is not None:
        actions.schedule_notice(notice.id, form.moment, by=current_actor())
        return _("The message will be sent at that time.")
    number = actions.send_notice(notice.id, find=recipients_of_notice, by=current_actor())
    return ngettext("The message to %(num)d person is on its way.", "The messages to %(num)d people are on their way.", number)  # fmt: skip


def _load(number: int) -> tuple[Release, ReleaseNotice]:
    """A release of this event and what is told of it. Raises NotFound."""
    release = load_release(number)
    notice = notice_of(release.id)
    if notice is None:
        raise NotFound
    return release, notice


def _page(
    release: Release,
    notice: ReleaseNotice,
    status: int = 200,
    *,
    form: TellForm | None = None,
) -> Response:
    here, changes = current_event(), changes_of(notice)
    people = affected_by(changes) if notice.is_undecided else []
    reached, unreached = [one for one in people if one.email], [one for one in people if not one.email]
    shown = _shown(reached or people) if may_here("registrations:read") else None
    return answer(
        "agenda/tell.html",
        status,
        release=release,
        notice=notice,
        states=NOTICE_STATES,
        base=changes.base,
        told=tell_by_group(_all_told(changes), changes.names, here.time_zone),
        kinds=KINDS,
        counts=Counter(one.kind for one in reached),
        readers=Counter(one.language for one in reached),
        number=len(reached),
        unreached=unreached[:MOST_NAMED],
        more_unreached=len(unreached[MOST_NAMED:]),
        shown=shown,
        offered=_offered(reached or people, shown),
        previews=_previews(changes, shown),
        find=request.args.get("find", ""),
        progress=told_of(here.id, AGENDA_NEWS, notice.cause) if notice.state == "sent" else None,
        newer=number_after(release) if notice.state == "superseded" else None,
        form=form or TellForm(zone=here.time_zone, when="now"),
        may_tell=may_here("agenda:tell"),
    )  # fmt: skip


def _all_told(changes: Changes) -> list[Any]:
    """Everything of it that somebody may be told, once."""
    by_session = changes.steps[0].by_session
    told = (one for found in (*by_session.values(), *changes.by_person.values()) for one in found)
    return sorted(dict.fromkeys(told), key=lambda one: (one.session.starts_at, one.session.uuid))


def _shown(people: list[Affected]) -> Affected | None:
    """The one asked for, else the first."""
    asked = request.args.get("as", "")
    return next((one for one in people if one.public_id == asked), next(iter(people), None))


def _offered(people: list[Affected], shown: Affected | None) -> list[Affected]:
    """Some of them, by what was typed of the name; the one who is shown is always among them."""
    if shown is None:
        return []
    found = found_by(people, request.args.get("find", "")[:100])[:MOST_OFFERED]
    return found if shown in found else [shown, *found]


def _previews(changes: Changes, one: Affected | None) -> list[dict[str, Any]]:
    """The message in both languages, as one of them would read it; the links of one's own are not in it."""
    if one is None:
        return []
    shown = public_agenda(changes.event, now())
    found = []
    for language in ("en", "zh"):
        with force_locale(language):
            letter = Letter(changes, one, shown)
            html = Markup(
                render_template(
                    "agenda/mail/news_words.html", event=changes.event, letter=letter, one=one, preview=True
                )
            )
            found.append({"language": language, "subject": letter.subject, "html": html, "files": letter.files})
    return found
