"""What a phone is told of the door when somebody installs it as an app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

DOOR = "/door/"
# As the page's own theme, in tokens.css: the wall by day.
WALL = "#fbfaf7"
# (file, size, purpose): what launchers cut to their own shape is drawn small, on a ground that fills the square.
ICONS = (
    ("door-192.png", "192x192", "any"),
    ("door-512.png", "512x512", "any"),
    ("door-maskable-512.png", "512x512", "maskable"),
)


def door_manifest(language: str, words: Mapping[str, object], icon_url: Callable[[str], str]) -> dict[str, Any]:
    """The web app manifest with its name and description in one language. The app is one and the same in both."""
    return {
        **{name: str(text) for name, text in words.items()},
        "id": DOOR,
        "start_url": DOOR,
        "scope": DOOR,
        "display": "standalone",
        "orientation": "any",
        "lang": language,
        "background_color": WALL,
        "theme_color": WALL,
        "icons": [
            {"src": icon_url(file), "sizes": size, "type": "image/png", "purpose": purpose}
            for file, size, purpose in ICONS
        ],
    }
