"""What messages and their states are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATE_LABELS = {
    "queued": _l("Waiting to be sent"),
    "sending": _l("Being sent"),
    "sent": _l("Sent"),
    "failed": _l("Not delivered"),
}

TEMPLATE_LABELS = {
    "sign_in_link": _l("Sign-in link"),
    "registration_pending": _l("Registration received"),
    "registration_waiting": _l("On the waiting list"),
    "registration_offered": _l("Place offered"),
    "registration_confirmed": _l("Place confirmed, with pass"),
    "registration_declined": _l("Registration declined"),
    "registration_withdrawn": _l("Withdrawal noted"),
    "registration_cancelled": _l("Registration cancelled"),
    "registration_erased": _l("Data removed, at the guest's wish"),
    "place_received": _l("Place received from a colleague, with pass"),
    "place_handed_over": _l("Place handed over"),
    "address_corrected": _l("Address corrected"),
    "own_links": _l("Links sent again on request"),
    "booking_confirmed": _l("Seat confirmed"),
    "booking_offered": _l("Seat offered"),
    "booking_ended": _l("Seat given back"),
    "party_registered": _l("Party registered"),
    "party_news": _l("News of a party"),
    "guest_invitation": _l("Invitation to register"),
    "guest_reminder": _l("Reminder of an invitation to register"),
    "speaker_invitation": _l("Invitation to speak"),
    "speaker_reminder": _l("Reminder of an invitation to speak"),
    "agenda_news": _l("News of the agenda"),
    "mailing": _l("Message to many"),
    "mailing_test": _l("Test of a message to many"),
}

MAILING_STATE_LABELS = {
    "draft": _l("Draft"),
    "scheduled": _l("Waits for its time"),
    "sending": _l("Being sent"),
    "sent": _l("Sent"),
    "cancelled": _l("Cancelled"),
}
