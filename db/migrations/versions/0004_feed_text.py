"""What a feed gives of an entry beyond its teaser is kept, and found. It comes with the next answer of each feed."""

import sqlalchemy as sa
from alembic import op

import db.types
from db.search import watch_feed_texts

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "feed_text",
        sa.Column(
            "resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("html", db.types.Bytes(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_feed_text_resource_id_resource"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_feed_text_source_id_source")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_feed_text")),
    )
    watch_feed_texts(op.get_bind())
