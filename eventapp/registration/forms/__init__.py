"""HTTP input to clean values."""

from eventapp.registration.forms.bookings import (
    BookableForm,
    NewBookableForm,
    TakeOutForm,
)
from eventapp.registration.forms.codes import AccessCodeForm
from eventapp.registration.forms.companions import companions_in
from eventapp.registration.forms.desk import (
    CapacityForm,
    CategoryForm,
    DecisionForm,
    NewCategoryForm,
    NoteForm,
    ReasonForm,
)
from eventapp.registration.forms.invitations import DeputyForm, GuestListForm, InvitationForm, RegretsForm
from eventapp.registration.forms.privacy import EraseForm, NoticeForm, consent_field
from eventapp.registration.forms.registering import RegistrationForm, registration_form
from eventapp.registration.forms.ways import asked_way

__all__ = [
    "AccessCodeForm",
    "BookableForm",
    "CapacityForm",
    "CategoryForm",
    "DecisionForm",
    "DeputyForm",
    "EraseForm",
    "GuestListForm",
    "InvitationForm",
    "NewBookableForm",
    "NewCategoryForm",
    "NoteForm",
    "NoticeForm",
    "ReasonForm",
    "RegistrationForm",
    "RegretsForm",
    "TakeOutForm",
    "asked_way",
    "companions_in",
    "consent_field",
    "registration_form",
]
