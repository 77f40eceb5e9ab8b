"""Forms of the agenda, by what they are about."""

from eventapp.agenda.forms.notices import DismissForm, TellForm
from eventapp.agenda.forms.releases import ReleaseForm
from eventapp.agenda.forms.sessions import (
    AgendaForm,
    DeleteForm,
    ItemForm,
    MoveItemForm,
    PartForm,
    SessionForm,
    StepForm,
    WhenAndWhere,
)

__all__ = [
    "AgendaForm",
    "DeleteForm",
    "DismissForm",
    "ItemForm",
    "MoveItemForm",
    "PartForm",
    "ReleaseForm",
    "SessionForm",
    "StepForm",
    "TellForm",
    "WhenAndWhere",
]
