"""What happens at the door: checkpoints are set up, devices paired, scans recorded."""

from eventapp.checkin.actions.devices import create_device, device_of_member, pair_device, revoke_device
from eventapp.checkin.actions.record import record_scans
from eventapp.checkin.actions.setup import (
    add_checkpoint,
    change_checkpoint,
    copy_checkpoints,
    keep_wall_times,
    move_checkpoint,
)

__all__ = [
    "add_checkpoint",
    "change_checkpoint",
    "copy_checkpoints",
    "create_device",
    "device_of_member",
    "keep_wall_times",
    "move_checkpoint",
    "pair_device",
    "record_scans",
    "revoke_device",
]
