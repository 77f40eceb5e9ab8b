"""Forms of the rules about clashes: how strict they are, the hours of a day, ways between halls, who or what is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, TimeField
from wtforms.validators import InputRequired, Optional

from eventapp.agenda import words
from eventapp.agenda.actions.rules import AWAY_VALUES
from eventapp.agenda.clashes import OF_PREPARATION, OF_TIME, RULES
from eventapp.agenda.models import Unavailability
from eventapp.agenda.queries.clashing import RULE_VALUES
from eventapp.events.models import Event, Hall
from eventapp.forms import DeskForm, Groups, WallTimeField, choices, line, whole_number
from eventapp.people.models import Person

LONGEST_WALK = 240
NEEDED = _l("Enter date and time.")


class RulesForm(DeskForm):
    """How strict the event is about each rule, and the hours of its days."""

    columns = RULE_VALUES
    groups: ClassVar[Groups] = (
        (_l("Time, place and people"), tuple((rule,) for rule in OF_TIME)),
        (_l("What is still to be done"), tuple((rule,) for rule in OF_PREPARATION)),
        (_l("The hours of a day"), (("opens", "closes"),)),
    )

    opens = TimeField(_l("Opens"), validators=[Optional()], description=_l("Both empty: sessions may run at any time."))
    closes = TimeField(
        _l("Closes"), validators=[Optional()], description=_l("A time before the opening is one after midnight.")
    )

    def rules(self) -> dict[str, Any]:
        """What was entered, as `set_rules` takes it; only of a form that was validated."""
        levels = {rule: self[rule].data for rule in RULES}
        return {"levels": levels, "opens": self.opens.data, "closes": self.closes.data}


for _rule, (_name, _help) in words.CLASH_RULES.items():
    setattr(RulesForm, _rule, SelectField(_name, choices=choices(words.CLASH_LEVELS), description=_help))


class UnavailabilityForm(DeskForm):
    """When a person or a hall cannot be had."""

    columns = AWAY_VALUES
    groups: ClassVar[Groups] = (
        (_l("Who or what"), (("person",), ("hall",))),
        (_l("When"), (("starts_at", "ends_at"), ("note",))),
    )

    person = SelectField(_l("Person"))
    hall = SelectField(_l("Hall"))
    starts_at = WallTimeField(_l("From"), validators=[InputRequired(NEEDED)])
    ends_at = WallTimeField(_l("Until"), validators=[InputRequired(NEEDED)])
    note = line(_l("Note for the team"), 300)

    def __init__(
        self, event: Event, people: Sequence[Person], halls: Sequence[Hall], row: Unavailability | None = None
    ) -> None:
        self.people = {one.public_id: one for one in people}
        self.halls = {one.public_id: one for one in halls}
        chosen = {
            name: next((key for key, one in known.items() if row is not None and one.id == row_id), "")
            for name, known, row_id in (
                ("person", self.people, row.person_id if row else None),
                ("hall", self.halls, row.hall_id if row else None),
            )
        }
        super().__init__(row, zone=event.time_zone, **chosen)
        names = {key: str(one.shown_name) for key, one in self.people.items()}
        self.person.choices = choices({"": _("Nobody"), **names})
        self.hall.choices = choices({"": _("No hall"), **{key: str(one.name) for key, one in self.halls.items()}})
        self.starts_at.description = _("Times are local to the event (%(zone)s).", zone=event.time_zone)

    def values(self) -> dict[str, Any]:
        person, hall = self.people.get(self.person.data), self.halls.get(self.hall.data)
        return {
            "person_id": person.id if person else None,
            "hall_id": hall.id if hall else None,
            "starts_at": self.starts_at.moment,
            "ends_at": self.ends_at.moment,
            "note": self.note.data,
        }


def walks_form(halls: Sequence[Hall], known: Mapping[int, int]) -> DeskForm:
    """A form with one number for each of the other halls: the minutes of the way. It notes what was looked at."""
    fields: dict[str, Field] = {f"to_{hall.public_id}": whole_number(str(hall.name), LONGEST_WALK) for hall in halls}
    groups = ((None, tuple((name,) for name in fields)),)
    form_class: type[Any] = type("WalksForm", (DeskForm,), {**fields, "groups": groups})
    return form_class(**{f"to_{hall.public_id}": known.get(hall.id) or None for hall in halls})  # type: ignore[no-any-return]
