"""The door without a network

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# What the roster shows of a registration.
SHOWN = (
    "category_id", "state", "party_id", "party_role", "phone_tail", "organisation", "organisation_key", "position",
    "pass_serial", "short_code", "seat_label", "door_note", "purged_at", "family_en", "given_en", "family_zh",
    "given_zh", "printed_en", "printed_zh", "family_first", "key_full", "key_initials", "key_readings", "key_plain",
    "key_sort",
)  # fmt: skip
# What else it shows of one: the table, the columns whose change is marked, and after what.
BESIDE = (
    ("bookings", ("state",), "INSERT UPDATE DELETE"),
    ("zone_grants", (), "INSERT DELETE"),
    ("admissions", ("device_id", "period", "admitted_at", "left_at", "voided_at"), "INSERT UPDATE"),
)


def upgrade() -> None:
    _add_columns()
    _add_tables()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgres_triggers()


def _add_columns() -> None:
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("may_register", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("valid_from", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("valid_until", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("battery", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("charging", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("app_version", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("queue_length", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("clock_offset_ms", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("last_seen_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("roster_at", MOMENT, nullable=True))
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rehearsal", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("sent_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("offset_ms", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("corrected_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("local_verdict", sa.String(length=20), nullable=False, server_default=""))
    with op.batch_alter_table("admissions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scan_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("void_reason", sa.String(length=300), nullable=False, server_default=""))


def _add_tables() -> None:
    op.create_table(
        "door_settings",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("admit_unknown_offline", sa.Boolean(), nullable=False),
        sa.Column("undo_needs_override", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_door_settings_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_door_settings")),
    )
    op.create_table(
        "walk_in_categories",
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_walk_in_categories_category_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("category_id", name=op.f("pk_walk_in_categories")),
    )
    op.create_table(
        "roster_marks",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("registration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "mark", "registration_id", name=op.f("pk_roster_marks")),
    )
    op.create_table(
        "roster_epochs",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_epochs")),
    )
    op.create_table(
        "scan_undos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("undo_id", sa.String(length=36), nullable=False),
        sa.Column("scan_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_scan_undos_device_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_undos")),
        sa.UniqueConstraint("device_id", "undo_id", name=op.f("uq_scan_undos_device_id_undo_id")),
    )
    op.create_index("ix_scan_undos_device_scan", "scan_undos", ["device_id", "scan_id"], unique=False)
    _add_conflicts()


def _add_conflicts() -> None:
    op.create_table(
        "conflicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("checkpoint_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scan_id", sa.Integer(), nullable=False),
        sa.Column("admission_id", sa.Integer(), nullable=True),
        sa.Column("admitted_at", MOMENT, nullable=True),
        sa.Column("other_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("decision IN ('', 'kept', 'voided', 'noted')", name=op.f("ck_conflicts_decision")),
        sa.ForeignKeyConstraint(
            ["admission_id"], ["admissions.id"], name=op.f("fk_conflicts_admission_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoints.id"], name=op.f("fk_conflicts_checkpoint_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_conflicts_decided_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_conflicts_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_conflicts_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["scan_id"], ["scans.id"], name=op.f("fk_conflicts_scan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_conflicts_public_id")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_conflicts_scan_id")),
    )
    op.create_index("ix_conflicts_event_decided", "conflicts", ["event_id", "decided_at"], unique=False)
    for column in ("registration_id", "checkpoint_id", "admission_id", "decided_by"):
        op.create_index(op.f(f"ix_conflicts_{column}"), "conflicts", [column], unique=False)


def _sqlite_triggers() -> None:
    """Writers take turns, so the next number is larger than that of everything committed before."""
    marking = "INSERT INTO roster_marks (event_id, mark, registration_id, public_id) SELECT {event}, {next}, {id}, {gone}"
    last = "coalesce((SELECT max(mark) FROM roster_marks WHERE event_id = {event}), 0) + 1"
    own = {"event": "NEW.event_id", "id": "NEW.id", "gone": "NULL"}
    for name, when, row in (
        ("insert", "AFTER INSERT ON registrations", own),
        ("update", f"AFTER UPDATE OF {', '.join(SHOWN)} ON registrations WHEN {_differs(SHOWN, 'IS NOT')}", own),
        (
            "delete",
            "AFTER DELETE ON registrations WHEN EXISTS (SELECT 1 FROM events WHERE id = OLD.event_id)",
            {"event": "OLD.event_id", "id": "OLD.id", "gone": "OLD.public_id"},
        ),
    ):
        statement = marking.format(next=last.format(**row), **row)
        op.execute(f"CREATE TRIGGER roster_registrations_{name} {when} BEGIN {statement}; END")
    for table, columns, changes in BESIDE:
        for change in changes.split():
            row = "OLD" if change == "DELETE" else "NEW"
            found = {"event": "r.event_id", "id": "r.id", "gone": "NULL"}
            statement = marking.format(next=last.format(**found), **found)
            statement += f" FROM registrations r WHERE r.id = {row}.registration_id"
            of = f" OF {', '.join(columns)}" if change == "UPDATE" else ""
            when = f" WHEN {_differs(columns, 'IS NOT')}" if change == "UPDATE" else ""
            name = f"roster_{table}_{change.lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {change}{of} ON {table}{when} BEGIN {statement}; END")
    op.execute(
        "CREATE TRIGGER roster_events_delete AFTER DELETE ON events "
        "BEGIN DELETE FROM roster_marks WHERE event_id = OLD.id; END"
    )


def _postgres_triggers() -> None:
    """A row is marked with its transaction: what has no lower number open before it cannot appear later any more.

    Each change adds a row of its own, so that nobody waits for another's transaction.
    """
    op.execute(
        """
        CREATE OR REPLACE FUNCTION roster_mark(event integer, registration integer, gone text) RETURNS void AS $$
            INSERT INTO roster_marks (event_id, mark, registration_id, public_id)
            VALUES (event, pg_current_xact_id()::text::bigint, registration, gone)
            ON CONFLICT (event_id, mark, registration_id)
            DO UPDATE SET public_id = excluded.public_id WHERE excluded.public_id IS NOT NULL
        $$ LANGUAGE sql
        """
    )
    op.execute(
        """
        CREATE OR REPLACE FUNCTION roster_registration() RETURNS trigger AS $$
        BEGIN
            IF TG_OP <> 'DELETE' THEN
                PERFORM roster_mark(NEW.event_id, NEW.id, NULL);
            ELSIF EXISTS (SELECT 1 FROM events WHERE id = OLD.event_id) THEN
                PERFORM roster_mark(OLD.event_id, OLD.id, OLD.public_id);
            END IF;
            RETURN NULL;
        END
        $$ LANGUAGE plpgsql
        """
    )
    op.execute(
        """
        CREATE OR REPLACE FUNCTION roster_beside() RETURNS trigger AS $$
        DECLARE
            registration integer := CASE TG_OP WHEN 'DELETE' THEN OLD.registration_id ELSE NEW.registration_id END;
        BEGIN
            PERFORM roster_mark(r.event_id, r.id, NULL) FROM registrations r WHERE r.id = registration;
            RETURN NULL;
        END
        $$ LANGUAGE plpgsql
        """
    )
    op.execute(
        """
        CREATE OR REPLACE FUNCTION roster_event() RETURNS trigger AS $$
        BEGIN
            DELETE FROM roster_marks WHERE event_id = OLD.id;
            RETURN NULL;
        END
        $$ LANGUAGE plpgsql
        """
    )
    for table, columns, changes, function in (
        ("registrations", SHOWN, "INSERT UPDATE DELETE", "roster_registration"),
        *((*beside, "roster_beside") for beside in BESIDE),
        ("events", (), "DELETE", "roster_event"),
    ):
        for change in changes.split():
            of = f" OF {', '.join(columns)}" if change == "UPDATE" else ""
            when = f" WHEN ({_differs(columns, 'IS DISTINCT FROM')})" if change == "UPDATE" else ""
            op.execute(
                f"CREATE TRIGGER roster_{table}_{change.lower()} AFTER {change}{of} ON {table} "
                f"FOR EACH ROW{when} EXECUTE FUNCTION {function}()"
            )


def _differs(columns: tuple[str, ...], operator: str) -> str:
    return " OR ".join(f"OLD.{column} {operator} NEW.{column}" for column in columns)


def downgrade() -> None:
    _drop_triggers()
    for table in ("conflicts", "scan_undos", "roster_epochs", "roster_marks", "walk_in_categories", "door_settings"):
        op.drop_table(table)
    for table, columns in (
        ("admissions", ("void_reason", "scan_id")),
        ("scans", ("local_verdict", "corrected_at", "offset_ms", "sent_at", "rehearsal")),
        (
            "devices",
            (
                "roster_at", "last_seen_at", "clock_offset_ms", "queue_length", "app_version", "charging", "battery",
                "valid_until", "valid_from", "may_register",
            ),  # fmt: skip
        ),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column)


def _drop_triggers() -> None:
    on = "" if op.get_bind().dialect.name == "sqlite" else " ON {table}"
    for table, changes in (
        ("registrations", "INSERT UPDATE DELETE"),
        *((table, changes) for table, _, changes in BESIDE),
        ("events", "DELETE"),
    ):
        for change in changes.split():
            op.execute(f"DROP TRIGGER roster_{table}_{change.lower()}{on.format(table=table)}")
    if on:
        for function in ("roster_event()", "roster_beside()", "roster_registration()", "roster_mark(integer, integer, text)"):
            op.execute(f"DROP FUNCTION {function}")
