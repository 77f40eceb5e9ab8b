"""`flask checkin …`"""

from __future__ import annotations

import json

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import create_device, pair_device
from eventapp.checkin.pairing import device_json
from eventapp.checkin.queries import door_by_token
from eventapp.db import transaction
from eventapp.errors import Refused
from eventapp.events.queries import find_event
from eventapp.text import tidy

LONGEST_NAME = 100

checkin = AppGroup("checkin", help="The door.")


def register_commands(app: Flask) -> None:
    app.cli.add_command(checkin)


@checkin.command("pair")
@click.argument("slug", metavar="EVENT")
@click.option("--name", required=True, help="What the device is called in lists and verdicts.")
@click.option("--checkpoint", "codes", multiple=True, metavar="CODE", help="Where it may scan; without it, everywhere.")
def pair(slug: str, name: str, codes: tuple[str, ...]) -> None:
    """Pair a program with the token, or a phone with the url. The url pairs once, within a day, a device of its own."""
    event = find_event(slug)
    if event is None:
        raise click.ClickException(f"There is no event {slug}.")
    name = tidy(name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise click.ClickException(f"Give the device a name of 1 to {LONGEST_NAME} characters.")
    try:
        with transaction():
            _program, program_link = create_device(event.id, name, by=SYSTEM, checkpoint_codes=codes or None)
            _device, token = pair_device(program_link, by=SYSTEM)
            _phone, phone_link = create_device(event.id, name, by=SYSTEM, checkpoint_codes=codes or None)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    door = door_by_token(token)
    assert door is not None
    answer = {**device_json(door, token), "url": f"{current_app.config['BASE_URL']}/door/pair/{phone_link}"}
    click.echo(json.dumps(answer, ensure_ascii=False))
