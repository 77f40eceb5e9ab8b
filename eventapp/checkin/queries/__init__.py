"""What the door needs to know."""

from eventapp.checkin.queries.counts import Counts, admissions_of, admitted_people, counts_of, scans_of
from eventapp.checkin.queries.doors import (
    Door,
    checkpoints_of,
    device_of_event,
    device_to_pair,
    devices_of,
    door_by_token,
    door_of_device,
    gates_for_visitor,
    grants_of,
    limits_of,
    may_scan,
    was_used,
)
from eventapp.checkin.queries.passes import GUEST_COLUMNS, pass_rows, search_at_door, stored_answers

__all__ = [
    "GUEST_COLUMNS",
    "Counts",
    "Door",
    "admissions_of",
    "admitted_people",
    "checkpoints_of",
    "counts_of",
    "device_of_event",
    "device_to_pair",
    "devices_of",
    "door_by_token",
    "door_of_device",
    "gates_for_visitor",
    "grants_of",
    "limits_of",
    "may_scan",
    "pass_rows",
    "scans_of",
    "search_at_door",
    "stored_answers",
    "was_used",
]
