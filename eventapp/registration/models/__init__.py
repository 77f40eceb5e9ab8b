"""What there is around registration."""

from eventapp.registration.models.categories import (
    ACCESS_CODE_VALUES,
    ACCESS_CODE_VERSION,
    CATEGORY_VALUES,
    ENTRIES,
    AccessCode,
    Category,
    access_code_categories,
)
from eventapp.registration.models.invitations import INVITATION_STATES, INVITATION_VALUES, Invitation
from eventapp.registration.models.places import BookableSession, Booking, Places
from eventapp.registration.models.privacy import (
    RETENTION_PURPOSES,
    Consent,
    PrivacyNotice,
    RegistrationSettings,
    RetentionRule,
    shared_partners,
)
from eventapp.registration.models.questions import (
    ASKED,
    AUDIENCES,
    CHOICE_COLUMNS,
    QUESTION_COLUMNS,
    QUESTION_KINDS,
    QUESTION_VALUES,
    Answer,
    AnswerFile,
    Choice,
    Question,
    question_categories,
)
from eventapp.registration.models.registrations import MOST_OF_A_PARTY, PARTY_ROLES, Party, Registration
from eventapp.registration.models.stars import PersonalFeed, Star

__all__ = [
    "ACCESS_CODE_VALUES",
    "ACCESS_CODE_VERSION",
    "ASKED",
    "AUDIENCES",
    "CATEGORY_VALUES",
    "CHOICE_COLUMNS",
    "ENTRIES",
    "INVITATION_STATES",
    "INVITATION_VALUES",
    "MOST_OF_A_PARTY",
    "PARTY_ROLES",
    "QUESTION_COLUMNS",
    "QUESTION_KINDS",
    "QUESTION_VALUES",
    "RETENTION_PURPOSES",
    "AccessCode",
    "Answer",
    "AnswerFile",
    "BookableSession",
    "Booking",
    "Category",
    "Choice",
    "Consent",
    "Invitation",
    "Party",
    "PersonalFeed",
    "Places",
    "PrivacyNotice",
    "Question",
    "Registration",
    "RegistrationSettings",
    "RetentionRule",
    "Star",
    "access_code_categories",
    "question_categories",
    "shared_partners",
]
