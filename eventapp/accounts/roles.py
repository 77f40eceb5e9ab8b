"""Team roles of an event and what each may do."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ROLES = ("owner", "organiser", "editor", "registrar", "door", "viewer")

ROLE_LABELS = {
    "owner": _l("Owner"),
    "organiser": _l("Organiser"),
    "editor": _l("Agenda editor"),
    "registrar": _l("Registrar"),
    "door": _l("Door staff"),
    "viewer": _l("Viewer"),
}

ROLE_MEANINGS = {
    "owner": _l("Everything, including the team."),
    "organiser": _l("Everything but the team and whole numbers of documents."),
    "editor": _l("Agenda and people, or only some tracks and halls of the agenda; sees no registrations."),
    "registrar": _l("Registrations, categories, check-in and messages; not the agenda."),
    "door": _l("Lets guests in, and sees how many came."),
    "viewer": _l("Sees everything but the team and whole numbers of documents, and changes nothing."),
}

# A permission is "what:how". Reading is never implied by another room's permission. Whom a member of the team may write
# to follows from what they may otherwise do with these people: see eventapp/audiences. Of a changed agenda speakers and
# guests are told alike, so that is a permission of its own.
PERMISSIONS: dict[str, frozenset[str]] = {
    "owner": frozenset(
        {
            "event:read",
            "event:change",
            "agenda:read",
            "agenda:change",
            "agenda:tell",
            "registrations:read",
            "documents:read",
            "registrations:change",
            "checkin:read",
            "checkin:change",
            "checkin:scan",
            "team:change",
            "mail:read",
            "mail:change",
            "mailings:read",
            "mailings:change",
            "audit:read",
        }
    ),
    "organiser": frozenset(
        {
            "event:read",
            "event:change",
            "agenda:read",
            "agenda:change",
            "agenda:tell",
            "registrations:read",
            "registrations:change",
            "checkin:read",
            "checkin:change",
            "checkin:scan",
            "mail:read",
            "mail:change",
            "mailings:read",
            "mailings:change",
            "audit:read",
        }
    ),
    "editor": frozenset({"event:read", "agenda:read", "agenda:change", "mailings:read", "mailings:change"}),
    "registrar": frozenset(
        {
            "event:read",
            "registrations:read",
            "registrations:change",
            "checkin:read",
            "checkin:change",
            "checkin:scan",
            "mail:read",
            "mail:change",
            "mailings:read",
            "mailings:change",
        }
    ),
    "door": frozenset({"event:read", "checkin:read", "checkin:scan"}),
    "viewer": frozenset(
        {"event:read", "agenda:read", "registrations:read", "checkin:read", "mail:read", "mailings:read", "audit:read"}
    ),
}

# What a program's token may do in its event; reading is not implied by writing.
SCOPES = {
    "registrations:read": _l(
        "Read registrations with their answers, parties, invitations, bookings and waiting lists."
    ),
    "registrations:write": _l(
        "Register guests, change, approve, decline and cancel registrations, book sessions, invite."
    ),
    "questions:read": _l("Read what guests are asked."),
    "questions:write": _l("Add, change and archive questions."),
    "setup:read": _l("Read categories and sessions with seats."),
    "setup:write": _l("Add and change categories and how many places they have."),
    "privacy:read": _l("Read the privacy notice, and who agreed to what."),
}

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())


def may(role: str | None, permission: str) -> bool:
    """Whether a member with this role has the permission; no role, no permission."""
    return role is not None and permission in PERMISSIONS[role]
