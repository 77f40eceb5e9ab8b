"""The migrations make exactly what the models describe."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from eventapp.db import db
from tests.architecture.source import ROOT


@pytest.mark.both_databases
def test_a_migrated_database_is_what_the_models_say(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_the_migrations_are_one_line():
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1
