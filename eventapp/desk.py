"""The organisers' desk: the pages of an event that the signed-in member may open."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request, url_for
from flask_babel import lazy_gettext as _l

from eventapp.access import may_here
from eventapp.audit_details import VALUES, shown_value, subject_words
from eventapp.audit_words import action_words
from eventapp.registration.states import LABELS as STATE_WORDS

ACTOR_WORDS = {
    "attendee": _l("Attendee"),
    "speaker": _l("Speaker"),
    "device": _l("Device"),
    "token": _l("Program"),
    "system": _l("System"),
}


# Words, endpoint and permission of each page; those of the second list stand under Check-in, of the third under Settings.
PAGES = (
    (_l("Overview"), "events_manage.home", "event:read"),
    (_l("Agenda"), "agenda_manage.agenda", "agenda:read"),
    (_l("People"), "people_manage.people", "agenda:read"),
    (_l("Speakers"), "speakers_manage.overview", "agenda:read"),
    (_l("Registrations"), "registration_manage.registrations", "registrations:read"),
    (_l("Invitations"), "registration_manage.invitations", "registrations:read"),
    (_l("Check-in"), "checkin_manage.overview", "checkin:read"),
    (_l("Write to many"), "mailings.overview", "mailings:read"),
    (_l("Messages"), "messaging.messages", "mail:read"),
    (_l("Settings"), "events_manage.settings", "event:read"),
    (_l("Audit trail"), "events_manage.audit", "audit:read"),
)
CHECKIN = (
    (_l("Numbers"), "checkin_manage.overview", "checkin:read"),
    (_l("Devices"), "checkin_manage.devices", "checkin:read"),
    (_l("Conflicts"), "checkin_manage.conflicts", "checkin:read"),
    (_l("Sign-in list"), "checkin_manage.paper_list", "checkin:read"),
    (_l("Walk-ins"), "checkin_manage.walk_in", "checkin:scan"),
    (_l("Rules of the doors"), "checkin_manage.rules_of_doors", "checkin:change"),
)
SETTINGS = (
    (_l("Details"), "events_manage.details", "event:change", _l("Names and texts, dates, registration, colour and cover.")),
    (_l("Venue"), "events_manage.venue", "event:change", _l("Where it is, and how to get there.")),
    (_l("Halls"), "events_manage.halls", "event:read", _l("The rooms in which sessions take place.")),
    (_l("Organisations"), "events_manage.organisations", "event:read", _l("Who hosts, organises, supports and reports.")),
    (_l("Categories"), "registration_manage.categories", "registrations:read", _l("Kinds of attendees, with their places.")),
    (_l("Questions"), "registration_manage.questions", "registrations:read", _l("What guests are asked when they register, and later.")),
    (_l("Bookings"), "registration_manage.bookings", "registrations:read", _l("Sessions with seats of their own, and who booked them.")),
    (_l("Access codes"), "registration_manage.codes", "registrations:read", _l("Words that open categories to whoever knows them.")),
    (_l("Privacy notice"), "registration_manage.notice", "registrations:change", _l("What guests agree to when they register.")),
    (_l("Data and consents"), "registration_manage.privacy", "registrations:read", _l("What is removed when, and who agreed to what.")),
    (_l("Changes by guests"), "registration_manage.changes", "registrations:change", _l("Until when guests change what they entered.")),
    (_l("Checkpoints"), "checkin_manage.checkpoints", "checkin:read", _l("Where passes are scanned, and by which rule.")),
    (_l("Team"), "accounts_manage.team", "team:change", _l("Who works on this event, and what each may do.")),
    (_l("Tokens"), "accounts_manage.tokens", "team:change", _l("Keys for programs that use the JSON API.")),
    (_l("Announcement"), "events_manage.banner", "event:change", _l("One line on the site and on every pass, at once.")),
    (_l("Publication"), "events_manage.publication", "event:change", _l("Preview, publish, take back, end, archive.")),
)  # fmt: skip
# Pages that have no place of their own in the navigation: the one they belong to.
PARENTS = {
    "people_manage": "people_manage.people",
    "agenda_manage": "agenda_manage.agenda",
    "limit_editor": "accounts_manage.team",
    "accounts_manage": "accounts_manage.team",
    "token": "accounts_manage.tokens",
    "speakers_manage": "speakers_manage.overview",
    "mailings": "mailings.overview",
    "messaging": "messaging.messages",
    "hall": "events_manage.halls",
    "organisation": "events_manage.organisations",
    "category": "registration_manage.categories",
    "capacity": "registration_manage.categories",
    "category_link": "registration_manage.categories",
    "code": "registration_manage.codes",
    "invitation": "registration_manage.invitations",
    "invitations": "registration_manage.invitations",
    "send_chosen": "registration_manage.invitations",
    "approval": "registration_manage.registrations",
    "approve_many": "registration_manage.registrations",
    "bookable": "registration_manage.bookings",
    "booking": "registration_manage.bookings",
    "question": "registration_manage.questions",
    "questions_preview": "registration_manage.questions",
    "choice": "registration_manage.questions",
    "set_choice_offered": "registration_manage.questions",
    "checkpoint": "checkin_manage.checkpoints",
    "change_answers": "registration_manage.registrations",
    "import_table": "registration_manage.registrations",
    "show_document": "registration_manage.registrations",
    "answer_file": "registration_manage.registrations",
    "change_state": "events_manage.publication",
    "registration": "registration_manage.registrations",
    "agreeing": "registration_manage.privacy",
    "device": "checkin_manage.devices",
    "device_link": "checkin_manage.devices",
    "revoke": "checkin_manage.devices",
    "conflict": "checkin_manage.conflicts",
    "checkin_manage": "checkin_manage.overview",
}


def manage_nav() -> list[tuple[str, str, bool]]:
    """(label, address, whether it is this page or one under it) for each page of the event's desk that may be opened."""
    event, here = g.get("event"), _place_of(request.endpoint or "")
    if event is None:
        return []
    for pages, above in ((SETTINGS, "events_manage.settings"), (CHECKIN, "checkin_manage.overview")):
        if here in {page[1] for page in pages}:
            here = above
    return [
        (str(label), url_for(endpoint, event=event.slug), endpoint == here)
        for label, endpoint, permission in PAGES
        if may_here(permission) and (endpoint != "events_manage.settings" or _may_set_up())
    ]


def settings_pages() -> list[tuple[str, str, bool, str]]:
    """(label, address, whether it is this page, what it is for) for each page under Settings that may be opened."""
    event, here = g.get("event"), _place_of(request.endpoint or "")
    if event is None:
        return []
    return [
        (str(label), url_for(endpoint, event=event.slug), endpoint == here, str(meaning))
        for label, endpoint, permission, meaning in SETTINGS
        if may_here(permission)
    ]


def settings_nav() -> list[tuple[str, str, bool]]:
    """The pages beside this one, where this one stands under Settings."""
    pages = settings_pages()
    return [page[:3] for page in pages] if any(current for _label, _url, current, _meaning in pages) else []


def checkin_nav() -> list[tuple[str, str, bool]]:
    """The pages beside this one that may be opened, where this one stands under Check-in."""
    event, here = g.get("event"), _place_of(request.endpoint or "")
    if event is None or here not in {endpoint for _label, endpoint, _permission in CHECKIN}:
        return []
    return [
        (str(label), url_for(endpoint, event=event.slug), endpoint == here)
        for label, endpoint, permission in CHECKIN
        if may_here(permission)
    ]


def _may_set_up() -> bool:
    return any(
        may_here(permission) for _label, _endpoint, permission, _meaning in SETTINGS if permission != "event:read"
    )


def _place_of(endpoint: str) -> str:
    """The page of the navigation to which an endpoint belongs: itself, or that of its noun, or that of its room."""
    known = {page[1] for page in (*PAGES, *CHECKIN, *SETTINGS)}
    if endpoint in known:
        return endpoint
    blueprint, _dot, name = endpoint.partition(".")
    noun = name.rpartition("_")[2]
    return PARENTS.get(name) or PARENTS.get(noun) or PARENTS.get(blueprint) or endpoint


def init_desk(app: Flask) -> None:
    @app.context_processor
    def _desk() -> dict[str, object]:
        # Only the desk's own pages need it; the public ones hold nothing about the visitor.
        if not has_request_context() or not request.path.startswith("/manage/"):
            return {}
        return {
            "manage_nav": manage_nav(),
            "checkin_nav": checkin_nav(),
            "settings_nav": settings_nav(),
            "settings_pages": settings_pages(),
        }

    app.jinja_env.globals.update(
        actor_words=ACTOR_WORDS,
        state_words=STATE_WORDS,
        action_words=action_words,
        subject_words=subject_words,
        value_words=VALUES,
        shown_value=shown_value,
    )
