"""The organiser's plain forms: sessions, the items inside them, and who does what."""

from eventapp.agenda.manage import items, parts, releases, rules, sessions
from eventapp.agenda.manage.pages import blueprint

__all__ = ["blueprint", "items", "parts", "releases", "rules", "sessions"]
