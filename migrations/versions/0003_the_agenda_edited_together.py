"""The agenda, edited together

Revision ID: 0003
Revises: 0002
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LONG_AGO = "1970-01-01T00:00:00+00:00"
MOMENT = sa.DateTime(timezone=True)
SESSIONS = sa.table(
    "agenda_sessions",
    *(sa.column(name) for name in ("id", "event_id", "public_id", "uuid", "sequence", "kind")),
    *(sa.column(name) for name in ("title_en", "title_zh", "summary_en", "summary_zh")),
    *(sa.column(name, MOMENT) for name in ("starts_at", "ends_at", "changed_at")),
    sa.column("hall_id"),
)
RELEASES = sa.table(
    "agenda_releases",
    *(
        sa.column(name)
        for name in ("public_id", "event_id", "number", "note_en", "note_zh", "payload", "digest", "state")
    ),
    *(sa.column(name, MOMENT) for name in ("published_at", "created_at")),
)


def upgrade() -> None:
    op.create_table(
        "agenda_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("by_kind", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("undoes < number", name=op.f("ck_agenda_changes_undoes_an_earlier_one")),
        sa.CheckConstraint("undone_by > number", name=op.f("ck_agenda_changes_undone_by_a_later_one")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_agenda_changes_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_changes")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_agenda_changes_event_id_number")),
    )
    with op.batch_alter_table("agenda_changes", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_changes_by", ["event_id", "by_kind", "by_id", "number"], unique=False)

    op.create_table(
        "agenda_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("note_zh", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_agenda_releases_published_at")
        ),
        sa.CheckConstraint(
            "state <> 'scheduled' OR publish_at IS NOT NULL", name=op.f("ck_agenda_releases_publish_at")
        ),
        sa.CheckConstraint("state IN ('scheduled', 'published', 'withdrawn')", name=op.f("ck_agenda_releases_state")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_agenda_releases_created_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_agenda_releases_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_releases")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_agenda_releases_event_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agenda_releases_public_id")),
    )
    with op.batch_alter_table("agenda_releases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_releases_created_by"), ["created_by"], unique=False)
        batch_op.create_index("ix_agenda_releases_due", ["state", "publish_at"], unique=False)

    op.create_table(
        "clash_levels",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.CheckConstraint("level IN ('block', 'warn', 'ignore')", name=op.f("ck_clash_levels_level")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_clash_levels_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "rule", name=op.f("pk_clash_levels")),
    )
    op.create_table(
        "day_hours",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_day_hours_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_day_hours")),
    )
    op.create_table(
        "live_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_kind", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('start', 'end', 'delay', 'cancel', 'reinstate', 'substitute')", name=op.f("ck_live_changes_kind")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_live_changes_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_changes")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_live_changes_event_id_number")),
    )
    op.create_table(
        "live_sessions",
        sa.Column("session_uuid", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('planned', 'cancelled')", name=op.f("ck_live_sessions_status")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_live_sessions_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_live_sessions_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_uuid", name=op.f("pk_live_sessions")),
    )
    with op.batch_alter_table("live_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_live_sessions_event_id"), ["event_id"], unique=False)

    op.create_table(
        "tracks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_tracks_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracks")),
        sa.UniqueConstraint("public_id", name=op.f("uq_tracks_public_id")),
    )
    with op.batch_alter_table("tracks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracks_event_id"), ["event_id"], unique=False)

    op.create_table(
        "editor_scopes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=True),
        sa.Column("hall_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(track_id IS NULL) <> (hall_id IS NULL)", name=op.f("ck_editor_scopes_a_track_or_a_hall")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_editor_scopes_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_editor_scopes_hall_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_editor_scopes_track_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_editor_scopes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editor_scopes")),
        sa.UniqueConstraint("event_id", "user_id", "hall_id", name=op.f("uq_editor_scopes_event_id_user_id_hall_id")),
        sa.UniqueConstraint("event_id", "user_id", "track_id", name=op.f("uq_editor_scopes_event_id_user_id_track_id")),
    )
    with op.batch_alter_table("editor_scopes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_editor_scopes_hall_id"), ["hall_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_editor_scopes_track_id"), ["track_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_editor_scopes_user_id"), ["user_id"], unique=False)

    op.create_table(
        "hall_walks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_a_id", sa.Integer(), nullable=False),
        sa.Column("hall_b_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("hall_a_id < hall_b_id", name=op.f("ck_hall_walks_each_pair_once")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_hall_walks_minutes")),
        sa.ForeignKeyConstraint(["hall_a_id"], ["halls.id"], name=op.f("fk_hall_walks_hall_a_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["hall_b_id"], ["halls.id"], name=op.f("fk_hall_walks_hall_b_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_walks")),
        sa.UniqueConstraint("hall_a_id", "hall_b_id", name=op.f("uq_hall_walks_hall_a_id_hall_b_id")),
    )
    with op.batch_alter_table("hall_walks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hall_walks_hall_b_id"), ["hall_b_id"], unique=False)

    op.create_table(
        "unavailabilities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("hall_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (hall_id IS NULL)", name=op.f("ck_unavailabilities_a_person_or_a_hall")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_unavailabilities_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_unavailabilities_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["halls.id"], name=op.f("fk_unavailabilities_hall_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_unavailabilities_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unavailabilities")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unavailabilities_public_id")),
    )
    with op.batch_alter_table("unavailabilities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unavailabilities_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unavailabilities_hall_id"), ["hall_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unavailabilities_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("agenda_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("track_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("status", sa.String(length=10), server_default="planned", nullable=False))
        batch_op.add_column(sa.Column("in_tray", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("fixed", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("language", sa.String(length=4), server_default="", nullable=False))
        batch_op.add_column(sa.Column("expected", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_agenda_sessions_track_id"), ["track_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_agenda_sessions_track_id"), "tracks", ["track_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_check_constraint(batch_op.f("ck_agenda_sessions_status"), "status IN ('planned', 'cancelled')")
        batch_op.create_check_constraint(
            batch_op.f("ck_agenda_sessions_language"), "language IN ('', 'en', 'zh', 'both')"
        )
        batch_op.create_check_constraint(batch_op.f("ck_agenda_sessions_expected"), "expected >= 0")

    with op.batch_alter_table("halls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parallel_ok", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("turnaround_minutes", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_check_constraint(batch_op.f("ck_halls_turnaround_minutes"), "turnaround_minutes >= 0")

    _keep_releases_as_they_are()
    _release_what_is_public()


def _keep_releases_as_they_are() -> None:
    """A release is what was published: its number and what it holds never change again, whoever writes."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER agenda_releases_never_change BEFORE UPDATE OF event_id, number, payload, digest"
            " ON agenda_releases BEGIN SELECT RAISE(ABORT, 'a release never changes'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION a_release_never_changes() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'a release never changes' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER agenda_releases_never_change BEFORE UPDATE OF event_id, number, payload, digest"
        " ON agenda_releases FOR EACH ROW EXECUTE FUNCTION a_release_never_changes()"
    )


def _release_what_is_public() -> None:
    """From now on guests see releases: what they see of an agenda so far becomes its first one."""
    connection = op.get_bind()
    public = sa.text(
        "SELECT id, time_zone FROM events WHERE state <> 'draft'"
        " AND EXISTS (SELECT 1 FROM agenda_sessions WHERE event_id = events.id) ORDER BY id"
    )
    at = datetime.now(UTC)
    for event in connection.execute(public).all():
        sessions = _sessions(connection, event.id)
        content = [{**session, "sequence": 0, "changed_at": LONG_AGO} for session in sessions]
        payload = {"schema": 1, "zone": event.time_zone, "sessions": sessions, "dropped": []}
        row = {
            "public_id": secrets.token_hex(8),
            "event_id": event.id,
            "number": 1,
            "note_en": "",
            "note_zh": "",
            "payload": _json(payload),
            "digest": hashlib.sha256(_json(sorted(content, key=lambda one: one["uuid"])).encode()).hexdigest(),
            "state": "published",
            "published_at": at,
            "created_at": at,
        }
        connection.execute(RELEASES.insert().values(row))


def _sessions(connection: sa.Connection, event_id: int) -> list[dict[str, Any]]:
    halls = sa.table("halls", sa.column("id"), sa.column("public_id"))
    query = sa.select(SESSIONS, sa.func.coalesce(halls.c.public_id, "").label("hall")).select_from(
        SESSIONS.outerjoin(halls, halls.c.id == SESSIONS.c.hall_id)
    )
    rows = connection.execute(
        query.where(SESSIONS.c.event_id == event_id).order_by(SESSIONS.c.starts_at, SESSIONS.c.id)
    )
    items = _items(connection, event_id)
    return [
        {
            "uuid": row.uuid,
            "id": row.public_id,
            "kind": row.kind,
            "starts_at": _moment(row.starts_at),
            "ends_at": _moment(row.ends_at),
            "sequence": row.sequence,
            "changed_at": _moment(row.changed_at),
            "status": "planned",
            "title_en": row.title_en,
            "title_zh": row.title_zh,
            "summary_en": row.summary_en,
            "summary_zh": row.summary_zh,
            "hall": row.hall,
            "track": "",
            "language": "",
            "items": items.get(row.id, []),
        }
        for row in rows
    ]


def _items(connection: sa.Connection, event_id: int) -> dict[int, list[dict[str, Any]]]:
    parts = _parts(connection, event_id)
    rows = connection.execute(
        sa.text(
            "SELECT i.id AS row_id, i.session_id, i.public_id AS id, i.kind, i.title_en, i.title_zh, i.summary_en,"
            " i.summary_zh, i.minutes FROM agenda_items i JOIN agenda_sessions s ON s.id = i.session_id"
            " WHERE s.event_id = :event ORDER BY i.position, i.id"
        ),
        {"event": event_id},
    ).mappings()
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        held = {name: value for name, value in row.items() if name not in ("row_id", "session_id")}
        found.setdefault(row["session_id"], []).append({**held, "parts": parts.get(row["row_id"], [])})
    return found


def _parts(connection: sa.Connection, event_id: int) -> dict[int, list[dict[str, Any]]]:
    """Without who declined: guests have not seen them."""
    rows = connection.execute(
        sa.text(
            "SELECT p.item_id, p.public_id AS id, p.role, p.side, p.mode, coalesce(n.public_id, '') AS person,"
            " coalesce(o.public_id, '') AS organisation, p.object_en, p.object_zh, p.as_en, p.as_zh FROM parts p"
            " JOIN agenda_items i ON i.id = p.item_id JOIN agenda_sessions s ON s.id = i.session_id"
            " LEFT JOIN people n ON n.id = p.person_id LEFT JOIN organisations o ON o.id = p.organisation_id"
            " WHERE s.event_id = :event AND (p.person_id IS NULL OR p.reply <> 'declined') ORDER BY p.position, p.id"
        ),
        {"event": event_id},
    ).mappings()
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["item_id"], []).append({name: value for name, value in row.items() if name != "item_id"})
    return found


def _moment(value: datetime) -> str:
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def downgrade() -> None:
    with op.batch_alter_table("halls", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_halls_turnaround_minutes"), type_="check")
        batch_op.drop_column("turnaround_minutes")
        batch_op.drop_column("parallel_ok")

    with op.batch_alter_table("agenda_sessions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_agenda_sessions_track_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_agenda_sessions_track_id"))
        for check in ("expected", "language", "status"):
            batch_op.drop_constraint(batch_op.f(f"ck_agenda_sessions_{check}"), type_="check")
        batch_op.drop_column("expected")
        batch_op.drop_column("language")
        batch_op.drop_column("fixed")
        batch_op.drop_column("in_tray")
        batch_op.drop_column("status")
        batch_op.drop_column("track_id")

    with op.batch_alter_table("unavailabilities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unavailabilities_person_id"))
        batch_op.drop_index(batch_op.f("ix_unavailabilities_hall_id"))
        batch_op.drop_index(batch_op.f("ix_unavailabilities_event_id"))

    op.drop_table("unavailabilities")
    with op.batch_alter_table("hall_walks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hall_walks_hall_b_id"))

    op.drop_table("hall_walks")
    with op.batch_alter_table("editor_scopes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_editor_scopes_user_id"))
        batch_op.drop_index(batch_op.f("ix_editor_scopes_track_id"))
        batch_op.drop_index(batch_op.f("ix_editor_scopes_hall_id"))

    op.drop_table("editor_scopes")
    with op.batch_alter_table("tracks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tracks_event_id"))

    op.drop_table("tracks")
    with op.batch_alter_table("live_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_live_sessions_event_id"))

    op.drop_table("live_sessions")
    op.drop_table("live_changes")
    op.drop_table("day_hours")
    op.drop_table("clash_levels")
    with op.batch_alter_table("agenda_releases", schema=None) as batch_op:
        batch_op.drop_index("ix_agenda_releases_due")
        batch_op.drop_index(batch_op.f("ix_agenda_releases_created_by"))

    op.drop_table("agenda_releases")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION a_release_never_changes()")
    with op.batch_alter_table("agenda_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_agenda_changes_by")

    op.drop_table("agenda_changes")
