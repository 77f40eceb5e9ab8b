"""Mail about a release, to one of those whom it concerns: what is different for them, in words and for their calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from typing import Any

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
from eventapp.agenda.shown import ShownSession
from eventapp.agenda.times import running_times
from eventapp.audiences.affected import Affected, find_affected
from eventapp.clock import now
from eventapp.i18n import Bilingual, current_language, html_lang
from eventapp.messaging.delivery import Attachment, RenderedMail
from eventapp.messaging.errors import NothingToSay
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.models import Booking

TEMPLATES = ("agenda_news",)
# Why somebody is told of a session.
WHY = {
    "part": _l("You have a part in it."),
    "confirmed": _l("You have a seat."),
    "offered": _l("A seat is held for you."),
    "waiting": _l("You are on the waiting list for it."),
    "followed": _l("You follow it."),
    "": _l("You had a part in it."),
}


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


def render_agenda_news(message: OutboxMessage) -> RenderedMail:
    """Raises NothingToSay once the release concerns the reader no more, or the address is another one's."""
    notice = notice_by_public_id(message.values["notice"])
    if notice is None:
        raise NothingToSay
    changes = changes_of(notice)
    one = find_affected(changes, message.values)
    if one is None or one.email != message.recipient:
        raise NothingToSay
    shown = public_agenda(changes.event, now())
    values = letter(changes, one, shown)
    return RenderedMail(
        subject=values["subject"],
        text=render_template("agenda/mail/news.txt", **values),
        html=render_template("agenda/mail/news.html", **values),
        attachments=calendar_files(changes, one, shown),
    )


def letter(changes: Changes, one: Affected, shown: PublicAgenda) -> dict[str, Any]:
    """What a message tells, in the present language, as its templates show it."""
    name, now_shown = changes.event.name.here(current_language()), {row.uuid: row for row in shown.sessions}
    return {
        "event": changes.event,
        "subject": _subject(changes, name),
        "one": one,
        "first": changes.is_first,
        "note": Bilingual(changes.release.note_en, changes.release.note_zh),
        "sessions": [
            _told_session(changes, one, session, found, now_shown.get(session.uuid)) for session, found in one.told
        ],
        "speaker_address": one.speaker_address,
        "guest_address": one.guest_address,
        "files": bool(calendar_files(changes, one, shown)),
    }


def calendar_files(changes: Changes, one: Affected, shown: PublicAgenda) -> list[Attachment]:
    """A file for each session that is, or was, in the reader's calendar: the entry that the public calendar has now."""
    event, language = changes.event, current_language()
    entries = {entry.uid: entry for entry in calendar_entries(event, shown)}
    versions = {row.uuid: row.sequence for row in (*shown.sessions, *shown.dropped)}
    organiser = event.name.here(language), event.contact_email or parseaddr(current_app.config["MAIL_FROM"])[1]
    found = []
    for session, _differences in one.told:
        entry = entries.get(session.uuid)
        own = entry and _own_entry(changes, one, entry, versions[session.uuid])
        if own:
            file = update_file(own, event.time_zone, html_lang(language), organiser=organiser, attendee=one.email)
            found.append(Attachment(f"{event.slug}-{session.id}.ics", "text/calendar", file, method=own.method))
    return found


def _own_entry(changes: Changes, one: Affected, entry: Entry, version: int) -> Entry | None:
    """What becomes of the entry in the reader's calendar; None if they have none, since they only wait for a seat.

    Whoever has a seat was sent an entry for that seat: that very one is brought up to date.
    """
    booking, why = _booking(one, entry.uid), _why(changes, one, entry.uid)
    if booking is not None and booking.state == "confirmed":
        return replace(entry, uid=f"{booking.public_id}@eventapp", sequence=booking.sequence + version)
    if why in ("waiting", "offered"):
        return None
    return entry if why else replace(entry, cancelled=True)


def _subject(changes: Changes, name: str) -> str:
    if changes.is_first:
        return _("The agenda is published: %(event)s", event=name)
    return _("The agenda has changed: %(event)s", event=name)


def _told_session(
    changes: Changes, one: Affected, session: ReleasedSession, found: list[Difference], shown: ShownSession | None
) -> ToldSession:
    zone = changes.event.time_zone
    told = ToldSession(
        heading=heading_of(session),
        sentences=[tell(difference, changes.names, zone) for difference in found],
        why=str(WHY[_why(changes, one, session.uuid)]),
        turns=_turns(changes, one, session.uuid),
    )
    if shown is None:
        return told
    return replace(
        told,
        url=f"{current_app.config['BASE_URL']}/e/{changes.event.slug}/agenda/{session.id}",
        times=(shown.starts_at, shown.ends_at),
        hall=str(shown.hall.name) if shown.hall else "",
        cancelled=shown.is_cancelled,
    )


def _why(changes: Changes, one: Affected, session_uuid: str) -> str:
    """What the reader has to do with a session: a key of WHY, empty where that is over."""
    if one.person is not None and _own_parts(changes, one, session_uuid):
        return "part"
    booking = _booking(one, session_uuid)
    if booking is not None:
        return booking.state
    return "followed" if one.guest and session_uuid in one.guest.followed else ""


def _booking(one: Affected, session_uuid: str) -> Booking | None:
    return one.guest.bookings.get(session_uuid) if one.guest else None


def _own_parts(changes: Changes, one: Affected, session_uuid: str) -> list[tuple[ReleasedItem, ReleasedPart]]:
    """The reader's parts in a session as it was released, without what they declined since."""
    session = changes.after.by_uuid.get(session_uuid)
    return [
        (item, part)
        for item in (session.items if session else ())
        for part in item.parts
        if one.person is not None and part.person == one.person.public_id and part.id not in changes.declined
    ]


def _turns(changes: Changes, one: Affected, session_uuid: str) -> list[OwnTurn]:
    session = changes.after.by_uuid.get(session_uuid)
    if session is None or session.status == "cancelled":
        return []
    times = running_times(session.starts_at, [item.minutes for item in session.items])
    when = dict(zip((item.id for item in session.items), times, strict=True))
    return [
        OwnTurn(
            str(Bilingual(part.as_en, part.as_zh)) or str(words.PART_ROLES[part.role]),
            str(Bilingual(item.title_en, item.title_zh)),
            when[item.id],
        )
        for item, part in _own_parts(changes, one, session_uuid)
    ]
