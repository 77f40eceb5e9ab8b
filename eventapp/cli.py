"""`flask worker`, `flask demo`."""

from __future__ import annotations

import click
from flask import Flask, current_app

from eventapp.demo import build_sample, remove_sample
from eventapp.demo.crowd import CROWD_SLUG, build_crowd
from eventapp.errors import Refused
from eventapp.operations.worker import run_living_worker


def register_commands(app: Flask) -> None:
    app.cli.add_command(worker)
    app.cli.add_command(demo)


@click.command()
def worker() -> None:
    """Send mail and run scheduled work until stopped."""
    run_living_worker(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command()
@click.option("--remove", is_flag=True, help="Remove the sample, leaving no row of it.")
@click.option("--attendees", type=click.IntRange(1, 1_000_000), help="Add an event with so many guests.")
def demo(remove: bool, attendees: int | None) -> None:
    """Load the sample, or remove it."""
    if remove:
        remove_sample()
        click.echo("The sample was removed.")
        return
    try:
        built = build_sample()
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo("The sample was loaded." if built else "The sample is already there.")
    if attendees:
        arrived = build_crowd(attendees)
        click.echo(f"{arrived.total()} guests were added to /e/{CROWD_SLUG}/.")
