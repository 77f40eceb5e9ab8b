"""`flask worker`, `flask demo`."""

from __future__ import annotations

import click
from flask import Flask, current_app

from eventapp.demo import build_sample, remove_sample
from eventapp.jobs import run_worker


def register_commands(app: Flask) -> None:
    app.cli.add_command(worker)
    app.cli.add_command(demo)


@click.command()
def worker() -> None:
    """Send mail and run scheduled work until stopped."""
    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command()
@click.option("--remove", is_flag=True, help="Remove the sample, leaving no row of it.")
def demo(remove: bool) -> None:
    """Load the sample, or remove it."""
    if remove:
        remove_sample()
        click.echo("The sample was removed.")
    elif build_sample():
        click.echo("The sample was loaded.")
    else:
        click.echo("The sample is already there.")
