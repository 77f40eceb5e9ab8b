"""The organisers' desk: their events, an event's overview and settings, its site, the audit trail."""

from eventapp.events.manage import audit, desk, details, halls, home, organisations, publication
from eventapp.events.manage.pages import blueprint

__all__ = ["audit", "blueprint", "desk", "details", "halls", "home", "organisations", "publication"]
