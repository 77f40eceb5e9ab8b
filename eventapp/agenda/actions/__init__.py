"""What the team does to an agenda: sessions, the items inside them, and who does what in an item.

Every action takes `sequence`, the version of the session that was looked at: if the session or anything in it was
changed since, the action raises Stale. Without it, nothing is compared.
"""

from eventapp.agenda.actions.following import (
    copy_agenda,
    keep_hall_in_use,
    keep_person_who_appears,
    keep_wall_times,
)
from eventapp.agenda.actions.items import add_item, change_item, delete_item, move_item, move_item_to
from eventapp.agenda.actions.parts import add_part, change_part, delete_part, move_part, set_reply
from eventapp.agenda.actions.sessions import (
    SessionLeaves,
    change_session,
    create_session,
    delete_session,
    move_session,
)

__all__ = [
    "SessionLeaves",
    "add_item",
    "add_part",
    "change_item",
    "change_part",
    "change_session",
    "copy_agenda",
    "create_session",
    "delete_item",
    "delete_part",
    "delete_session",
    "keep_hall_in_use",
    "keep_person_who_appears",
    "keep_wall_times",
    "move_item",
    "move_item_to",
    "move_part",
    "move_session",
    "set_reply",
]
