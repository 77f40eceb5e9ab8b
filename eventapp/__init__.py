"""Eventapp: registration, agenda, passes and the door of summits and ceremonies, in English and Chinese."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from config import ROOT, Settings, load_settings
from eventapp import wiring
from eventapp.access import init_access
from eventapp.addresses import init_addresses
from eventapp.compression import init_compression
from eventapp.db import db, engine_options, init_db
from eventapp.desk import init_desk
from eventapp.i18n import init_i18n
from eventapp.jobs import Jobs
from eventapp.kept_pages import init_kept_pages
from eventapp.logs import init_logs
from eventapp.operations.metrics import init_metrics
from eventapp.pieces import init_pieces
from eventapp.ready_answers import init_ready_answers
from eventapp.streams import init_streams
from eventapp.tables import stackable
from eventapp.web import init_web

__version__ = "0.1.0"

migrate = Migrate()


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from checked settings (the environment's, if none are given).

    Raises SettingsError.
    """
    settings = settings or load_settings()
    app = Flask(
        "eventapp",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        root_path=str(Path(__file__).parent),
    )
    init_addresses(app)
    _configure(app, settings)
    init_logs()
    init_db(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    init_metrics(app)
    init_i18n(app)
    init_pieces(app)
    init_ready_answers(app)
    init_web(app, settings.trusted_proxies)
    init_compression(app)
    init_kept_pages(app)
    init_streams(app, threads=settings.threads, seconds=settings.stream_seconds)
    init_access(app)
    app.extensions["jobs"] = Jobs(app, settings)
    init_desk(app)
    app.jinja_env.filters["stackable"] = stackable
    wiring.register_rooms(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    url = settings.database()
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
        BASE_URL=settings.public_address(),
        MAIL_URL=settings.mail_url,
        MAIL_FROM=settings.mail_from,
        SITE_NAME=settings.site_name,
        ICP_RECORD=settings.icp_record,
        POLICE_RECORD=settings.police_record,
        TESTING=settings.app_env == "testing",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_address().startswith("https://"),
        PERMANENT_SESSION_LIFETIME=14 * 24 * 3600,
        # A guest may take all evening over a long form.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
