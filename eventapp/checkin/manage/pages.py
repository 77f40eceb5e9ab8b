"""What the pages of the check-in desk share."""

from __future__ import annotations

from flask import Blueprint

from eventapp.access import current_event
from eventapp.checkin.models import Checkpoint
from eventapp.checkin.queries import checkpoints_of
from eventapp.errors import NotFound

blueprint = Blueprint("checkin_manage", __name__, url_prefix="/manage/<event>/check-in")

BOTH = ["GET", "POST"]


def load_checkpoint(code: str) -> Checkpoint:
    """A checkpoint of this address's event. Raises NotFound."""
    row = next((row for row in checkpoints_of(current_event().id) if row.code == code), None)
    if row is None:
        raise NotFound
    return row
