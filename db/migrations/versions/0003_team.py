"""What the workers of a team share: turns at hosts, and what went wrong with jobs."""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "host_turn",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("inside", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_turn")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_trouble",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_job_trouble")),
        sqlite_with_rowid=False,
    )
