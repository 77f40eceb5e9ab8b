"""The agenda: what it is made of, who changed what, what was released, what is different on the day."""

from eventapp.agenda.models.clashing import ClashLevel, DayHours, HallWalk, Unavailability
from eventapp.agenda.models.history import AgendaChange, EditorScope
from eventapp.agenda.models.notices import ReleaseNotice
from eventapp.agenda.models.releases import LiveChange, LiveSession, Release
from eventapp.agenda.models.sessions import (
    ITEM_KINDS,
    PART_MODES,
    PART_REPLIES,
    PART_ROLES,
    SESSION_KINDS,
    SESSION_LANGUAGES,
    SESSION_STATES,
    AgendaItem,
    AgendaSession,
    Part,
    Track,
)

__all__ = [
    "ITEM_KINDS",
    "PART_MODES",
    "PART_REPLIES",
    "PART_ROLES",
    "SESSION_KINDS",
    "SESSION_LANGUAGES",
    "SESSION_STATES",
    "AgendaChange",
    "AgendaItem",
    "AgendaSession",
    "ClashLevel",
    "DayHours",
    "EditorScope",
    "HallWalk",
    "LiveChange",
    "LiveSession",
    "Part",
    "Release",
    "ReleaseNotice",
    "Track",
    "Unavailability",
]
