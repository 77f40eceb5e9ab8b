"""What becomes of the parts of somebody who cannot come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from eventapp.forms import PageForm, lines
from eventapp.i18n import current_language
from eventapp.people.models import Person
from eventapp.people.queries import all_people
from eventapp.speakers.planned import PlannedPart
from eventapp.speakers.settling import Settlement, seen_parts
from eventapp.speakers.words import WAYS

# The part that stands for all of them.
ALL = "all"


class WithdrawForm(PageForm):
    """One way for all parts, or one for each; who takes over or reads."""

    seen = HiddenField()
    reason = lines(
        _l("Why"),
        1000,
        description=_l("For the team alone: neither the public nor the mails tell it."),
        render_kw={"rows": 2},
    )
    at_once = BooleanField(_l("Show it to the public at once, before the next release"))

    @property
    def settled(self) -> dict[str, Settlement]:
        """What was chosen for each part, by its public id."""
        for_all = f"way_{ALL}" in self and self[f"way_{ALL}"].data
        return {part: self._settlement(ALL if for_all else part) for part in self.parts}

    def _settlement(self, name: str) -> Settlement:
        who = self.people.get(self[f"who_{name}"].data)
        return Settlement(self[f"way_{name}"].data, who.id if who else None)


def withdraw_form(person: Person, parts: Sequence[PlannedPart]) -> WithdrawForm:
    """A form with two fields for each part; where there are several, two more for all of them."""
    people = {row.public_id: row for row in all_people() if row.id != person.id}
    who = [SelectChoice("", _("Nobody chosen")), *(SelectChoice(key, _named(row)) for key, row in people.items())]
    ways = [SelectChoice(way, label) for way, label in WAYS.items()]
    names = [planned.part.public_id for planned in parts]
    by_itself = SelectChoice("", _("Decide for each part below"))
    fields: dict[str, Any] = {"parts": names, "people": people}
    for name in [ALL, *names] if len(names) > 1 else names:
        given = [by_itself, *ways[1:]] if name == ALL else ways
        fields[f"way_{name}"] = SelectField(_l("What becomes of it"), choices=given, default=given[0].value)
        fields[f"who_{name}"] = SelectField(_l("Who takes over or reads"), choices=who)
    form_class = type("PartsForm", (WithdrawForm,), fields)
    form: WithdrawForm = form_class(data={"seen": seen_parts(parts)})
    return form


def _named(person: Person) -> str:
    name = person.shown_name
    both = " ".join(filter(None, (name.here(current_language()), name.other(current_language()))))
    return " · ".join(filter(None, (both, str(person.organisation))))
