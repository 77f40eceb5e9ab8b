"""People and events that tests tell of, made by the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from eventapp.accounts.actions import add_user, new_sign_in_link, set_role
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import User
from eventapp.clock import now
from eventapp.events.actions import create_event, set_event_state
from eventapp.events.models import Event
from tests.ground.visitors import Visitor

ZONE = ZoneInfo("Asia/Shanghai")
OWNER_EMAIL = "wang.min@example.org"


def wall_time(days: int, hour: int, minute: int = 0) -> datetime:
    """A moment `days` from today by the clock on the wall in Shanghai."""
    today = now().astimezone(ZONE).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today + timedelta(days=days)


def make_owner() -> User:
    """The user who makes the events of the tests: not an owner of the installation."""
    return add_user(OWNER_EMAIL, name="Wang Min")


def make_event(slug: str = "delta-2026", state: str = "published", **values: Any) -> Event:
    """An event in 14 days, 09:00 to 18:00 in Shanghai; Wang Min owns it."""
    by = Actor("user", make_owner().id)
    story: dict[str, Any] = {
        "starts_at": wall_time(14, 9),
        "ends_at": wall_time(14, 18),
        "name_en": "Yangtze River Delta Summit",
        "name_zh": "长三角峰会",
        "contact_email": "summit@example.org",
    }
    event = create_event(by=by, slug=slug, **{**story, **values})
    if state != "draft":
        set_event_state(event.id, state, by=by)
    return event


def make_member(role: str | None, event: Event | None, number: int = 1) -> User:
    """A user with a role in an event, or with none."""
    user = add_user(f"{role or 'nobody'}{number}@example.org", name=f"{(role or 'nobody').title()} {number}")
    if role is not None and event is not None:
        set_role(event.id, user.email, role, by=SYSTEM)
    return user


def sign_in_by_mail(visitor: Visitor, user: User) -> Visitor:
    """Sign in as guests of the desk do: open the link, press the button."""
    token = new_sign_in_link(user.id, by=SYSTEM)
    visitor.post_form(f"/sign-in/{token}")
    return visitor
