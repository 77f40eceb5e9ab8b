"""How a guest came to the registration form: a code, a link, an invitation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import has_request_context, request
from wtforms import HiddenField

from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.errors import Refused
from eventapp.events.models import Event
from eventapp.registration.actions.ways import check_code, check_way_in
from eventapp.registration.actions.wishes import WayIn, Wishes
from eventapp.registration.queries import LONGEST_CODE, asks_for_code, categories_of
from eventapp.text import hides_something, tidy

LONGEST_TOKEN = 100
SOMEBODY = Actor("attendee")


def asked_way() -> WayIn:
    """The way in that this request names: in its address at first, in the form when that comes back."""
    if not has_request_context():
        return WayIn()
    told = request.form if request.method == "POST" else request.args
    return WayIn(
        code=_clean(told.get("code", ""), LONGEST_CODE),
        link=_clean(told.get("way", ""), LONGEST_TOKEN),
        invitation=_clean(told.get("invitation", ""), LONGEST_TOKEN),
    )


class WaysSection:
    """Code, link and invitation are carried along unseen; the code is typed into a small form above."""

    template = "registration/ways.html"
    above = True

    def __init__(self, event: Event, way: WayIn, asks_code: bool, refusal: Refused | None) -> None:
        self.event, self.way, self.asks_code, self.refusal = event, way, asks_code, refusal

    def fields(self) -> dict[str, Any]:
        """Three fields that nobody sees."""
        way = self.way
        carried = {"code": way.code, "way": way.link, "invitation": way.invitation}
        return {name: HiddenField(default=value) for name, value in carried.items()}

    def check(self, form: Any) -> bool:
        """Whether the code still opens something; and in words why the category that was chosen is closed."""
        if form.category.errors:
            self._say_why_closed(form)
        if self.refusal is not None:
            form.refuse(self.refusal)
        return self.refusal is None

    def wishes(self, form: Any, wishes: Wishes) -> Wishes:
        """The wishes with how the guest came."""
        return replace(wishes, way=self.way)

    def _say_why_closed(self, form: Any) -> None:
        chosen = next((row for row in categories_of(self.event.id) if row.public_id == form.category.data), None)
        if chosen is not None:
            try:
                # What is wrong with the code is said beside the code.
                check_way_in(chosen, replace(self.way, code=""), by=SOMEBODY)
            except Refused as refusal:
                form.category.errors = [str(refusal)]


def ways_section(event: Event) -> WaysSection:
    """The section of any event's form."""
    way = asked_way()
    if way.invitation:
        return WaysSection(event, replace(way, code="", link=""), False, None)
    refusal = _refusal_of(event, way.code) if way.code else None
    return WaysSection(event, way, bool(way.code) or asks_for_code(event.id, now()), refusal)


def _refusal_of(event: Event, code: str) -> Refused | None:
    try:
        check_code(event.id, code)
    except Refused as refusal:
        return refusal
    return None


def _clean(text: str, longest: int) -> str:
    return "" if hides_something(text) else tidy(text)[: longest + 1]
