"""Reads about users, roles and the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import case, func, select

from eventapp.accounts.models import ApiToken, AuditEntry, SignInFailure, SignInLink, TeamMember, User
from eventapp.db import db
from eventapp.sealing import token_hash

AUDIT_PAGE = 50
MOST_PAGES = 1_000_000


def clean_email(email: str) -> str:
    """An address as users are looked up by: trimmed and lower case."""
    return email.strip().lower()


def find_user(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == clean_email(email)))


def user_by_public_id(public_id: str) -> User | None:
    return db.session.scalar(select(User).where(User.public_id == public_id, User.active))


def role_in_event(user_id: int, event_id: int) -> str | None:
    """The user's role in one event; None without one."""
    return db.session.scalar(
        select(TeamMember.role).where(TeamMember.user_id == user_id, TeamMember.event_id == event_id)
    )


def event_ids_of(user_id: int) -> Sequence[int]:
    """Events whose team the user belongs to."""
    return db.session.scalars(select(TeamMember.event_id).where(TeamMember.user_id == user_id)).all()


def team_of(event_id: int) -> Sequence[TeamMember]:
    return db.session.scalars(select(TeamMember).where(TeamMember.event_id == event_id).order_by(TeamMember.id)).all()


def open_sign_in_link(token_hash: str, at: datetime) -> SignInLink | None:
    """A link that still signs in at a moment."""
    return db.session.scalar(
        select(SignInLink).where(
            SignInLink.token_hash == token_hash, SignInLink.used_at.is_(None), SignInLink.expires_at > at
        )
    )


def failures_since(email: str, origin: str, since: datetime) -> tuple[int, int]:
    """Failed sign-ins from this origin since a moment: for this address, and for all addresses."""
    for_address = func.count().filter(SignInFailure.email == email)
    row = db.session.execute(
        select(for_address, func.count()).where(SignInFailure.origin == origin, SignInFailure.at >= since)
    ).one()
    return row[0], row[1]


def audit_page(
    event_id: int,
    *,
    actor: tuple[str, int | None] | None = None,
    action: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    page: int = 1,
) -> Pagination:
    """Entries of an event, the newest first, a page at a time; by actor (kind and user), action, and from when to when."""
    query = select(AuditEntry).where(AuditEntry.event_id == event_id)
    if actor is not None:
        kind, user_id = actor
        query = query.where(AuditEntry.actor_kind == kind)
        if kind == "user":
            query = query.where(AuditEntry.actor_id == user_id)
    if action:
        query = query.where(AuditEntry.action == action)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if until is not None:
        query = query.where(AuditEntry.at < until)
    newest = query.order_by(AuditEntry.id.desc())
    return db.paginate(newest, page=min(max(page, 1), MOST_PAGES), per_page=AUDIT_PAGE, error_out=False)


def audit_actors(event_id: int) -> list[tuple[str, int | None]]:
    """Who appears in an event's audit trail: each user, and the other kinds of actors."""
    user_id = case((AuditEntry.actor_kind == "user", AuditEntry.actor_id))
    query = select(AuditEntry.actor_kind, user_id).where(AuditEntry.event_id == event_id).distinct()
    return sorted(((kind, found) for kind, found in db.session.execute(query)), key=str)


def audit_actions(event_id: int) -> Sequence[str]:
    """What was done in an event, by the actions' code names."""
    return db.session.scalars(select(AuditEntry.action).where(AuditEntry.event_id == event_id).distinct()).all()


def find_member(event_id: int, user_public_id: str) -> TeamMember | None:
    """A member of an event's team."""
    return db.session.scalar(
        select(TeamMember)
        .join(User, User.id == TeamMember.user_id)
        .where(TeamMember.event_id == event_id, User.public_id == user_public_id)
    )


def history_of(subject_kind: str, subject_id: int) -> Sequence[AuditEntry]:
    """Everything that was done to one row, oldest first."""
    return db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == subject_kind, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id)
    ).all()


def user_names(user_ids: set[int]) -> dict[int, str]:
    """Names to show for the users among an audit trail's actors."""
    rows = db.session.scalars(select(User).where(User.id.in_(user_ids))).all() if user_ids else []
    return {user.id: user.shown_name for user in rows}


def token_by_secret(secret: str, at: datetime) -> ApiToken | None:
    """The program's token with this secret; None if there is none, or if it is revoked or expired at a moment."""
    token = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == token_hash(secret)))
    if token is None or token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= at):
        return None
    return token


def tokens_of(event_id: int) -> Sequence[ApiToken]:
    """The tokens of an event, the newest first; those that were revoked or expired, too."""
    return db.session.scalars(select(ApiToken).where(ApiToken.event_id == event_id).order_by(ApiToken.id.desc())).all()


def find_token(event_id: int, public_id: str) -> ApiToken | None:
    """A token of one event; another event's is not found."""
    return db.session.scalar(select(ApiToken).where(ApiToken.event_id == event_id, ApiToken.public_id == public_id))
