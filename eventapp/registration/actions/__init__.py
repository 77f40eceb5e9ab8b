"""What people do around registration: register, change their mind, decide, set up."""

from eventapp.registration.actions.categories import (
    add_category,
    close_category,
    open_category,
    publish_notice,
    set_capacity,
)
from eventapp.registration.actions.changes import (
    accept_offer,
    approve_registration,
    cancel_registration,
    decline_offer,
    decline_registration,
    offer_place,
    reissue_pass,
    set_door_note,
    withdraw_registration,
)
from eventapp.registration.actions.register import register_attendee

__all__ = [
    "accept_offer",
    "add_category",
    "approve_registration",
    "cancel_registration",
    "close_category",
    "decline_offer",
    "decline_registration",
    "offer_place",
    "open_category",
    "publish_notice",
    "register_attendee",
    "reissue_pass",
    "set_capacity",
    "set_door_note",
    "withdraw_registration",
]
