"""The team's page about the privacy notice."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.events.models import Event, Organisation
from eventapp.events.queries import organisations_of
from eventapp.formpage import desk_page, save_form
from eventapp.i18n import LANGUAGES
from eventapp.prose import render_prose
from eventapp.registration import actions
from eventapp.registration.forms import NoticeForm
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.notices import PrivacyTerms
from eventapp.registration.queries import current_notice, notice_content, terms_of
from eventapp.registration.queries.privacy import told_of
from eventapp.registration.words import proposed_notice


@blueprint.route("/notice", methods=BOTH)
@allow("registrations:change")
def notice(event: str) -> Response:
    """The privacy notice: the next version, first as guests will read it, then published."""
    this, latest = current_event(), current_notice(current_event().id)
    form = NoticeForm(
        latest, proposed_notice(this.name.as_dict(), this.contact_email), _proposed_terms(this), _organisations(this)
    )
    page = {"latest": latest, "title": _("Privacy notice"), "back": url_for("events_manage.settings", event=event)}
    if "preview" in request.form and form.validate_on_submit():
        preview = {code: render_prose(form[f"body_{code}"].data) for code in LANGUAGES}
        told = told_of(notice_content(this, form.body_en.data, form.body_zh.data, form.terms()))
        return desk_page("registration/notice.html", form=form, preview=preview, told=told, label=_("Publish"), **page)

    def save() -> str:
        actions.publish_notice(
            this.id,
            by=current_actor(),
            body_en=form.body_en.data,
            body_zh=form.body_zh.data,
            after_version=form.after_version(),
            terms=form.terms(),
        )
        return url_for(".notice", event=event)

    return save_form(form, save, label=_("Publish"), template="registration/notice.html", **page)


def _proposed_terms(event: Event) -> PrivacyTerms:
    """The terms that hold; where nothing was said yet, the hosts are responsible and the event's address answers."""
    terms = terms_of(event)
    names = {code: getattr(terms, f"controller_{code}") or _hosts(event, code) for code in LANGUAGES}
    return replace(
        terms,
        controller_en=names["en"],
        controller_zh=names["zh"],
        contact=terms.contact or event.contact_email,
    )


def _hosts(event: Event, language: str) -> str:
    hosts = [row.organisation.name for row in organisations_of(event.id) if row.role == "host"]
    names = [getattr(name, language) for name in hosts] or [getattr(event.name, language)]
    return ("、" if language == "zh" else ", ").join(name for name in names if name)[:300]


def _organisations(event: Event) -> list[Organisation]:
    """Each organisation of the event once, in the order set by hand."""
    return list({row.organisation_id: row.organisation for row in organisations_of(event.id)}.values())
