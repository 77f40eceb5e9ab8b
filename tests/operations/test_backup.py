"""A backup holds all that was acknowledged, and restored elsewhere everything is as it was."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select, text

from config import ROOT
from eventapp import create_app
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import User
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device, record_scans
from eventapp.checkin.queries import door_by_token
from eventapp.clock import now
from eventapp.db import db
from eventapp.operations import snapshots
from eventapp.operations.backup import making_backup, restore_backup
from eventapp.operations.errors import BackupRefused
from eventapp.passes.queries import code_digits
from eventapp.registration.actions import add_category, register_attendee
from eventapp.registration.actions.register import Attendee
from eventapp.registration.models import Registration
from eventapp.sealing import token_hash
from tests.ground.databases import SECRET_KEY, Database, PostgresServer, migrate_database, settings_for
from tests.ground.servers import LiveServer, clean_environment

OTHER_KEY = "another key for tests, as long as it needs to be"


@dataclass(frozen=True)
class Elsewhere:
    """Another machine: an instance folder of its own and a database without tables."""

    url: str
    folder: Path

    def app(self, **settings: object) -> Flask:
        return create_app(settings_for(self.url, self.folder, **settings))

    def environment(self) -> dict[str, str]:
        return clean_environment(
            APP_ENV="testing", SECRET_KEY=SECRET_KEY, DATABASE_URL=self.url, INSTANCE_DIR=str(self.folder)
        )


@pytest.fixture
def elsewhere(database: Database, tmp_path: Path, postgres_server: PostgresServer):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if database.kind == "sqlite":
        yield Elsewhere(f"sqlite:///{folder / 'eventapp.sqlite3'}", folder)
        return
    made = postgres_server.new_database()
    with db.engine.connect() as here:
        name = made.url.partition("@/")[2].partition("?")[0]
        here.execution_options(isolation_level="AUTOCOMMIT").execute(text(f"DROP DATABASE {name}"))
        here.execute(text(f"CREATE DATABASE {name}"))
    yield Elsewhere(made.url, folder)
    postgres_server.drop(made)


@pytest.fixture
def guest(event) -> Registration:
    category = add_category(event.id, by=SYSTEM, code="industry", name_en="Industry", capacity=None)
    return _register(event.id, category.id, 0)


def _register(event_id: int, category_id: int, number: int) -> Registration:
    attendee = Attendee(name={"family_zh": "席", "given_zh": "酉民"}, phone=f"+86138{number:08}")
    return register_attendee(event_id, category_id, attendee, by=SYSTEM, form_key=f"form-{number:020}", notice_id=None)


def _back_up(path: Path) -> Path:
    with making_backup(path, "1.2.3"):
        return path


@pytest.mark.both_databases
def test_an_old_pass_verifies_and_uploads_are_there_after_a_restore_elsewhere(app, event, guest, elsewhere, tmp_path):
    (tmp_path / "uploads" / "portraits").mkdir(parents=True)
    (tmp_path / "uploads" / "portraits" / "席酉民.jpg").write_bytes(b"a portrait" * 1000)
    old_pass = code_digits(event.id, guest.public_id, guest.pass_serial)
    public_id, event_id = guest.public_id, event.id
    archive = _back_up(tmp_path / "backup.tar.gz")
    there = elsewhere.app()
    with there.app_context():
        manifest = restore_backup(archive)
        add_checkpoint(event_id, by=SYSTEM, code="gate", name_en="Gate")
        _device, link = create_device(event_id, "Phone", by=SYSTEM)
        _device, token = pair_device(link, by=SYSTEM)
        door = door_by_token(token)
        scan = {"id": "0b7d6b4e-9d2e-4a35-8f0e-7f1f3f6f0001", "code": old_pass, "checkpoint": "gate"}
        answer = json.loads(record_scans(door, [scan])[0])
        assert (answer["verdict"], answer["person"]["name"]["zh"]) == ("admitted", "席酉民")
        # The same key signs on: the pass printed anew is the old one.
        assert code_digits(event_id, public_id, 1) == old_pass
        db.session.remove()
        db.engine.dispose()
    assert (elsewhere.folder / "uploads" / "portraits" / "席酉民.jpg").read_bytes() == b"a portrait" * 1000
    assert (manifest["eventapp"], manifest["held"], manifest["format"]) == ("1.2.3", True, 1)


@pytest.mark.both_databases
def test_numbers_go_on_where_they_were_after_a_restore(app, event, guest, elsewhere, tmp_path):
    event_id, category_id, last = event.id, guest.category_id, guest.id
    archive = _back_up(tmp_path / "backup.tar.gz")
    there = elsewhere.app()
    with there.app_context():
        restore_backup(archive)
        further = [_register(event_id, category_id, number).id for number in (1, 2)]
        assert min(further) > last
        db.session.remove()
        db.engine.dispose()


@pytest.mark.both_databases
def test_data_that_is_there_is_replaced_only_by_force(app, event, guest, elsewhere, tmp_path):
    archive = _back_up(tmp_path / "backup.tar.gz")
    migrate_database(elsewhere.url, elsewhere.folder)
    there = elsewhere.app()
    with there.app_context():
        # Tables without rows are nothing to lose.
        restore_backup(archive)
        with pytest.raises(BackupRefused, match=r"is not empty .* --force"):
            restore_backup(archive)
        stranger = User(email="stranger@example.org", created_at=now())
        db.session.add(stranger)
        db.session.commit()
        restore_backup(archive, force=True)
        assert db.session.scalar(select(func.count()).where(User.email == "stranger@example.org")) == 0
        assert db.session.scalar(select(func.count()).select_from(Registration)) == 1
        db.session.remove()
        db.engine.dispose()


def test_uploads_that_are_there_are_replaced_only_by_force(app, event, elsewhere, tmp_path):
    archive = _back_up(tmp_path / "backup.tar.gz")
    (elsewhere.folder / "uploads").mkdir()
    (elsewhere.folder / "uploads" / "mine.jpg").write_bytes(b"mine")
    with elsewhere.app().app_context():
        with pytest.raises(BackupRefused, match="uploads"):
            restore_backup(archive)
        assert (elsewhere.folder / "uploads" / "mine.jpg").read_bytes() == b"mine"
        restore_backup(archive, force=True)
    assert not (elsewhere.folder / "uploads").exists()


def test_a_damaged_backup_changes_nothing(app, event, guest, elsewhere, tmp_path):
    archive = _back_up(tmp_path / "backup.tar.gz")
    content = archive.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(content[: len(content) // 2])
    forged = _with_other_member(
        archive, tmp_path / "forged.tar.gz", "database.sqlite3", b"SQLite format 3\0 but not ours"
    )
    with elsewhere.app().app_context():
        for path, words in ((cut, "cut off"), (forged, "database.sqlite3 is not what was written")):
            with pytest.raises(BackupRefused, match=words):
                restore_backup(path)
        with pytest.raises(BackupRefused, match="is not there"):
            restore_backup(tmp_path / "nowhere.tar.gz")
    assert [path.name for path in elsewhere.folder.iterdir() if path.name != "queue.sqlite3"] == []


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "uploads/../../escaped"])
def test_a_backup_writes_nowhere_but_in_its_folder(app, event, elsewhere, tmp_path, name):
    archive = _back_up(tmp_path / "backup.tar.gz")
    evil = _with_other_member(archive, tmp_path / "evil.tar.gz", name, b"escaped")
    with elsewhere.app().app_context(), pytest.raises(BackupRefused, match="no backup of Eventapp"):
        restore_backup(evil)
    assert list(tmp_path.rglob("escaped")) == []


def test_a_backup_of_another_kind_of_database_is_refused_in_words(app, event, elsewhere, tmp_path):
    archive = _back_up(tmp_path / "backup.tar.gz")
    manifest = json.loads(_member(archive, "manifest.json")) | {"database": "postgresql"}
    other = _with_other_member(archive, tmp_path / "other.tar.gz", "manifest.json", json.dumps(manifest).encode())
    with (
        elsewhere.app().app_context(),
        pytest.raises(BackupRefused, match="is of postgresql, but DATABASE_URL is sqlite"),
    ):
        restore_backup(other)


def test_a_key_set_by_hand_is_not_in_the_backup_and_is_asked_for(app, event, guest, elsewhere, tmp_path):
    archive = _back_up(tmp_path / "backup.tar.gz")
    assert _names(archive) == ["database.sqlite3", "manifest.json"]
    with elsewhere.app(secret_key=OTHER_KEY).app_context(), pytest.raises(BackupRefused, match="another SECRET_KEY"):
        restore_backup(archive, force=True)


def test_the_key_that_development_made_travels_along(app, event, elsewhere, tmp_path):
    (tmp_path / "secret_key").write_text(SECRET_KEY)
    archive = _back_up(tmp_path / "backup.tar.gz")
    assert _names(archive) == ["database.sqlite3", "manifest.json", "secret_key"]
    (elsewhere.folder / "secret_key").write_text(OTHER_KEY)
    with elsewhere.app(secret_key=OTHER_KEY).app_context():
        restore_backup(archive)
    assert (elsewhere.folder / "secret_key").read_text() == SECRET_KEY


def test_a_backup_is_read_by_nobody_else_and_never_replaces_another(app, event, tmp_path):
    archive = _back_up(tmp_path / "backup.tar.gz")
    assert archive.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupRefused, match="is there already"):
        _back_up(archive)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".eventapp")] == []


@pytest.mark.both_databases
def test_a_very_large_database_makes_nobody_wait(app, event, guest, elsewhere, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshots, "HOLD_UP_TO_BYTES", 0)
    with making_backup(tmp_path / "backup.tar.gz", "1") as made:
        # A writer goes on while the backup is still at work.
        _register(event.id, guest.category_id, 1)
    assert made.held is False
    with elsewhere.app().app_context():
        restore_backup(made.path)
        assert db.session.scalar(select(func.count()).select_from(Registration)) == 1
        db.session.remove()
        db.engine.dispose()


@dataclass
class Writer(threading.Thread):
    """A guest after the other, each through form and answer; remembers when each was acknowledged."""

    number: int
    url: str
    slug: str
    over: threading.Event
    acknowledged: list[tuple[float, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return self.number

    def run(self) -> None:
        for turn in range(10_000):
            if self.over.is_set():
                return
            try:
                status, location = self._register(turn)
            except OSError as error:
                self.failed.append(repr(error))
                continue
            if status == 303:
                self.acknowledged.append((time.time(), location.rpartition("/")[2]))
            else:
                self.failed.append(f"{status}")

    def _register(self, turn: int) -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        path = f"/e/{self.slug}/register"
        connection.request("GET", path, headers={"Accept-Language": "en"})
        answer = connection.getresponse()
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        form = html.document_fromstring(answer.read()).xpath("//form[.//input[@name='form_key']]")[0]
        fields = dict(form.form_values()) | {
            "given_en": "Guest",
            "family_en": f"Number {turn}",
            "email": f"guest{self.number}.{turn}@example.org",
        }
        fields["category"] = form.xpath(".//input[@name='category']/@value")[0]
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Referer": self.url + path}
        connection.request("POST", path, urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.getheader("Location") or ""


@pytest.mark.both_databases
@pytest.mark.storm
def test_nothing_acknowledged_before_the_end_is_missing_while_16_write(
    app, event, serve, elsewhere, tmp_path, database
):
    add_category(event.id, by=SYSTEM, code="industry", name_en="Industry", capacity=None)
    server: LiveServer = serve(workers=2, threads=8)
    over = threading.Event()
    writers = [Writer(number, server.url, event.slug, over) for number in range(16)]
    for writer in writers:
        writer.start()
    _wait_until(lambda: sum(len(writer.acknowledged) for writer in writers) > 30)
    archive = tmp_path / "backup.tar.gz"
    here = Elsewhere(database.url, tmp_path).environment()
    said = subprocess.run(
        [sys.executable, "-m", "flask", "backup", str(archive)], cwd=ROOT, env=here, capture_output=True, text=True
    )
    assert (said.returncode, said.stderr) == (0, "")
    # The moment at which the backup stood there under its name.
    ended = os.stat(archive).st_ctime
    after = sum(len(writer.acknowledged) for writer in writers)
    _wait_until(lambda: sum(len(writer.acknowledged) for writer in writers) > after + 16)
    over.set()
    for writer in writers:
        writer.join(30)
    assert [writer.failed for writer in writers if writer.failed] == []
    acknowledged = [ack for writer in writers for ack in writer.acknowledged]
    before = {token_hash(token) for at, token in acknowledged if at < ended}
    later = {token_hash(token) for at, token in acknowledged if at >= ended}
    assert len(before) > 30
    assert later
    assert "everything that was acknowledged before it was complete" in said.stdout
    said = subprocess.run(
        [sys.executable, "-m", "flask", "restore", str(archive)],
        cwd=ROOT,
        env=elsewhere.environment(),
        capture_output=True,
        text=True,
    )
    assert (said.returncode, re.sub(r"of \S+\.", "of then.", said.stdout)) == (
        0,
        "Restored: everything as of then. Start web server and worker again.\n",
    ), said.stderr
    with elsewhere.app().app_context():
        restored = set(db.session.scalars(select(Registration.link_hash)))
        assert before - restored == set()
        # What is there is whole: every place that is taken belongs to somebody.
        taken = db.session.execute(text("SELECT sum(taken) FROM places")).scalar()
        assert taken == len(restored)
        db.session.remove()
        db.engine.dispose()


def _wait_until(holds, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it did not come about within {seconds} s"
        time.sleep(0.02)


def _names(archive: Path) -> list[str]:
    with tarfile.open(archive) as file:
        return sorted(file.getnames())


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as file:
        return file.extractfile(name).read()


def _with_other_member(archive: Path, target: Path, name: str, content: bytes) -> Path:
    """A copy of an archive in which one member is another, or is there in addition."""
    import io

    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as copy:
        for member in source:
            if member.name != name:
                copy.addfile(member, source.extractfile(member))
        info = tarfile.TarInfo(name)
        info.size = len(content)
        copy.addfile(info, io.BytesIO(content))
    return target
