"""Forms of the agenda: wall times of the event become moments, public ids become rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventapp.agenda import words
from eventapp.agenda.errors import Clashes
from eventapp.agenda.models import AgendaItem, AgendaSession, Part, Track
from eventapp.agenda.queries import session_heading, sessions_in_order
from eventapp.agenda.queries.arranging import tracks_of
from eventapp.agenda.times import FARTHEST, SkippedTime, end_day, local_to_utc
from eventapp.errors import Refused
from eventapp.events.models import Event, Hall, Organisation
from eventapp.events.queries import all_organisations, halls_of
from eventapp.forms import PageForm
from eventapp.i18n import Bilingual, current_language, format_clock, format_day, local
from eventapp.people.models import Person
from eventapp.people.queries import all_people
from eventapp.text import tidy, tidy_lines

MOST_EXPECTED = 1_000_000
LONGEST_ITEM_MINUTES = 24 * 60
STEPS = {"up": _l("Up by one place"), "down": _l("Down by one place")}
Rows = tuple[tuple[str, ...], ...]
TEXTS = ("title_en", "title_zh", "summary_en", "summary_zh")
DETAILS = ("language", "expected", "fixed")


def _line(label: Any, longest: int = 300, **options: Any) -> StringField:
    said = _l("At most %(max)d characters, please.")
    return StringField(label, filters=[tidy], validators=[Length(max=longest, message=said)], **options)


def _lines(label: Any, **options: Any) -> TextAreaField:
    said = _l("At most %(max)d characters, please.")
    return TextAreaField(label, filters=[tidy_lines], validators=[Length(max=10_000, message=said)], **options)


def _choices(labels: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


class AgendaForm(PageForm):
    """A form about something in the agenda: the version it was filled from, and how it answers a clash."""

    sequence = HiddenField()
    despite_clashes = BooleanField(_l("Save all the same"))

    # The names of the fields as the page shows them; two in a row stand side by side.
    rows: ClassVar[Rows] = ()
    clashes: tuple[str, ...] = ()
    blocked = False

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal; a clash opens the choice to save all the same, unless the event lets nobody do that."""
        if isinstance(refusal, Clashes):
            self.clashes, self.blocked = tuple(refusal.sentences), refusal.blocked
        else:
            super().refuse(refusal)

    @property
    def version(self) -> int | None:
        """The version of the session that was looked at; a damaged one matches none."""
        text = self.sequence.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else -1


class WhenAndWhere(AgendaForm):
    """When and where a session is."""

    rows: ClassVar[Rows] = (("day", "hall"), ("starts_at", "ends_at"), ("last_day",))

    day = DateField(_l("Date"), validators=[InputRequired(_l("Choose the date."))])
    starts_at = TimeField(_l("Starts at"), validators=[InputRequired(_l("Enter the time it starts."))])
    ends_at = TimeField(_l("Ends at"), validators=[InputRequired(_l("Enter the time it ends."))])
    last_day = DateField(
        _l("Last date"), validators=[Optional()], description=_l("Only for a session that goes on over several days.")
    )
    hall = SelectField(_l("Hall"))

    def __init__(self, event: Event, row: AgendaSession | None = None, **stored: Any) -> None:
        super().__init__(data={**_when_and_where(event, row), **stored})
        self.event = event
        self.halls: dict[str, Hall] = {hall.public_id: hall for hall in halls_of(event.id)}
        self.hall.choices = _choices({"": _("No hall"), **{key: hall.name for key, hall in self.halls.items()}})
        self.day.description = _("Times are local to the event (%(zone)s).", zone=event.time_zone)
        self.ends_at.description = _(
            "A time after midnight, up to %(time)s, is on the next day.", time=event.day_starts.strftime("%H:%M")
        )

    def validate(self, extra_validators: Any = None) -> bool:
        return super().validate(extra_validators) and self._days_are_near() and self._moments_exist()

    def values(self) -> dict[str, Any]:
        """What was entered, with moments in UTC; only of a form that was validated."""
        hall = self.halls.get(self.hall.data)
        return {"starts_at": self.start, "ends_at": self.end, "hall_id": hall.id if hall else None}

    def _days_are_near(self) -> bool:
        event, zone = self.event, self.event.time_zone
        earliest, latest = local(event.starts_at - FARTHEST, zone).date(), local(event.ends_at + FARTHEST, zone).date()
        for field in (self.day, self.last_day):
            if field.data and not earliest <= field.data <= latest:
                field.errors = [_("This date is more than a year away from the event. Is the year right?")]
        return not (self.day.errors or self.last_day.errors)

    def _moments_exist(self) -> bool:
        day, starts_at, ends_at = self.day.data, self.starts_at.data, self.ends_at.data
        last_day = self.last_day.data or end_day(day, starts_at, ends_at, self.event.day_starts)
        self.start = self._moment(self.starts_at, day)
        self.end = self._moment(self.ends_at, last_day)
        return bool(self.start and self.end)

    def _moment(self, field: TimeField, day: date) -> datetime | None:
        try:
            return local_to_utc(day, field.data, self.event.time_zone)
        except SkippedTime:
            said = _("The clock never shows this time on that day: daylight saving time begins. Choose another time.")
            field.errors = [said]
            return None


class SessionForm(WhenAndWhere):
    """A session: what it is, when and where."""

    rows = (
        ("kind", "track"),
        ("title_en", "title_zh"),
        *WhenAndWhere.rows,
        ("summary_en", "summary_zh"),
        ("language", "expected"),
        ("fixed",),
    )

    track = SelectField(_l("Track"))
    language = SelectField(_l("Language spoken"), choices=_choices(words.SESSION_LANGUAGES))
    expected = IntegerField(
        _l("Expected guests"),
        validators=[Optional(), NumberRange(0, MOST_EXPECTED, _l("Enter a whole number from 0 to %(max)s."))],
        description=_l("Empty if nobody knows. Compared with the seats of the hall."),
        render_kw={"inputmode": "numeric"},
    )
    fixed = BooleanField(_l("Fixed point: it stays when everything before it is moved, such as a meal or a broadcast"))
    kind = SelectField(_l("Kind"), choices=_choices(words.SESSION_KINDS))
    title_en = _line(_l("Title in English"))
    title_zh = _line(_l("Title in Chinese"))
    summary_en = _lines(_l("Summary in English"))
    summary_zh = _lines(_l("Summary in Chinese"))

    def __init__(self, event: Event, row: AgendaSession | None = None) -> None:
        stored = {"track": row.track.public_id if row.track else ""} if row is not None else {}
        super().__init__(event, row, **_columns(row, "kind", *TEXTS, *DETAILS), **stored)
        self.tracks: dict[str, Track] = {track.public_id: track for track in tracks_of(event.id)}
        self.track.choices = _choices({"": _("No track"), **{key: track.name for key, track in self.tracks.items()}})

    def values(self) -> dict[str, Any]:
        track = self.tracks.get(self.track.data)
        details = {**_typed(self, "kind", *TEXTS, *DETAILS), "track_id": track.id if track else None}
        return {**super().values(), **details}


class ItemForm(AgendaForm):
    """An item of a session."""

    rows = (("kind", "minutes"), ("title_en", "title_zh"), ("summary_en", "summary_zh"))

    kind = SelectField(_l("Kind"), choices=_choices(words.ITEM_KINDS))
    minutes = IntegerField(
        _l("Minutes"),
        default=0,
        validators=[NumberRange(0, LONGEST_ITEM_MINUTES, _l("Enter a whole number of minutes from 0 to %(max)s."))],
        description=_l("0 if the length is not known yet."),
        render_kw={"inputmode": "numeric"},
    )
    title_en = _line(_l("Title in English"))
    title_zh = _line(_l("Title in Chinese"))
    summary_en = _lines(_l("Summary in English"))
    summary_zh = _lines(_l("Summary in Chinese"))

    def __init__(self, owner: AgendaSession, item: AgendaItem | None = None) -> None:
        super().__init__(data={"sequence": str(owner.sequence), **_columns(item, "kind", "minutes", *TEXTS)})

    def values(self) -> dict[str, Any]:
        return _typed(self, "kind", "minutes", *TEXTS)


class MoveItemForm(AgendaForm):
    """Another session for an item."""

    rows = (("session",),)

    session = SelectField(_l("Session"))

    def __init__(self, event: Event, owner: AgendaSession) -> None:
        super().__init__(data={"sequence": str(owner.sequence), "session": owner.public_id})
        self.sessions = {row.public_id: row for row in sessions_in_order(event.id)}
        self.session.choices = _choices({key: _session_choice(row, event) for key, row in self.sessions.items()})

    def session_id(self) -> int:
        return self.sessions[self.session.data].id


class PartForm(AgendaForm):
    """Who or what appears in an item."""

    rows = (("role", "mode"), ("person",), ("organisation",), ("object_en", "object_zh"), ("as_en", "as_zh"), ("side",))

    role = SelectField(_l("Role"), choices=_choices(words.PART_ROLES))
    person = SelectField(_l("Person"))
    organisation = SelectField(_l("Organisation"))
    object_en = _line(_l("Thing, in English"), description=_l("For example what is unveiled."))
    object_zh = _line(_l("Thing, in Chinese"))
    as_en = _line(_l("Appears as, in English"), 200, description=_l("For example “Honorary Director”."))
    as_zh = _line(_l("Appears as, in Chinese"), 200)
    side = SelectField(_l("Side"), choices=_choices(words.PART_SIDES), description=_l("For a signing: whose side."))
    mode = SelectField(_l("Takes part"), choices=_choices(words.PART_MODES))

    def __init__(self, owner: AgendaSession, part: Part | None = None) -> None:
        stored = _columns(part, "role", "side", "mode", "object_en", "object_zh", "as_en", "as_zh")
        if part is not None:
            stored["person"] = part.person.public_id if part.person else ""
            stored["organisation"] = part.organisation.public_id if part.organisation else ""
        super().__init__(data={"sequence": str(owner.sequence), **stored})
        self.people: dict[str, Person] = {row.public_id: row for row in all_people()}
        self.organisations: dict[str, Organisation] = {row.public_id: row for row in all_organisations()}
        people = {key: _person_choice(row) for key, row in self.people.items()}
        organisations = {key: _both(row.name) for key, row in self.organisations.items()}
        self.person.choices = _choices({"": _("Nobody"), **people})
        self.organisation.choices = _choices({"": _("None"), **organisations})

    def values(self) -> dict[str, Any]:
        person, organisation = self.people.get(self.person.data), self.organisations.get(self.organisation.data)
        typed = _typed(self, "role", "side", "mode", "object_en", "object_zh", "as_en", "as_zh")
        return {
            **typed,
            "person_id": person.id if person else None,
            "organisation_id": organisation.id if organisation else None,
        }


class DeleteForm(AgendaForm):
    """Nothing but the button, and the version of what is deleted."""

    def __init__(self, owner: AgendaSession) -> None:
        super().__init__(data={"sequence": str(owner.sequence)})


class StepForm(AgendaForm):
    """One place up or down."""

    rows = (("direction",),)

    direction = SelectField(_l("Where to"), choices=_choices(STEPS))

    def __init__(self, owner: AgendaSession) -> None:
        super().__init__(data={"sequence": str(owner.sequence)})


def _when_and_where(event: Event, row: AgendaSession | None) -> dict[str, Any]:
    if row is None:
        return {"day": local(event.starts_at, event.time_zone).date()}
    start, end = local(row.starts_at, event.time_zone), local(row.ends_at, event.time_zone)
    implied = end_day(start.date(), start.time(), end.time(), event.day_starts)
    return {
        "day": start.date(),
        "starts_at": start.time(),
        "ends_at": end.time(),
        "last_day": end.date() if end.date() != implied else None,
        "hall": row.hall.public_id if row.hall else "",
        "sequence": str(row.sequence),
    }


def _columns(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} if row is not None else {}


def _typed(form: AgendaForm, *names: str) -> dict[str, Any]:
    return {name: form[name].data for name in names}


def _session_choice(row: AgendaSession, event: Event) -> str:
    start = f"{format_day(row.starts_at, event.time_zone)} {format_clock(row.starts_at, event.time_zone)}"
    return f"{start} {session_heading(row)}"


def _person_choice(person: Person) -> str:
    return " · ".join(filter(None, (_both(person.shown_name), str(person.organisation))))


def _both(text: Bilingual) -> str:
    return " ".join(filter(None, (text.here(current_language()), text.other(current_language()))))
