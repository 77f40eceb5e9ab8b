"""What a phone is told of the door when somebody installs it as an app."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from eventapp.i18n import current_language, html_lang
from eventapp.web import static_url

DOOR = "/door/"
# As the page's own theme, in tokens.css: the wall by day.
WALL = "#fbfaf7"
# (file, size, purpose): what launchers cut to their own shape is drawn small, on a ground that fills the square.
ICONS = (
    ("door-192.png", "192x192", "any"),
    ("door-512.png", "512x512", "any"),
    ("door-maskable-512.png", "512x512", "maskable"),
)


def door_manifest() -> dict[str, Any]:
    """The web app manifest in the reader's language. The app is one and the same in both."""
    language = current_language()
    return {
        "id": DOOR,
        "start_url": DOOR,
        "scope": DOOR,
        "display": "standalone",
        "orientation": "any",
        "lang": html_lang(language),
        "name": _("Door check-in"),
        "short_name": _("Door"),
        "description": _("Reads passes at the door, with or without a network."),
        "background_color": WALL,
        "theme_color": WALL,
        "icons": [
            {
                "src": static_url(f"checkin/icons/{file}"),
                "sizes": size,
                "type": "image/png",
                "purpose": purpose,
            }
            for file, size, purpose in ICONS
        ],
    }
