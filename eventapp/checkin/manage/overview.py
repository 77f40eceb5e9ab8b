"""The check-in page of an event: its numbers, as they change."""

from __future__ import annotations

from flask import Response
from flask_login import current_user

from eventapp.access import allow, current_event
from eventapp.accounts.queries import role_in_event, user_by_public_id
from eventapp.accounts.roles import may
from eventapp.checkin.chart import arrivals_chart
from eventapp.checkin.manage.pages import blueprint
from eventapp.checkin.queries import counts_text, live_counts, shown_day, standings_of
from eventapp.checkin.words import RULES
from eventapp.formpage import desk_page
from eventapp.streams import stream


@blueprint.get("")
@allow("checkin:read")
def overview(event: str) -> Response:
    """Who is expected, came and is in: by checkpoint, by category, by five minutes; and devices to be seen to."""
    this = current_event()
    counts, standings = live_counts(this), standings_of(this.id)
    return desk_page(
        "checkin/overview.html",
        counts=counts,
        chart=arrivals_chart(counts.arrivals),
        day=shown_day(this),
        rules=RULES,
        standings=standings,
        rehearsed=sum(one.rehearsed for one in standings),
    )


@blueprint.get("/stream")
@allow("checkin:read")
def numbers_stream(event: str) -> Response:
    """The numbers as server-sent events, whenever they change; 503 where too many listen already."""
    event_id, user_id = current_event().id, current_user.public_id

    def may_listen() -> bool:
        user = user_by_public_id(user_id)
        return user is not None and (user.is_owner or may(role_in_event(user.id, event_id), "checkin:read"))

    return stream(("stats", event_id), lambda: counts_text(event_id), may_listen)
