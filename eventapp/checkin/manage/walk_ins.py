"""The desk for people who come without a registration, as a page that needs no script."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, flash, url_for
from flask_login import current_user

from eventapp.access import allow, current_actor, current_event
from eventapp.checkin import actions
from eventapp.checkin.forms import WalkInForm
from eventapp.checkin.manage.pages import BOTH, blueprint
from eventapp.checkin.queries import checkpoints_of, door_of_device, walk_ins_of
from eventapp.checkin.words import walk_in_message
from eventapp.errors import Refused
from eventapp.formpage import desk_page
from eventapp.i18n import current_language
from eventapp.registration.models import Registration
from eventapp.registration.queries import current_notice
from eventapp.web import see_other


@blueprint.route("/walk-in", methods=BOTH)
@allow("checkin:scan")
def walk_in(event: str) -> Response:
    """Register somebody on the spot, and let them in."""
    this = current_event()
    offered, notice = walk_ins_of(this.id), current_notice(this.id)
    form = WalkInForm(offered, checkpoints_of(this.id), has_notice=notice is not None)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _tell(
                _register(form, notice.id if notice and form.consent.data else None),
                form.checkpoint.data,
                form.form_key.data,
            )
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            return see_other(url_for(".walk_in", event=event))
    return desk_page("checkin/walk_in.html", status, form=form, offered=offered, notice=notice)


def _register(form: WalkInForm, notice_id: int | None) -> Registration:
    return actions.register_walk_in(
        current_event().id,
        form.category.data,
        form.colleague(),
        by=current_actor(),
        form_key=f"desk.{form.form_key.data}",
        notice_id=notice_id,
    )


def _tell(made: Registration, checkpoint: str, form_key: str) -> None:
    """Say what became of the guest: the short code, and whether they were let in."""
    name, code = made.name.here(current_language()), f"{made.short_code[:4]} {made.short_code[4:]}"
    flash(
        f"{name} · {code} · {walk_in_message(made.state)[current_language()]}",
        "good" if made.state == "confirmed" else "warning",
    )
    if checkpoint and made.state == "confirmed":
        verdict = _let_in(made.public_id, checkpoint, form_key)
        flash(
            verdict["message"][current_language()],
            "good" if verdict["verdict"] in ("admitted", "already_in") else "danger",
        )


def _let_in(public_id: str, checkpoint: str, form_key: str) -> dict[str, Any]:
    """The verdict on the member's own scan; the same form makes the same scan."""
    event_id = current_event().id
    device = actions.device_of_member(event_id, current_user.id, by=current_actor())
    door = door_of_device(device.id)
    assert door is not None
    scan_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"walk-in:{form_key}"))
    scan = {"id": scan_id, "registration": public_id, "checkpoint": checkpoint, "direction": "in", "method": "manual"}
    found: dict[str, Any] = json.loads(actions.record_scans(door, [scan])[0])
    return found
