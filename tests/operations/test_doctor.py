"""`flask doctor` finds what is wrong and says what to do."""

from __future__ import annotations

import pytest
from click.testing import Result

from eventapp import create_app
from eventapp.db import db
from eventapp.operations import doctor
from eventapp.operations.actions import beat
from eventapp.operations.doctor import Finding, examine
from tests.ground.databases import settings_for


def found(what: str) -> list[Finding]:
    return [finding for finding in examine() if finding.what == what]


def states() -> dict[str, str]:
    order = ("well", "note", "wrong")
    worst: dict[str, str] = {}
    for finding in examine():
        worst[finding.what] = max(worst.get(finding.what, "well"), finding.state, key=order.index)
    return worst


def run(app) -> Result:
    return app.test_cli_runner().invoke(args=["doctor"])


@pytest.mark.both_databases
def test_a_site_that_works_is_told_so(app, mailbox, event):
    beat("worker")
    assert states() == {
        "settings": "note",
        "database": "well",
        "mail": "well",
        "clock": "well",
        "https": "note",
        "worker": "well",
        "disk": "well",
        "uploads": "well",
        "keys": "well",
    }
    said = run(app)
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "All is well.")


def test_whatever_is_wrong_comes_with_advice_and_status_1(app):
    said = run(app)
    assert said.exit_code == 1
    assert "WRONG  worker    none was ever seen\n                 → Start it: flask worker" in said.output
    assert said.output.splitlines()[-1] == "1 of 10 need attention."


def test_a_database_that_cannot_be_opened_stops_no_other_look(tmp_path):
    app = create_app(settings_for("postgresql://nobody@127.0.0.1:1/none", tmp_path))
    with app.app_context():
        database = found("database")
        assert [(finding.state, "nobody@127.0.0.1:1" in finding.words) for finding in database] == [("wrong", True)]
        assert states()["disk"] == "well"
        assert run(app).exit_code == 1


def test_an_empty_database_is_sent_to_be_migrated(tmp_path):
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path))
    with app.app_context():
        assert [(finding.state, finding.advice) for finding in found("database")] == [
            ("wrong", "Run: flask db upgrade")
        ]
        db.engine.dispose()


def test_a_password_in_an_address_is_never_shown(tmp_path):
    app = create_app(
        settings_for(
            "postgresql://nobody:secret-word@127.0.0.1:1/none",
            tmp_path,
            mail_url="smtp://someone:other-word@127.0.0.1:1",
        )
    )
    with app.app_context():
        said = run(app).output
    assert "secret-word" not in said
    assert "other-word" not in said


def test_a_mail_server_that_is_not_there_is_wrong(app):
    app.config["SETTINGS"].mail_url = "smtp://127.0.0.1:1"
    [finding] = found("mail")
    assert (finding.state, finding.words.startswith("127.0.0.1:1 does not take us:")) == ("wrong", True)


@pytest.mark.settings(app_env="production", base_url="http://events.example.org")
def test_production_needs_mail_and_https(app):
    assert {what: state for what, state in states().items() if state == "wrong"} == {
        "mail": "wrong",
        "https": "wrong",
        "worker": "wrong",
    }


@pytest.mark.settings(app_env="production", base_url="https://events.example.org", trusted_proxies=1)
def test_https_behind_a_trusted_proxy_is_well(app):
    assert [finding.state for finding in found("https")] == ["well"]


@pytest.mark.both_databases
def test_a_clock_that_was_set_back_is_noticed(app, event, monkeypatch):
    from datetime import timedelta

    from eventapp.clock import now

    past = now() - timedelta(hours=2)
    monkeypatch.setattr(doctor, "now", lambda: past)
    [finding] = found("clock")
    assert finding.state == "wrong"


def test_keys_that_another_secret_sealed_are_noticed(app, event):
    app.config["SECRET_KEY"] = "another key for tests, as long as it needs to be"
    [finding] = found("keys")
    assert (finding.state, finding.words) == ("wrong", "1 of 1 signing keys cannot be opened")


def test_a_full_disk_is_noticed(app, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 2**60)
    assert [finding.state for finding in found("disk")] == ["wrong"]


def test_uploads_that_cannot_be_written_are_noticed(app, tmp_path):
    (tmp_path / "uploads").write_text("a file where a folder should be")
    assert [finding.state for finding in found("uploads")] == ["wrong"]
