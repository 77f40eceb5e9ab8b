"""Mail about a registration, one template a state."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _

from eventapp.db import db
from eventapp.events.models import Event
from eventapp.i18n import current_language
from eventapp.messaging.delivery import Attachment, RenderedMail
from eventapp.messaging.errors import NothingToSay
from eventapp.messaging.models import OutboxMessage
from eventapp.passes import qr
from eventapp.passes.queries import code_digits, code_url
from eventapp.registration.invitation import Seat, invitation_file, seat_file, seat_of
from eventapp.registration.models import Invitation, Registration
from eventapp.registration.queries import (
    invitation_by_public_id,
    invitation_token,
    link_token,
    members_of,
    party_by_public_id,
    party_token,
    registration_by_public_id,
)
from eventapp.registration.queries.own import living_at_address
from eventapp.registration.states import ALIVE, LABELS, STATES

TEMPLATES = tuple(f"registration_{state}" for state in STATES)
OWN_TEMPLATES = ("place_received", "place_handed_over", "address_corrected", "own_links")
ERASED_TEMPLATES = ("registration_erased",)
BOOKING_TEMPLATES = ("booking_confirmed", "booking_offered", "booking_ended")
PARTY_TEMPLATES = ("party_registered", "party_news")
INVITATION_MAILS = ("guest_invitation", "guest_reminder")
QR_CONTENT_ID = "pass-code"


def render_registration_mail(message: OutboxMessage) -> RenderedMail:
    """What became of the registration; a confirmed guest gets the code and the calendar entry."""
    return _registration_mail(*_load(message), message.template.removeprefix("registration_"))


def render_own_mail(message: OutboxMessage) -> RenderedMail:
    """What guests did on their own pages: a place changed hands, an address was corrected, links were asked for."""
    if message.template == "own_links":
        return _links_mail(message)
    if message.template == "place_received":
        return _registration_mail(*_load(message), "confirmed", received=True)
    registration = registration_by_public_id(message.values["registration"])
    if registration is None:
        raise LookupError("the registration of this message is gone")
    # To somebody who no longer has it, or never had: nothing of the present guest stands in it.
    event = db.session.get_one(Event, registration.event_id)
    values = {"event": event, "what": message.template}
    return RenderedMail(
        subject=_own_subject(message.template, event.name.here(current_language())),
        text=render_template("registration/mail/farewell.txt", **values),
        html=render_template("registration/mail/farewell.html", **values),
    )


def _load(message: OutboxMessage) -> tuple[Event, Registration]:
    """The event and the registration of a message. Raises NothingToSay when the address is not the guest's any more."""
    registration = registration_by_public_id(message.values["registration"])
    if registration is None:
        raise LookupError("the registration of this message is gone")
    contact = registration.party.email if registration.party else ""
    if message.recipient not in (registration.email, contact):
        # The place was handed over or the address corrected meanwhile: the link and the pass are somebody else's.
        raise NothingToSay
    return db.session.get_one(Event, registration.event_id), registration


def _registration_mail(event: Event, registration: Registration, state: str, *, received: bool = False) -> RenderedMail:
    values = _values(event, registration, state) | {"received": received}
    return RenderedMail(
        subject=_subject(state, event.name.here(current_language())),
        text=render_template("registration/mail/registration.txt", **values),
        html=render_template("registration/mail/registration.html", **values),
        attachments=_attachments(event, registration) if state == "confirmed" else [],
    )


def _links_mail(message: OutboxMessage) -> RenderedMail:
    """The links of all living registrations of an address. Raises NothingToSay when there are none."""
    event = db.session.get_one(Event, message.event_id)
    base = current_app.config["BASE_URL"]
    found = [
        (registration, f"{base}/r/{link_token(registration)}")
        for registration in living_at_address(event.id, message.recipient, ALIVE)
    ]
    if not found:
        raise NothingToSay
    values = {"event": event, "found": found}
    return RenderedMail(
        subject=_own_subject(message.template, event.name.here(current_language())),
        text=render_template("registration/mail/links.txt", **values),
        html=render_template("registration/mail/links.html", **values),
    )


def _values(event: Event, registration: Registration, state: str) -> dict[str, object]:
    base = current_app.config["BASE_URL"]
    return {
        "event": event,
        "registration": registration,
        "state": state,
        "own_url": f"{base}/r/{link_token(registration)}",
        "pass_url": f"{base}/p/{_digits(registration)}" if state == "confirmed" else "",
        "qr_source": f"cid:{QR_CONTENT_ID}",
    }


def _attachments(event: Event, registration: Registration) -> list[Attachment]:
    picture = qr.png(code_url(_digits(registration)), scale=8)
    return [
        Attachment("pass.png", "image/png", picture, content_id=QR_CONTENT_ID),
        Attachment(f"{event.slug}.ics", "text/calendar", invitation_file(event, registration)),
    ]


def _digits(registration: Registration) -> str:
    return code_digits(registration.event_id, registration.public_id, registration.pass_serial)


def _subject(state: str, event: str) -> str:
    return {
        "pending": _("We received your registration: %(event)s", event=event),
        "waiting": _("You are on the waiting list: %(event)s", event=event),
        "offered": _("A place is held for you: %(event)s", event=event),
        "confirmed": _("Your pass: %(event)s", event=event),
        "declined": _("About your registration: %(event)s", event=event),
        "withdrawn": _("You have withdrawn: %(event)s", event=event),
        "cancelled": _("Your registration was cancelled: %(event)s", event=event),
    }[state]


def render_erased_mail(message: OutboxMessage) -> RenderedMail:
    """The last word to a guest whose data was removed: nothing of the guest stands in it."""
    assert message.event_id is not None
    event = db.session.get_one(Event, message.event_id)
    values = {"event": event, "what": message.template}
    return RenderedMail(
        subject=_("Your data was removed: %(event)s", event=event.name.here(current_language())),
        text=render_template("registration/mail/farewell.txt", **values),
        html=render_template("registration/mail/farewell.html", **values),
    )


def _own_subject(template: str, event: str) -> str:
    return {
        "place_handed_over": _("You handed over your place: %(event)s", event=event),
        "address_corrected": _("Another address for your registration: %(event)s", event=event),
        "own_links": _("The way back to your registration: %(event)s", event=event),
    }[template]


def render_booking_mail(message: OutboxMessage) -> RenderedMail:
    """What became of booked sessions, each with its calendar entry; one that ended takes the entry away."""
    event, registration = _load(message)
    what = message.template.removeprefix("booking_")
    seats = [seat_of(values) for values in message.values["bookings"]]
    values = {
        "event": event,
        "registration": registration,
        "what": what,
        "why": message.values["why"],
        "reason": message.values["reason"],
        "seats": seats,
        "link": f"{current_app.config['BASE_URL']}/r/{link_token(registration)}/sessions",
    }
    return RenderedMail(
        subject=_booking_subject(what, seats),
        text=render_template("registration/mail/booking.txt", **values),
        html=render_template("registration/mail/booking.html", **values),
        attachments=[_seat_attachment(event, seat, what) for seat in seats if seat.starts_at and what != "offered"],
    )


def _seat_attachment(event: Event, seat: Seat, what: str) -> Attachment:
    file = seat_file(event, seat, cancelled=what == "ended")
    return Attachment(f"{event.slug}-{seat.booking}.ics", "text/calendar", file)


def _booking_subject(what: str, seats: list[Seat]) -> str:
    titles = ", ".join(f"{seat.title}: {seat.choice}" if seat.choice else seat.title for seat in seats)
    return {
        "confirmed": _("You have a seat: %(title)s", title=titles),
        "offered": _("A seat is held for you: %(title)s", title=titles),
        "ended": _("Your booking has ended: %(title)s", title=titles),
    }[what]


def render_invitation_mail(message: OutboxMessage) -> RenderedMail:
    """A personal invitation, or a reminder of it. Raises NothingToSay once the guest answered or has another address."""
    invitation = invitation_by_public_id(message.values["invitation"])
    if invitation is None or invitation.email != message.recipient or invitation.replied_at is not None:
        raise NothingToSay
    event = db.session.get_one(Event, invitation.event_id)
    name, language = event.name.here(current_language()), current_language()
    reminder = message.template == "guest_reminder"
    values = {
        "event": event,
        "invitation": invitation,
        "reminder": reminder,
        "deputy_of": db.session.get(Invitation, invitation.deputy_of_id) if invitation.deputy_of_id else None,
        "link": f"{current_app.config['BASE_URL']}/i/{invitation_token(invitation)}?lang={language}",
    }
    return RenderedMail(
        subject=_("We look forward to your answer: %(event)s", event=name)
        if reminder
        else _("Invitation: %(event)s", event=name),
        text=render_template("registration/mail/invited.txt", **values),
        html=render_template("registration/mail/invited.html", **values),
    )


def render_party_mail(message: OutboxMessage) -> RenderedMail:
    """To the contact: where everybody of the party stands, and the link to the party's page."""
    party = party_by_public_id(message.values["party"])
    if party is None or party.email != message.recipient:
        raise NothingToSay
    event = db.session.get_one(Event, party.event_id)
    name = event.name.here(current_language())
    values = {
        "event": event,
        "party": party,
        "members": members_of(party.id),
        "registered": message.template == "party_registered",
        "link": f"{current_app.config['BASE_URL']}/party/{party_token(party)}",
        "states": LABELS,
    }
    return RenderedMail(
        subject=_("Your party: %(event)s", event=name),
        text=render_template("registration/mail/party.txt", **values),
        html=render_template("registration/mail/party.html", **values),
    )
