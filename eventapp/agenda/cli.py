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

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import release_agenda
from eventapp.agenda.actions.importing import Imported, import_agenda
from eventapp.agenda.queries import agenda_calendar, agenda_json, agenda_xml, by_days, public_agenda, taking_place
from eventapp.agenda.queries.files import agenda_table, whole_sessions
from eventapp.agenda.shown import AgendaDay
from eventapp.agenda.words import fault_words
from eventapp.clock import now
from eventapp.errors import Refused
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
@click.option("--draft", is_flag=True, help="The draft in place of the latest release.")
def export(slug: str, form: str, language: str, output: BinaryIO, draft: bool) -> None:
    """Write what the public may see of the agenda now; before the first release, the draft."""
    event = _event(slug)
    if form == "xlsx" and output.name == "<stdout>" and sys.stdout.isatty():
        raise click.ClickException("Name a file for the spreadsheet with --output.")
    with current_app.test_request_context(), force_locale(language):
        output.write(_written(event, form, draft=draft))


@agenda.command("import")
@click.argument("slug", metavar="EVENT")
@click.argument("file", metavar="FILE", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--skip-wrong", is_flag=True, help="Take over the sessions that are right though others are wrong.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="en", help="Of what is told.")
def import_file(slug: str, file: BinaryIO, dry_run: bool, skip_wrong: bool, language: str) -> None:
    """Take the agenda in FILE over into the draft: a spreadsheet, CSV, or frab's XML or JSON; all of it or nothing."""
    event = _event(slug)
    with current_app.test_request_context(), force_locale(language):
        try:
            done = import_agenda(event.id, file.read(), by=SYSTEM, dry_run=dry_run, skip_wrong=skip_wrong)
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from None
        _tell(done)
    if done.faults:
        sys.exit(1)


def _tell(done: Imported) -> None:
    for fault in done.faults:
        click.echo(f"{fault.row}: {fault_words(fault)}", err=True)
    for note in done.notes:
        click.echo(fault_words(note), err=True)
    if done.unread:
        click.echo(f"Columns passed over: {', '.join(done.unread)}", err=True)
    for kind, made in (
        ("hall", done.halls),
        ("track", done.tracks),
        ("person", done.people),
        ("organisation", done.organisations),
    ):
        for name in made:
            click.echo(f"New {kind}: {name}", err=True)
    for told in done.clashes:
        click.echo(f"Clash: {told.sentence}", err=True)
    verb = "imported" if done.done and not done.dry_run else "would be imported"
    click.echo(f"{verb}: {done.new} new, {done.changed} changed, {done.same} the same; {len(done.faults)} wrong")


@agenda.command("release")
@click.argument("slug", metavar="EVENT")
@click.option("--note", default="", help="What guests read beside the agenda, in English.")
@click.option("--note-zh", default="", help="The same in Chinese.")
def release(slug: str, note: str, note_zh: str) -> None:
    """Publish the draft as the next release of the agenda."""
    try:
        made = release_agenda(_event(slug).id, by=SYSTEM, note_en=note, note_zh=note_zh)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Release {made.number} is published.")


def _event(slug: str) -> Event:
    event = find_event(slug)
    if event is None:
        raise click.ClickException(f"There is no event {slug}.")
    return event


def _written(event: Event, form: str, *, draft: bool) -> bytes:
    shown = public_agenda(event, now(), draft=draft)
    if shown.version is None and not draft:
        click.echo("Nothing is released yet. This is the draft.", err=True)
        shown = public_agenda(event, now(), draft=True)
    if form == "ics":
        return agenda_calendar(event, shown)
    if form in ("csv", "xlsx"):
        # The draft's table is whole: with the tray, with what was cancelled and with who is kept undisclosed.
        return agenda_table(event, whole_sessions(event.id) if draft else shown.sessions, form)
    return _WRITERS[form](event, by_days(event, taking_place(shown)))


def _json(event: Event, days: Sequence[AgendaDay]) -> bytes:
    return json.dumps(agenda_json(event, days), ensure_ascii=False, indent=1).encode()


_WRITERS: dict[str, Writer] = {
    "json": _json,
    "xml": agenda_xml,
}
