"""What happens at the door: checkpoints are set up, devices paired, scans recorded."""

from eventapp.checkin.actions.devices import create_device, device_of_member, pair_device, revoke_device
from eventapp.checkin.actions.record import record_scans
from eventapp.checkin.actions.setup import add_checkpoint

__all__ = ["add_checkpoint", "create_device", "device_of_member", "pair_device", "record_scans", "revoke_device"]
