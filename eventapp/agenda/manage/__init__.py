"""The organiser's plain forms: sessions, the items inside them, and who does what."""

from eventapp.agenda.manage import board, importing, items, parts, releases, rules, sessions
from eventapp.agenda.manage.pages import blueprint

__all__ = ["blueprint", "board", "importing", "items", "parts", "releases", "rules", "sessions"]
