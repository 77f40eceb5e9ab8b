"""`flask accounts …`"""

from __future__ import annotations

import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from eventapp.accounts.actions import add_user, new_sign_in_link, set_password, set_role
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import find_user
from eventapp.accounts.roles import ROLES
from eventapp.db import transaction
from eventapp.errors import Refused
from eventapp.events.queries import find_event

accounts = AppGroup("accounts", help="Users and how they sign in.")


def register_commands(app: Flask) -> None:
    app.cli.add_command(accounts)


@accounts.command("add")
@click.argument("email")
@click.option("--owner", is_flag=True, help="Owns the whole installation.")
@click.option("--event", "slug", help="The event to give a role in.")
@click.option("--role", type=click.Choice(ROLES), help="The role in that event.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input.")
def add(email: str, owner: bool, slug: str | None, role: str | None, password_stdin: bool) -> None:
    """Add a user."""
    if bool(slug) != bool(role):
        raise click.UsageError("--event and --role go together.")
    try:
        with transaction():
            user = add_user(email, is_owner=owner)
            if slug and role:
                set_role(_event_id(slug), email, role, by=SYSTEM)
            if password_stdin:
                set_password(user.id, sys.stdin.readline().rstrip("\n"), by=SYSTEM)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{user.email} was added.")


@accounts.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a link that signs this user in, once, within an hour."""
    user = find_user(email)
    if user is None:
        raise click.ClickException(f"There is no user {email}. Add one with: flask accounts add {email} --owner")
    click.echo(f"{current_app.config['BASE_URL']}/sign-in/{new_sign_in_link(user.id, by=SYSTEM)}")


def _event_id(slug: str) -> int:
    event = find_event(slug)
    if event is None:
        raise click.ClickException(f"There is no event {slug}.")
    return event.id
