"""What the kinds, roles, modes and replies of an agenda are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SESSION_KINDS = {
    "keynote": _l("Keynote"),
    "forum": _l("Forum"),
    "ceremony": _l("Ceremony"),
    "break": _l("Tea break"),
    "meal": _l("Meal"),
    "tour": _l("Tour"),
}

ITEM_KINDS = {
    "speech": _l("Speech"),
    "panel": _l("Panel discussion"),
    "unveiling": _l("Unveiling"),
    "appointment": _l("Appointment"),
    "signing": _l("Signing"),
    "award": _l("Award"),
    "announcement": _l("Formal announcement"),
    "photo": _l("Group photo"),
    "performance": _l("Performance"),
    "break": _l("Break"),
}

PART_ROLES = {
    "speaker": _l("Speaker"),
    "moderator": _l("Moderator"),
    "host": _l("Master of ceremonies"),
    "unveiler": _l("Unveils"),
    "presenter": _l("Presents"),
    "recipient": _l("Receives"),
    "signatory": _l("Signs"),
    "witness": _l("Witness"),
    "usher": _l("Usher"),
    "panellist": _l("Panellist"),
}

PART_MODES = {
    "in_person": _l("In person"),
    "online": _l("By video link"),
    "recorded": _l("As a recording"),
    "read_by_other": _l("Read by someone else"),
}

PART_SIDES = {
    "": _l("No side"),
    "first": _l("First party"),
    "second": _l("Second party"),
}

PART_REPLIES = {
    "open": _l("No reply yet"),
    "accepted": _l("Has accepted"),
    "declined": _l("Has declined"),
}

# What was done to an agenda, as it follows the name of who did it.
CHANGES = {
    "create_session": _l("created “%(name)s”"),
    "change_session": _l("changed “%(name)s”"),
    "move_session": _l("moved “%(name)s”"),
    "resize_session": _l("changed the length of “%(name)s”"),
    "delete_session": _l("deleted “%(name)s”"),
    "copy_session": _l("copied “%(name)s”"),
    "split_session": _l("split “%(name)s” in two"),
    "swap_sessions": _l("exchanged the places of “%(name)s” and another session"),
    "shift_after": _l("moved everything after “%(name)s” by %(minutes)s minutes"),
    "put_in_tray": _l("put “%(name)s” into the tray"),
    "place_session": _l("placed “%(name)s”"),
    "cancel_session": _l("cancelled “%(name)s”"),
    "reinstate_session": _l("reinstated “%(name)s”"),
    "add_item": _l("added “%(name)s” to a session"),
    "change_item": _l("changed the item “%(name)s”"),
    "move_item": _l("moved the item “%(name)s”"),
    "move_item_to": _l("moved the item “%(name)s” to another session"),
    "delete_item": _l("deleted the item “%(name)s”"),
    "add_part": _l("added somebody or something to “%(name)s”"),
    "change_part": _l("changed who or what appears in “%(name)s”"),
    "move_part": _l("changed the order within “%(name)s”"),
    "order_people": _l("put the people of “%(name)s” in order"),
    "delete_part": _l("took somebody or something out of “%(name)s”"),
    "set_reply": _l("noted a reply for “%(name)s”"),
    "add_track": _l("added the track “%(name)s”"),
    "change_track": _l("changed the track “%(name)s”"),
    "move_track": _l("moved the track “%(name)s”"),
    "remove_track": _l("removed the track “%(name)s”"),
    "order_people": _l("put the people of “%(name)s” into their order"),
    "import_agenda": _l("imported an agenda"),
    "keep_wall_times": _l("kept the times of the clock in a new time zone"),
    "copy_agenda": _l("copied the agenda of another event"),
    "bring_back": _l("brought back release %(number)s"),
    "undo": _l("undid: %(what)s"),
    "redo": _l("did again: %(what)s"),
}

ACTORS = {
    "speaker": _l("a speaker"),
    "token": _l("a program"),
    "system": _l("the system"),
}

# What each rule about clashes is called, and what it looks for.
CLASH_RULES = {
    "hall": (_l("Hall taken twice"), _l("Two sessions in one hall at once, unless the hall allows it.")),
    "person": (_l("Person in two places"), _l("Somebody who is there in person, in two sessions at once.")),
    "walk": (_l("Too little time to walk"), _l("Somebody goes from one hall to another in fewer minutes than the way takes.")),
    "turnaround": (_l("Hall not ready again"), _l("Fewer minutes between two sessions than the hall needs.")),
    "hall_away": (_l("Hall not available"), _l("A session in a hall at a time noted below.")),
    "person_away": (_l("Person not available"), _l("Somebody is needed at a time noted below.")),
    "hours": (_l("Outside the hours of the day"), _l("Before the day opens or after it closes.")),
    "overrun": (_l("Items longer than their session"), _l("The minutes of the items together are more than the session has.")),
    "capacity": (_l("Hall too small"), _l("Fewer seats than guests are expected, or than can be booked.")),
    "track": (_l("One track at once"), _l("Two sessions of the same track at the same time.")),
    "unconfirmed": (_l("Part not confirmed"), _l("Somebody has not accepted yet, or has declined.")),
    "translation": (_l("English or Chinese missing"), _l("A text is written in one language only.")),
    "precedence": (_l("Order of precedence"), _l("People of one role in an item stand in another order than the event's people.")),
}  # fmt: skip

CLASH_LEVELS = {
    "block": _l("Block"),
    "warn": _l("Warn"),
    "ignore": _l("Ignore"),
}
