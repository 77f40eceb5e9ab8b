"""Settings: read from the environment once, checked at start, one clear sentence for each that is wrong."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent
SECRET_SETTINGS = frozenset({"database_url", "redis_url", "mail_url", "secret_key"})


class SettingsError(Exception):
    """The application cannot start; the message says which setting is wrong and what it should be."""


class Settings(BaseSettings):
    """What the environment decides. Names are those of the variables, in lower case."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    app_env: Literal["development", "production", "testing"] = "development"
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    mail_url: str = ""
    mail_from: str = "Eventapp <noreply@localhost>"
    site_name: str = "Eventapp"
    icp_record: str = ""
    police_record: str = ""
    # Processes and threads of the web server; how many guests are served at the same moment.
    web_workers: int = Field(default=2, ge=1, le=64)
    threads: int = Field(default=8, ge=1, le=256)
    # How long a page that is told of changes at once stays connected before it connects anew.
    stream_seconds: int = Field(default=240, ge=1, le=3600)
    metrics_token: str = ""
    instance_dir: Path = ROOT / "instance"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and url.partition("://")[0] not in {"sqlite", "postgresql", "postgres", "postgresql+psycopg"}:
            raise ValueError("must start with sqlite:/// or postgresql://")
        return url

    @field_validator("mail_url")
    @classmethod
    def _known_mail_server(cls, url: str) -> str:
        if url and not _names_host(url, {"smtp", "smtps"}):
            raise ValueError("must look like smtp://user:password@host:port or smtps://user:password@host:port")
        return url

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, url: str) -> str:
        if url and url.partition("://")[0] not in {"redis", "rediss", "unix"}:
            raise ValueError("must start with redis://, rediss:// or unix://")
        return url

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, url: str) -> str:
        if url and not _names_host(url, {"http", "https"}):
            raise ValueError("must be a whole address such as https://events.example.org")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _production_is_explicit(self) -> Settings:
        if self.app_env == "production":
            wrong = []
            if len(self.secret_key) < 32:
                wrong.append("SECRET_KEY must be set to at least 32 random characters in production")
            if not self.base_url:
                wrong.append("BASE_URL must be set to the site's public address in production")
            if wrong:
                raise ValueError(".\n".join(wrong))
        return self

    @property
    def production(self) -> bool:
        return self.app_env == "production"

    @property
    def development(self) -> bool:
        return self.app_env == "development"

    def database(self) -> str:
        """The SQLAlchemy address of the database: what is set, or SQLite in the instance folder."""
        if not self.database_url:
            return f"sqlite:///{self.instance_dir / 'eventapp.sqlite3'}"
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme.startswith("postgres") else self.database_url

    def public_address(self) -> str:
        """Where guests reach the site, without a slash at the end."""
        return self.base_url or f"http://{self.host}:{self.port}"


def load_settings(**overrides: object) -> Settings:
    """Read and check the settings; `overrides` win over the environment.

    Raises SettingsError with one sentence for each wrong setting.
    """
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(problem) for problem in error.errors())) from None
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    if not settings.secret_key:
        settings.secret_key = _kept_secret(settings.instance_dir / "secret_key")
    return settings


def _sentence(problem: object) -> str:
    location, message, value = problem["loc"], problem["msg"], problem.get("input")  # type: ignore[index,attr-defined]
    text = message.removeprefix("Value error, ").removeprefix("Input ")
    if not location:
        return f"{text}."
    name = str(location[0])
    # What may hold a password is not repeated on a screen or in a log.
    said = "" if name in SECRET_SETTINGS else f" is {value!r}, but it"
    return f"{name.upper()}{said} {text}."


def _names_host(url: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _kept_secret(path: Path) -> str:
    """Development makes a key of its own and keeps it, so that sessions survive a restart."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()
