"""What the audit trail says was done: one phrase for each action's code name."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

ACTIONS = {
    # Users and teams
    "add_user": _l("Added a user"),
    "make_owner": _l("Made an owner of the installation"),
    "set_password": _l("Set a password"),
    "sign_in": _l("Signed in"),
    "new_sign_in_link": _l("Made a sign-in link"),
    "set_role": _l("Gave a role in the team"),
    "remove_member": _l("Removed from the team"),
    # Events
    "create_event": _l("Created the event"),
    "copy_event": _l("Copied the event"),
    "change_details": _l("Changed the event's details"),
    "set_event_state": _l("Changed the event's state"),
    "set_banner": _l("Changed the announcement"),
    "set_venue": _l("Changed the venue"),
    "make_preview_link": _l("Made a preview link"),
    "end_preview": _l("Ended the preview link"),
    "create_signing_key": _l("Made the key that signs passes"),
    "add_hall": _l("Added a hall"),
    "change_hall": _l("Changed a hall"),
    "move_hall": _l("Moved a hall"),
    "remove_hall": _l("Removed a hall"),
    "add_organisation": _l("Added an organisation to the directory"),
    "change_organisation": _l("Changed an organisation in the directory"),
    "place_organisation": _l("Added an organisation to the event"),
    "change_placed_organisation": _l("Changed an organisation's part"),
    "move_organisation": _l("Moved an organisation"),
    "remove_organisation": _l("Removed an organisation from the event"),
    # People
    "add_person": _l("Added a person to the directory"),
    "change_person": _l("Changed a person in the directory"),
    "place_person": _l("Named a person in the event"),
    "move_person": _l("Moved a person"),
    "remove_person": _l("Removed a person from the event"),
    # Agenda
    "copy_agenda": _l("Copied the agenda"),
    "create_session": _l("Created a session"),
    "change_session": _l("Changed a session"),
    "move_session": _l("Moved a session"),
    "delete_session": _l("Deleted a session"),
    "add_item": _l("Added an item"),
    "change_item": _l("Changed an item"),
    "move_item": _l("Moved an item"),
    "move_item_to": _l("Moved an item to another session"),
    "delete_item": _l("Deleted an item"),
    "add_part": _l("Added to an item"),
    "change_part": _l("Changed a part"),
    "move_part": _l("Moved a part"),
    "delete_part": _l("Took out of an item"),
    "set_reply": _l("Noted a reply"),
    # Registration
    "add_category": _l("Added a category"),
    "change_category": _l("Changed a category"),
    "move_category": _l("Moved a category"),
    "set_capacity": _l("Changed the number of places"),
    "set_category_open": _l("Opened or closed a category"),
    "publish_notice": _l("Published a privacy notice"),
    "register": _l("Registered"),
    "approve_registration": _l("Approved a registration"),
    "decline_registration": _l("Declined a registration"),
    "offer_place": _l("Offered a place"),
    "offer_extra_place": _l("Offered an extra place"),
    "accept_offer": _l("Accepted the offered place"),
    "decline_offer": _l("Declined the offered place"),
    "withdraw_registration": _l("Withdrew"),
    "cancel_registration": _l("Cancelled a registration"),
    "promote_registration": _l("Moved up from the waiting list"),
    "reissue_pass": _l("Made a new pass"),
    "set_door_note": _l("Wrote a note for the door"),
    "free_person": _l("Took a person off a registration"),
    # Speakers
    "draft_invitation": _l("Wrote an invitation to speak"),
    "invite_speaker": _l("Invited a speaker"),
    "remind_speaker": _l("Reminded a speaker"),
    "set_reminder_days": _l("Changed the plan of reminders"),
    "set_chased": _l("Switched reminders on or off"),
    "write_profile": _l("Wrote a profile"),
    "write_talk": _l("Wrote about a talk"),
    "approve_words": _l("Approved a speaker's words"),
    "send_portrait": _l("Sent a portrait"),
    "cut_portrait": _l("Cut a portrait"),
    "take_portrait_back": _l("Took a portrait back"),
    # Check-in
    "add_checkpoint": _l("Added a checkpoint"),
    "change_checkpoint": _l("Changed a checkpoint"),
    "move_checkpoint": _l("Moved a checkpoint"),
    "create_device": _l("Made a pairing link"),
    "pair_device": _l("Paired a device"),
    "revoke_device": _l("Ended a device's pairing"),
    # Messages
    "retry_message": _l("Sent a message again"),
    "draft_mailing": _l("Wrote a message to many"),
    "rewrite_mailing": _l("Changed a message to many"),
    "test_mailing": _l("Sent a test of a message to many"),
    "schedule_mailing": _l("Had a message to many sent"),
    "release_mailing": _l("Addressed a message to many"),
    "cancel_mailing": _l("Cancelled a message to many"),
    "retry_mailing": _l("Sent undelivered messages again"),
}


def action_words(action: str) -> Any:
    """What an action is called; one that has no words yet stands as it is."""
    return ACTIONS.get(action, action)
