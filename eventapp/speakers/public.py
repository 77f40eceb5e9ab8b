"""The speaker's own pages, behind the link in the invitation; and everybody's portraits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow
from eventapp.accounts.actor import Actor
from eventapp.agenda import words as agenda_words
from eventapp.clock import now
from eventapp.errors import NotFound, Refused
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.registration.queries import current_notice
from eventapp.registration.queries import link_token as registration_token
from eventapp.registration.states import ALIVE
from eventapp.speakers import actions, words
from eventapp.speakers.errors import InvitationUnknown, PartGone
from eventapp.speakers.forms import AnswerForm, CropForm, PictureForm, ProfileForm, TalkForm
from eventapp.speakers.models import SpeakerInvitation
from eventapp.speakers.planned import PlannedPart
from eventapp.speakers.portraits import TYPES, original_path, picture_path
from eventapp.speakers.proposal import shown_texts
from eventapp.speakers.queries import (
    invitation_by_link,
    parts_of_person,
    portrait_of,
    portraits_folder,
    profile_of,
    proposal_of,
    registration_of_person,
    replies_of,
    talk_of,
)
from eventapp.web import client_address, no_store, see_other

blueprint = Blueprint("speakers", __name__)

# A phone's photo is larger than anything else that is sent to us; what is too large for us is refused in words.
PHOTO_BODY_BYTES = 14 * 1024 * 1024
PORTRAIT_AGE_SECONDS = 365 * 24 * 3600
BOTH = ["GET", "POST"]


@blueprint.url_value_preprocessor
def _make_room_for_a_photo(endpoint: str | None, _values: Any) -> None:
    # Before anything reads the body: the check of the CSRF token does.
    if endpoint == "speakers.portrait":
        request.max_content_length = PHOTO_BODY_BYTES


@blueprint.get("/s/<token>")
@allow("bearer")
def own(token: str) -> Response:
    """One's parts in the event with the answers, and what is printed."""
    return _own_page(token, *_load(token))


@blueprint.post("/s/<token>/parts/<part>")
@allow("bearer")
def answer(token: str, part: str) -> Response:
    """Accept or decline one part, with a word."""
    invitation, event = _load(token)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _own_page(token, invitation, event, form=form, part=part, status=422)
    accepted = form.answer.data == "accepted"
    try:
        actions.answer_part(
            invitation.id,
            part,
            form.answer.data,
            by=_speaker(invitation),
            word=form.word.data or "",
            mode=form.mode.data or "",
            seen=form.seen.data,
            notice_id=form.notice_id,
        )
    except Refused as refusal:
        return _own_page(token, *_load(token), form=form, part=part, refusal=refusal)
    flash(
        _("Thank you for accepting!") if accepted else _("We noted that you decline. Thank you for telling us."), "good"
    )
    return see_other(url_for("speakers.own", token=token))


@blueprint.route("/s/<token>/profile", methods=BOTH)
@allow("bearer")
def profile(token: str) -> Response:
    """Name, position, organisation and biography as they are to be printed."""
    invitation, event = _load(token)
    row = profile_of(invitation.id)
    form = ProfileForm(obj=row) if row else ProfileForm(data=shown_texts(invitation.person))
    return _saved_or_shown(
        "speakers/profile.html",
        form,
        lambda: actions.write_profile(invitation.id, by=_speaker(invitation), **form.texts()),
        token=token,
        event=event,
        invitation=invitation,
    )


@blueprint.route("/s/<token>/talks/<item>", methods=BOTH)
@allow("bearer")
def talk(token: str, item: str) -> Response:
    """Title and abstract of one's talk."""
    invitation, event = _load(token)
    planned = _talk(event, invitation, item)
    row = talk_of(invitation.id, planned.item.id)
    form = TalkForm(obj=row) if row else TalkForm(data=_item_texts(planned))
    return _saved_or_shown(
        "speakers/talk.html",
        form,
        lambda: actions.write_talk(invitation.id, item, by=_speaker(invitation), **form.texts()),
        token=token,
        event=event,
        invitation=invitation,
        planned=planned,
    )


@blueprint.route("/s/<token>/portrait", methods=BOTH)
@allow("bearer")
def portrait(token: str) -> Response:
    """Send a photo; then choose the square that is shown."""
    invitation, event = _load(token)
    form = PictureForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            actions.send_portrait(invitation.id, form.picture.data.read(), by=_speaker(invitation))
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(_("Your photo is here. Choose what is shown of it."), "good")
            return see_other(url_for("speakers.portrait", token=token))
    return _portrait_page(token, invitation, event, form, _crop_form(invitation, filled=False), status)


@blueprint.post("/s/<token>/portrait/crop")
@allow("bearer")
def crop(token: str) -> Response:
    """Cut another square from the photo."""
    invitation, event = _load(token)
    form, status = _crop_form(invitation, filled=True), 422
    if form.validate_on_submit():
        chosen = {"place": form.place.data, "square": form.square(), "seen": form.seen.data}
        try:
            actions.cut_portrait(invitation.id, by=_speaker(invitation), **chosen)
        except Refused as refusal:
            form = _crop_form(invitation, filled=False)
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(_("Saved. This is how you look."), "good")
            return see_other(url_for("speakers.portrait", token=token))
    return _portrait_page(token, invitation, event, PictureForm(formdata=None), form, status)


@blueprint.post("/s/<token>/portrait/remove")
@allow("bearer")
def remove_portrait(token: str) -> Response:
    invitation, _event = _load(token)
    actions.take_portrait_back(invitation.id, by=_speaker(invitation))
    flash(_("The photo is gone."), "good")
    return see_other(url_for("speakers.portrait", token=token))


@blueprint.get("/s/<token>/portrait/original.jpg")
@allow("bearer")
def original(token: str) -> Response:
    """The whole photo, for choosing the square; for its owner only."""
    invitation, _event = _load(token)
    row = portrait_of(invitation.id)
    path = original_path(portraits_folder(), row.original) if row else None
    if path is None or not path.is_file():
        raise NotFound
    return no_store(_file(path.read_bytes(), "image/jpeg"))


@blueprint.get("/portraits/<name>")
@allow("public")
def picture(name: str) -> Response:
    """A portrait. Its name is random and its content never changes."""
    path = picture_path(portraits_folder(), name)
    if path is None or not path.is_file():
        raise NotFound
    response = _file(path.read_bytes(), TYPES[path.suffix[1:]])
    response.headers["Cache-Control"] = f"public, max-age={PORTRAIT_AGE_SECONDS}, immutable"
    response.set_etag(name)
    response.make_conditional(request)
    return response


def _file(content: bytes, mime_type: str) -> Response:
    response = make_response(content)
    response.mimetype = mime_type
    return response


def _load(token: str) -> tuple[SpeakerInvitation, Event]:
    """The invitation of a secret link and its event. Raises InvitationUnknown."""
    invitation = invitation_by_link(token)
    if invitation is None:
        raise InvitationUnknown
    g.event = get_event(invitation.event_id)
    return invitation, g.event


def _speaker(invitation: SpeakerInvitation) -> Actor:
    return Actor("speaker", invitation.id, client_address())


def _own_page(
    token: str,
    invitation: SpeakerInvitation,
    event: Event,
    *,
    form: AnswerForm | None = None,
    part: str = "",
    refusal: Refused | None = None,
    status: int = 200,
) -> Response:
    parts = parts_of_person(event, invitation.person_id)
    registration = registration_of_person(event.id, invitation.person_id)
    alive = registration is not None and registration.state in ALIVE
    page = render_template(
        "speakers/own.html",
        event=event,
        invitation=invitation,
        token=token,
        parts=parts,
        replies=replies_of([invitation.id]),
        proposal=proposal_of(event, invitation),
        portrait=portrait_of(invitation.id),
        form=form,
        answered_part=part,
        refusal=refusal,
        can_answer=now() < event.starts_at and event.state in ("draft", "published"),
        can_write=now() < event.ends_at and event.state != "archived",
        registration_token=registration_token(registration) if registration and alive else "",
        privacy=None if alive else current_notice(event.id),
        words=agenda_words,
        modes=words.MODES,
    )
    return no_store(make_response(page, refusal.status if refusal else status))


def _saved_or_shown(template: str, form: Any, save: Any, *, token: str, **values: Any) -> Response:
    """Save a form and go back to one's page, or show it (again)."""
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            save()
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(_("Saved. The organisers look at it before it is on the site."), "good")
            return see_other(url_for("speakers.own", token=token))
    page = render_template(template, form=form, token=token, words=agenda_words, **values)
    return no_store(make_response(page, status))


def _portrait_page(
    token: str, invitation: SpeakerInvitation, event: Event, form: PictureForm, crop_form: CropForm, status: int
) -> Response:
    page = render_template(
        "speakers/portrait.html",
        event=event,
        invitation=invitation,
        token=token,
        portrait=portrait_of(invitation.id),
        form=form,
        crop=crop_form,
    )
    return no_store(make_response(page, status))


def _crop_form(invitation: SpeakerInvitation, *, filled: bool) -> CropForm:
    """The form of the square; `filled` with what was sent, else with the square that is shown now."""
    row = portrait_of(invitation.id)
    held = {"left": row.left, "top": row.top, "side": row.side, "seen": row.name} if row else {}
    return CropForm(typed=filled, **held)


def _talk(event: Event, invitation: SpeakerInvitation, item: str) -> PlannedPart:
    parts = parts_of_person(event, invitation.person_id)
    found = next((p for p in parts if p.item.public_id == item and p.has_talk and p.part.reply != "declined"), None)
    if found is None:
        raise PartGone
    return found


def _item_texts(planned: PlannedPart) -> dict[str, str]:
    title, summary = planned.item.title, planned.item.summary
    return {"title_en": title.en, "title_zh": title.zh, "summary_en": summary.en, "summary_zh": summary.zh}
