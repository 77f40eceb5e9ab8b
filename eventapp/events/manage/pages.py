"""What the pages of an event's desk share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("events_manage", __name__)

BOTH = ["GET", "POST"]
