"""Pages for whoever runs the machine: is it alive, can it work, how much does it do."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from eventapp.access import allow
from eventapp.db import db
from eventapp.operations.errors import MetricsClosed
from eventapp.operations.figures import measured_now
from eventapp.operations.metrics import TEXT_FORMAT
from eventapp.web import no_store

blueprint = Blueprint("operations", __name__)

THIS_MACHINE = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
# A proxy on this machine also comes from 127.0.0.1; these headers tell that it speaks for somebody else.
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


@blueprint.get("/healthz")
@allow("public")
def healthz() -> Response:
    """The process answers."""
    return no_store(jsonify(status="ok"))


@blueprint.get("/readyz")
@allow("public")
def readyz() -> tuple[Response, int]:
    """The database answers, and its tables are those of this version."""
    try:
        at = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return no_store(jsonify(status="unavailable", database="unreachable or not migrated")), 503
    return no_store(jsonify(status="ok", database=at)), 200


@blueprint.get("/metrics")
@allow("bearer")
def metrics() -> Response:
    """Figures in Prometheus's text format, for the machine itself or for who has METRICS_TOKEN."""
    if not (_from_this_machine() or _has_token()):
        raise MetricsClosed
    response = make_response(measured_now())
    response.headers["Content-Type"] = TEXT_FORMAT
    return no_store(response)


def _from_this_machine() -> bool:
    return request.remote_addr in THIS_MACHINE and not any(name in request.headers for name in FORWARDED)


def _has_token() -> bool:
    token = current_app.config["SETTINGS"].metrics_token
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return bool(token) and kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
