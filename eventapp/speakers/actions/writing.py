"""What speakers write about themselves and their talks, and its approval."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, update

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions import change_item, change_part
from eventapp.agenda.actions.changing import lock_agenda
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.events.models import Event
from eventapp.people.actions import change_person
from eventapp.speakers.actions.opening import note_something_written, open_for_writing, open_invitation
from eventapp.speakers.actions.picturing import forget_pictures
from eventapp.speakers.errors import NothingChosen, PartGone
from eventapp.speakers.models import SpeakerPortrait, SpeakerProfile, SpeakerReply, SpeakerTalk
from eventapp.speakers.proposal import PERSON_FIELDS, TALK_FIELDS, Proposal, shown_texts
from eventapp.speakers.queries import parts_of_person, profile_of, proposal_of, talk_of


def write_profile(invitation_id: int, *, by: Actor, **texts: str) -> None:
    """Keep what a speaker writes about themselves, as typed, whatever is missing. Raises EventHasBegun."""
    with transaction() as session:
        invitation = open_for_writing(invitation_id)
        row = profile_of(invitation_id)
        before = _texts(row, PERSON_FIELDS) if row else shown_texts(invitation.person)
        changed = {name: text for name, text in texts.items() if before[name] != text}
        if not changed:
            return
        row = row or SpeakerProfile(invitation_id=invitation_id, **before)
        _fill(row, changed)
        session.add(row)
        note_something_written(invitation)
        old = {name: before[name] for name in changed}
        record("write_profile", row, by=by, event_id=invitation.event_id, before=old, after=changed)


def write_talk(invitation_id: int, item_public_id: str, *, by: Actor, **texts: str) -> None:
    """Keep what a speaker writes about one of their talks. Raises EventHasBegun, PartGone."""
    with transaction() as session:
        invitation = open_for_writing(invitation_id)
        parts = parts_of_person(session.get_one(Event, invitation.event_id), invitation.person_id)
        item = next((p.item for p in parts if p.item.public_id == item_public_id and p.has_talk), None)
        if item is None:
            raise PartGone
        row = talk_of(invitation_id, item.id)
        before = _texts(row, TALK_FIELDS) if row else _item_texts(item)
        changed = {name: text for name, text in texts.items() if before[name] != text}
        if not changed:
            return
        row = row or SpeakerTalk(invitation_id=invitation_id, item_id=item.id, **before)
        _fill(row, changed)
        session.add(row)
        note_something_written(invitation)
        old = {name: before[name] for name in changed}
        record("write_talk", row, by=by, event_id=invitation.event_id, before=old, after=changed)


def approve_words(
    invitation_id: int, *, by: Actor, seen: str, only: Collection[str] | None = None, despite_clashes: bool = False
) -> None:
    """Put on the site what a speaker wrote: name, biography, talk, portrait, mode.

    `only` are the keys of the changes that were chosen, None means all; what was not chosen goes on waiting.
    `seen` is the mark of the proposal that was looked at. Raises Stale if the speaker, or the site, changed since;
    NothingChosen, Clashes.
    """
    with transaction() as session:
        invitation = open_invitation(invitation_id)
        event = session.get_one(Event, invitation.event_id)
        lock_agenda(event.id)
        proposal = proposal_of(event, invitation)
        if proposal.seen != seen:
            raise Stale
        chosen = proposal if only is None else proposal.only(only)
        if only is not None and not chosen.changes:
            raise NothingChosen
        for person_id, values in chosen.of("person").items():
            old_portrait = invitation.person.portrait
            change_person(person_id, by=by, **values)
            if values.get("portrait"):
                forget_pictures(old_portrait)
        for item_id, values in chosen.of("item").items():
            change_item(item_id, by=by, **values)
        for part_id, values in chosen.of("part").items():
            change_part(part_id, by=by, despite_clashes=despite_clashes, **values)
        if len(chosen.changes) == len(proposal.changes):
            _use_up(invitation_id)
            invitation.approved_version = invitation.written_version
        else:
            _use_up_some(invitation_id, chosen)
        after = {"version": invitation.written_version, "changes": [change.field for change in chosen.changes]}
        record("approve_words", invitation, by=by, event_id=event.id, after=after)


def _use_up(invitation_id: int) -> None:
    """What is approved stands on the site; from now on the site is what the speaker changes."""
    with transaction() as session:
        for model in (SpeakerProfile, SpeakerTalk):
            session.execute(delete(model).where(model.invitation_id == invitation_id))
        session.execute(
            update(SpeakerPortrait).where(SpeakerPortrait.invitation_id == invitation_id).values(approved=True)
        )
        session.execute(update(SpeakerReply).where(SpeakerReply.invitation_id == invitation_id).values(mode=""))


def _use_up_some(invitation_id: int, chosen: Proposal) -> None:
    """Texts that were approved equal those of the site now; portraits and modes say so themselves."""
    with transaction() as session:
        if any(change.field == "portrait" for change in chosen.changes):
            shown = SpeakerPortrait.invitation_id == invitation_id
            session.execute(update(SpeakerPortrait).where(shown).values(approved=True))
        parts = list(chosen.of("part"))
        session.execute(
            update(SpeakerReply)
            .where(SpeakerReply.invitation_id == invitation_id, SpeakerReply.part_id.in_(parts))
            .values(mode="")
        )


def _fill(row: Any, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        setattr(row, name, text)
    row.changed_at = now()


def _texts(row: Any, names: tuple[str, ...]) -> dict[str, str]:
    return {name: getattr(row, name) for name in names}


def _item_texts(item: Any) -> dict[str, str]:
    return {
        "title_en": item.title.en,
        "title_zh": item.title.zh,
        "summary_en": item.summary.en,
        "summary_zh": item.summary.zh,
    }
