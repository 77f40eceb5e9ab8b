"""`flask registrations …`"""

from __future__ import annotations

import sys
from typing import BinaryIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from eventapp import sheets
from eventapp.accounts.actor import SYSTEM
from eventapp.errors import Refused
from eventapp.events.models import Event
from eventapp.events.queries import find_event
from eventapp.i18n import LANGUAGES
from eventapp.registration.actions.importing import Imported, import_registrations
from eventapp.registration.queries.exporting import registrations_table
from eventapp.registration.states import STATES
from eventapp.registration.words import fault_words

registrations = AppGroup("registrations", help="Registrations as tables.")


def register_commands(app: Flask) -> None:
    app.cli.add_command(registrations)


@registrations.command("export")
@click.argument("slug", metavar="EVENT")
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), required=True)
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="en", help="Of the heads and of what is chosen."
)
@click.option("--output", type=click.File("wb"), default="-", help="A file; without it, the standard output.")
def export(slug: str, form: str, state: str | None, language: str, output: BinaryIO) -> None:
    """Write all registrations with their answers and consents; numbers of documents are left out."""
    event = _event(slug)
    if form == "xlsx" and output.name == "<stdout>" and sys.stdout.isatty():
        raise click.ClickException("Name a file for the spreadsheet with --output.")
    with current_app.test_request_context(), force_locale(language):
        rows = registrations_table(event, state=state or "")
        output.write(sheets.xlsx_file("Registrations", rows) if form == "xlsx" else sheets.csv_file(rows))


@registrations.command("import")
@click.argument("slug", metavar="EVENT")
@click.argument("table", metavar="FILE", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", help="Of what is told.")
def import_table(slug: str, table: BinaryIO, dry_run: bool, language: str) -> None:
    """Register who stands in FILE (CSV or .xlsx), without a mail; a row that was imported before changes nothing."""
    event = _event(slug)
    with current_app.test_request_context(), force_locale(language):
        try:
            done = import_registrations(event.id, table.read(), by=SYSTEM, dry_run=dry_run, language=language)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from None
        _tell(done)
    if done.faults:
        sys.exit(1)


def _tell(done: Imported) -> None:
    for number, faults in done.faults:
        click.echo(f"{number}: {'; '.join(map(fault_words, faults))}", err=True)
    if done.unread:
        click.echo(f"Columns passed over: {', '.join(done.unread)}", err=True)
    verb = "would be registered" if done.dry_run else "registered"
    states = "".join(f", {number} {state}" for state, number in sorted(done.states.items()))
    click.echo(f"{done.fresh} {verb}{states}; {done.known} there already; {len(done.faults)} wrong")


def _event(slug: str) -> Event:
    event = find_event(slug)
    if event is None:
        raise click.ClickException(f"There is no event {slug}.")
    return event
