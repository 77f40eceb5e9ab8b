"""The organiser's plain forms: sessions, the items inside them, and who does what."""

from eventapp.agenda.manage import (
    board,
    day,
    history,
    importing,
    items,
    parts,
    releases,
    rules,
    sessions,
    telling,
    tracks,
)
from eventapp.agenda.manage.pages import blueprint

__all__ = [
    "blueprint",
    "board",
    "day",
    "history",
    "importing",
    "items",
    "parts",
    "releases",
    "rules",
    "sessions",
    "telling",
    "tracks",
]
