"""Who may see the event's site: publish, take back, end, archive, and the preview link."""

from __future__ import annotations

from flask import Response, current_app, flash, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.errors import NotFound
from eventapp.events import actions
from eventapp.events.manage.checklist import set_up_steps
from eventapp.events.manage.pages import BOTH, blueprint
from eventapp.events.models import Event
from eventapp.events.queries import preview_token
from eventapp.events.states import STEPS, next_states
from eventapp.events.words import EVENT_STATES
from eventapp.formpage import desk_page, save_form
from eventapp.forms import ConfirmForm
from eventapp.web import see_other


@blueprint.get("/manage/<event>/publication")
@allow("event:change")
def publication(event: str) -> Response:
    """The state of the site, what may come next, and the preview link."""
    this = current_event()
    return desk_page(
        "events/publication.html",
        states=EVENT_STATES,
        next=[(state, *STEPS[this.state, state]) for state in next_states(this.state)],
        missing=[step for step in set_up_steps(this) if not step.done],
        preview=_preview_address(this),
    )


@blueprint.route("/manage/<event>/publication/<state>", methods=BOTH)
@allow("event:change")
def change_state(event: str, state: str) -> Response:
    """Ask once more, then publish, take back, end or archive."""
    this = current_event()
    if (this.state, state) not in STEPS:
        raise NotFound
    label, meaning = STEPS[this.state, state]
    form = ConfirmForm(version=this.state)

    def save() -> str:
        actions.set_event_state(this.id, state, by=current_actor(), was=form.version.data)
        return url_for(".publication", event=event)

    return save_form(
        form,
        save,
        title=_("%(step)s: %(event)s", step=label, event=this.name),
        label=str(label),
        back=url_for(".publication", event=event),
        about=str(meaning),
        danger=state in ("draft", "archived") and this.state != "archived",
        template="events/change_state.html",
        missing=[step for step in set_up_steps(this) if not step.done] if state == "published" else [],
    )


@blueprint.post("/manage/<event>/preview")
@allow("event:change")
def make_preview(event: str) -> Response:
    """Make a preview link; the one before it stops working."""
    actions.make_preview_link(current_event().id, by=current_actor())
    flash(_("The preview link was made. Whoever has it can see the draft."), "good")
    return see_other(url_for(".publication", event=event))


@blueprint.post("/manage/<event>/preview/end")
@allow("event:change")
def end_preview(event: str) -> Response:
    """End the preview link."""
    actions.end_preview(current_event().id, by=current_actor())
    flash(_("The preview link was ended. It shows nothing any more."), "good")
    return see_other(url_for(".publication", event=event))


def _preview_address(event: Event) -> str | None:
    token = preview_token(event) if event.state == "draft" else None
    address = url_for("events.site", event=event.slug, preview=token)
    return f"{current_app.config['BASE_URL']}{address}" if token else None
