"""Pages for whoever runs the machine: is it alive, can it work."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from eventapp.access import allow
from eventapp.db import db
from eventapp.web import no_store

blueprint = Blueprint("operations", __name__)


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
