"""Reads about speakers: who is asked, what they are asked for, what is missing, what they propose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from eventapp.agenda.queries import draft_sessions
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.people.models import Person
from eventapp.people.queries import hidden_person_ids, people_of
from eventapp.registration.models import Category, Registration
from eventapp.registration.states import ALIVE
from eventapp.sealing import token_hash, unseal
from eventapp.speakers.models import (
    ReminderPlan,
    SpeakerInvitation,
    SpeakerPortrait,
    SpeakerProfile,
    SpeakerReply,
    SpeakerTalk,
    Withdrawal,
)
from eventapp.speakers.plan import DEFAULT_DAYS
from eventapp.speakers.planned import PlannedPart
from eventapp.speakers.proposal import Proposal, compare

PAIRS = ("name", "biography")
# The category of those who get their pass for speaking.
SPEAKER_CATEGORY = "speaker"


@dataclass(frozen=True)
class SpeakerRow:
    """A person with parts in an event, as the organisers see them."""

    person: Person
    parts: tuple[PlannedPart, ...]
    invitation: SpeakerInvitation | None = None
    undisclosed: bool = False
    missing: tuple[str, ...] = ()
    words: dict[int, SpeakerReply] = field(default_factory=dict)

    @property
    def state(self) -> str:
        return self.invitation.state if self.invitation else ""

    @property
    def open_parts(self) -> int:
        return sum(planned.is_open for planned in self.parts)

    @property
    def accepted_parts(self) -> int:
        return sum(planned.part.reply == "accepted" for planned in self.parts)

    @property
    def declined_parts(self) -> int:
        return sum(planned.part.reply == "declined" for planned in self.parts)

    @property
    def awaits_approval(self) -> bool:
        return bool(self.invitation and self.invitation.awaits_approval)


def invitation_by_link(token: str) -> SpeakerInvitation | None:
    """The invitation a speaker's secret link belongs to."""
    return db.session.scalar(select(SpeakerInvitation).where(SpeakerInvitation.link_hash == token_hash(token)))


def invitation_by_public_id(public_id: str) -> SpeakerInvitation | None:
    return db.session.scalar(select(SpeakerInvitation).where(SpeakerInvitation.public_id == public_id))


def invitation_of(event_id: int, person_id: int) -> SpeakerInvitation | None:
    """The invitation of a person to an event: there is at most one."""
    same = SpeakerInvitation.event_id == event_id, SpeakerInvitation.person_id == person_id
    return db.session.scalar(select(SpeakerInvitation).where(*same))


def link_token(invitation: SpeakerInvitation) -> str:
    """The secret of a speaker's own page, for a link in a mail to that speaker."""
    return unseal(invitation.link_sealed, "speaker_link").decode()


def parts_of_person(event: Event, person_id: int) -> list[PlannedPart]:
    """What one person is asked for in an event, by time; also what they declined."""
    return _parts_by_person(event).get(person_id, [])


def speaker_rows(event: Event, at: datetime) -> list[SpeakerRow]:
    """Everybody with a part in an event: first in the order set by hand, then as they appear."""
    parts = _parts_by_person(event)
    invitations = {row.person_id: row for row in invitations_of(event.id)}
    words = replies_of(row.id for row in invitations.values())
    hidden = hidden_person_ids(event.id, at)
    portraits = _people_with_proposed_portrait(event.id)
    order = [row.person_id for row in people_of(event.id, disclosed_at=None) if row.person_id in parts]
    return [
        SpeakerRow(
            person=person,
            parts=tuple(planned),
            invitation=invitations.get(person_id),
            undisclosed=person_id in hidden,
            missing=tuple(_missing(person, planned, person_id in portraits)),
            words=words,
        )
        for person_id in dict.fromkeys([*order, *parts])
        if (planned := parts[person_id]) and (person := planned[0].part.person)
    ]


def speaker_row(event: Event, person_public_id: str, at: datetime) -> SpeakerRow | None:
    """One person of `speaker_rows`; None if they have neither a part in this event nor an invitation, and withdrew from none."""
    rows = {row.person.public_id: row for row in speaker_rows(event, at)}
    found = rows.get(person_public_id)
    if found is not None or not person_public_id.isalnum():
        return found
    person = db.session.scalar(select(Person).where(Person.public_id == person_public_id))
    invitation = invitation_of(event.id, person.id) if person else None
    if person is None or (invitation is None and not _has_withdrawn(event.id, person.id)):
        return None
    return SpeakerRow(person, (), invitation, person.id in hidden_person_ids(event.id, at))


def _has_withdrawn(event_id: int, person_id: int) -> bool:
    same = Withdrawal.event_id == event_id, Withdrawal.person_id == person_id, Withdrawal.undone_at.is_(None)
    return db.session.scalar(select(Withdrawal.id).where(*same).limit(1)) is not None


def invitations_of(event_id: int) -> Sequence[SpeakerInvitation]:
    return db.session.scalars(select(SpeakerInvitation).where(SpeakerInvitation.event_id == event_id)).all()


def replies_of(invitation_ids: Iterable[int]) -> dict[int, SpeakerReply]:
    """What speakers wrote with their answers, by part."""
    query = select(SpeakerReply).where(SpeakerReply.invitation_id.in_(list(invitation_ids)))
    return {row.part_id: row for row in db.session.scalars(query)}


def proposal_of(event: Event, invitation: SpeakerInvitation) -> Proposal:
    """What a speaker wrote and nobody has approved, beside what the site shows now."""
    talks = select(SpeakerTalk).where(SpeakerTalk.invitation_id == invitation.id)
    return compare(
        invitation.person,
        parts_of_person(event, invitation.person_id),
        version=invitation.written_version,
        profile=profile_of(invitation.id),
        portrait=portrait_of(invitation.id),
        talks={row.item_id: row for row in db.session.scalars(talks)},
        replies=replies_of([invitation.id]),
    )


def profile_of(invitation_id: int) -> SpeakerProfile | None:
    """What a speaker wrote about themselves and nobody has approved."""
    return db.session.scalar(select(SpeakerProfile).where(SpeakerProfile.invitation_id == invitation_id))


def talk_of(invitation_id: int, item_id: int) -> SpeakerTalk | None:
    same = SpeakerTalk.invitation_id == invitation_id, SpeakerTalk.item_id == item_id
    return db.session.scalar(select(SpeakerTalk).where(*same))


def portrait_of(invitation_id: int) -> SpeakerPortrait | None:
    """The portrait a speaker sent."""
    return db.session.scalar(select(SpeakerPortrait).where(SpeakerPortrait.invitation_id == invitation_id))


def portrait_in_use(name: str) -> bool:
    """Whether anybody's page still shows the pictures of this name."""
    shown = select(Person.id).where(Person.portrait == name).limit(1)
    proposed = select(SpeakerPortrait.id).where(SpeakerPortrait.name == name).limit(1)
    return db.session.scalar(shown) is not None or db.session.scalar(proposed) is not None


def names_in_use() -> set[str]:
    """The names of all pictures and photos that somebody's page, or an invitation, still names."""
    columns = (Person.portrait, SpeakerPortrait.name, SpeakerPortrait.original)
    return {name for column in columns for name in db.session.scalars(select(column)) if name}


def portraits_folder() -> Path:
    """Where portraits are kept."""
    folder: Path = current_app.config["SETTINGS"].instance_dir / "uploads" / "portraits"
    return folder


def reminder_days(event_id: int) -> list[int]:
    """After how many days without an answer speakers of this event are reminded."""
    plan = db.session.get(ReminderPlan, event_id)
    return list(plan.days) if plan else list(DEFAULT_DAYS)


def due_invitation_ids(at: datetime, limit: int = 500) -> Sequence[int]:
    """Invitations whose reminder is due at a moment, the longest due first."""
    due = SpeakerInvitation.next_reminder_at <= at
    query = select(SpeakerInvitation.id).where(due).order_by(SpeakerInvitation.next_reminder_at).limit(limit)
    return db.session.scalars(query).all()


def registration_of_person(event_id: int, person_id: int) -> Registration | None:
    """The registration that stands for a person in an event."""
    same = Registration.event_id == event_id, Registration.person_id == person_id
    return db.session.scalar(select(Registration).where(*same))


def speaker_pass(event_id: int, person_id: int) -> Registration | None:
    """The pass that somebody got for speaking, if it is valid; a pass of another category was not given for that."""
    held = registration_of_person(event_id, person_id)
    return held if held and held.state in ALIVE and held.category.code == SPEAKER_CATEGORY else None


def passes_without_part(event: Event) -> Sequence[Person]:
    """Who was invited and holds a speaker's pass, but has no accepted part any more; by name."""
    accepted = {
        person_id
        for person_id, parts in _parts_by_person(event).items()
        if any(planned.part.reply == "accepted" for planned in parts)
    }
    held = (
        select(Person)
        .join(SpeakerInvitation, SpeakerInvitation.person_id == Person.id)
        .join(Registration, Registration.person_id == Person.id)
        .join(Category, Category.id == Registration.category_id)
        .where(
            SpeakerInvitation.event_id == event.id,
            Registration.event_id == event.id,
            Registration.state.in_(ALIVE),
            Category.code == SPEAKER_CATEGORY,
            Person.id.not_in(accepted),
        )
    )
    return db.session.scalars(held.order_by(Person.key_sort, Person.id)).all()


def _parts_by_person(event: Event) -> dict[int, list[PlannedPart]]:
    found: dict[int, list[PlannedPart]] = defaultdict(list)
    for session in draft_sessions(event):
        for item in session.items:
            for part in item.parts:
                if part.person is not None:
                    found[part.person.id].append(PlannedPart(part, item, session))
    return dict(found)


def _people_with_proposed_portrait(event_id: int) -> set[int]:
    query = (
        select(SpeakerInvitation.person_id)
        .join(SpeakerPortrait, SpeakerPortrait.invitation_id == SpeakerInvitation.id)
        .where(SpeakerInvitation.event_id == event_id)
    )
    return set(db.session.scalars(query))


def _missing(person: Person, parts: Sequence[PlannedPart], has_portrait: bool) -> Iterable[str]:
    """What the site still lacks about a person who has not declined everything."""
    if all(planned.part.reply == "declined" for planned in parts):
        return
    for pair in PAIRS:
        yield from (f"{pair}_{code}" for code in getattr(person, pair).missing())
    if not (person.portrait or has_portrait):
        yield "portrait"
    if any(planned.has_talk and not planned.item.title for planned in parts):
        yield "talk"
