"""Forms of an event's desk."""

from eventapp.events.forms.details import BannerForm, DetailsForm, NewEventForm, VenueForm
from eventapp.events.forms.lists import AuditFilterForm, HallForm, NewOrganisationForm, OrganisationForm

__all__ = [
    "AuditFilterForm",
    "BannerForm",
    "DetailsForm",
    "HallForm",
    "NewEventForm",
    "NewOrganisationForm",
    "OrganisationForm",
    "VenueForm",
]
