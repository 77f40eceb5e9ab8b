"""What an event still lacks before guests may see it, each thing with the page where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventapp.access import current_event, may_here
from eventapp.accounts.queries import team_of
from eventapp.agenda.models import AgendaItem, AgendaSession
from eventapp.agenda.queries import last_release, sessions_in_order
from eventapp.checkin.models import Checkpoint
from eventapp.checkin.queries import checkpoints_of, devices_of
from eventapp.clock import now
from eventapp.events.models import Event, EventOrganisation, Hall, Organisation
from eventapp.events.queries import half_translated, halls_of, organisations_of
from eventapp.people.models import EventPerson, Person
from eventapp.registration.models import Category
from eventapp.registration.queries import current_notice, open_categories


@dataclass(frozen=True)
class Step:
    """One thing to set up; `url` is None for those who may not do it."""

    label: Any
    done: bool
    url: str | None


@dataclass(frozen=True)
class Untranslated:
    """Texts of one kind that guests of one language read in the other."""

    what: Any
    language: str
    number: int
    url: str | None


def set_up_steps(event: Event) -> list[Step]:
    """What every event needs before it is published, in the order in which it is best done."""
    halls, organisations = halls_of(event.id), organisations_of(event.id)
    categories, devices = open_categories(event.id), devices_of(event.id)
    paired = [device for device in devices if device.token_hash and device.revoked_at is None]
    venue = event.venue
    return [
        _step(_("A name in English and in Chinese"), bool(event.name_en and event.name_zh), "events_manage.details"),
        _step(_("Dates that lie ahead, with every session inside them"), _dates_hold(event), "events_manage.details"),
        _step(_("A venue with its address in Chinese"), bool(venue and venue.address_zh), "events_manage.venue"),
        _step(_("At least one hall"), bool(halls), "events_manage.halls"),
        _step(
            _("An organisation as host"),
            any(row.role == "host" for row in organisations),
            "events_manage.organisations",
        ),
        _step(
            _("A privacy notice"),
            current_notice(event.id) is not None,
            "registration_manage.notice",
            "registrations:change",
        ),
        _step(
            _("An open category with places"),
            any(row.places.capacity != 0 for row in categories),
            "registration_manage.categories",
            "registrations:change",
        ),
        _step(
            _("A session in the agenda"),
            bool(sessions_in_order(event.id)),
            "agenda_manage.agenda",
            "agenda:change",
        ),
        _step(
            _("A published version of the agenda"),
            last_release(event.id) is not None,
            "agenda_manage.releases",
            "agenda:change",
        ),
        _step(
            _("A checkpoint"),
            bool(checkpoints_of(event.id)),
            "checkin_manage.checkpoints",
            "checkin:change",
        ),
        _step(_("A paired device"), bool(paired), "checkin_manage.devices", "checkin:change"),
        _step(
            _("Somebody at the door"),
            any(member.role == "door" for member in team_of(event.id)),
            "accounts_manage.team",
            "team:change",
        ),
    ]


def missing_languages(event: Event) -> list[Untranslated]:
    """What is written in one language only, by kind; in a handful of statements whatever their number."""
    found = [*_of_the_event(event)]
    for what, model, fields, where, endpoint, permission in _texts(event.id):
        counts = [
            half_translated(getattr(model, f"{name}_en"), getattr(model, f"{name}_zh"), *where) for name in fields
        ]
        for language, number in zip(("en", "zh"), map(sum, zip(*counts, strict=True)), strict=True):
            if number:
                found.append(Untranslated(what, language, number, _address(endpoint, permission)))
    return found


def _of_the_event(event: Event) -> list[Untranslated]:
    """Texts of the event itself and of its venue that are half written."""
    texts = [event.name, event.tagline, event.about, event.footnote]
    venue = [event.venue.name, event.venue.address, event.venue.directions] if event.venue else []
    kinds = ((_l("Event texts"), texts, "events_manage.details"), (_l("Venue"), venue, "events_manage.venue"))
    return [
        Untranslated(what, language, number, _address(endpoint, "event:change"))
        for what, held, endpoint in kinds
        for language in ("en", "zh")
        if (number := sum(text.missing() == [language] for text in held))
    ]


def _texts(event_id: int) -> list[tuple[Any, Any, tuple[str, ...], tuple[Any, ...], str, str]]:
    """Kinds of texts: what they are called, where they stand, whose they are, where they are written and by whom."""
    organisations = (Organisation.id == EventOrganisation.organisation_id, EventOrganisation.event_id == event_id)
    items = (AgendaItem.session_id == AgendaSession.id, AgendaSession.event_id == event_id)
    people = (Person.id == EventPerson.person_id, EventPerson.event_id == event_id)
    return [
        (_l("Halls"), Hall, ("name",), (Hall.event_id == event_id,), "events_manage.halls", "event:change"),
        (
            _l("Organisations"),
            Organisation,
            ("name",),
            organisations,
            "events_manage.organisations",
            "event:change",
        ),
        (
            _l("People"),
            Person,
            ("position", "organisation", "biography"),
            people,
            "people_manage.people",
            "agenda:change",
        ),
        (
            _l("Sessions"),
            AgendaSession,
            ("title", "summary"),
            (AgendaSession.event_id == event_id,),
            "agenda_manage.agenda",
            "agenda:change",
        ),
        (_l("Items"), AgendaItem, ("title", "summary"), items, "agenda_manage.agenda", "agenda:change"),
        (
            _l("Categories"),
            Category,
            ("name", "help"),
            (Category.event_id == event_id,),
            "registration_manage.categories",
            "registrations:change",
        ),
        (
            _l("Checkpoints"),
            Checkpoint,
            ("name",),
            (Checkpoint.event_id == event_id,),
            "checkin_manage.checkpoints",
            "checkin:change",
        ),
    ]


def _dates_hold(event: Event) -> bool:
    sessions = sessions_in_order(event.id)
    placed = [row for row in sessions if not row.in_tray]
    inside = all(row.starts_at >= event.starts_at and row.ends_at <= event.ends_at for row in placed)
    return inside and (event.state != "draft" or event.starts_at > now())


def _step(label: Any, done: bool, endpoint: str, permission: str = "event:change") -> Step:
    return Step(label, done, _address(endpoint, permission))


def _address(endpoint: str, permission: str) -> str | None:
    return url_for(endpoint, event=current_event().slug) if may_here(permission) else None
