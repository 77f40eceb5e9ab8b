"""`flask backup`, `flask restore`, `flask doctor`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from eventapp.operations.backup import BackupMade, making_backup, restore_backup
from eventapp.operations.doctor import examine
from eventapp.operations.errors import BackupRefused


def register_commands(app: Flask) -> None:
    for command in (backup, restore, doctor):
        app.cli.add_command(command)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy database, uploads and signing keys into FILE (tar.gz) while the site runs."""
    from eventapp import __version__

    try:
        with making_backup(file, __version__) as made:
            _tell(made)
    except BackupRefused as refusal:
        raise click.ClickException(str(refusal)) from None


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the data that is here.")
def restore(file: Path, force: bool) -> None:
    """Put the backup FILE in place of this installation's data. Stop web server and worker first."""
    try:
        manifest = restore_backup(file, force=force)
    except BackupRefused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"Restored: everything as of {manifest['taken_at']}. Start web server and worker again.")


@click.command()
def doctor() -> None:
    """Look at settings, database, mail, clock, HTTPS, worker and disk; say what is wrong and what to do."""
    findings = examine()
    for finding in findings:
        click.echo(finding.line())
    wrong = sum(finding.state == "wrong" for finding in findings)
    if wrong:
        click.echo(f"\n{wrong} of {len(findings)} need attention.")
        raise SystemExit(1)
    click.echo("\nAll is well.")


def _tell(made: BackupMade) -> None:
    click.echo(f"{made.path}: {made.path.stat().st_size // 1024} KiB, {made.uploads} uploads.")
    if made.held:
        click.echo("It holds everything that was acknowledged before it was complete.")
    else:
        click.echo(f"It holds everything that was acknowledged before {made.taken_at.isoformat(timespec='seconds')}.")
    if not made.has_secret:
        click.echo("SECRET_KEY is not in it: keep that apart, the signing keys cannot be opened without it.")
