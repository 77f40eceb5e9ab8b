"""What the kinds, roles, modes and replies of an agenda are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.agenda.formats.said import Fault

SESSION_KINDS = {
    "keynote": _l("Keynote"),
    "forum": _l("Forum"),
    "ceremony": _l("Ceremony"),
    "break": _l("Tea break"),
    "meal": _l("Meal"),
    "tour": _l("Tour"),
}

SESSION_LANGUAGES = {
    "": _l("Not said"),
    "en": _l("English"),
    "zh": _l("Chinese"),
    "both": _l("Both, interpreted"),
}

# Where many read an agenda from; any other zone can be asked for by its name in the address.
ZONES = {
    "Asia/Shanghai": _l("Beijing, Shanghai"),
    "Asia/Hong_Kong": _l("Hong Kong"),
    "Asia/Taipei": _l("Taipei"),
    "Asia/Singapore": _l("Singapore"),
    "Asia/Tokyo": _l("Tokyo"),
    "Asia/Seoul": _l("Seoul"),
    "Asia/Kolkata": _l("Delhi"),
    "Asia/Dubai": _l("Dubai"),
    "Australia/Sydney": _l("Sydney"),
    "Europe/Moscow": _l("Moscow"),
    "Europe/Berlin": _l("Berlin, Paris"),
    "Europe/London": _l("London"),
    "Africa/Johannesburg": _l("Johannesburg"),
    "America/Sao_Paulo": _l("São Paulo"),
    "America/New_York": _l("New York"),
    "America/Los_Angeles": _l("Los Angeles"),
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

NOTICE_STATES = {
    "open": _l("Awaits your decision"),
    "scheduled": _l("Waits for its time"),
    "sent": _l("Sent"),
    "dismissed": _l("Nobody is told"),
    "superseded": _l("Overtaken by a later release"),
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
    "withdraw_person": _l("settled that %(name)s cannot come"),
    "add_track": _l("added the track “%(name)s”"),
    "change_track": _l("changed the track “%(name)s”"),
    "move_track": _l("moved the track “%(name)s”"),
    "remove_track": _l("removed the track “%(name)s”"),
    "import_agenda": _l("imported an agenda"),
    "keep_wall_times": _l("kept the times of the clock in a new time zone"),
    "copy_agenda": _l("copied the agenda of another event"),
    "bring_back": _l("brought back release %(number)s"),
    "undo": _l("undid: %(what)s"),
    "redo": _l("did again: %(what)s"),
}

# What was done on the day, as it follows the name of who did it.
LIVE_CHANGES = {
    "start": _l("started “%(name)s”"),
    "end": _l("ended “%(name)s”"),
    "delay": _l("put off “%(name)s” by %(minutes)s min"),
    "cancel": _l("cancelled “%(name)s”"),
    "reinstate": _l("reinstated “%(name)s”"),
    "substitute": _l("changed who appears in “%(name)s”"),
    "release": _l("published release %(number)s"),
    "undone": _l("took back: %(what)s"),
}
GONE = _l("a session that is no longer in the agenda")

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

# What is wrong with a row of a file that is imported, and what is read as something else.
IMPORT_FAULTS = {
    "damaged": _l("this is no event"),
    "many": _l("there are too many rows; split the file"),
    "no_session": _l("no session stands in this row or above it"),
    "differs": _l("the same session stands otherwise in row %(text)s"),
    "part_of": _l("its row %(text)s is wrong"),
    "twice": _l("the id %(text)s comes twice"),
    "hidden": _l("there are invisible control characters in it: %(text)s"),
    "long": _l("a text is too long: %(text)s"),
    "kind": _l("“%(text)s” is no kind of session"),
    "item_kind": _l("“%(text)s” is no kind of item"),
    "language": _l("“%(text)s” is no language; write en, zh or both"),
    "status": _l("“%(text)s” is neither planned nor cancelled"),
    "role": _l("“%(text)s” is no role"),
    "mode": _l("“%(text)s” is no way of taking part"),
    "reply": _l("“%(text)s” is no reply"),
    "side": _l("“%(text)s” is no side"),
    "yes": _l("“%(text)s” is neither yes nor no"),
    "number": _l("“%(text)s” is no whole number, or too large"),
    "minutes": _l("a session in the tray needs its minutes"),
    "day": _l("“%(text)s” is no date; write it like 2026-11-23"),
    "time": _l("“%(text)s” is no date and time; write it like 2026-11-23 09:00"),
    "ends": _l("it has no end and no length"),
    "backwards": _l("it does not end after it starts: %(text)s"),
    "far": _l("“%(text)s” is more than a year away from the event"),
    "skipped": _l("the clock never shows %(text)s: daylight saving time begins"),
    "subject": _l("name a person, or an organisation, or a thing: exactly one of the three"),
    "several_person": _l("several people are called %(text)s; write the id of the one who is meant"),
    "several_hall": _l("several halls are called %(text)s; write the id of the one that is meant"),
    "several_track": _l("several tracks are called %(text)s; write the id of the one that is meant"),
    "several_organisation": _l("several organisations are called %(text)s; write the id of the one that is meant"),
    "no_person": _l("there is no person with the id %(text)s, and no name to make one"),
    "no_hall": _l("there is no hall with the id %(text)s, and no name to make one"),
    "no_track": _l("there is no track with the id %(text)s, and no name to make one"),
    "no_organisation": _l("there is no organisation with the id %(text)s, and no name to make one"),
    "kind_as": _l("the kind “%(text)s” is read as a forum"),
    "language_as": _l("the language “%(text)s” is neither English nor Chinese and is left out"),
}


def fault_words(fault: Fault) -> str:
    """What is wrong with a row, as part of a sentence."""
    return str(IMPORT_FAULTS[fault.code]) % {"text": fault.text}
