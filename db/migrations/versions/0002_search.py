"""The search index is kept: what changes is noted by triggers, and cut into words before the next question."""

from alembic import op

from db.search import create_triggers, drop_index, fresh_index

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE search_dirty (kind TEXT NOT NULL, ref_id BIGINT NOT NULL, CONSTRAINT pk_search_dirty "
        "PRIMARY KEY (kind, ref_id))"
    )
    drop_index(op.get_bind())
    fresh_index(op.get_bind())
    create_triggers(op.get_bind())
