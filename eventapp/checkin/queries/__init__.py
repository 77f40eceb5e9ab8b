"""What the door needs to know."""

from eventapp.checkin.queries.counts import Counts, admissions_of, admitted_people, counts_of, scans_of
from eventapp.checkin.queries.devices import Standing, device_of_event, device_to_pair, devices_of, standings_of
from eventapp.checkin.queries.doors import (
    Door,
    checkpoints_of,
    door_by_token,
    door_of_device,
    gates_for_visitor,
    grants_of,
    limits_of,
    may_scan,
    was_used,
)
from eventapp.checkin.queries.live import LiveCounts, counts_text, live_counts, shown_day
from eventapp.checkin.queries.passes import GUEST_COLUMNS, pass_rows, search_at_door, stored_answers, unmatched_exits
from eventapp.checkin.queries.roster import RosterPage, current_keys, inside_by_checkpoint, roster_page
from eventapp.checkin.queries.settings import WalkIn, door_settings, walk_ins_of

__all__ = [
    "GUEST_COLUMNS",
    "Counts",
    "Door",
    "LiveCounts",
    "RosterPage",
    "Standing",
    "WalkIn",
    "admissions_of",
    "admitted_people",
    "checkpoints_of",
    "counts_of",
    "counts_text",
    "current_keys",
    "device_of_event",
    "device_to_pair",
    "devices_of",
    "door_by_token",
    "door_of_device",
    "door_settings",
    "gates_for_visitor",
    "grants_of",
    "inside_by_checkpoint",
    "limits_of",
    "live_counts",
    "may_scan",
    "pass_rows",
    "roster_page",
    "scans_of",
    "search_at_door",
    "shown_day",
    "standings_of",
    "stored_answers",
    "unmatched_exits",
    "walk_ins_of",
    "was_used",
]
