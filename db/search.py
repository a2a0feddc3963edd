"""The full-text index beside `searchable`: FTS5 on SQLite, tsvector on PostgreSQL; both hold our own tokens.

The texts themselves are not kept a second time: the index is rebuilt from the tables when it is lost.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_SQLITE = """
CREATE VIRTUAL TABLE search_index USING fts5(title, body, content='', tokenize="unicode61 remove_diacritics 0")
"""
_POSTGRES = (
    "CREATE TABLE search_index (rowid bigint PRIMARY KEY REFERENCES searchable (id) ON DELETE CASCADE, "
    "words tsvector NOT NULL)",
    "CREATE INDEX ix_search_index_words ON search_index USING gin (words)",
)


def create_index(connection: Connection) -> None:
    """Make the empty index; part of the first migration."""
    for statement in (_SQLITE,) if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.execute(text(statement))
