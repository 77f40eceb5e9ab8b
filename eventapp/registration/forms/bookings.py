"""Sessions to book: the part of the registration form, and the team's forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.agenda.models import AgendaSession
from eventapp.agenda.queries import session_heading
from eventapp.clock import now
from eventapp.events.models import Event
from eventapp.forms import DeskForm, Groups, WallTimeField, WholeNumberField, at_most, choices, whole_number
from eventapp.i18n import format_day, format_stamp, local
from eventapp.registration.actions.bookable import BOOKABLE_VALUES
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.booking import booking_time
from eventapp.registration.models import BookableSession
from eventapp.registration.queries import Offered, offered_to_guests, overlaps_of
from eventapp.text import tidy

MOST_SEATS = 1_000_000
# Two weeks: whoever has not answered by then will not.
MOST_OFFER_HOURS = 336


@dataclass(frozen=True)
class SessionsSection:
    """The sessions with seats that a guest may book while registering, by day."""

    rows: Sequence[Offered]
    zone: str
    template: str = "registration/sessions_field.html"

    def fields(self) -> dict[str, Any]:
        """One box for each session."""
        offered = [SelectChoice(row.public_id, session_heading(row.session)) for row in self.rows]
        field = SelectMultipleField(
            _l("Sessions to book"),
            choices=offered,
            validate_choice=False,
            widget=ListWidget(prefix_label=False),
            option_widget=CheckboxInput(),
        )
        return {"booked_sessions": field}

    def check(self, form: Any) -> bool:
        """False if a session was ticked that can be booked no more."""
        field = form.booked_sessions
        known = {row.public_id for row in self.rows}
        gone = set(field.data or ()) - known
        field.data = [public_id for public_id in field.data or () if public_id in known]
        if gone:
            field.errors = [
                *field.errors,
                _("One of the sessions can be booked no more. Please look at the list again."),
            ]
        return not gone

    def wishes(self, form: Any, wishes: Wishes) -> Wishes:
        """The sessions that were ticked."""
        return replace(wishes, sessions=tuple(sorted(self._chosen(form))))

    def days(self, form: Any) -> list[tuple[str, list[tuple[Any, Offered, list[str]]]]]:
        """For each day its sessions: the box, the session, and the headings of those ticked that overlap it, if ticked."""
        chosen = self._chosen(form)
        clashes = overlaps_of(self.rows, chosen)
        headings = {row.id: session_heading(row.session) for row in self.rows}
        shown = [
            (box, row, [headings[other] for other in clashes.get(row.id, ())] if row.id in chosen else [])
            for box, row in zip(form.booked_sessions, self.rows, strict=True)
        ]

        def day_of(entry: tuple[Any, Offered, list[str]]) -> date:
            return local(entry[1].session.starts_at, self.zone).date()

        grouped = [list(entries) for _day, entries in groupby(shown, key=day_of)]
        return [(format_day(entries[0][1].session.starts_at, self.zone), entries) for entries in grouped]

    def _chosen(self, form: Any) -> set[int]:
        ticked = set(form.booked_sessions.data or ())
        return {row.id for row in self.rows if row.public_id in ticked}


def sessions_section(event: Event) -> SessionsSection | None:
    """The section of an event's form, or None where nothing can be booked with the registration now."""
    at = now()
    rows = [row for row in offered_to_guests(event.id, at) if row.bookable.in_form and _time(row, at) == "open"]
    return SessionsSection(rows, event.time_zone) if rows else None


def _time(row: Offered, at: datetime) -> str:
    return booking_time(row.bookable.opens_at, row.bookable.closes_at, row.session.starts_at, at)


class BookableForm(DeskForm):
    """The seats of a session, and when and where they can be booked."""

    columns = BOOKABLE_VALUES
    groups: ClassVar[Groups] = ((None, (("capacity",), ("in_form",), ("opens_at", "closes_at"), ("offer_hours",))),)

    capacity = whole_number(_l("Seats"), MOST_SEATS, description=_l("Empty: no limit."))
    in_form = BooleanField(_l("Guests can book it while they register"), default=True)
    opens_at = WallTimeField(_l("Booking opens"), description=_l("Empty: at once."))
    closes_at = WallTimeField(_l("Booking closes"), description=_l("Empty: when the session begins."))
    offer_hours = WholeNumberField(
        _l("Hours to answer when a seat becomes free"),
        validators=[Optional(), NumberRange(1, MOST_OFFER_HOURS, _l("Enter a number from %(min)s to %(max)s."))],
        render_kw={"inputmode": "numeric"},
        description=_l("Empty: the first on the waiting list gets it at once."),
    )

    def __init__(self, zone: str, row: BookableSession | None = None) -> None:
        stored = {"capacity": row.places.capacity} if row is not None else {}
        super().__init__(row, zone=zone, **stored)

    def values(self) -> dict[str, Any]:
        """What was entered, with the number of seats."""
        return {**super().values(), "capacity": self.capacity.data}


class NewBookableForm(BookableForm):
    """A session of the agenda that is to have seats of its own."""

    groups: ClassVar[Groups] = ((None, (("session",),)), *BookableForm.groups)

    session = SelectField(_l("Session"))

    def __init__(self, zone: str, sessions: Sequence[AgendaSession]) -> None:
        super().__init__(zone)
        self.sessions = {row.public_id: row for row in sessions}
        self.session.choices = choices(
            (key, f"{format_stamp(row.starts_at, zone)} · {session_heading(row)}") for key, row in self.sessions.items()
        )

    def session_id(self) -> int:
        """The session of a valid form."""
        return self.sessions[self.session.data].id


class TakeOutForm(DeskForm):
    """Why a guest is taken out of a session, or why it is booked no more."""

    groups: ClassVar[Groups] = ((None, (("reason",),)),)

    reason = TextAreaField(
        _l("Reason"), filters=[tidy], validators=[at_most(500)], description=_l("The guest reads it in the mail.")
    )
