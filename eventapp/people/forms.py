"""Forms about the people of an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, RadioField, SearchField
from wtforms.validators import InputRequired

from eventapp.changing import version_of
from eventapp.forms import DeskForm, WallTimeField, choices, line, line_zh, lines, lines_zh
from eventapp.people.models import PERSON_VALUES, PLACED_VERSION, EventPerson, Person

UNDISCLOSED = _l("Undisclosed until")
UNDISCLOSED_HELP = _l("Until then no page, feed or calendar names this person. Empty: named at once.")


class PersonForm(DeskForm):
    """A person's entry in the directory, and whether the event keeps them to itself for now."""

    columns = PERSON_VALUES
    groups = (
        (
            _l("Name"),
            (
                ("family_en", "given_en"),
                ("family_zh", "given_zh"),
                ("printed_en", "printed_zh"),
                ("honorific_en", "honorific_zh"),
                ("pronounced",),
                ("family_first",),
            ),
        ),
        (_l("Position"), (("position_en", "position_zh"), ("organisation_en", "organisation_zh"))),
        (_l("Biography"), (("biography_en",), ("biography_zh",))),
        (_l("In this event"), (("undisclosed_until",),)),
    )

    family_en = line(_l("Family name in Latin letters"), 100)
    given_en = line(_l("Given name in Latin letters"), 100)
    family_zh = line_zh(_l("Family name in Chinese"), 50)
    given_zh = line_zh(_l("Given name in Chinese"), 50)
    printed_en = line(
        _l("As printed, in Latin letters"), description=_l("Only where it differs: with initials, or a title between.")
    )
    printed_zh = line_zh(_l("As printed, in Chinese"), 100)
    honorific_en = line(_l("Honorific before the name, in English"), 40, description=_l("Professor, Dr, H.E."))
    honorific_zh = line_zh(_l("Honorific behind the name, in Chinese"), 40)
    pronounced = line(
        _l("How the name is pronounced"), description=_l("For whoever calls them to the stage: “shee yo-min”.")
    )
    family_first = BooleanField(_l("Family name first in Latin letters, too"))
    position_en = line(_l("Position in English"))
    position_zh = line_zh(_l("Position in Chinese"))
    organisation_en = line(_l("Organisation in English"))
    organisation_zh = line_zh(_l("Organisation in Chinese"))
    biography_en = lines(_l("Biography in English"))
    biography_zh = lines_zh(_l("Biography in Chinese"))
    undisclosed_until = WallTimeField(UNDISCLOSED, description=UNDISCLOSED_HELP)

    def __init__(self, zone: str, row: EventPerson | None = None) -> None:
        stored: dict[str, Any] = {}
        if row is not None:
            stored = {"undisclosed_until": row.undisclosed_until, "version": version_of(row, PLACED_VERSION)}
        super().__init__(row.person if row is not None else None, zone=zone, **stored)

    def values(self) -> dict[str, Any]:
        return {**super().values(), "undisclosed_until": self.undisclosed_until.moment}


class PickForm(DeskForm):
    """One of the people who were found in the directory."""

    groups = ((None, (("person",), ("undisclosed_until",))),)

    person = RadioField(_l("Person"), validators=[InputRequired(_l("Choose a person."))])
    undisclosed_until = WallTimeField(UNDISCLOSED, description=UNDISCLOSED_HELP)

    def __init__(self, zone: str, found: Sequence[Person]) -> None:
        super().__init__(zone=zone)
        self.found = {person.public_id: person for person in found}
        self.person.choices = choices((key, _choice(person)) for key, person in self.found.items())

    def chosen(self) -> Person:
        """The person of a valid form."""
        return self.found[self.person.data]


class SearchForm(Form):
    """Words to look for; sent by GET."""

    q = SearchField(_l("Search the directory"), description=_l("Name, pinyin or initials"))


def _choice(person: Person) -> str:
    both = f"{person.shown_name.en} {person.shown_name.zh}".strip()
    return " · ".join(filter(None, (both, str(person.position), str(person.organisation))))
