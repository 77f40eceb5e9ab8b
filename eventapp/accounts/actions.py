"""What is done to accounts: users, sign-in, roles, and the audit row of every action."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, or_, select, update

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.errors import (
    AlreadyInTeam,
    LastOwner,
    LinkUsedUp,
    TokenNeedsScope,
    TooManyTries,
    UnknownUser,
    WeakPassword,
    WrongPassword,
)
from eventapp.accounts.models import ApiToken, AuditEntry, SignInFailure, SignInLink, TeamMember, User
from eventapp.accounts.queries import clean_email, failures_since, find_user, role_in_event
from eventapp.accounts.roles import ROLES, SCOPES
from eventapp.changing import load_to_change
from eventapp.clock import now
from eventapp.db import announce, transaction
from eventapp.errors import NotFound, Stale
from eventapp.messaging.actions import delete_messages_to, enqueue_message
from eventapp.sealing import new_token, seal, token_hash

SIGN_IN_LINK_LIFE = timedelta(hours=1)
FAILURE_WINDOW = timedelta(minutes=15)
# For one address from one origin; and for all addresses from one origin, which may be a whole venue behind one NAT.
MOST_FAILURES = 10
MOST_FAILURES_OF_ORIGIN = 200
SHORTEST_PASSWORD = 10
# A program asks all the time; when it did so last is noted this often.
USE_NOTED_EVERY = timedelta(minutes=1)
# What stays in the trail of somebody whose data was removed: nothing that anybody typed.
NAMELESS = frozenset(
    {"state", "category", "pass_serial", "purpose", "purposes", "given_at", "ticket", "capacity", "audience"}
)

# 19 MiB, two passes, one lane: OWASP's password storage cheat sheet; about 22 ms a hash.
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


@dataclass(frozen=True)
class MemberLeaves:
    """Somebody is about to be taken out of an event's team."""

    event_id: int
    user_id: int


def record(
    action: str,
    subject: Any,
    *,
    by: Actor,
    event_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write the audit row of an action, in the action's own transaction.

    `before` and `after` hold only what changed, as plain JSON values and without secrets.
    """
    with transaction() as session:
        session.flush()
        session.add(
            AuditEntry(
                at=now(),
                event_id=event_id,
                actor_kind=by.kind,
                actor_id=by.id,
                origin=by.origin,
                action=action,
                subject_kind=subject.__tablename__,
                subject_id=subject.id,
                before=before,
                after=after,
                reason=reason,
            )
        )


def add_user(
    email: str, *, by: Actor = SYSTEM, name: str = "", is_owner: bool = False, is_sample: bool = False
) -> User:
    """Add a user, or find the one with this address and make them an owner if asked."""
    with transaction() as session:
        user = find_user(email)
        if user is None:
            user = User(email=clean_email(email), name=name, is_owner=is_owner, is_sample=is_sample, created_at=now())
            session.add(user)
            record("add_user", user, by=by, after={"email": user.email, "is_owner": is_owner})
        elif is_owner and not user.is_owner:
            user.is_owner = True
            record("make_owner", user, by=by, before={"is_owner": False}, after={"is_owner": True})
        return user


def set_password(user_id: int, password: str, *, by: Actor) -> None:
    """Store a password's hash. Raises WeakPassword."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(field="password")
    with transaction() as session:
        user = session.get_one(User, user_id)
        user.password_hash = _hasher.hash(password)
        record("set_password", user, by=by)


def sign_in_by_password(email: str, password: str, *, origin: str) -> User:
    """The user whose password this is. Raises WrongPassword, TooManyTries; takes as long for unknown addresses."""
    address = clean_email(email)
    for_address, for_all = failures_since(address, origin, now() - FAILURE_WINDOW)
    if for_address >= MOST_FAILURES or for_all >= MOST_FAILURES_OF_ORIGIN:
        raise TooManyTries
    user = find_user(address)
    matches = _password_matches(user.password_hash if user else None, password)
    if user is None or not user.active or not matches:
        with transaction() as session:
            session.add(SignInFailure(email=address[:320], origin=origin, at=now()))
        raise WrongPassword
    record("sign_in", user, by=Actor("user", user.id, origin))
    return user


def new_sign_in_link(user_id: int, *, by: Actor) -> str:
    """Make a link's token that signs this user in, once, within an hour."""
    token = new_token()
    with transaction() as session:
        user = session.get_one(User, user_id)
        session.add(
            SignInLink(
                user_id=user.id, token_hash=token_hash(token), created_at=now(), expires_at=now() + SIGN_IN_LINK_LIFE
            )
        )
        record("new_sign_in_link", user, by=by)
    return token


def mail_sign_in_link(email: str, *, language: str, by: Actor) -> None:
    """Mail a sign-in link, if there is such a user. Says nothing about whether there is."""
    user = find_user(email)
    if user is None or not user.active:
        return
    with transaction():
        token = new_sign_in_link(user.id, by=by)
        enqueue_message(
            cause=f"sign_in_link:{token_hash(token)}",
            recipient=clean_email(email),
            language=language,
            template="sign_in_link",
            values={"token_sealed": seal(token.encode(), "sign_in_link")},
        )


def sign_in_by_link(token: str, *, origin: str) -> User:
    """Use a link up and return its user. Raises LinkUsedUp; of two at once, one succeeds."""
    with transaction() as session:
        used = session.execute(
            update(SignInLink)
            .where(
                SignInLink.token_hash == token_hash(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now()
            )
            .values(used_at=now())
            .returning(SignInLink.user_id)
        ).first()
        user = session.get(User, used.user_id) if used else None
        if user is None or not user.active:
            raise LinkUsedUp
        record("sign_in", user, by=Actor("user", user.id, origin))
        return user


def set_role(event_id: int, email: str, role: str, *, by: Actor) -> TeamMember:
    """Give a user a role in an event. Raises UnknownUser, LastOwner."""
    if role not in ROLES:
        raise ValueError(f"unknown role {role}")
    with transaction() as session:
        user = find_user(email)
        if user is None:
            raise UnknownUser(email=email, field="email")
        member = session.scalar(
            select(TeamMember).where(TeamMember.event_id == event_id, TeamMember.user_id == user.id)
        )
        before = member.role if member else None
        if member is None:
            member = TeamMember(event_id=event_id, user_id=user.id, role=role, created_at=now())
            session.add(member)
        elif before == "owner" and role != "owner":
            _keep_an_owner(event_id)
        member.role = role
        record(
            "set_role",
            member,
            by=by,
            event_id=event_id,
            before={"role": before},
            after={"role": role, "email": user.email},
        )
        return member


def invite_member(event_id: int, email: str, role: str, *, by: Actor, language: str) -> TeamMember:
    """Add somebody to an event's team: a new user if need be, told by mail with a sign-in link. Raises AlreadyInTeam."""
    with transaction():
        user = add_user(email, by=by)
        if role_in_event(user.id, event_id) is not None:
            raise AlreadyInTeam(email=user.email)
        member = set_role(event_id, user.email, role, by=by)
        mail_sign_in_link(user.email, language=language, by=by)
        return member


def change_role(event_id: int, user_id: int, role: str, *, by: Actor, was: str | None = None) -> TeamMember:
    """Give a member another role; with `was`, only if the role still is that one. Raises NotFound, Stale, LastOwner."""
    with transaction():
        member = _load_member(event_id, user_id)
        if was is not None and member.role != was:
            raise Stale
        return set_role(event_id, member.user.email, role, by=by)


def remove_member(event_id: int, user_id: int, *, by: Actor) -> None:
    """Take somebody out of an event's team. Raises NotFound, LastOwner."""
    with transaction() as session:
        member = _load_member(event_id, user_id)
        if member.role == "owner":
            _keep_an_owner(event_id)
        before = {"role": member.role, "email": member.user.email}
        record("remove_member", member, by=by, event_id=event_id, before=before)
        announce(MemberLeaves(event_id, user_id))
        session.delete(member)


def make_token(
    event_id: int, name: str, scopes: Collection[str], expires_at: datetime | None, *, by: Actor
) -> tuple[ApiToken, str]:
    """Make a program's key to one event and return it with its secret, which nobody can read again.

    `expires_at` in UTC, None for never. Raises TokenNeedsScope.
    """
    if not scopes or set(scopes) - set(SCOPES):
        raise TokenNeedsScope
    secret = new_token()
    with transaction() as session:
        token = ApiToken(
            event_id=event_id,
            name=name,
            token_hash=token_hash(secret),
            scopes=[scope for scope in SCOPES if scope in scopes],
            created_by=by.id if by.kind == "user" else None,
            created_at=now(),
            expires_at=expires_at,
        )
        session.add(token)
        session.flush()
        after = {"name": name, "scopes": token.scopes}
        record("make_token", token, by=by, event_id=event_id, after=after)
        return token, secret


def revoke_token(token_id: int, *, by: Actor) -> None:
    """From now on the token opens nothing; again is no harm. Raises NotFound."""
    with transaction():
        token = load_to_change(ApiToken, token_id)
        if token.revoked_at is None:
            token.revoked_at = now()
            record("revoke_token", token, by=by, event_id=token.event_id, before={"name": token.name})


def note_token_used(token_id: int) -> None:
    """Note that a program asks at this moment, unless that was noted within the last minute."""
    at = now()
    with transaction() as session:
        due = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= at - USE_NOTED_EVERY)
        session.execute(update(ApiToken).where(ApiToken.id == token_id, due).values(last_used_at=at))


def delete_sample_users() -> None:
    """Delete the sample's users with their failed sign-ins and the mail about their sign-in links."""
    with transaction() as session:
        addresses = session.scalars(select(User.email).where(User.is_sample)).all()
        session.execute(delete(SignInFailure).where(SignInFailure.email.in_(addresses)))
        delete_messages_to(addresses)
        delete_sample_rows(User)


def delete_sample_rows(model: Any) -> None:
    """Delete the sample's rows of a kind, and what the audit trail says about them; nothing else ever leaves it."""
    with transaction() as session:
        ids = session.scalars(select(model.id).where(model.is_sample)).all()
        about_them = AuditEntry.subject_kind == model.__tablename__, AuditEntry.subject_id.in_(ids)
        session.execute(delete(AuditEntry).where(*about_them))
        session.execute(delete(model).where(model.id.in_(ids)))


def forget_in_audit(event_id: int, subject_kind: str, subject_ids: Collection[int] | None = None) -> None:
    """Take what could name somebody out of an event's trail: what was written, reasons, network addresses.

    What was done, when, and how states went stays. Of these rows, or of all of a kind, those that are gone included.
    """
    with transaction() as session:
        about = [AuditEntry.event_id == event_id, AuditEntry.subject_kind == subject_kind]
        if subject_ids is not None:
            about.append(AuditEntry.subject_id.in_(subject_ids))
        for entry in session.scalars(select(AuditEntry).where(*about)):
            entry.before, entry.after, entry.reason = _nameless(entry.before), _nameless(entry.after), ""
            if entry.actor_kind != "user":
                entry.origin = ""
        session.flush()


def _nameless(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return values and {key: value for key, value in values.items() if key in NAMELESS}


def _load_member(event_id: int, user_id: int) -> TeamMember:
    with transaction() as session:
        member = session.scalar(
            select(TeamMember)
            .where(TeamMember.event_id == event_id, TeamMember.user_id == user_id)
            .execution_options(populate_existing=True)
        )
        if member is None:
            raise NotFound
        return member


def _keep_an_owner(event_id: int) -> None:
    with transaction() as session:
        owners = select(TeamMember.id).where(TeamMember.event_id == event_id, TeamMember.role == "owner")
        if len(session.scalars(owners.with_for_update()).all()) <= 1:
            raise LastOwner


def _password_matches(stored: str | None, password: str) -> bool:
    try:
        _hasher.verify(stored or _nobodys_hash(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """Something to compare with when there is no such user, so that the answer takes as long."""
    return _hasher.hash(new_token())
