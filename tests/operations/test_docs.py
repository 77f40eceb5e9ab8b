"""What the operators' page tells to type works."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from config import ROOT, Settings
from tests.ground.databases import SECRET_KEY
from tests.ground.servers import clean_environment

DOCS = ROOT / "docs"
OPERATE = (DOCS / "operate.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def blocks(kind: str) -> list[str]:
    """The code blocks of one kind, in order: `sh run` are those that run here as they stand."""
    return [found["body"] for found in BLOCK.finditer(OPERATE) if found["kind"] == kind]


def _type(commands: str, environment: dict[str, str]) -> str:
    path = f"{Path(sys.executable).parent}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=ROOT,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.both_databases
def test_what_the_page_shows_runs_from_the_first_owner_to_a_restore(app, mailbox, serve, database, tmp_path):
    server = serve(workers=1, worker=True)
    (tmp_path / "backups").mkdir()
    environment = clean_environment(
        APP_ENV="testing",
        SECRET_KEY=SECRET_KEY,
        BASE_URL=server.url,
        DATABASE_URL=database.url,
        INSTANCE_DIR=str(tmp_path),
        MAIL_URL=mailbox.url,
        BACKUPS=str(tmp_path / "backups"),
    )
    commands = blocks("sh run")
    assert len(commands) == 5
    secret, first_owner, doctor, backup, restore = commands
    assert len(_type(secret, environment).strip()) == 64
    assert "/sign-in/" in _type(first_owner, environment)
    assert "All is well." in _type(doctor, environment)
    assert "acknowledged before it was complete" in _type(backup, environment)
    # As the page says: stop both first.
    server.stop()
    assert "Restored: everything as of" in _type(restore, environment)


def test_the_settings_the_page_shows_are_settings_and_hold_in_production():
    lines = [line for line in blocks("ini")[0].splitlines() if line]
    shown = dict(line.split("=", 1) for line in lines)
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", OPERATE))
    known = {name.upper() for name in Settings.model_fields}
    assert {*shown, *named} - known == set()
    shown["SECRET_KEY"] = SECRET_KEY
    settings = Settings(**{name.lower(): value for name, value in shown.items()})
    assert (settings.production, settings.public_address()) == (True, "https://events.example.org")


def test_the_services_start_what_is_there(tmp_path):
    units = []
    for text in blocks("ini")[1:]:
        unit = ConfigParser(interpolation=None)
        unit.optionxform = str
        unit.read_string(text)
        units.append(unit)
    web, worker = (shlex.split(unit["Service"]["ExecStart"]) for unit in units)
    programs = Path(sys.executable).parent
    environment = clean_environment(
        APP_ENV="production",
        SECRET_KEY=SECRET_KEY,
        BASE_URL="https://events.example.org",
        INSTANCE_DIR=str(tmp_path),
    )
    for command, further in ((web, "--check-config"), (worker, "--help")):
        started = [str(programs / Path(command[0]).name), *command[1:], further]
        done = subprocess.run(started, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
    for unit in units:
        assert unit["Service"]["EnvironmentFile"] == "/etc/eventapp.env"
        assert unit["Service"]["Restart"] == "always"


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_of_the_pages_lead_somewhere(page):
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_door_and_attendee_pages_say_the_same_in_both_languages():
    for name in ("door", "attendees"):
        english, chinese = ((DOCS / f"{name}{end}.md").read_text(encoding="utf-8") for end in ("", ".zh"))
        # A bold question or step in the one is one in the other; a row of the table, too.
        for mark in (r"^\*\*", r"^\| ", r"^\d\. "):
            assert len(re.findall(mark, english, re.MULTILINE)) == len(re.findall(mark, chinese, re.MULTILINE)), (
                name,
                mark,
            )
