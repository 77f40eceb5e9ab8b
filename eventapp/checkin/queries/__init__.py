"""What the door needs to know."""

from eventapp.checkin.queries.conflicts import ConflictRow, conflict_of_event, open_conflicts, page_of_conflicts
from eventapp.checkin.queries.counts import (
    Counts,
    admissions_of,
    admitted_people,
    came_by_party,
    came_of_party,
    counts_of,
    scans_of,
)
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
from eventapp.checkin.queries.settings import WalkIn, door_rules, door_settings, walk_ins_of
from eventapp.checkin.queries.signing import sign_in_list

__all__ = [
    "GUEST_COLUMNS",
    "ConflictRow",
    "Counts",
    "Door",
    "LiveCounts",
    "RosterPage",
    "Standing",
    "WalkIn",
    "admissions_of",
    "admitted_people",
    "came_by_party",
    "came_of_party",
    "checkpoints_of",
    "conflict_of_event",
    "counts_of",
    "counts_text",
    "current_keys",
    "device_of_event",
    "device_to_pair",
    "devices_of",
    "door_by_token",
    "door_of_device",
    "door_rules",
    "door_settings",
    "gates_for_visitor",
    "grants_of",
    "inside_by_checkpoint",
    "limits_of",
    "live_counts",
    "may_scan",
    "open_conflicts",
    "page_of_conflicts",
    "pass_rows",
    "roster_page",
    "scans_of",
    "search_at_door",
    "shown_day",
    "sign_in_list",
    "standings_of",
    "stored_answers",
    "unmatched_exits",
    "walk_ins_of",
    "was_used",
]
