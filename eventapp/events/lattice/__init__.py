"""A Suzhou garden window (漏窗) for an event that has no picture of its own, drawn from its slug."""

from eventapp.events.lattice.picture import lattice_svg
from eventapp.events.lattice.tracery import PATTERNS

__all__ = ["PATTERNS", "lattice_svg"]
