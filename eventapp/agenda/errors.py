"""Refusals around the agenda."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from eventapp.errors import Malformed, NotAllowed, NotFound, Refused, Stale
from eventapp.i18n import Bilingual


class ChangedMeanwhile(Stale):
    """Somebody else changed the same; `who` did `what`, where that is known, and `at` what time."""

    def __init__(self, who: str = "", what: str = "", at: datetime | None = None) -> None:
        told = _l("Changed meanwhile by %(who)s: %(what)s. Please look again and repeat your change.")
        super().__init__(told if who else None, who=who, what=what)
        self.at = at


class OutsideScope(NotAllowed):
    """An editor may change only some tracks or halls."""

    message = _l("You may change only what belongs to: %(names)s. Ask an owner of the event for more.")

    def __init__(self, names: Sequence[Bilingual]) -> None:
        super().__init__(names=", ".join(map(str, names)))


class NothingToUndo(Refused):
    message = _l("There is nothing of yours to undo.")


class NothingToRedo(Refused):
    message = _l("There is nothing of yours to do again.")


class NoLongerThere(Refused):
    message = _l("This cannot be undone: a hall, a track, a person or an organisation that it needs was removed.")


class TrackElsewhere(Refused):
    status = 422
    message = _l("This track is not one of this event. Choose another one.")
    field = "track"


class NothingToSplit(Refused):
    status = 422
    message = _l("Both halves need some time. Choose a moment within the session.")


class NotInTray(Refused):
    message = _l("This session has its place already. Move it instead.")


class AlreadyCancelled(Refused):
    message = _l("This session is cancelled. Reinstate it first.")


class NotCancelled(Refused):
    message = _l("This session is not cancelled.")


class Clashes(Refused):
    """The change would break rules of the agenda; `sentences` tells each clash.

    `blocked`: the event lets nobody break one of these rules, so it does not help to ask again.
    """

    def __init__(self, sentences: Sequence[str], blocked: bool = False) -> None:
        super().__init__(" ".join(sentences))
        self.sentences, self.blocked = list(sentences), blocked


class FileUnreadable(Refused):
    """The file is none that we read; `reason` says what is wrong with it."""

    status = 422
    field = "file"
    reasons = {
        "unreadable": _l("This file cannot be read. Send a spreadsheet (.xlsx), CSV, or frab’s XML or JSON."),
        "doctype": _l("This XML declares a type of document, and with it may ask for other files. Take that line out."),
        "no_schedule": _l("This is not frab’s schedule: it has no conference with days."),
        "heads": _l("The first row does not name the columns. It needs at least “starts”, and “ends” or “minutes”."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self.reasons[reason])


class HoursIncomplete(Refused):
    status = 422
    message = _l("Enter both when the day opens and when it closes, or neither; they cannot be the same.")
    field = "closes"


class OneAway(Refused):
    status = 422
    message = _l("Choose a person or a hall: exactly one of the two.")
    field = "person"


class HallElsewhere(Refused):
    status = 422
    message = _l("This hall is not one of this event. Choose another one.")
    field = "hall"


class SessionElsewhere(Refused):
    status = 422
    message = _l("This session is not one of this event. Choose another one.")
    field = "session"


class OneSubject(Refused):
    status = 422
    message = _l("Choose a person, or an organisation, or write the name of a thing: exactly one of the three.")
    field = "person"


class UnreadableTime(Malformed):
    message = _l("“%(text)s” is not a time we can read. Write it like 2026-11-23T10:12.")


class TimeSkipped(Malformed):
    status = 422
    message = _l("The clock never shows %(clock)s on that day: daylight saving time begins. Choose another time.")


class FarFromEvent(Refused):
    status = 422
    message = _l("This date is more than a year away from the event. Is the year right?")


class HallInUse(Refused):
    message = _l("Sessions are in this hall: %(sessions)s. Move them to another hall first.")


class HallInRelease(Refused):
    message = _l("The published agenda has sessions in this hall: %(sessions)s. Publish the new agenda first.")


class UnknownZone(Refused):
    status = 422
    message = _l(
        "There is no time zone called %(zone)s. Write one like Europe/Berlin, or leave it out for the event's own."
    )


class NothingToRelease(Refused):
    message = _l("Nothing has changed since the last release. There is nothing to publish.")


class NothingToBringBack(Refused):
    message = _l("The draft holds this already. There is nothing to bring back.")


class ReleaseIsScheduled(Refused):
    message = _l("Release %(number)s is going to be published on %(time)s. Call it off first.")


class NotScheduled(Refused):
    message = _l("This release does not wait for its hour any more. Please look again.")


class HourIsPast(Refused):
    status = 422
    message = _l("This hour has passed. Choose one that is still to come, or publish now.")
    field = "publish_at"


class NothingReleased(Refused):
    message = _l("Nothing is published yet, so there is nothing to change on the day. Publish the agenda first.")


class NotToday(Refused):
    message = _l("This session is on %(day)s. It can be started and ended on that day.")


class AlreadyStarted(Refused):
    message = _l("This session was started at %(time)s already.")


class AlreadyEnded(Refused):
    message = _l("This session ended at %(time)s. Undo that first, if it was a mistake.")


class NotBegun(Refused):
    message = _l("This session has not begun yet. Start it first.")


class MinutesOutOfRange(Refused):
    status = 422
    message = _l("Enter by how many minutes, from −%(most)s to %(most)s, and not 0.")
    field = "minutes"


class EarlierThanPlanned(Refused):
    status = 422
    message = _l(
        "Nothing is moved to before its published time, %(time)s: guests would miss it. Publish a release for that."
    )
    field = "minutes"


class PastTheDay(Refused):
    status = 422
    message = _l("“%(session)s” would begin at %(time)s, when the next day has begun already. Cancel something first.")
    field = "minutes"


class LiveChangeFollowed(Stale):
    """Something later touched the same sessions."""

    message = _l("Meanwhile %(who)s %(what)s. Take that back first.")


class ReleasedSince(Stale):
    message = _l("A release was published since, and it says when these sessions are. There is nothing to take back.")


class NoSuchScreen(NotFound):
    message = _l("This event has no hall with that address. Take it from the page that shows all halls.")


NOTICE_WORDS = {
    "open": _l("It does not wait for an hour any more."),
    "scheduled": _l("It waits for its hour."),
    "sent": _l("It has been sent."),
    "dismissed": _l("Somebody decided that nobody is told."),
    "superseded": _l("A newer release was published, and what is left of this is told with that one."),
}


class NoticeSettled(Refused):
    def __init__(self, state: str) -> None:
        super().__init__(_l("This was decided in the meantime. %(what)s"), what=NOTICE_WORDS[state])


class NoticeTimePassed(Refused):
    status = 422
    message = _l("This time has passed. Choose a later one, or send now.")
    field = "send_at"


class NobodyToTell(Refused):
    message = _l("Nobody would get this message now: those affected have withdrawn, or have no e-mail address.")


class EventNotPublic(Refused):
    message = _l("The event is not public, so the links in this message would lead nowhere. Publish the event first.")
