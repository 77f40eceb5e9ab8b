"""The check-in desk: counts, checkpoints, paired devices."""

from eventapp.checkin.manage import checkpoints, devices, overview
from eventapp.checkin.manage.pages import blueprint

__all__ = ["blueprint", "checkpoints", "devices", "overview"]
