"""Who did what, and when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, request
from flask_babel import gettext as _

from eventapp.access import allow, current_event
from eventapp.accounts.queries import audit_actions, audit_actors, audit_page, user_names
from eventapp.audit_words import action_words
from eventapp.desk import ACTOR_WORDS
from eventapp.events.forms import AuditFilterForm
from eventapp.events.manage.pages import blueprint
from eventapp.formpage import desk_page
from eventapp.forms import choices


@blueprint.get("/manage/<event>/audit")
@allow("audit:read")
def audit(event: str) -> Response:
    """Who did what, the newest first; by person, deed and day."""
    this = current_event()
    actors, form = audit_actors(this.id), AuditFilterForm(request.args)
    names = user_names({actor_id for kind, actor_id in actors if kind == "user" and actor_id})
    form.who.choices = choices([("", _("Everybody")), *((_key(*actor), _called(*actor, names)) for actor in actors)])
    deeds = sorted((str(action_words(action)), action) for action in audit_actions(this.id))
    form.what.choices = choices([("", _("Everything")), *((action, words) for words, action in deeds)])
    if not form.validate():
        form.drop_what_is_wrong()
    page = audit_page(
        this.id,
        actor=next((actor for actor in actors if _key(*actor) == form.who.data), None),
        action=form.what.data or "",
        since=_midnight(form.since.data, this.time_zone),
        until=_midnight(form.until.data, this.time_zone, days=1),
        page=request.args.get("page", 1, type=int),
    )
    return desk_page("events/audit.html", page=page, names=names, form=form)


def _key(kind: str, actor_id: int | None) -> str:
    return f"{kind}-{actor_id}" if kind == "user" else kind


def _called(kind: str, actor_id: int | None, names: dict[int, str]) -> str:
    return names.get(actor_id or 0, "") if kind == "user" else str(ACTOR_WORDS[kind])


def _midnight(day: date | None, zone: str, days: int = 0) -> datetime | None:
    if day is None or not 1970 < day.year < 9999:
        return None
    return datetime.combine(day + timedelta(days=days), time(), ZoneInfo(zone))
