"""Ways in: who may register in a category now, and what is used up by it."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.models import Event
from eventapp.i18n import format_moment
from eventapp.registration.actions.wishes import WayIn
from eventapp.registration.errors import (
    CategoryClosed,
    CategoryNotOpenYet,
    CategoryOver,
    CodeExpired,
    CodeUnknown,
    CodeUsedUp,
    InvitationAnswered,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
)
from eventapp.registration.models import AccessCode, Category, Invitation, Registration
from eventapp.registration.queries import code_of_event, invitation_by_link, invitation_expired, opened_by
from eventapp.registration.words import INVITATION_LABELS
from eventapp.sealing import new_token, seal, token_hash


def make_category_link(category_id: int, *, by: Actor) -> str:
    """Make the secret link of a hidden category, or a new one: the old link is dead then. Returns the secret."""
    with transaction() as session:
        category = session.get_one(Category, category_id)
        token = new_token()
        category.link_hash, category.link_sealed = token_hash(token), seal(token.encode(), "category_link")
        record("make_category_link", category, by=by, event_id=category.event_id)
        return token


def check_way_in(category: Category, way: WayIn, *, by: Actor) -> None:
    """Refuse a guest who may not register in this category now; the team may always.

    Raises CategoryClosed, CategoryNotOpenYet, CategoryOver; CodeUnknown, CodeExpired, CodeUsedUp;
    InvitationUnknown, InvitationExpired, InvitationAnswered, InvitationUsed.
    """
    if by.kind != "attendee":
        return
    if way.code:
        check_code(category.event_id, way.code)
    if way.invitation:
        _check_invitation(category.event_id, way.invitation)
    may_choose = (category.entry == "open" and not way.invitation) or category.id in opened_by(
        category.event_id, way, now()
    )
    # Whoever has no way in learns nothing of a category that is not for everybody.
    if not category.open or not may_choose:
        if way.code:
            # Somebody may have used its last use up since.
            check_code(category.event_id, way.code)
        raise CategoryClosed
    _check_times(category)


def check_code(event_id: int, typed: str) -> AccessCode:
    """The code that was typed, if it still opens anything. Raises CodeUnknown, CodeExpired, CodeUsedUp."""
    code = code_of_event(event_id, typed)
    if code is None or code.ended_at is not None:
        raise CodeUnknown
    if code.has_expired(now()):
        raise CodeExpired
    if code.is_used_up:
        raise CodeUsedUp
    return code


def use_way_in(registration: Registration, category: Category, way: WayIn, *, by: Actor) -> None:
    """Note how a guest came in: an invitation is accepted by it, a code loses one of its uses.

    A code is used only where nothing else opens the category. The use is given back when the registration ends before
    the event begins (`give_back_code`): a colleague may take the place. Raises InvitationUsed, CodeUsedUp.
    """
    if way.invitation:
        _accept_invitation(registration, way.invitation, by=by)
    elif category.entry != "open" and way.code and not _link_opens(category, way):
        _use_code(registration, way.code)


def give_back_code(registration: Registration) -> None:
    """Give the use of a code back when its registration ends before the event begins; called where it ends, once."""
    if registration.access_code_id is None:
        return
    with transaction() as session:
        if now() >= session.get_one(Event, registration.event_id).starts_at:
            return
        session.execute(
            update(AccessCode)
            .where(AccessCode.id == registration.access_code_id, AccessCode.used > 0)
            .values(used=AccessCode.used - 1)
            .execution_options(synchronize_session=False)
        )


def hold_invitation(invitation_id: int) -> Invitation:
    """The invitation as it is now; nobody else changes it until the transaction ends. Raises InvitationUnknown."""
    with transaction() as session:
        query = select(Invitation).where(Invitation.id == invitation_id).with_for_update(of=Invitation)
        invitation = session.scalar(query.execution_options(populate_existing=True))
        if invitation is None:
            raise InvitationUnknown
        return invitation  # type: ignore[no-any-return]


def _check_times(category: Category) -> None:
    zone = db.session.get_one(Event, category.event_id).time_zone
    if category.opens_at is not None and now() < category.opens_at:
        raise CategoryNotOpenYet(moment=format_moment(category.opens_at, zone))
    if category.closes_at is not None and now() >= category.closes_at:
        raise CategoryOver


def _check_invitation(event_id: int, token: str) -> None:
    invitation = invitation_by_link(token)
    if invitation is None or invitation.event_id != event_id:
        raise InvitationUnknown
    if invitation.registration_id is not None or invitation.state == "accepted":
        raise InvitationUsed
    if invitation.state in ("declined", "handed"):
        raise InvitationAnswered(state=INVITATION_LABELS[invitation.state])
    if invitation_expired(invitation, now()):
        zone = db.session.get_one(Event, event_id).time_zone
        raise InvitationExpired(moment=format_moment(invitation.expires_at, zone))  # type: ignore[arg-type]


def _accept_invitation(registration: Registration, token: str, *, by: Actor) -> None:
    with transaction():
        found = invitation_by_link(token)
        if found is None or found.event_id != registration.event_id:
            raise InvitationUnknown
        invitation = hold_invitation(found.id)
        if invitation.registration_id is not None or invitation.state not in ("drafted", "sent", "bounced", "opened"):
            raise InvitationUsed
        before = {"state": invitation.state}
        invitation.state, invitation.registration_id = "accepted", registration.id
        invitation.replied_at = invitation.changed_at = now()
        invitation.opened_at = invitation.opened_at or now()
        db.session.flush()
        record(
            "accept_invitation",
            invitation,
            by=by,
            event_id=invitation.event_id,
            before=before,
            after={"state": "accepted"},
        )


def _use_code(registration: Registration, typed: str) -> None:
    with transaction() as session:
        code = check_code(registration.event_id, typed)
        used = session.execute(
            update(AccessCode)
            .where(
                AccessCode.id == code.id,
                AccessCode.ended_at.is_(None),
                or_(AccessCode.most_uses.is_(None), AccessCode.used < AccessCode.most_uses),
                or_(AccessCode.expires_at.is_(None), AccessCode.expires_at > now()),
            )
            .values(used=AccessCode.used + 1)
            .execution_options(synchronize_session=False)
        )
        if not used.rowcount:
            raise CodeUsedUp
        registration.access_code_id = code.id


def _link_opens(category: Category, way: WayIn) -> bool:
    return bool(way.link) and category.entry == "hidden" and category.link_hash == token_hash(way.link)
