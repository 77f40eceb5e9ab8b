"""Rules in the database: one undecided notice, one waiting release, and kinds and roles that the pages have words for

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNDECIDED = sa.text("state IN ('open', 'scheduled')")
SCHEDULED = sa.text("state = 'scheduled'")
# Table, column, the codes, and what becomes of a row that holds none of them; no page could show it.
CODES = (
    ("agenda_sessions", "kind", ("keynote", "forum", "ceremony", "break", "meal", "tour"), "forum"),
    (
        "agenda_items",
        "kind",
        (
            "speech", "panel", "unveiling", "appointment", "signing", "award", "announcement", "photo", "performance",
            "break",
        ),
        "speech",
    ),
    (
        "parts",
        "role",
        (
            "speaker", "moderator", "host", "unveiler", "presenter", "recipient", "signatory", "witness", "usher",
            "panellist",
        ),
        "speaker",
    ),
)  # fmt: skip


def upgrade() -> None:
    settle_what_is_there_twice()
    op.create_index(
        "uq_release_notices_undecided",
        "release_notices",
        ["event_id"],
        unique=True,
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )
    op.create_index(
        "uq_agenda_releases_scheduled",
        "agenda_releases",
        ["event_id"],
        unique=True,
        sqlite_where=SCHEDULED,
        postgresql_where=SCHEDULED,
    )
    for table, column, codes, otherwise in CODES:
        known = f"{column} IN ({', '.join(repr(code) for code in codes)})"
        op.execute(f"UPDATE {table} SET {column} = '{otherwise}' WHERE NOT ({known})")
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{column}"), known)


def settle_what_is_there_twice() -> None:
    """The newest of each event stays as it is."""
    op.execute(
        "UPDATE release_notices SET state = 'superseded', send_at = NULL, settled_at = CURRENT_TIMESTAMP"
        " WHERE state IN ('open', 'scheduled') AND EXISTS (SELECT 1 FROM release_notices AS newer"
        " WHERE newer.event_id = release_notices.event_id AND newer.state IN ('open', 'scheduled')"
        " AND newer.release_id > release_notices.release_id)"
    )
    op.execute(
        "UPDATE agenda_releases SET state = 'withdrawn' WHERE state = 'scheduled' AND EXISTS (SELECT 1"
        " FROM agenda_releases AS newer WHERE newer.event_id = agenda_releases.event_id"
        " AND newer.state = 'scheduled' AND newer.number > agenda_releases.number)"
    )


def downgrade() -> None:
    for table, column, _codes, _otherwise in reversed(CODES):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_{column}"), type_="check")
    op.drop_index("uq_agenda_releases_scheduled", "agenda_releases")
    op.drop_index("uq_release_notices_undecided", "release_notices")
