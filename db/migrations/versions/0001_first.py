"""The first schema."""

# Frozen by `python -m db.migrations.freeze`; after a release it is never changed again.
import sqlalchemy as sa
from alembic import op

import db.types
from db.search import create_index

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "cooldown",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("until", db.types.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("since", db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_cooldown")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "host_note",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("memory", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("updated_at", db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host_note")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", db.types.Json(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("settings", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name", name=op.f("uq_person_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "resource",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("work", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("authors", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("site", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("lang", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("published_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("first_seen_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("updated_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duration", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("summary", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("url_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("why_title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("enclosures", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("has_text", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("has_transcript", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["resource.id"], name=op.f("fk_resource_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("canonical_url", name=op.f("uq_resource_canonical_url")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_resource_first_seen", "resource", ["first_seen_at", "id"], unique=False)
    op.create_index(
        "ix_resource_merged_into",
        "resource",
        ["merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index("ix_resource_work", "resource", ["work"], unique=False)
    op.create_table(
        "run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("owner", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("started_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("ended_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("summary", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("error", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_run_started_at"), "run", ["started_at"], unique=False)
    op.create_table(
        "searchable",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("ref_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("resource_id", sa.BigInteger(), nullable=True),
        sa.Column("at", db.types.UtcDateTime(), nullable=True),
        sa.Column("sha", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searchable")),
        sa.UniqueConstraint("kind", "ref_id", name=op.f("uq_searchable_kind_ref_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_searchable_resource_id"), "searchable", ["resource_id"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("topics", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("lang", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("expect_title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=True),
        sa.Column("max_items_first_fetch", sa.Integer(), server_default=sa.text("(20)"), nullable=False),
        sa.Column("include", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("exclude", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("options", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("removed_at", db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "action",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(), nullable=False),
        sa.Column("verb", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("made_by", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("label", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("forward", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("inverse", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("undone_at", db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_action_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_action_person_undone", "action", ["person_id", "undone", "id"], unique=False)
    op.create_table(
        "content",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fetched_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("authors", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("lang", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("published_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("words", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sha256", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("markdown", sa.LargeBinary(), nullable=True),
        sa.Column("next_try", db.types.UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_content_resource_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
        sa.UniqueConstraint("resource_id", "version", name=op.f("uq_content_resource_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("base_text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("imported_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("header", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("findings", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("edits", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_document_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_document_person_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "filing",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("starred", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("snoozed_until", db.types.UtcDateTime(), nullable=True),
        sa.Column("sort_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("decided_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("why", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_filing_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_filing_resource_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "resource_id", name=op.f("pk_filing")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_filing_list", "filing", ["person_id", "state", "sort_at", "resource_id"], unique=False)
    op.create_index("ix_filing_resource", "filing", ["resource_id"], unique=False)
    op.create_index(
        "ix_filing_wake",
        "filing",
        ["snoozed_until"],
        unique=False,
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.create_table(
        "link",
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("host", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("verdict", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("status", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("final_url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("checked_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("ok_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("failing_since", db.types.UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_check_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("memory", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("lease_owner", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("lease_until", db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_link_resource_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_link")),
    )
    op.create_index(op.f("ix_link_next_check_at"), "link", ["next_check_at"], unique=False)
    op.create_table(
        "look",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(), nullable=False),
        sa.Column("method", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("status", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("final_url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("evidence", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_look_resource_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_look_resource_at", "look", ["resource_id", "at"], unique=False)
    op.create_table(
        "plan_setting",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", db.types.Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_plan_setting_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "plan", "key", name=op.f("pk_plan_setting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "polling",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("next_poll_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("why_next", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("etag", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("last_modified", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("body_hash", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("site", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("polled_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("ok_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("changed_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failing_since", db.types.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("detail", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("status", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("moved_to", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("moved_seen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("moved_since", db.types.UtcDateTime(), nullable=True),
        sa.Column("stopped", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("baseline", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("memory", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("lease_owner", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("lease_until", db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_polling_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_polling")),
    )
    op.create_index(op.f("ix_polling_next_poll_at"), "polling", ["next_poll_at"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("evidence", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("confidence", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("made_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("decided_at", db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_proposal_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_proposal_resource_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposal_resource_id"), "proposal", ["resource_id"], unique=False)
    op.create_index("ix_proposal_state", "proposal", ["state", "kind"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("answer", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("due_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("card", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("made_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "person_id",
            "subject",
            "subject_id",
            "question",
            name=op.f("uq_review_person_id_subject_subject_id_question"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_review_due_at"), "review", ["due_at"], unique=False)
    op.create_table(
        "rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("actions", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("hits", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rule_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_rule_person_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "saved_view",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_saved_view")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tombstone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("item_key", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=True),
        sa.Column("deleted_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_tombstone_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("source_id", "item_key", name="uq_tombstone_source_item"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tombstone_canonical_url"), "tombstone", ["canonical_url"], unique=False)
    op.create_table(
        "transcript",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lang", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("origin", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("track_key", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("fetched_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("tool_version", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("duration", sa.Float(), nullable=True),
        sa.Column("segments", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("chapters", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("sha256", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("doubt", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_transcript_resource_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
        sa.UniqueConstraint(
            "resource_id", "part", "lang", "origin", name=op.f("uq_transcript_resource_id_part_lang_origin")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "transcript_job",
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("site", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("talk", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("outcome", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("next_try", db.types.UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tool_version", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("asked_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("done_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("lease_owner", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("lease_until", db.types.UtcDateTime(), nullable=True),
        sa.Column("talk_facts", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_transcript_job_resource_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_transcript_job")),
    )
    op.create_index(op.f("ix_transcript_job_next_try"), "transcript_job", ["next_try"], unique=False)
    op.create_table(
        "node",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("plan", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("line", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("day_from", sa.Integer(), nullable=True),
        sa.Column("day_to", sa.Integer(), nullable=True),
        sa.Column("tracks", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("emphasis", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("target_depth", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("target_level", sa.Integer(), nullable=True),
        sa.Column("practice", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("checked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("checked_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("remark", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("state_reason", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("wake_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("focus", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("aliases", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("results", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("touched_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("gone_at", db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_node_document_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["node.id"], name=op.f("fk_node_parent_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_node_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
        sa.UniqueConstraint("person_id", "document_id", "key", name="uq_node_document_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_node_document_id"), "node", ["document_id"], unique=False)
    op.create_index(op.f("ix_node_parent_id"), "node", ["parent_id"], unique=False)
    op.create_index("ix_node_person_kind", "node", ["person_id", "kind"], unique=False)
    op.create_table(
        "review_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(), nullable=False),
        sa.Column("grade", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("card", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_log_review_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_review_log_review_id"), "review_log", ["review_id"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("item_key", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("label", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("publisher", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("section", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("line", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("start_seconds", sa.Integer(), nullable=True),
        sa.Column("track", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("day_from", sa.Integer(), nullable=True),
        sa.Column("day_to", sa.Integer(), nullable=True),
        sa.Column("published_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("seen_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("gone_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("content_hash", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("backlog", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_sighting_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_sighting_resource_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_sighting_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("document_id", "item_key", name="uq_sighting_document_item"),
        sa.UniqueConstraint("source_id", "item_key", name="uq_sighting_source_item"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sighting_resource_id"), "sighting", ["resource_id"], unique=False)
    op.create_table(
        "filing_topic",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("node_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("at", db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["node_id"], ["node.id"], name=op.f("fk_filing_topic_node_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_filing_topic_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_filing_topic_resource_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "resource_id", "node_id", name=op.f("pk_filing_topic")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_filing_topic_node_id"), "filing_topic", ["node_id"], unique=False)
    op.create_table(
        "node_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("node_id", sa.BigInteger(), nullable=False),
        sa.Column("at", db.types.UtcDateTime(), nullable=False),
        sa.Column("field", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("old", db.types.Json(), nullable=True),
        sa.Column("new", db.types.Json(), nullable=True),
        sa.ForeignKeyConstraint(["node_id"], ["node.id"], name=op.f("fk_node_history_node_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_history")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_node_history_node_id"), "node_history", ["node_id"], unique=False)
    op.create_table(
        "node_resource",
        sa.Column("node_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["node.id"], name=op.f("fk_node_resource_node_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_node_resource_resource_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("node_id", "resource_id", name=op.f("pk_node_resource")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_node_resource_resource_id"), "node_resource", ["resource_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("resource_id", sa.BigInteger(), nullable=True),
        sa.Column("node_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("date_as_written", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("part", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("url", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("start_seconds", sa.Integer(), nullable=True),
        sa.Column("end_seconds", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("images", db.types.Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("bullets", db.types.Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("line", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", db.types.UtcDateTime(), nullable=False),
        sa.Column("updated_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("gone_at", db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_note_document_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["node_id"], ["node.id"], name=op.f("fk_note_node_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_note_resource_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_note_document_id"), "note", ["document_id"], unique=False)
    op.create_index(op.f("ix_note_node_id"), "note", ["node_id"], unique=False)
    op.create_index("ix_note_person_day", "note", ["person_id", "day"], unique=False)
    op.create_index(op.f("ix_note_resource_id"), "note", ["resource_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), nullable=True),
        sa.Column("node_id", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("ended_at", db.types.UtcDateTime(), nullable=True),
        sa.Column("minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("from_seconds", sa.Integer(), nullable=True),
        sa.Column("to_seconds", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["node.id"], name=op.f("fk_session_node_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_session_resource_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_session_resource_id"), "session", ["resource_id"], unique=False)
    create_index(op.get_bind())
