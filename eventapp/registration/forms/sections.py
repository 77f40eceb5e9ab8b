"""The parts of the registration form that an event may or may not have: questions, sessions to book, consents, a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from eventapp.events.models import Event
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.forms.bookings import sessions_section
from eventapp.registration.forms.companions import companions_section
from eventapp.registration.forms.privacy import consents_section
from eventapp.registration.forms.questions import questions_section
from eventapp.registration.forms.ways import ways_section


class Section(Protocol):
    """One such part: the fields it adds, the template that shows them, and what they mean once the form is valid."""

    @property
    def template(self) -> str:
        """The template that shows its fields."""

    def fields(self) -> dict[str, Any]:
        """WTForms fields by name, to become part of the form."""

    def check(self, form: Any) -> bool:
        """What no field can tell alone; puts errors into the form's fields. False if something is wrong."""

    def wishes(self, form: Any, wishes: Wishes) -> Wishes:
        """The wishes with what this part of a valid form says."""


# Each looks at an event and gives its section, or None where the event has nothing of the kind; in the order shown.
BUILDERS: tuple[Callable[[Event], Section | None], ...] = (
    ways_section,
    companions_section,
    questions_section,
    sessions_section,
    consents_section,
)


def sections_of(event: Event) -> list[Section]:
    """The sections of this event's form, in the order they are shown."""
    return [section for build in BUILDERS if (section := build(event)) is not None]
