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
    "organiser": _l("Everything but the team."),
    "editor": _l("Agenda and people; sees no registrations."),
    "registrar": _l("Registrations, categories, check-in and messages; not the agenda."),
    "door": _l("Lets guests in, and sees how many came."),
    "viewer": _l("Sees everything but the team, and changes nothing."),
}

# A permission is "what:how". Reading is never implied by another room's permission. Whom a member of the team may write
# to follows from what they may otherwise do with these people: see eventapp/audiences.
PERMISSIONS: dict[str, frozenset[str]] = {
    "owner": frozenset(
        {
            "event:read",
            "event:change",
            "agenda:read",
            "agenda:change",
            "registrations:read",
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

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())


def may(role: str | None, permission: str) -> bool:
    """Whether a member with this role has the permission; no role, no permission."""
    return role is not None and permission in PERMISSIONS[role]
