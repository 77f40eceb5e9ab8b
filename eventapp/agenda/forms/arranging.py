"""Forms around an agenda's order: tracks, and what an editor may change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.agenda.models import Track
from eventapp.agenda.queries.scopes import Limits, version_of_limits
from eventapp.events.models import Hall
from eventapp.forms import DeskForm, Groups, NamedForm, choices, colour, line, line_zh


class TrackForm(NamedForm):
    """A line of subject through the agenda."""

    columns = ("name_en", "name_zh", "colour")
    groups: ClassVar[Groups] = ((None, (("name_en", "name_zh"), ("colour",))),)

    name_en = line(_l("English name"))
    name_zh = line_zh(_l("Chinese name"))
    colour = colour(_l("Colour in the agenda"))


class LimitsForm(DeskForm):
    """The tracks and halls that an editor may change."""

    groups: ClassVar[Groups] = ((None, (("tracks",), ("halls",))),)

    tracks = SelectMultipleField(_l("Tracks"), option_widget=CheckboxInput(), widget=ListWidget())
    halls = SelectMultipleField(_l("Halls"), option_widget=CheckboxInput(), widget=ListWidget())

    def __init__(self, tracks: Sequence[Track], halls: Sequence[Hall], held: Limits) -> None:
        chosen: dict[str, Any] = {
            "tracks": [track.public_id for track in tracks if track.id in held[0]],
            "halls": [hall.public_id for hall in halls if hall.id in held[1]],
        }
        super().__init__(version=version_of_limits(held), **chosen)
        self.known = {
            **{track.public_id: track.id for track in tracks},
            **{hall.public_id: hall.id for hall in halls},
        }
        self.tracks.choices = choices([(track.public_id, track.name) for track in tracks])
        self.halls.choices = choices([(hall.public_id, hall.name) for hall in halls])

    def chosen(self) -> dict[str, list[int]]:
        """The inner ids of what was ticked."""
        return {
            "track_ids": [self.known[key] for key in self.tracks.data or ()],
            "hall_ids": [self.known[key] for key in self.halls.data or ()],
        }
