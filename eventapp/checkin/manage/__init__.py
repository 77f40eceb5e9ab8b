"""The check-in desk: counts, checkpoints, paired devices."""

from eventapp.checkin.manage import checkpoints, conflicts, devices, overview, rules, signing, walk_ins
from eventapp.checkin.manage.pages import blueprint

__all__ = ["blueprint", "checkpoints", "conflicts", "devices", "overview", "rules", "signing", "walk_ins"]
