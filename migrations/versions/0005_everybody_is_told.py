"""Everybody is told: what those whom a release concerns are told of it

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recipients", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'scheduled', 'sent', 'dismissed', 'superseded')", name=op.f("ck_release_notices_state")
        ),
        sa.CheckConstraint(
            "state <> 'scheduled' OR send_at IS NOT NULL", name=op.f("ck_release_notices_scheduled_has_time")
        ),
        sa.CheckConstraint("base_id <> release_id", name=op.f("ck_release_notices_tells_a_difference")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_release_notices_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["agenda_releases.id"], name=op.f("fk_release_notices_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["base_id"], ["agenda_releases.id"], name=op.f("fk_release_notices_base_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_notices")),
        sa.UniqueConstraint("public_id", name=op.f("uq_release_notices_public_id")),
        sa.UniqueConstraint("release_id", name=op.f("uq_release_notices_release_id")),
    )
    with op.batch_alter_table("release_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_notices_event_id"), ["event_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_release_notices_base_id"), ["base_id"], unique=False)
        batch_op.create_index("ix_release_notices_due", ["state", "send_at"], unique=False)


def downgrade() -> None:
    op.drop_table("release_notices")
