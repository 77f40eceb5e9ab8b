"""Backup and restore: database, uploads and signing keys in one file.

The signing keys are rows of the database, sealed with SECRET_KEY. Development's own SECRET_KEY (a file in the instance
folder) goes into the backup; one that was set by hand does not, and must be kept by whoever set it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import inspect, literal, select, text

from config import ROOT, Settings
from eventapp.checkin.actions import begin_rosters_anew
from eventapp.clock import now
from eventapp.db import db
from eventapp.operations.archive import ArchiveWriter, new_archive, unpack
from eventapp.operations.errors import BackupRefused
from eventapp.operations.models import WorkerBeat
from eventapp.operations.snapshots import database_moment, put_back, sqlite_file
from eventapp.sealing import SealBroken, seal, unseal

UPLOADS = "uploads"
SECRET = "secret_key"
PURPOSE = "backup"


@dataclass(frozen=True)
class BackupMade:
    """What a backup holds. `held`: writers waited, so it holds all that was acknowledged before it was complete."""

    path: Path
    taken_at: datetime
    held: bool
    uploads: int
    has_secret: bool


@contextmanager
def making_backup(path: Path, version: str) -> Iterator[BackupMade]:
    """Write one consistent archive while the site runs; when it is complete the block runs, and then writers go on.

    Uploads first and the database last: no row is in the backup whose file is not. Raises BackupRefused.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if _revision() != _head():
        raise BackupRefused("The database is not of this version. Run: flask db upgrade")
    uploads = _Uploads(settings.instance_dir / UPLOADS)
    with ExitStack() as hold:
        with _folder_beside(path) as folder, new_archive(path) as archive:
            uploads.add_new(archive)
            has_secret = _add_secret(archive, settings)
            moment = hold.enter_context(database_moment())
            # What was uploaded since: while writers wait, no further row can speak of a file.
            uploads.add_new(archive)
            taken_at = now()
            facts = moment.write_to(archive, folder)
            archive.finish({**facts, **_facts(version, taken_at, moment.held)})
        yield BackupMade(path, taken_at, moment.held, len(uploads.seen), has_secret)


def restore_backup(path: Path, *, force: bool = False) -> dict[str, Any]:
    """Put a backup in place of this installation's data and bring it to this version; returns its manifest.

    Raises BackupRefused: a damaged file, another kind of database, another SECRET_KEY, or data that is there already.
    """
    settings: Settings = current_app.config["SETTINGS"]
    with _folder_beside(settings.instance_dir / "restore") as folder:
        manifest = unpack(path.absolute(), folder)
        _check_fits(manifest)
        secret = _secret_that_opens(manifest, folder, settings)
        if not force:
            _check_nothing_is_lost(settings)
        put_back(folder, manifest)
        _put_back_uploads(folder / UPLOADS, settings.instance_dir / UPLOADS)
        if secret:
            _put_back_secret(folder / SECRET, settings.instance_dir / SECRET)
    upgrade(directory=str(ROOT / "migrations"))
    begin_rosters_anew()
    return manifest


class _Uploads:
    """The uploads folder, added in as many rounds as asked for: each adds what is new or changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.seen: dict[str, tuple[int, int]] = {}

    def add_new(self, archive: ArchiveWriter) -> None:
        for path in sorted(self._folder.rglob("*")):
            name = f"{UPLOADS}/{path.relative_to(self._folder).as_posix()}"
            try:
                if path.is_file() and self.seen.get(name) != (state := _state(path)):
                    archive.add_file(name, path)
                    self.seen[name] = state
            except FileNotFoundError:
                # Deleted between the look and the copy: no row speaks of it any more.
                continue


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _facts(version: str, taken_at: datetime, held: bool) -> dict[str, Any]:
    return {
        "eventapp": version,
        "schema": _revision(),
        "taken_at": taken_at.isoformat(),
        "held": held,
        # Whoever can open this can open the signing keys.
        "seal": seal(b"eventapp", PURPOSE),
    }


def _add_secret(archive: ArchiveWriter, settings: Settings) -> bool:
    path = settings.instance_dir / SECRET
    own = path.exists() and path.read_text(encoding="ascii").strip() == settings.secret_key
    if own and not settings.production:
        archive.add_file(SECRET, path)
        return True
    return False


def _check_fits(manifest: dict[str, Any]) -> None:
    here = db.engine.dialect.name
    if manifest["database"] != here:
        raise BackupRefused(
            f"This backup is of {manifest['database']}, but DATABASE_URL is {here}. Restore it where the kinds are the same."
        )
    known = {script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()}
    if manifest["schema"] not in known:
        raise BackupRefused(
            f"This backup was made by a newer version of Eventapp ({manifest['eventapp']}). Install that one first."
        )


def _secret_that_opens(manifest: dict[str, Any], folder: Path, settings: Settings) -> bool:
    """Whether the backup brings the key that opens it (True) or ours does (False). Raises BackupRefused."""
    if _opens(manifest["seal"], settings.secret_key):
        return False
    brought = folder / SECRET
    replaceable = (settings.instance_dir / SECRET).exists() and not settings.production
    if brought.exists() and replaceable and _opens(manifest["seal"], brought.read_text(encoding="ascii").strip()):
        return True
    hint = " It is in the backup, as the file secret_key." if brought.exists() else ""
    raise BackupRefused(
        "This backup was made with another SECRET_KEY. Set SECRET_KEY to that one: without it no pass can be signed "
        f"and no link in a mail can be written.{hint}"
    )


def _opens(sealed: str, secret_key: str) -> bool:
    ours = current_app.config["SECRET_KEY"]
    try:
        current_app.config["SECRET_KEY"] = secret_key
        return unseal(sealed, PURPOSE) == b"eventapp"
    except SealBroken:
        return False
    finally:
        current_app.config["SECRET_KEY"] = ours


def _check_nothing_is_lost(settings: Settings) -> None:
    full = [table.name for table in db.metadata.sorted_tables if table is not WorkerBeat.__table__ and _has_rows(table)]
    if full:
        raise BackupRefused(
            f"The database here is not empty ({full[0]} has rows), and restoring replaces all of it. "
            "Stop web server and worker, then repeat with --force if that is what you want."
        )
    if any((settings.instance_dir / UPLOADS).rglob("*")):
        raise BackupRefused(
            f"There are uploads in {settings.instance_dir / UPLOADS} already, and restoring replaces them. "
            "Repeat with --force if that is what you want."
        )


def _has_rows(table: Any) -> bool:
    if db.engine.dialect.name == "sqlite" and not sqlite_file().exists():
        return False
    if not inspect(db.engine).has_table(table.name):
        return False
    with db.engine.connect() as connection:
        # No column by name: an older version's table may have fewer.
        return connection.scalar(select(literal(1)).select_from(table).limit(1)) is not None


def _put_back_uploads(source: Path, target: Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    if source.exists():
        shutil.copytree(source, target)


def _put_back_secret(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())
    target.chmod(0o600)


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A folder for intermediate files on the same disk, readable by nobody else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".eventapp-", dir=path.absolute().parent) as folder:
            yield Path(folder)
    except PermissionError as error:
        raise BackupRefused(f"{error.filename or path} cannot be written: {os.strerror(error.errno or 0)}.") from None


def _revision() -> str | None:
    if not inspect(db.engine).has_table("alembic_version"):
        return None
    with db.engine.connect() as connection:
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found


def _head() -> str | None:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()
