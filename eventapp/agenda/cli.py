"""`flask agenda …`"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import BinaryIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from eventapp.agenda.formats.table import csv_file, xlsx_file
from eventapp.agenda.queries import agenda_calendar, agenda_json, agenda_xml, by_days, public_agenda, taking_place
from eventapp.agenda.shown import AgendaDay
from eventapp.clock import now
from eventapp.events.models import Event
from eventapp.events.queries import find_event
from eventapp.i18n import LANGUAGES

agenda = AppGroup("agenda", help="The agenda.")

Writer = Callable[[Event, Sequence[AgendaDay]], bytes]


def register_commands(app: Flask) -> None:
    app.cli.add_command(agenda)


@agenda.command("export")
@click.argument("slug", metavar="EVENT")
@click.option("--format", "form", type=click.Choice(["ics", "json", "xml", "xlsx", "csv"]), required=True)
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", help="For formats of one language.")
@click.option("--output", type=click.File("wb"), default="-", help="A file; without it, the standard output.")
def export(slug: str, form: str, language: str, output: BinaryIO) -> None:
    """Write what the public may see of the agenda now."""
    event = find_event(slug)
    if event is None:
        raise click.ClickException(f"There is no event {slug}.")
    if form == "xlsx" and output.name == "<stdout>" and sys.stdout.isatty():
        raise click.ClickException("Name a file for the spreadsheet with --output.")
    with current_app.test_request_context(), force_locale(language):
        output.write(_written(event, form))


def _written(event: Event, form: str) -> bytes:
    shown = public_agenda(event, now())
    if form == "ics":
        return agenda_calendar(event, shown)
    return _WRITERS[form](event, by_days(event, taking_place(shown)))


def _json(event: Event, days: Sequence[AgendaDay]) -> bytes:
    return json.dumps(agenda_json(event, days), ensure_ascii=False, indent=1).encode()


_WRITERS: dict[str, Writer] = {
    "json": _json,
    "xml": agenda_xml,
    "xlsx": lambda _event, days: xlsx_file(days),
    "csv": lambda _event, days: csv_file(days),
}
