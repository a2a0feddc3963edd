"""Words that begin so, out of SQLite's index: a few are asked for one by one.

For a beginning FTS5 merges the rows of all its words before it gives the first one: with common words hundreds of
milliseconds. The same words in a list are read from their newest end, as far as they are wanted.
"""

from __future__ import annotations

from db.store import Tx

FEW = 24  # a rare word asked for alone takes half a millisecond, a rare beginning five for all its words
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_words USING fts5vocab('main', 'search_index', 'instance')"
_NEXT = "SELECT term FROM temp.search_words WHERE term >= ? AND term < ? LIMIT 1"  # a seek each, not a walk over rows
_BEHIND_ALL = "\U0010ffff"


def few_words(tx: Tx, start: str) -> list[str]:
    """The words of the index that begin with `start`, in order; none when they are not few. SQLite alone."""
    tx.exec_driver_sql(_VOCABULARY)  # of this connection; the file is not touched
    found: list[str] = []
    least = start
    while row := tx.exec_driver_sql(_NEXT, (least, start + _BEHIND_ALL)).first():
        if len(found) == FEW:
            return []
        found.append(row[0])
        least = row[0] + "\0"
    return found
