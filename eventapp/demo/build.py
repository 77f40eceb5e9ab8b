"""Write the sample into the database, through the same actions as a team would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_item, add_part, create_session, dismiss_notice, made_at_once, release_agenda
from eventapp.agenda.queries import sessions_in_order
from eventapp.agenda.queries.notices import notice_of
from eventapp.agenda.times import local_to_utc
from eventapp.clock import now
from eventapp.demo.facts import ORGANISATIONS, PEOPLE
from eventapp.demo.shapes import SampleEvent, SampleItem, SamplePart, SampleSession
from eventapp.demo.shared import CATEGORIES, FOOTNOTE, NOTICE, TERMS, TIME_ZONE, VENUE
from eventapp.events.actions import (
    add_hall,
    add_organisation,
    create_event,
    place_organisation,
    set_event_state,
    set_venue,
)
from eventapp.events.models import Event
from eventapp.people.actions import add_person, place_person
from eventapp.registration.actions import add_category, add_ready_question, make_bookable, publish_notice

DAYS_AHEAD = 12
MONDAY, THURSDAY = 0, 3


@dataclass(frozen=True)
class Directory:
    """The ids of the people and organisations of the facts, by their keys."""

    people: dict[str, int]
    organisations: dict[str, int]


def first_day() -> date:
    """The day of the first event: in about 12 days, early enough in its week for a second one the day after."""
    day = now().astimezone(ZoneInfo(TIME_ZONE)).date() + timedelta(days=DAYS_AHEAD)
    while not MONDAY <= day.weekday() <= THURSDAY:
        day += timedelta(days=1)
    return day


def build_directory() -> Directory:
    """People and organisations, as reported."""
    people = {key: add_person(by=SYSTEM, is_sample=True, **values) for key, values in PEOPLE.items()}
    organisations = {
        key: add_organisation(by=SYSTEM, is_sample=True, **values) for key, values in ORGANISATIONS.items()
    }
    return Directory(
        {key: person.id for key, person in people.items()},
        {key: organisation.id for key, organisation in organisations.items()},
    )


def build_event(sample: SampleEvent, first: date, directory: Directory) -> int:
    """A published event with everything but guests; returns its id. `first` is the day of the first event."""
    day = first + timedelta(days=sample.day)
    event = _create_event(sample, day)
    set_venue(event.id, by=SYSTEM, **VENUE)
    _place(sample, event.id, directory)
    with made_at_once("import_agenda", event.id, by=SYSTEM):
        _build_agenda(sample, event.id, day, directory)
    _release(event.id)
    _build_registration(sample, event.id)
    _open_bookings(sample, event.id)
    set_event_state(event.id, "published", by=SYSTEM)
    return event.id


def _release(event_id: int) -> None:
    """Publish the agenda; nobody in it can be told, since the sample writes to nobody."""
    release = release_agenda(event_id, by=SYSTEM)
    notice = notice_of(release.id)
    if notice is not None:
        dismiss_notice(notice.id, "The people of the sample have no e-mail addresses.", by=SYSTEM)


def _create_event(sample: SampleEvent, day: date) -> Event:
    ends_at = _moment(day, sample.end)
    return create_event(
        by=SYSTEM,
        slug=sample.slug,
        starts_at=_moment(day, sample.start),
        ends_at=ends_at,
        registration_closes_at=ends_at,
        time_zone=TIME_ZONE,
        name_en=sample.name.en,
        name_zh=sample.name.zh,
        tagline_en=sample.tagline.en,
        tagline_zh=sample.tagline.zh,
        about_en=sample.about.en,
        about_zh=sample.about.zh,
        footnote_en=FOOTNOTE.en,
        footnote_zh=FOOTNOTE.zh,
        colour=sample.colour,
        cover_pattern=sample.cover_pattern,
        contact_email=sample.contact_email,
        is_sample=True,
    )


def _place(sample: SampleEvent, event_id: int, directory: Directory) -> None:
    for position, placed in enumerate(sample.organisations, start=1):
        place_organisation(
            event_id,
            directory.organisations[placed.key],
            placed.role,
            by=SYSTEM,
            label_en=placed.label.en,
            label_zh=placed.label.zh,
            position=position,
        )
    for key in sample.people:
        place_person(event_id, directory.people[key], by=SYSTEM)


def _build_agenda(sample: SampleEvent, event_id: int, day: date, directory: Directory) -> None:
    halls = _add_halls(sample, event_id)
    for session in sample.sessions:
        session_id = _create_session(event_id, session, day, halls)
        for item in session.items:
            _add_item(session_id, item, directory)


def _add_halls(sample: SampleEvent, event_id: int) -> dict[str, int]:
    return {
        hall.key: add_hall(
            event_id,
            by=SYSTEM,
            name_en=hall.name.en,
            name_zh=hall.name.zh,
            capacity=hall.capacity,
            colour=hall.colour,
            position=position,
        ).id
        for position, hall in enumerate(sample.halls, start=1)
    }


def _create_session(event_id: int, session: SampleSession, day: date, halls: dict[str, int]) -> int:
    return create_session(
        event_id,
        by=SYSTEM,
        kind=session.kind,
        starts_at=_moment(day, session.start),
        ends_at=_moment(day, session.end),
        hall_id=halls[session.hall] if session.hall else None,
        title_en=session.title.en,
        title_zh=session.title.zh,
        summary_en=session.summary.en,
        summary_zh=session.summary.zh,
    ).id


def _add_item(session_id: int, item: SampleItem, directory: Directory) -> None:
    added = add_item(
        session_id,
        by=SYSTEM,
        kind=item.kind,
        minutes=item.minutes,
        title_en=item.title.en,
        title_zh=item.title.zh,
    )
    for part in item.parts:
        _add_part(added.id, part, directory)


def _add_part(item_id: int, part: SamplePart, directory: Directory) -> None:
    add_part(
        item_id,
        by=SYSTEM,
        role=part.role,
        person_id=directory.people[part.person] if part.person else None,
        organisation_id=directory.organisations[part.organisation] if part.organisation else None,
        object_en=part.thing.en,
        object_zh=part.thing.zh,
        as_en=part.as_what.en,
        as_zh=part.as_what.zh,
    )


def _build_registration(sample: SampleEvent, event_id: int) -> None:
    for code, values in CATEGORIES.items():
        add_category(event_id, by=SYSTEM, code=code, capacity=sample.places[code], **values)
    publish_notice(event_id, by=SYSTEM, body_en=NOTICE.en, body_zh=NOTICE.zh, terms=TERMS)
    for name in sample.questions:
        add_ready_question(event_id, name, by=SYSTEM)


def _open_bookings(sample: SampleEvent, event_id: int) -> None:
    for row in sessions_in_order(event_id):
        if row.title_en in sample.seats:
            make_bookable(row.id, by=SYSTEM, capacity=sample.seats[row.title_en])


def _moment(day: date, clock: time) -> datetime:
    return local_to_utc(day, clock, TIME_ZONE)
