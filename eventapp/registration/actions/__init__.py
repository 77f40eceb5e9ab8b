"""What people do around registration: register, change their mind, decide, set up."""

from eventapp.registration.actions.address import correct_address
from eventapp.registration.actions.answers import (
    change_answers,
    delete_answers,
    keep_answers,
    look_at_document,
)
from eventapp.registration.actions.bookable import (
    SessionBookedNoMore,
    change_bookable,
    copy_bookables,
    end_bookable,
    keep_booked_session,
    keep_booking_times,
    make_bookable,
)
from eventapp.registration.actions.bookings import (
    accept_booking_offer,
    book,
    book_sessions,
    decline_booking_offer,
    end_bookings,
    give_up_booking,
    lapse_booking_offers,
    promote_bookings,
    take_out_booking,
)
from eventapp.registration.actions.categories import (
    add_category,
    change_category,
    close_category,
    copy_categories,
    keep_registration_times,
    move_category,
    open_category,
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
from eventapp.registration.actions.choices import (
    NewChoice,
    add_choice,
    archive_choice,
    change_choice,
    move_choice,
    restore_choice,
)
from eventapp.registration.actions.codes import (
    add_access_code,
    change_access_code,
    end_access_code,
)
from eventapp.registration.actions.companions import register_invited
from eventapp.registration.actions.consents import give_consent, keep_consents, withdraw_consent
from eventapp.registration.actions.deadline import keep_wall_time_of_deadline, set_changes_until
from eventapp.registration.actions.decisions import (
    ZonesGiven,
    approve_with_reason,
    decide_on_many,
    decline_with_reason,
)
from eventapp.registration.actions.erasure import FAREWELL, erase_registration
from eventapp.registration.actions.files import (
    clear_pending_files,
    discard_pending_file,
    keep_file,
)
from eventapp.registration.actions.finding import ask_for_links
from eventapp.registration.actions.handing import PlaceHandedOver, hand_over
from eventapp.registration.actions.invitations import (
    add_invitation,
    add_invitations,
    change_invitation,
    delete_invitation,
    note_undelivered,
    renew_invitation_link,
    send_invitation,
    send_invitations,
)
from eventapp.registration.actions.many import register_many
from eventapp.registration.actions.members import (
    accept_party_offer,
    change_member,
    decline_party_offer,
    replace_member,
    withdraw_member,
    withdraw_party,
)
from eventapp.registration.actions.moving import change_category_of
from eventapp.registration.actions.own import (
    OWN_VALUES,
    change_own_answers,
    change_own_details,
    refuse_own_offer,
    take_own_offer,
    withdraw_own,
)
from eventapp.registration.actions.parties import add_to_party, register_party
from eventapp.registration.actions.persons import free_person
from eventapp.registration.actions.privacy import copy_privacy, publish_notice
from eventapp.registration.actions.purging import RegistrationsPurged
from eventapp.registration.actions.questions import (
    add_question,
    add_ready_question,
    archive_question,
    change_question,
    copy_questions,
    move_question,
    restore_question,
)
from eventapp.registration.actions.register import register_attendee
from eventapp.registration.actions.replies import (
    decline_invitation,
    name_deputy,
    note_opened,
    take_regrets_back,
)
from eventapp.registration.actions.retention import remove_due, remove_now
from eventapp.registration.actions.stars import (
    end_feed,
    make_feed,
    star_session,
    star_sessions,
    unstar_session,
)
from eventapp.registration.actions.waiting import lapse_offers
from eventapp.registration.actions.ways import (
    check_code,
    check_way_in,
    give_back_code,
    make_category_link,
    use_way_in,
)

__all__ = [
    "FAREWELL",
    "OWN_VALUES",
    "NewChoice",
    "PlaceHandedOver",
    "RegistrationsPurged",
    "SessionBookedNoMore",
    "ZonesGiven",
    "accept_booking_offer",
    "accept_offer",
    "accept_party_offer",
    "add_access_code",
    "add_category",
    "add_choice",
    "add_invitation",
    "add_invitations",
    "add_question",
    "add_ready_question",
    "add_to_party",
    "approve_registration",
    "approve_with_reason",
    "archive_choice",
    "archive_question",
    "ask_for_links",
    "book",
    "book_sessions",
    "cancel_registration",
    "change_access_code",
    "change_answers",
    "change_bookable",
    "change_category",
    "change_category_of",
    "change_choice",
    "change_invitation",
    "change_member",
    "change_own_answers",
    "change_own_details",
    "change_question",
    "check_code",
    "check_way_in",
    "clear_pending_files",
    "close_category",
    "copy_bookables",
    "copy_categories",
    "copy_privacy",
    "copy_questions",
    "correct_address",
    "decide_on_many",
    "decline_booking_offer",
    "decline_invitation",
    "decline_offer",
    "decline_party_offer",
    "decline_registration",
    "decline_with_reason",
    "delete_answers",
    "delete_invitation",
    "discard_pending_file",
    "end_access_code",
    "end_bookable",
    "end_bookings",
    "end_feed",
    "erase_registration",
    "free_person",
    "give_back_code",
    "give_consent",
    "give_up_booking",
    "hand_over",
    "keep_answers",
    "keep_booked_session",
    "keep_booking_times",
    "keep_consents",
    "keep_file",
    "keep_registration_times",
    "keep_wall_time_of_deadline",
    "lapse_booking_offers",
    "lapse_offers",
    "look_at_document",
    "make_bookable",
    "make_category_link",
    "make_feed",
    "move_category",
    "move_choice",
    "move_question",
    "name_deputy",
    "note_opened",
    "note_undelivered",
    "offer_extra_place",
    "offer_place",
    "open_category",
    "promote_bookings",
    "publish_notice",
    "refuse_own_offer",
    "register_attendee",
    "register_invited",
    "register_many",
    "register_party",
    "reissue_pass",
    "remove_due",
    "remove_now",
    "renew_invitation_link",
    "replace_member",
    "restore_choice",
    "restore_question",
    "send_invitation",
    "send_invitations",
    "set_capacity",
    "set_changes_until",
    "set_door_note",
    "star_session",
    "star_sessions",
    "take_out_booking",
    "take_own_offer",
    "take_regrets_back",
    "unstar_session",
    "use_way_in",
    "withdraw_consent",
    "withdraw_member",
    "withdraw_own",
    "withdraw_party",
    "withdraw_registration",
]
