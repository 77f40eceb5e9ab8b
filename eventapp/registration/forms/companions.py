"""Whom an invited guest brings along: a name each, as many as the invitation allows."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from eventapp.events.models import Event
from eventapp.forms import at_most
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.forms.ways import asked_way
from eventapp.registration.queries import invitation_by_link
from eventapp.text import can_be_seen, tidy


class CompanionsSection:
    """A field for each who may come along."""

    template = "registration/companions.html"

    def __init__(self, plus_ones: int) -> None:
        self.names = [f"companion_{number}" for number in range(1, plus_ones + 1)]

    def fields(self) -> dict[str, Any]:
        """One line for each name."""
        render = {"autocomplete": "off"}
        return {
            name: StringField(
                _l("Name of person %(number)s", number=number),
                filters=[tidy],
                validators=[at_most(100)],
                render_kw=render,
            )
            for number, name in enumerate(self.names, start=1)
        }

    def check(self, form: Any) -> bool:
        """Whether each name that was typed can be seen."""
        unseen = [form[name] for name in self.names if form[name].data and not can_be_seen(form[name].data)]
        for field in unseen:
            field.errors = [*field.errors, _("Enter the name, in Chinese or in Latin letters.")]
        return not unseen

    def wishes(self, form: Any, wishes: Wishes) -> Wishes:
        """Companions are registrations of their own, and no wish of the guest's."""
        return wishes

    def companions(self, form: Any) -> list[str]:
        """The names that were typed."""
        return [form[name].data for name in self.names if form[name].data]


def companions_section(event: Event) -> CompanionsSection | None:
    """The section for a guest whose invitation allows plus-ones."""
    token = asked_way().invitation
    invitation = invitation_by_link(token) if token else None
    if invitation is None or invitation.event_id != event.id or not invitation.plus_ones:
        return None
    return CompanionsSection(invitation.plus_ones)


def companions_in(form: Any) -> list[str]:
    """Whom the guest of a valid form brings along."""
    sections = [section for section in form.sections if isinstance(section, CompanionsSection)]
    return [name for section in sections for name in section.companions(form)]
