"""Refusals around speakers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused, Stale


class InvitationUnknown(Refused):
    status = 404
    message = _l("We could not find this invitation. Please open the link from our latest mail to you.")


class NoPart(Refused):
    message = _l("This person has no part in the agenda yet. Give them one first, then invite them.")


class PartGone(Refused):
    message = _l("This part is no longer in the agenda. Below you see what is planned with you now.")


class PartMoved(Refused):
    message = _l(
        "The organisers have just changed this part. Please look at its new time and place below and answer again."
    )


class EventHasBegun(Refused):
    message = _l("The event has begun, so this can no longer be changed here. Please talk to the organisers.")


class AnswersClosed(Refused):
    message = _l("The event is over, so no answer can be noted any more.")


class StillTakesPart(Refused):
    message = _l("This person has an accepted part again, so the pass stays. Look at the parts below.")


class NothingChosen(Refused):
    status = 422
    message = _l("Tick at least one thing to show on the site.")


class NothingOpen(Refused):
    message = _l("There is nothing to remind of: every part is answered.")


class NotInvited(Refused):
    message = _l("This person has not been invited yet.")


class RemindedAlready(Refused):
    message = _l("A reminder went out less than an hour ago. Please give them a little time.")


class PartsChanged(Stale):
    message = _l(
        "The parts of this person were changed a moment ago. Below you see them as they are now; please look again."
    )


class NothingSettled(Refused):
    status = 422
    message = _l("Say for at least one part what becomes of it.")


class DeputyNeeded(Refused):
    status = 422
    message = _l("Choose who takes over.")


class SamePerson(Refused):
    status = 422
    message = _l("%(name)s cannot come, so please choose somebody else.")


class NotWithdrawn(Refused):
    message = _l("Nothing is to be taken back: it was taken back already, or never settled.")


class PictureRefused(Refused):
    status = 422
    field = "picture"
    message = _l("We could not read this as a photo. Please choose a JPEG, PNG or WebP picture.")


class PictureTooHeavy(PictureRefused):
    message = _l("This file is larger than %(megabytes)s MB. Please choose a smaller picture.")


class PictureTooLarge(PictureRefused):
    message = _l("This picture has too many pixels. Please choose one of at most %(megapixels)s megapixels.")


class PictureTooSmall(PictureRefused):
    message = _l("This picture is too small to print. It needs at least %(pixels)s pixels on each side.")


class PictureGone(Refused):
    message = _l("There is no picture to cut. Please choose a photo first.")
