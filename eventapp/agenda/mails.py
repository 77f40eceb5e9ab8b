"""Mail about a release, to one of those whom it concerns: what is different for them, in words and for their calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from functools import cached_property

from flask import current_app, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventapp.agenda import words
from eventapp.agenda.differences import Difference
from eventapp.agenda.ics import Entry, update_file
from eventapp.agenda.queries import PublicAgenda, heading_of, public_agenda, tell
from eventapp.agenda.queries.files import calendar_entries
from eventapp.agenda.queries.notices import Changes, changes_of, notice_by_public_id
from eventapp.agenda.release import ReleasedItem, ReleasedPart, ReleasedSession
from eventapp.agenda.shown import ShownItem, ShownSession
from eventapp.audiences.affected import Affected, find_affected
from eventapp.audiences.people import site_address
from eventapp.clock import now
from eventapp.i18n import Bilingual, current_language, html_lang
from eventapp.messaging.delivery import Attachment, RenderedMail
from eventapp.messaging.errors import NothingToSay
from eventapp.messaging.models import OutboxMessage
from eventapp.messaging.queries import AGENDA_NEWS, asked_for
from eventapp.registration.models import Booking

TEMPLATES = (AGENDA_NEWS,)
# Why somebody is told of a session.
WHY = {
    "part": _l("You have a part in it."),
    "confirmed": _l("You have a seat."),
    "offered": _l("A seat is held for you."),
    "waiting": _l("You are on the waiting list for it."),
    "followed": _l("You follow it."),
    "": _l("You had a part in it."),
}


def render_agenda_news(message: OutboxMessage) -> RenderedMail:
    """Raises NothingToSay once the release concerns the reader no more, or the address is another one's."""
    notice = notice_by_public_id(message.values["notice"])
    if notice is None:
        raise NothingToSay
    changes = changes_of(notice)
    one = find_affected(changes, message.values)
    if one is None or one.email != message.recipient:
        raise NothingToSay
    letter = Letter(changes, one, public_agenda(changes.event, now()))
    values = {"event": changes.event, "letter": letter, "one": one}
    return RenderedMail(
        subject=letter.subject,
        text=render_template("agenda/mail/news.txt", **values),
        html=render_template("agenda/mail/news.html", **values),
        attachments=letter.files,
    )


@dataclass(frozen=True)
class OwnTurn:
    """What the reader does in a session, and from when to when, as far as that is known."""

    role: str
    item: str
    times: tuple[datetime, datetime] | None


@dataclass(frozen=True)
class ToldSession:
    """A session with what is different about it, and what the reader has to do with it. Without times it is gone."""

    heading: str
    sentences: list[str]
    why: str
    turns: list[OwnTurn]
    url: str = ""
    times: tuple[datetime, datetime] | None = None
    hall: str = ""
    cancelled: bool = False


@dataclass(frozen=True)
class Letter:
    """What one of those concerned is told, in the present language; `shown` is the public agenda as it is now."""

    changes: Changes
    one: Affected
    shown: PublicAgenda

    @property
    def subject(self) -> str:
        name = self.changes.event.name.here(current_language())
        if self.first:
            return _("The agenda is published: %(event)s", event=name)
        return _("The agenda has changed: %(event)s", event=name)

    @property
    def first(self) -> bool:
        """Whether the reader heard of nothing before."""
        return self.changes.base is None and all(difference.old is None for difference in self.one.found)

    @property
    def note(self) -> str:
        release = self.changes.release
        return str(Bilingual(release.note_en, release.note_zh))

    @cached_property
    def sessions(self) -> list[ToldSession]:
        """What is told of each session, by time."""
        return [self._told(session, found) for session, found in self.one.told]

    @cached_property
    def files(self) -> list[Attachment]:
        """One for each session that is, or was, in the reader's calendar: the entry that the public calendar has now."""
        entries = {entry.uid: entry for entry in calendar_entries(self.changes.event, self.shown)}
        versions = {row.uuid: row.sequence for row in self.shown.sessions}
        versions |= {row.uuid: row.sequence for row in self.shown.dropped}
        known = [session for session, _found in self.one.told if session.uuid in entries]
        own = [(session, self._own_entry(entries[session.uuid], versions[session.uuid])) for session in known]
        return [self._file(session, entry) for session, entry in own if entry]

    def _told(self, session: ReleasedSession, found: list[Difference]) -> ToldSession:
        event = self.changes.event
        now_shown = next((row for row in self.shown.sessions if row.uuid == session.uuid), None)
        told = ToldSession(
            heading=heading_of(session),
            sentences=[tell(difference, self.changes.names, event.time_zone) for difference in found],
            why=str(WHY[self._why(session.uuid)]),
            turns=self._turns(now_shown) if now_shown and not now_shown.is_cancelled else [],
        )
        if now_shown is None:
            return told
        return replace(
            told,
            url=site_address(f"/e/{event.slug}/agenda/{session.id}"),
            times=(now_shown.starts_at, now_shown.ends_at),
            hall=str(now_shown.hall.name) if now_shown.hall else "",
            cancelled=now_shown.is_cancelled,
        )

    def _file(self, session: ReleasedSession, entry: Entry) -> Attachment:
        event, language = self.changes.event, current_language()
        organiser = event.name.here(language), event.contact_email or parseaddr(current_app.config["MAIL_FROM"])[1]
        file = update_file(entry, event.time_zone, html_lang(language), organiser=organiser, attendee=self.one.email)
        return Attachment(f"{event.slug}-{session.id}.ics", "text/calendar", file, method=entry.method)

    def _own_entry(self, entry: Entry, version: int) -> Entry | None:
        """What becomes of the entry in the reader's calendar; None if they have none, since they only wait for a seat.

        Whoever came up from the waiting list was sent an entry for the seat: that very one is brought up to date.
        """
        booking, why = self._booking(entry.uid), self._why(entry.uid)
        if booking is not None and _came_with_entry(booking):
            return replace(entry, uid=f"{booking.public_id}@eventapp", sequence=booking.sequence + version)
        if why in ("waiting", "offered"):
            return None
        return entry if why else replace(entry, cancelled=True)

    def _why(self, session_uuid: str) -> str:
        """What the reader has to do with a session: a key of WHY, empty where that is over."""
        if self._own_parts(session_uuid):
            return "part"
        booking, guest = self._booking(session_uuid), self.one.guest
        if booking is not None:
            return booking.state
        return "followed" if guest and session_uuid in guest.followed else ""

    def _booking(self, session_uuid: str) -> Booking | None:
        return self.one.guest.bookings.get(session_uuid) if self.one.guest else None

    def _own_parts(self, session_uuid: str) -> list[tuple[ReleasedItem, ReleasedPart]]:
        """The reader's parts in a session as it was released, without what is theirs no more."""
        session, person = self.changes.after.by_uuid.get(session_uuid), self.one.person
        return [
            (item, part)
            for item in (session.items if session else ())
            for part in item.parts
            if person and part.person == person.public_id and (part.id, part.person) not in self.changes.gone
        ]

    def _turns(self, session: ShownSession) -> list[OwnTurn]:
        """By the times at which the session's items are now, as the times of the session above them."""
        items = {item.public_id: item for item in session.items}
        own = [(items.get(item.id), part) for item, part in self._own_parts(session.uuid)]
        return [OwnTurn(_role(part), str(item.title), _times(item)) for item, part in own if item]


def _came_with_entry(booking: Booking) -> bool:
    cause = f"booking:{booking.public_id}:{booking.sequence}"
    return booking.state == "confirmed" and bool(asked_for("booking_confirmed", booking.event_id, cause=cause))


def _times(item: ShownItem) -> tuple[datetime, datetime] | None:
    return (item.starts_at, item.ends_at) if item.starts_at and item.ends_at else None


def _role(part: ReleasedPart) -> str:
    return str(Bilingual(part.as_en, part.as_zh)) or str(words.PART_ROLES[part.role])
