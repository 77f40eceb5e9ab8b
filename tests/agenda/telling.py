"""Releases that concern somebody: who is told, told by the real actions, and what then stands in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import move_session, send_notice
from eventapp.agenda.models import AgendaSession, ReleaseNotice
from eventapp.agenda.queries import find_release
from eventapp.agenda.queries.notices import changes_of, notice_of
from eventapp.audiences.affected import Affected, affected_by, recipients_of_notice
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.messaging.models import OutboxMessage
from eventapp.people.models import Person
from eventapp.registration.actions import star_session
from eventapp.registration.models import Category, Registration
from eventapp.speakers.actions import invite_speaker
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session, publish
from tests.registration.guests import GUEST, make_category, register_guest


def talk(event: Event, person: Person, hour: int = 9, title: str = "Opening", **values: Any) -> AgendaSession:
    """A session of an hour in which somebody speaks."""
    session = make_session(event, hour, hour + 1, title, **values)
    make_part(make_item(session, 20, title_en=f"Words on {title}"), person)
    return session


def invite(event: Event, person: Person, email: str, language: str = "en") -> None:
    invite_speaker(event.id, person.id, by=SYSTEM, email=email, language=language)


@dataclass
class Story:
    """Lan opens at nine, and Mei, who reads Chinese, has a forum at eleven; release 1 is published and told."""

    event: Event
    lan: Person
    mei: Person
    opening: AgendaSession
    forum: AgendaSession
    category: Category


def begin(event: Event) -> Story:
    lan, mei = make_person(), make_person("Mei", given_zh="梅", family_zh="陈")
    hall = make_hall(event)
    opening = talk(event, lan, 9, "Opening", hall_id=hall.id, title_zh="开幕")
    forum = talk(event, mei, 11, "Forum", hall_id=hall.id, title_zh="论坛")
    invite(event, lan, "lan@example.org")
    invite(event, mei, "mei@example.org", "zh")
    publish(event)
    send(event, 1)
    return Story(event, lan, mei, opening, forum, make_category(event, None))


def follower(category: Category, number: int, *sessions: AgendaSession, **values: Any) -> Registration:
    """A guest who follows these sessions, which are released."""
    guest = register_guest(category, number, **values)
    for session in sessions:
        star_session(guest.id, session.uuid, by=GUEST)
    return guest


def move(event: Event, session: AgendaSession, hour: int) -> None:
    """To another full hour, whatever clashes with it."""
    times = {"starts_at": at(event, hour), "ends_at": at(event, hour + 1)}
    move_session(session.id, by=SYSTEM, hall_id=session.hall_id, despite_clashes=True, **times)


def notice(event: Event, number: int) -> ReleaseNotice | None:
    """What is told of a release; None where it concerns nobody."""
    release = find_release(event.id, number)
    assert release is not None
    return notice_of(release.id)


def affected(event: Event, number: int) -> list[Affected]:
    row = notice(event, number)
    return affected_by(changes_of(row)) if row else []


def told_sentences(event: Event, number: int) -> dict[str, list[str]]:
    """Of everybody whom a release concerns, by the address: the kinds of differences they are told."""
    return {one.email: [difference.kind for difference in one.found] for one in affected(event, number)}


def send(event: Event, number: int) -> int:
    row = notice(event, number)
    assert row is not None
    return send_notice(row.id, find=recipients_of_notice, by=SYSTEM)


def news(event: Event) -> list[OutboxMessage]:
    """The messages about releases, in the order in which they were written."""
    rows = select(OutboxMessage).where(OutboxMessage.event_id == event.id, OutboxMessage.template == "agenda_news")
    return list(db.session.scalars(rows.order_by(OutboxMessage.id).execution_options(populate_existing=True)))


def addresses(event: Event) -> list[str]:
    return sorted(message.recipient for message in news(event))


def states(event: Event) -> list[str]:
    """The state of each notice of an event, by the release."""
    rows = select(ReleaseNotice.state).where(ReleaseNotice.event_id == event.id).order_by(ReleaseNotice.release_id)
    return list(db.session.scalars(rows))
