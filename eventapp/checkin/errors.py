"""Refusals at the door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class DeviceUnknown(Refused):
    status = 401
    message = _l("This device is not paired, or its pairing was ended. Ask the organiser for a new pairing link.")


class DeviceOutsideHours(Refused):
    status = 403
    message = _l(
        "This device works only during the hours that the organiser set for it. Scans that wait are still taken."
    )


class DeviceMayNotRegister(Refused):
    status = 403
    message = _l("This device may not register people. Send the guest to the registration desk.")


class DeviceEnded(Refused):
    message = _l("The pairing of this device was ended. Pair it as a new device.")


class DeviceHoursReversed(Refused):
    status = 422
    message = _l("A device must begin to work before it stops.")
    field = "valid_until"


class NoWalkInsHere(Refused):
    status = 422
    message = _l("Nobody is registered at the door in this category. Please choose another one.")
    field = "category"


class PairingUsedUp(Refused):
    status = 410
    message = _l("This pairing link was already used or is too old. Ask the organiser for a new one.")


class TooManyScans(Refused):
    status = 413
    message = _l("At most 1,000 scans can be sent at once.")


class GuestWasLetIn(Refused):
    message = _l("This guest was let in already, so the place can no longer be handed over.")


class CheckpointUnknown(Refused):
    status = 422
    message = _l("There is no checkpoint “%(code)s” at this event.")


class CheckpointElsewhere(Refused):
    status = 422
    message = _l("One of these checkpoints belongs to another event or is gone. Please choose again.")
    field = "zones"


class CategoriesElsewhere(Refused):
    status = 422
    message = _l("One of these categories belongs to another event or is gone. Please choose again.")
    field = "categories"


class SessionNotBookable(Refused):
    status = 422
    message = _l("This session cannot be booked at this event, so a checkpoint cannot be its door.")
    field = "session_id"


class CheckpointCodeTaken(Refused):
    status = 422
    message = _l("There already is a checkpoint with this code.")
    field = "code"


class ConflictDecided(Refused):
    message = _l("Somebody has decided this already. Please look at it as it is now.")


class NotToDecide(Refused):
    status = 422
    message = _l("This cannot be decided here. Please choose one of the answers.")
    field = "decision"


class NoRoomInside(Refused):
    message = _l(
        "Nobody else fits in by the limit of this checkpoint. Raise the limit first, or wait until somebody leaves."
    )


class DoorBusy(Refused):
    status = 503
    message = _l("The door is very busy. Please send the scan again.")


class CheckpointNameMissing(Refused):
    status = 422
    message = _l("Give a name in English or in Chinese.")
    field = "name_en"


class CheckpointClosesFirst(Refused):
    status = 422
    message = _l("A checkpoint must open before it closes.")
    field = "closes_at"


class FewerThanInside(Refused):
    status = 422
    message = _l("%(inside)s people are inside now, so it cannot hold fewer than that.")
    field = "capacity"


class RuleInUse(Refused):
    status = 422
    message = _l("People were let in here already, so the rule stays. Add another checkpoint for another rule.")
    field = "rule"


class LimitNeedsVisits(Refused):
    status = 422
    message = _l(
        "Nobody leaves a checkpoint that admits once a day, so it cannot hold a limited number. Count visits instead."
    )
    field = "capacity"
