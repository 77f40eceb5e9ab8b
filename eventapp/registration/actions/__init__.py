"""What people do around registration: register, change their mind, decide, set up."""

from eventapp.registration.actions.categories import (
    add_category,
    change_category,
    close_category,
    copy_categories,
    move_category,
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
    offer_extra_place,
    offer_place,
    reissue_pass,
    set_door_note,
    withdraw_registration,
)
from eventapp.registration.actions.many import register_many
from eventapp.registration.actions.persons import free_person
from eventapp.registration.actions.register import register_attendee

__all__ = [
    "accept_offer",
    "add_category",
    "approve_registration",
    "cancel_registration",
    "change_category",
    "close_category",
    "copy_categories",
    "decline_offer",
    "decline_registration",
    "free_person",
    "move_category",
    "offer_extra_place",
    "offer_place",
    "open_category",
    "publish_notice",
    "register_attendee",
    "register_many",
    "reissue_pass",
    "set_capacity",
    "set_door_note",
    "withdraw_registration",
]
