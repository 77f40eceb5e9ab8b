"""The portrait a speaker sends: kept, cut, taken back."""

from __future__ import annotations

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import after_commit, transaction
from eventapp.errors import Stale
from eventapp.speakers.actions.opening import note_something_written, open_for_writing
from eventapp.speakers.errors import PictureGone
from eventapp.speakers.models import SpeakerPortrait
from eventapp.speakers.portraits import (
    Square,
    cut,
    delete_original,
    delete_pictures,
    keep_original,
    square_at,
    square_within,
)
from eventapp.speakers.queries import portrait_in_use, portrait_of, portraits_folder


def send_portrait(invitation_id: int, data: bytes, *, by: Actor, place: str = "centre") -> None:
    """Keep a photo and cut a square from it; a proposal until approved. Raises PictureRefused, EventHasBegun."""
    folder = portraits_folder()
    original = keep_original(folder, data)
    square = square_at(original.width, original.height, place)
    name = cut(folder, original.name, square)
    try:
        with transaction() as session:
            invitation = open_for_writing(invitation_id)
            row = portrait_of(invitation_id)
            if row is None:
                row = SpeakerPortrait(invitation_id=invitation_id)
                session.add(row)
            else:
                _forget_original(row.original)
                forget_pictures(row.name)
            row.original, row.width, row.height = original.name, original.width, original.height
            _show(row, name, square)
            note_something_written(invitation)
            record("send_portrait", row, by=by, event_id=invitation.event_id, after={"name": name})
    except BaseException:
        delete_pictures(folder, name)
        delete_original(folder, original.name)
        raise


def cut_portrait(
    invitation_id: int, *, by: Actor, place: str = "", square: Square | None = None, seen: str | None = None
) -> None:
    """Cut another square from the photo that is kept: at a place, or exactly here.

    `seen` is the name of the pictures that were looked at. Raises PictureGone, Stale, EventHasBegun.
    """
    held = portrait_of(invitation_id)
    if held is None:
        raise PictureGone
    original, size = held.original, (held.width, held.height)
    chosen = square_within(*size, square) if square else square_at(*size, place)
    folder = portraits_folder()
    try:
        name = cut(folder, original, chosen)
    except FileNotFoundError:
        # Another photo was sent at this moment.
        raise Stale from None
    try:
        with transaction():
            invitation = open_for_writing(invitation_id)
            row = portrait_of(invitation_id)
            if row is None:
                raise PictureGone
            if row.original != original or (seen is not None and row.name != seen):
                raise Stale
            before = row.name
            forget_pictures(before)
            _show(row, name, chosen)
            note_something_written(invitation)
            record(
                "cut_portrait",
                row,
                by=by,
                event_id=invitation.event_id,
                before={"name": before},
                after={"name": name, "square": [chosen.left, chosen.top, chosen.side]},
            )
    except BaseException:
        delete_pictures(folder, name)
        raise


def take_portrait_back(invitation_id: int, *, by: Actor) -> None:
    """Forget the photo a speaker sent; what is on the site already stays there. Raises PictureGone, EventHasBegun."""
    with transaction() as session:
        invitation = open_for_writing(invitation_id)
        row = portrait_of(invitation_id)
        if row is None:
            raise PictureGone
        record("take_portrait_back", row, by=by, event_id=invitation.event_id, before={"name": row.name})
        _forget_original(row.original)
        forget_pictures(row.name)
        session.delete(row)
        note_something_written(invitation)


def forget_pictures(name: str) -> None:
    """Delete the pictures of this name once the change is committed, unless somebody's page still shows them."""
    if not name:
        return
    folder = portraits_folder()

    def act() -> None:
        if not portrait_in_use(name):
            delete_pictures(folder, name)

    after_commit(act)


def _forget_original(name: str) -> None:
    folder = portraits_folder()
    after_commit(lambda: delete_original(folder, name))


def _show(row: SpeakerPortrait, name: str, square: Square) -> None:
    row.name, row.approved, row.changed_at = name, False, now()
    row.left, row.top, row.side = square.left, square.top, square.side
