"""Every table, one block a noun of the house. Core tables: no mapped classes, rows become values in the noun files.

What belongs to a person (inbox, plan, notes, reviews, rules, documents) carries `person_id`; what is shared by a
team (sources, resources, texts, checks) does not. Times are UTC.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from db.types import Bytes, Json, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    """An id that SQLite maps to its rowid and PostgreSQL to a bigserial; never reused (AUTOINCREMENT)."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, null: bool = False, index: bool = False, cascade: bool = True) -> Column[int]:
    rule = "CASCADE" if cascade else None
    return Column(name, BigInteger, ForeignKey(target, ondelete=rule), nullable=null, index=index)


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text("''"))


def _json(name: str, empty: str = "[]") -> Column[object]:
    return Column(name, Json, nullable=False, server_default=text(f"'{empty}'"))


def _at(name: str, *, null: bool = True, index: bool = False) -> Column[object]:
    return Column(name, UtcDateTime, nullable=null, index=index)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _flag(name: str, *, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=true() if default else false())


# -- house keeping -----------------------------------------------------------------------------------------------

meta = Table(  # facts about this database: home id, key versions, counters
    "meta", metadata, Column("key", Text, primary_key=True), Column("value", Json), sqlite_with_rowid=False
)

run = Table(  # one pass of the crawl, a check round, a digest: what status shows
    "run",
    metadata,
    _id(),
    _words("kind"),
    _words("owner"),
    _at("started_at", null=False, index=True),
    _at("ended_at"),
    _json("summary", "{}"),
    _words("error"),
    sqlite_autoincrement=True,
)

person = Table(
    "person",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    _at("created_at", null=False),
    _json("settings", "{}"),
    sqlite_autoincrement=True,
)

# -- sources -----------------------------------------------------------------------------------------------------

source = Table(
    "source",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    _words("kind"),
    _words("url"),
    _json("topics"),
    _words("lang"),
    _words("why"),
    _flag("enabled", default=True),
    _words("expect_title"),
    Column("interval", Integer),
    Column("max_items_first_fetch", Integer, nullable=False, server_default=text("20")),
    _json("include"),
    _json("exclude"),
    _json("options", "{}"),
    _count("position"),
    _at("created_at", null=False),
    _at("removed_at"),
    sqlite_autoincrement=True,
)

polling = Table(  # written at every look, so apart from what the file says
    "polling",
    metadata,
    Column("source_id", BigInteger, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    _at("next_poll_at", index=True),
    _words("why_next"),
    _words("etag"),
    _words("last_modified"),
    _words("body_hash"),
    _words("title"),
    _words("site"),
    _at("polled_at"),
    _at("ok_at"),
    _at("changed_at"),
    _count("failures"),
    _at("failing_since"),
    _words("reason"),
    _words("detail"),
    _count("status"),
    _words("moved_to"),
    _count("moved_seen"),
    _at("moved_since"),
    _words("stopped"),
    _flag("baseline"),
    _json("memory", "{}"),
    _words("lease_owner"),
    _at("lease_until"),
)

cooldown = Table(  # a host that asked for rest; survives restarts
    "cooldown",
    metadata,
    Column("host", Text, primary_key=True),
    _at("until", null=False),
    _words("reason"),
    _count("step"),
    _at("since"),
    sqlite_with_rowid=False,
)

host_turn = Table(  # who is at a host, and when the next may start: one pace for all processes (PostgreSQL alone)
    "host_turn",
    metadata,
    Column("host", Text, primary_key=True),
    _at("next_at", null=False),
    _json("inside", "{}"),
    sqlite_with_rowid=False,
)

job_trouble = (
    Table(  # what went wrong with a job of the team's workers, by its key ("crawl 12"); gone when it went well
        "job_trouble",
        metadata,
        Column("key", Text, primary_key=True),
        _at("at", null=False),
        _words("error"),
        sqlite_with_rowid=False,
    )
)

# -- resources ---------------------------------------------------------------------------------------------------

resource = Table(
    "resource",
    metadata,
    _id(),
    Column("canonical_url", Text, unique=True),
    _words("url"),
    Column("work", Text),  # identity beyond the address: arxiv:..., youtube:..., or name:... for a named work
    _words("kind"),
    _words("title"),
    _json("authors"),
    _words("site"),
    _words("lang"),
    _at("published_at"),
    _at("first_seen_at", null=False),
    _at("updated_at"),
    _count("minutes"),
    _count("duration"),
    _words("summary"),
    _ref("merged_into", "resource.id", null=True, cascade=False),
    _count("url_version"),
    _words("why_title"),
    _json("enclosures"),
    _flag("has_text"),
    _flag("has_transcript"),
    sqlite_autoincrement=True,
)
Index("ix_resource_work", resource.c.work)
Index("ix_resource_first_seen", resource.c.first_seen_at, resource.c.id)
# On PostgreSQL these two indexes are partial as well (db/migrations); saying so here would load all its drivers.
Index(
    "ix_resource_merged_into",
    resource.c.merged_into,
    sqlite_where=resource.c.merged_into.is_not(None),
)

sighting = Table(
    "sighting",
    metadata,
    _id(),
    _ref("resource_id", "resource.id", index=True),
    _words("origin"),
    _ref("source_id", "source.id", null=True),
    _ref("document_id", "document.id", null=True),
    Column("item_key", Text, nullable=False),
    _words("guid"),
    _words("url"),
    _words("title"),
    _words("label"),
    _words("publisher"),
    _words("note"),
    _json("section"),
    _count("line"),
    Column("start_seconds", Integer),
    _words("track"),
    Column("day_from", Integer),
    Column("day_to", Integer),
    _at("published_at"),
    _at("seen_at", null=False),
    _at("gone_at"),
    _words("content_hash"),
    _flag("backlog"),
    UniqueConstraint("source_id", "item_key", name="uq_sighting_source_item"),
    UniqueConstraint("document_id", "item_key", name="uq_sighting_document_item"),
    sqlite_autoincrement=True,
)

tombstone = Table(  # a deleted or purged item never comes back
    "tombstone",
    metadata,
    _id(),
    _ref("source_id", "source.id", null=True),
    _words("item_key"),
    Column("canonical_url", Text, index=True),
    _at("deleted_at", null=False),
    _words("why"),
    UniqueConstraint("source_id", "item_key", name="uq_tombstone_source_item"),
    sqlite_autoincrement=True,
)

content = Table(  # readable text, every version kept that differs
    "content",
    metadata,
    _id(),
    _ref("resource_id", "resource.id"),
    _count("version"),
    _at("fetched_at", null=False),
    _words("url"),
    _words("title"),
    _json("authors"),
    _words("lang"),
    _at("published_at"),
    _words("outcome"),
    _words("why"),
    _count("words"),
    _count("minutes"),
    _words("sha256"),
    Column("text", Bytes),
    Column("markdown", Bytes),
    _at("next_try"),
    _count("tries"),
    UniqueConstraint("resource_id", "version"),
    sqlite_autoincrement=True,
)

feed_text = Table(  # what a source itself gives of an entry beyond its teaser: sanitised HTML, packed
    "feed_text",
    metadata,
    Column(
        "resource_id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("resource.id", ondelete="CASCADE"),
        primary_key=True, autoincrement=False,
    ),
    _ref("source_id", "source.id", cascade=False),
    Column("html", Bytes, nullable=False),
)  # fmt: skip

transcript = Table(  # one row a track; segments as [[start_ms, end_ms, text], ...] compressed
    "transcript",
    metadata,
    _id(),
    _ref("resource_id", "resource.id"),
    _count("part"),
    _words("lang"),
    _words("origin"),
    _words("track_key"),
    _words("title"),
    _at("fetched_at", null=False),
    _words("tool_version"),
    Column("duration", Float),
    Column("segments", Bytes),
    Column("text", Bytes),
    _json("chapters"),
    _words("sha256"),
    _flag("doubt"),
    UniqueConstraint("resource_id", "part", "lang", "origin"),
    sqlite_autoincrement=True,
)

transcript_job = Table(
    "transcript_job",
    metadata,
    Column("resource_id", BigInteger, ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True),
    _words("site"),
    _words("talk"),
    _words("outcome"),
    _words("why"),
    _at("next_try", index=True),
    _count("tries"),
    _count("priority"),
    _words("tool_version"),
    _at("asked_at"),
    _at("done_at"),
    _words("lease_owner"),
    _at("lease_until"),
    _json("talk_facts", "{}"),
)

# -- links -------------------------------------------------------------------------------------------------------

link = Table(  # what is known of a link now; one row a resource with an address
    "link",
    metadata,
    Column("resource_id", BigInteger, ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True),
    _words("url"),
    _words("host"),
    _words("verdict"),
    _count("status"),
    _words("final_url"),
    _words("reason"),
    _at("checked_at"),
    _at("ok_at"),
    _at("failing_since"),
    _count("failures"),
    _at("next_check_at", index=True),
    _json("memory", "{}"),
    _words("lease_owner"),
    _at("lease_until"),
)

look = Table(  # evidence: one look at a link
    "look",
    metadata,
    _id(),
    _ref("resource_id", "resource.id"),
    _at("at", null=False),
    _words("method"),
    _count("status"),
    _words("reason"),
    _words("final_url"),
    _json("evidence", "{}"),
    sqlite_autoincrement=True,
)
Index("ix_look_resource_at", look.c.resource_id, look.c.at)

host_note = Table(  # what is known of a host: HEAD is useless, answers anything with 200, ...
    "host_note",
    metadata,
    Column("host", Text, primary_key=True),
    _json("memory", "{}"),
    _at("updated_at"),
    sqlite_with_rowid=False,
)

proposal = Table(  # a new address for a link, a merge of two resources, a rule, a muted source: nothing happens unasked
    "proposal",
    metadata,
    _id(),
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE")),
    _words("kind"),
    _ref("resource_id", "resource.id", null=True, index=True),
    _words("subject"),
    _words("url"),
    _json("evidence", "{}"),
    Column("confidence", Float, nullable=False, server_default=text("0")),
    _words("state"),
    _at("made_at", null=False),
    _at("decided_at"),
    sqlite_autoincrement=True,
)
Index("ix_proposal_state", proposal.c.state, proposal.c.kind)

# -- documents, plan, notes --------------------------------------------------------------------------------------

document = Table(
    "document",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    Column("name", Text, nullable=False),
    _words("path"),
    _words("kind"),
    _words("title"),
    Column("text", Text, nullable=False),
    Column("base_text", Text, nullable=False),
    _words("sha256"),
    _at("imported_at", null=False),
    _json("header", "{}"),
    _json("findings"),
    _json("edits"),
    UniqueConstraint("person_id", "name"),
    sqlite_autoincrement=True,
)

node = Table(  # tree of plan, phase, track, week, day, topic, task, project, deliverable, section, skill
    "node",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    _ref("document_id", "document.id", null=True, index=True),
    _ref("parent_id", "node.id", null=True, index=True),
    Column("key", Text, nullable=False),
    _words("kind"),
    _words("title"),
    _words("plan"),
    _count("line"),
    _count("position"),
    Column("day_from", Integer),
    Column("day_to", Integer),
    _json("tracks"),
    _json("emphasis", "{}"),
    _words("target_depth"),
    Column("target_level", Integer),
    _words("practice"),
    _flag("checked"),
    _at("checked_at"),
    _words("remark"),
    Column("level", Integer),
    _words("state"),
    _words("state_reason"),
    _at("wake_at"),
    _count("priority"),
    _flag("focus"),
    _json("aliases"),
    _json("results"),
    _at("touched_at"),
    _at("gone_at"),
    UniqueConstraint("person_id", "document_id", "key", name="uq_node_document_key"),
    sqlite_autoincrement=True,
)
Index("ix_node_person_kind", node.c.person_id, node.c.kind)

node_history = Table(
    "node_history",
    metadata,
    _id(),
    _ref("node_id", "node.id", index=True),
    _at("at", null=False),
    _words("field"),
    Column("old", Json),
    Column("new", Json),
    sqlite_autoincrement=True,
)

node_resource = Table(  # a node names or was given a resource (a plan row's reference, a skill's source)
    "node_resource",
    metadata,
    Column("node_id", BigInteger, ForeignKey("node.id", ondelete="CASCADE"), primary_key=True),
    Column("resource_id", BigInteger, ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True, index=True),
    _words("origin"),
    sqlite_with_rowid=False,
)

note = Table(
    "note",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    _ref("document_id", "document.id", null=True, index=True),
    _ref("resource_id", "resource.id", null=True, index=True),
    _ref("node_id", "node.id", null=True, index=True),
    _words("key"),
    _words("kind"),
    Column("day", Date, nullable=False),
    _words("date_as_written"),
    _words("title"),
    _words("part"),
    _words("url"),
    Column("start_seconds", Integer),
    Column("end_seconds", Integer),
    _words("body"),
    _json("images"),
    _json("bullets", "{}"),
    _count("line"),
    _at("created_at", null=False),
    _at("updated_at"),
    _at("gone_at"),
    sqlite_autoincrement=True,
)
Index("ix_note_person_day", note.c.person_id, note.c.day)

# -- inbox, actions ----------------------------------------------------------------------------------------------

filing = Table(  # where a resource stands for a person; sort_at is what lists page by
    "filing",
    metadata,
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("resource_id", BigInteger, ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True),
    _words("state"),
    _flag("starred"),
    _at("snoozed_until"),
    _at("sort_at", null=False),
    _at("decided_at"),
    _words("why"),
    sqlite_with_rowid=False,
)
Index("ix_filing_list", filing.c.person_id, filing.c.state, filing.c.sort_at, filing.c.resource_id)
Index("ix_filing_resource", filing.c.resource_id)
Index(
    "ix_filing_wake",
    filing.c.snoozed_until,
    sqlite_where=filing.c.snoozed_until.is_not(None),
)

filing_topic = Table(
    "filing_topic",
    metadata,
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("resource_id", BigInteger, ForeignKey("resource.id", ondelete="CASCADE"), primary_key=True),
    Column("node_id", BigInteger, ForeignKey("node.id", ondelete="CASCADE"), primary_key=True, index=True),
    _words("origin"),
    _at("at"),
    sqlite_with_rowid=False,
)

action = Table(  # every decision with its inverse; undone ones stay for redo until a new one comes
    "action",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    _at("at", null=False),
    _words("verb"),
    _words("made_by"),
    _words("label"),
    _json("forward"),
    _json("inverse"),
    _flag("undone"),
    _at("undone_at"),
    sqlite_autoincrement=True,
)
Index("ix_action_person_undone", action.c.person_id, action.c.undone, action.c.id)

rule = Table(
    "rule",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    Column("name", Text, nullable=False),
    _words("query"),
    _json("actions"),
    _flag("enabled", default=True),
    _count("position"),
    _count("hits"),
    _at("made_at"),
    UniqueConstraint("person_id", "name"),
    sqlite_autoincrement=True,
)

# -- study -------------------------------------------------------------------------------------------------------

review = Table(  # one card: a node, a resource or a note that comes back
    "review",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    _words("subject"),
    Column("subject_id", BigInteger, nullable=False),
    _words("question"),
    _words("answer"),
    _at("due_at", index=True),
    _json("card", "{}"),
    _at("made_at"),
    _flag("suspended"),
    UniqueConstraint("person_id", "subject", "subject_id", "question"),
    sqlite_autoincrement=True,
)

review_log = Table(
    "review_log",
    metadata,
    _id(),
    _ref("review_id", "review.id", index=True),
    _at("at", null=False),
    _count("grade"),
    _count("seconds"),
    _json("card", "{}"),
    sqlite_autoincrement=True,
)

session = Table(  # half an hour with one resource: where it began and ended
    "session",
    metadata,
    _id(),
    _ref("person_id", "person.id"),
    _ref("resource_id", "resource.id", null=True, index=True),
    _ref("node_id", "node.id", null=True),
    Column("day", Date, nullable=False),
    _at("started_at"),
    _at("ended_at"),
    _count("minutes"),
    Column("from_seconds", Integer),
    Column("to_seconds", Integer),
    _words("note"),
    sqlite_autoincrement=True,
)

plan_setting = Table(  # start date, chosen tracks, rest days, shifts, remembered choices: one row a plan and key
    "plan_setting",
    metadata,
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("plan", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Json),
    sqlite_with_rowid=False,
)

saved_view = Table(
    "saved_view",
    metadata,
    Column("person_id", BigInteger, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    _words("query"),
    _count("position"),
    sqlite_with_rowid=False,
)

# -- search ------------------------------------------------------------------------------------------------------
# The index itself is an FTS5 table on SQLite and a tsvector column on PostgreSQL; see db/search.py and the migration.

searchable = Table(  # what can be found: one row a resource, text, transcript, note or node
    "searchable",
    metadata,
    _id(),
    _words("kind"),
    Column("ref_id", BigInteger, nullable=False),
    Column("person_id", BigInteger),
    Column("resource_id", BigInteger, index=True),
    _at("at"),
    _words("sha"),
    UniqueConstraint("kind", "ref_id"),
    sqlite_autoincrement=True,
)

search_dirty = Table(  # what changed since the index was brought up to date; written by triggers alone
    "search_dirty",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("ref_id", BigInteger, primary_key=True, autoincrement=False),
)
