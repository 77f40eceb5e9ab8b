"""Which part of an agenda an editor may change. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from eventapp.i18n import Bilingual


@dataclass(frozen=True)
class Scope:
    """Tracks and halls, by the ids they have outside the house, with their names."""

    tracks: frozenset[str]
    halls: frozenset[str]
    names: tuple[Bilingual, ...]

    def allows(self, track: str | None, hall: str | None) -> bool:
        """Whether a session of this track in this hall may be changed."""
        return track in self.tracks or hall in self.halls
