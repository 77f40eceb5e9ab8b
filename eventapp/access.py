"""Who may enter: every route declares it, one function checks it before any view runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask_babel import lazy_gettext as _l
from flask_login import LoginManager, current_user
from werkzeug.exceptions import Unauthorized

from eventapp.accounts.actor import Actor
from eventapp.accounts.models import User
from eventapp.accounts.queries import role_in_event, token_by_secret, user_by_public_id
from eventapp.accounts.roles import ALL_PERMISSIONS, may
from eventapp.clock import now
from eventapp.errors import NotAllowed, NotFound
from eventapp.events.models import Event
from eventapp.events.queries import find_event, may_preview
from eventapp.web import client_address

PREVIEW = "preview"
# What the team writes in place of a preview link's secret, and how anybody goes back to what guests see.
OWN_PREVIEW, NO_PREVIEW = "draft", "off"
PREVIEW_SECONDS = 12 * 3600

login_manager = LoginManager()
View = TypeVar("View", bound=Callable[..., Any])

# public: everybody. bearer: whoever holds the secret in the address or the header; the view's loader checks it.
# member: any signed-in user. owner: an owner of the installation. development: nobody in production.
WHO = frozenset({"public", "bearer", "member", "owner", "development"})


@dataclass(frozen=True)
class Declared:
    """What a route says about who may enter."""

    who: str


def allow(who: str) -> Callable[[View], View]:
    """Declare who may enter a route: one of WHO, or a permission of the event's team such as 'agenda:change'."""
    if who not in WHO and who not in ALL_PERMISSIONS:
        raise ValueError(f"unknown access {who!r}")

    def declare(view: View) -> View:
        view.declared_access = Declared(who)  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(endpoint: str) -> Declared | None:
    """What the view behind an endpoint declares; Flask's own static files are public."""
    if endpoint == "static":
        return Declared("public")
    return getattr(current_app.view_functions[endpoint], "declared_access", None)


def current_event() -> Event:
    """The event of this address, already checked for who asks."""
    event: Event = g.event
    return event


def current_role() -> str | None:
    """The signed-in user's role in this event."""
    return g.get("role")


def shows_draft() -> bool:
    """Whether who asks looks at the draft of the agenda: by the preview link, as a member of the team, or of a draft."""
    return bool(g.get("shows_draft"))


def may_here(permission: str) -> bool:
    """Whether who asks has this permission in the event of the address; for showing or hiding a link."""
    return bool(current_user.is_authenticated and (current_user.is_owner or may(current_role(), permission)))


def current_actor() -> Actor:
    """Who does it, for `by=`: the signed-in user or an attendee."""
    if current_user.is_authenticated:
        return Actor("user", current_user.id, client_address())
    return Actor("attendee", None, client_address())


def init_access(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(_load_user)
    app.before_request(_enforce)
    app.after_request(_keep_preview)
    app.jinja_env.globals.update(may_here=may_here, shows_draft=shows_draft)


def _load_user(public_id: str) -> User | None:
    return user_by_public_id(public_id)


def _enforce() -> None:
    if request.endpoint is None:
        return
    declared = declared_access(request.endpoint)
    if declared is None:
        raise NotAllowed
    slug = (request.view_args or {}).get("event")
    if slug is not None:
        _load_event(slug, public=declared.who in {"public", "bearer"}, by_token=declared.who == "bearer")
    _check(declared.who)


def _load_event(slug: str, *, public: bool, by_token: bool) -> None:
    event = find_event(slug)
    if event is None:
        raise NotFound
    if public and (event.is_public or (by_token and _holds_token(event))):
        g.event, g.role, g.shows_draft = event, None, _shows_preview(event)
        return
    g.shows_draft = event.state == "draft"
    if public and _shows_preview(event):
        g.event, g.role = event, None
        return
    # Drafts and archived events exist for their team only; to anybody else they are not there.
    role = role_in_event(current_user.id, event.id) if current_user.is_authenticated else None
    if public and not (role or getattr(current_user, "is_owner", False)):
        raise NotFound
    g.event, g.role = event, role


def asked_token() -> str:
    """The secret that a program sends in the header; empty without one."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _holds_token(event: Event) -> bool:
    """Whether a program of this event's asks: it may prepare a draft, and read what is archived."""
    secret = asked_token()
    token = token_by_secret(secret, now()) if secret else None
    return token is not None and token.event_id == event.id


def _shows_preview(event: Event) -> bool:
    """Whether who asks holds the draft's preview link, in the address or in the cookie that it left."""
    asked, kept = request.args.get(PREVIEW, ""), request.cookies.get(PREVIEW, "")
    if asked == NO_PREVIEW and kept:
        g.preview = ""
        return False
    if asked and _is_preview(event, asked):
        g.preview = asked
        return True
    return bool(kept) and _is_preview(event, kept)


def _is_preview(event: Event, asked: str) -> bool:
    if asked != OWN_PREVIEW:
        return may_preview(event, asked)
    role = role_in_event(current_user.id, event.id) if current_user.is_authenticated else None
    return may(role, "agenda:read") or getattr(current_user, "is_owner", False)


def _keep_preview(response: Response) -> Response:
    """No cache may keep a draft; whoever opened its preview link may look at its other pages for a while."""
    event = g.get("event")
    if event is None or (event.is_public and not shows_draft() and "preview" not in g):
        return response
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    if "preview" in g:
        response.set_cookie(
            PREVIEW,
            g.preview,
            max_age=PREVIEW_SECONDS if g.preview else 0,
            path=f"/e/{event.slug}",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def _check(who: str) -> None:
    if who in {"public", "bearer"}:
        return
    if who == "development":
        if not current_app.config["SETTINGS"].development:
            raise NotFound
        return
    if not current_user.is_authenticated:
        raise Unauthorized
    if who == "member" or current_user.is_owner:
        return
    if who == "owner" and "event" not in g:
        raise NotAllowed(_l("Only an owner of this installation may do this. Ask one to do it, or to make you one."))
    if who == "owner" or not may(g.get("role"), who):
        # A stranger to the event does not learn that it exists.
        raise NotAllowed if g.get("role") else NotFound
