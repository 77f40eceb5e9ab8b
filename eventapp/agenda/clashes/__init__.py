"""What cannot be in an agenda, or should not: each rule by its name, and what would mend it. Pure."""

from eventapp.agenda.clashes.finding import find_clashes, made_worse
from eventapp.agenda.clashes.mending import Agenda, Mend
from eventapp.agenda.clashes.shapes import (
    ALWAYS,
    DEFAULT_LEVEL,
    LEVELS,
    OF_PREPARATION,
    OF_TIME,
    RULES,
    Absence,
    Block,
    Clash,
    HallTerms,
    Order,
    Presence,
    Terms,
)

__all__ = [
    "ALWAYS",
    "DEFAULT_LEVEL",
    "LEVELS",
    "OF_PREPARATION",
    "OF_TIME",
    "RULES",
    "Absence",
    "Agenda",
    "Block",
    "Clash",
    "HallTerms",
    "Mend",
    "Order",
    "Presence",
    "Terms",
    "find_clashes",
    "made_worse",
]
