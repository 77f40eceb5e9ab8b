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

# A permission is "what:how". Reading is never implied by another room's permission.
PERMISSIONS: dict[str, frozenset[str]] = {
    "owner": frozenset(
        {"event:read", "event:change", "agenda:read", "agenda:change", "registrations:read", "registrations:change",
         "checkin:read", "checkin:change", "checkin:scan", "team:change", "mail:read", "mail:change", "audit:read"}
    ),
    "organiser": frozenset(
        {"event:read", "event:change", "agenda:read", "agenda:change", "registrations:read", "registrations:change",
         "checkin:read", "checkin:change", "checkin:scan", "mail:read", "mail:change", "audit:read"}
    ),
    "editor": frozenset({"event:read", "agenda:read", "agenda:change"}),
    "registrar": frozenset(
        {"event:read", "registrations:read", "registrations:change", "checkin:read", "checkin:change", "checkin:scan",
         "mail:read", "mail:change"}
    ),
    "door": frozenset({"event:read", "checkin:read", "checkin:scan"}),
    "viewer": frozenset({"event:read", "agenda:read", "registrations:read", "checkin:read", "mail:read", "audit:read"}),
}

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())


def may(role: str | None, permission: str) -> bool:
    """Whether a member with this role has the permission; no role, no permission."""
    return role is not None and permission in PERMISSIONS[role]
