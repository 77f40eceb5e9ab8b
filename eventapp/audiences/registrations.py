"""The registrations of an event as an audience."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from eventapp.audiences.people import FOR_ALL, Addressee, Audience, event_values, site_address
from eventapp.events.models import Event
from eventapp.passes.queries import code_digits
from eventapp.registration.models import Registration
from eventapp.registration.queries import all_matching, categories_of, link_token, registration_of_event
from eventapp.registration.states import ALIVE, LABELS
from eventapp.text import tidy


class Registrations(Audience):
    code = "registrations"
    label = _l("Registrations")
    read = ("mail:read", "registrations:read")
    change = ("mail:change",)
    placeholders = (*FOR_ALL, "category", "organisation", "pass_link")
    reason = _l("You get this message because you registered for this event.")

    def criteria(self, event: Event, chosen: Mapping[str, str]) -> dict[str, str]:
        """`q` words, `state`, and `category` by its code or public id."""
        codes = {name: row.code for row in categories_of(event.id) for name in (row.code, row.public_id)}
        found = {
            "q": tidy(chosen.get("q"))[:100],
            "state": chosen.get("state", "") if chosen.get("state") in LABELS else "",
            "category": codes.get(chosen.get("category", ""), ""),
        }
        return {name: value for name, value in found.items() if value}

    def choices(self, event: Event) -> dict[str, tuple[Any, dict[str, Any]]]:
        return {
            "q": (_l("Search"), {}),
            "state": (_l("State"), LABELS),
            "category": (_l("Category"), {row.code: row.name for row in categories_of(event.id)}),
        }

    def people(self, event: Event, criteria: Mapping[str, str]) -> list[Addressee]:
        """Whoever's registration has ended is left out, unless that very state was chosen."""
        state, code = criteria.get("state", ""), criteria.get("category", "")
        wanted = {state} if state else ALIVE
        rows = all_matching(event.id, words=criteria.get("q", ""), state=state, category=code)
        return [_addressee(row, wanted) for row in rows]

    def values(self, event: Event, public_id: str, criteria: Mapping[str, str], language: str) -> dict[str, str]:
        row = registration_of_event(event.id, public_id)
        if row is None:
            raise LookupError("the registration of this message is gone")
        own = site_address(f"/r/{link_token(row)}")
        return {
            **event_values(event, language),
            "name": row.name.here(language),
            "own_link": own,
            "category": row.category.name.here(language),
            "organisation": row.organisation,
            "pass_link": _pass_address(row) if row.state == "confirmed" else own,
        }


def _addressee(row: Any, wanted: frozenset[str] | set[str]) -> Addressee:
    left_out = "ended" if row.state not in wanted else "" if row.email else "no_address"
    return Addressee(row.public_id, row.name, row.email, row.language, left_out)


def _pass_address(row: Registration) -> str:
    return site_address(f"/p/{code_digits(row.event_id, row.public_id, row.pass_serial)}")
