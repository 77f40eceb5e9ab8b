"""What happens at the door: checkpoints are set up, devices paired, scans recorded."""

from eventapp.checkin.actions.conflicts import decide_conflict
from eventapp.checkin.actions.devices import (
    change_device,
    create_device,
    device_of_member,
    pair_device,
    renew_pairing,
    revoke_device,
)
from eventapp.checkin.actions.forgetting import forget_people
from eventapp.checkin.actions.handing import keep_guest_who_came
from eventapp.checkin.actions.record import record_scans
from eventapp.checkin.actions.rosters import begin_rosters_anew
from eventapp.checkin.actions.rules import change_door_rules, copy_door_rules
from eventapp.checkin.actions.setup import (
    add_checkpoint,
    change_checkpoint,
    copy_checkpoints,
    keep_wall_times,
    move_checkpoint,
)
from eventapp.checkin.actions.undoing import undo_scans
from eventapp.checkin.actions.walk_ins import register_walk_in
from eventapp.checkin.actions.zones import (
    grant_zones,
    open_session_doors,
)

__all__ = [
    "add_checkpoint",
    "begin_rosters_anew",
    "change_checkpoint",
    "change_device",
    "change_door_rules",
    "copy_checkpoints",
    "copy_door_rules",
    "create_device",
    "decide_conflict",
    "device_of_member",
    "forget_people",
    "grant_zones",
    "keep_guest_who_came",
    "keep_wall_times",
    "move_checkpoint",
    "open_session_doors",
    "pair_device",
    "record_scans",
    "register_walk_in",
    "renew_pairing",
    "revoke_device",
    "undo_scans",
]
