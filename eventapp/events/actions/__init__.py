"""What the team does to an event, its venue, halls and organisations."""

from eventapp.events.actions.copying import EventCopied, copy_event, create_event_at
from eventapp.events.actions.events import (
    EventCreated,
    EventZoneChanged,
    change_details,
    create_event,
    delete_sample_events,
    set_banner,
    set_event_state,
)
from eventapp.events.actions.halls import HallLeaves, add_hall, change_hall, move_hall, remove_hall
from eventapp.events.actions.holding import load_with_event, move_in_order
from eventapp.events.actions.organisations import (
    add_organisation,
    change_placed_organisation,
    move_organisation,
    place_new_organisation,
    place_organisation,
    remove_organisation,
)
from eventapp.events.actions.preview import end_preview, make_preview_link
from eventapp.events.actions.venue import set_venue

__all__ = [
    "EventCopied",
    "EventCreated",
    "EventZoneChanged",
    "HallLeaves",
    "add_hall",
    "add_organisation",
    "change_details",
    "change_hall",
    "change_placed_organisation",
    "copy_event",
    "create_event",
    "create_event_at",
    "delete_sample_events",
    "end_preview",
    "load_with_event",
    "make_preview_link",
    "move_hall",
    "move_in_order",
    "move_organisation",
    "place_new_organisation",
    "place_organisation",
    "remove_hall",
    "remove_organisation",
    "set_banner",
    "set_event_state",
    "set_venue",
]
