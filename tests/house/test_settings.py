"""Settings: what is wrong is told in one clear sentence each, before anything starts."""

from __future__ import annotations

import stat

import pytest

from config import Settings, SettingsError, load_settings
from eventapp.db import engine_options

PRODUCTION = {"app_env": "production", "secret_key": "x" * 32, "base_url": "https://events.example.org"}


@pytest.fixture(autouse=True)
def _instance(monkeypatch, tmp_path):
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path / "instance"))


WRONG = [
    ("APP_ENV", "prod", "APP_ENV is 'prod', but it should be 'development', 'production' or 'testing'."),
    ("PORT", "many", "PORT is 'many', but it should be a valid integer, unable to parse string as an integer."),
    ("PORT", "0", "PORT is '0', but it should be greater than or equal to 1."),
    ("PORT", "65536", "PORT is '65536', but it should be less than or equal to 65535."),
    ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES is '-1', but it should be greater than or equal to 0."),
    ("TRUSTED_PROXIES", "11", "TRUSTED_PROXIES is '11', but it should be less than or equal to 10."),
    ("DATABASE_URL", "mysql://u:secret@h/d", "DATABASE_URL must start with sqlite:/// or postgresql://."),
    ("REDIS_URL", "http://:secret@h", "REDIS_URL must start with redis://, rediss:// or unix://."),
    *(
        (
            "MAIL_URL",
            wrong,
            "MAIL_URL must look like smtp://user:password@host:port or smtps://user:password@host:port.",
        )
        for wrong in (
            "http://u:secret@h",
            "smtp://",
            "smtp://h:port",
            "smtp://h:99999",
            "smtp://[h",
            "mail.example.org",
        )
    ),
    *(
        (
            "BASE_URL",
            wrong,
            f"BASE_URL is '{wrong}', but it must be a whole address such as https://events.example.org.",
        )
        for wrong in ("events.example.org", "ftp://events.example.org", "https://", "https://[x", "https://h:port")
    ),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG, ids=[f"{name}={value}" for name, value, _ in WRONG])
def test_each_wrong_setting_is_told_in_one_sentence(monkeypatch, name, value, sentence):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert str(refusal.value) == sentence
    assert "secret" not in str(refusal.value)


def test_all_wrong_settings_are_told_at_once(monkeypatch):
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setenv("REDIS_URL", "somewhere")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert len(str(refusal.value).splitlines()) == 2


def test_production_asks_for_a_key_and_an_address():
    with pytest.raises(SettingsError) as refusal:
        load_settings(app_env="production")
    assert str(refusal.value).splitlines() == [
        "SECRET_KEY must be set to at least 32 random characters in production.",
        "BASE_URL must be set to the site's public address in production.",
    ]


@pytest.mark.parametrize("missing", ["secret_key", "base_url"])
def test_production_does_not_start_with_one_of_the_two(missing):
    with pytest.raises(SettingsError) as refusal:
        load_settings(**{**PRODUCTION, missing: ""})
    assert str(refusal.value).startswith(missing.upper())
    assert len(str(refusal.value).splitlines()) == 1


def test_production_starts_with_both(tmp_path):
    settings = load_settings(**PRODUCTION)
    assert (settings.production, settings.development) == (True, False)
    assert settings.public_address() == "https://events.example.org"
    assert not (settings.instance_dir / "secret_key").exists()


def test_a_short_key_is_refused_in_production():
    with pytest.raises(SettingsError):
        load_settings(**{**PRODUCTION, "secret_key": "x" * 31})


def test_development_makes_a_key_of_its_own_and_keeps_it():
    first, second = load_settings(), load_settings()
    path = first.instance_dir / "secret_key"
    assert first.secret_key == second.secret_key == path.read_text()
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_empty_variable_counts_as_unset(monkeypatch):
    for name in ("APP_ENV", "PORT", "DATABASE_URL", "MAIL_URL", "TRUSTED_PROXIES"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert (settings.app_env, settings.port, settings.mail_url, settings.trusted_proxies) == (
        "development",
        8000,
        "",
        0,
    )


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////tmp/x.sqlite3", "sqlite:////tmp/x.sqlite3"),
    ],
)
def test_the_database_is_addressed_by_the_driver_we_bring(url, used):
    assert Settings(database_url=url).database() == used


def test_without_a_database_there_is_one_in_the_instance_folder(tmp_path):
    assert Settings(instance_dir=tmp_path).database() == f"sqlite:///{tmp_path / 'eventapp.sqlite3'}"


def test_the_address_ends_without_a_slash_and_defaults_to_host_and_port():
    assert load_settings(base_url="https://events.example.org/").public_address() == "https://events.example.org"
    assert load_settings(host="0.0.0.0", port=9000).public_address() == "http://0.0.0.0:9000"


@pytest.mark.parametrize("url", ["sqlite:///x", "postgresql+psycopg://h/d"])
def test_errors_of_the_database_never_repeat_what_guests_typed(url):
    assert engine_options(url)["hide_parameters"] is True
