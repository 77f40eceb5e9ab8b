"""The door API: JSON for the door app and for programs, with a device's bearer token."""

from eventapp.checkin.api import counts, guests, heartbeat, roster, scans, undos, walk_ins
from eventapp.checkin.api.pages import blueprint

__all__ = ["blueprint", "counts", "guests", "heartbeat", "roster", "scans", "undos", "walk_ins"]
