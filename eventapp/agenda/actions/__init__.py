"""What the team does to an agenda: sessions, the items inside them, and who does what in an item.

Every action takes `sequence`, the version of the session that was looked at: if the session or anything in it was
changed since, the action raises Stale. Without it, nothing is compared.
"""

from eventapp.agenda.actions.arranging import (
    copy_session,
    place_session,
    put_in_tray,
    shift_after,
    split_session,
    swap_sessions,
)
from eventapp.agenda.actions.changing import made_at_once
from eventapp.agenda.actions.editing import edit
from eventapp.agenda.actions.following import (
    copy_agenda,
    keep_hall_in_use,
    keep_person_who_appears,
    keep_wall_times,
)
from eventapp.agenda.actions.items import add_item, change_item, delete_item, move_item, move_item_to
from eventapp.agenda.actions.live import (
    cancel_on_the_day,
    delay_session,
    end_session,
    reinstate_on_the_day,
    start_session,
    substitute_on_the_day,
    undo_live_change,
)
from eventapp.agenda.actions.notices import (
    dismiss_notice,
    prepare_notice,
    schedule_notice,
    send_due_notices,
    send_notice,
    stop_notice,
)
from eventapp.agenda.actions.parts import add_part, change_part, delete_part, move_part, order_people, set_reply
from eventapp.agenda.actions.releases import (
    AgendaReleased,
    bring_back,
    cancel_release,
    publish_due_releases,
    release_agenda,
)
from eventapp.agenda.actions.scopes import forget_limits, limit_editor
from eventapp.agenda.actions.sessions import (
    SessionLeaves,
    cancel_session,
    change_session,
    create_session,
    delete_session,
    move_session,
    reinstate_session,
    resize_session,
)
from eventapp.agenda.actions.tracks import add_track, change_track, move_track, remove_track
from eventapp.agenda.actions.undoing import redo, undo

__all__ = [
    "AgendaReleased",
    "SessionLeaves",
    "add_item",
    "add_part",
    "add_track",
    "bring_back",
    "cancel_on_the_day",
    "cancel_release",
    "cancel_session",
    "change_item",
    "change_part",
    "change_session",
    "change_track",
    "copy_agenda",
    "copy_session",
    "create_session",
    "delay_session",
    "delete_item",
    "delete_part",
    "delete_session",
    "dismiss_notice",
    "edit",
    "end_session",
    "forget_limits",
    "keep_hall_in_use",
    "keep_person_who_appears",
    "keep_wall_times",
    "limit_editor",
    "made_at_once",
    "move_item",
    "move_item_to",
    "move_part",
    "move_session",
    "move_track",
    "order_people",
    "place_session",
    "prepare_notice",
    "publish_due_releases",
    "put_in_tray",
    "redo",
    "reinstate_on_the_day",
    "reinstate_session",
    "release_agenda",
    "remove_track",
    "resize_session",
    "schedule_notice",
    "send_due_notices",
    "send_notice",
    "set_reply",
    "shift_after",
    "split_session",
    "start_session",
    "stop_notice",
    "substitute_on_the_day",
    "swap_sessions",
    "undo",
    "undo_live_change",
]
