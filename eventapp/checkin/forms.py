"""Forms of the check-in desk."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.checkin.models import Checkpoint
from eventapp.forms import PageForm
from eventapp.text import tidy


class DeviceForm(PageForm):
    """A phone or laptop to be paired; none ticked means every checkpoint."""

    name = StringField(
        _l("Name of the device"),
        filters=[tidy],
        validators=[InputRequired(_l("Give the device a name, such as “Phone at gate 1”.")), Length(max=100)],
        render_kw={"autocomplete": "off"},
    )
    checkpoints = SelectMultipleField(_l("May scan at"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    may_override = BooleanField(_l("May let people in all the same, with a reason"))

    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        super().__init__()
        self.checkpoints.choices = [(checkpoint.code, checkpoint.name) for checkpoint in checkpoints]
