"""Reads about users, roles and the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from eventapp.accounts.models import AuditEntry, SignInFailure, SignInLink, TeamMember, User
from eventapp.db import db


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


def failures_since(email: str, origin: str, since: datetime) -> int:
    """Failed sign-ins for this address or from this origin since a moment."""
    return (
        db.session.scalar(
            select(func.count()).where(
                SignInFailure.at >= since, or_(SignInFailure.email == email, SignInFailure.origin == origin)
            )
        )
        or 0
    )


def audit_trail(event_id: int, limit: int = 100) -> Sequence[AuditEntry]:
    """The newest entries of an event."""
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.event_id == event_id).order_by(AuditEntry.id.desc()).limit(limit)
    ).all()


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
