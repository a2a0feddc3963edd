"""Pages of everything, cut by key, and the views one keeps: the same on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from db.store import Store
from db.tables import filing, resource
from tracker.core.errors import NotFound, UsageError
from tracker.core.inbox import Cursor
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import InboxState, ResourceId
from tracker.core.query import QueryError, parse
from tracker.services import actions, inbox, library, views

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


@pytest.fixture
def shelf(store: Store) -> Store:
    """Seven works, two a moment; 2 is filed, 7 was merged into 1."""
    with store.write() as tx:
        for n in range(1, 8):
            at = NOW - timedelta(hours=n // 2)
            tx.execute(
                resource.insert().values(
                    url=f"https://a.example/{n}", canonical_url=f"https://a.example/{n}", title=f"Work {n}",
                    kind="video" if n % 2 else "article", first_seen_at=at, merged_into=1 if n == 7 else None,
                )
            )  # fmt: skip
        tx.execute(filing.insert().values(person_id=ME, resource_id=2, state="filed", starred=True, sort_at=NOW))
    return store


def pages(store: Store, query: str = "", limit: int = 2) -> list[list[int]]:
    out: list[list[int]] = []
    after: Cursor | None = None
    while not out or after is not None:
        page = library.page(store, ME, asked=parse(query, NOW.date()), after=after, limit=limit)
        out.append([int(row.id) for row in page.items])
        after = page.after
    return out


def test_pages_hold_everything_once_what_came_last_first(shelf: Store) -> None:
    assert pages(shelf) == [[1, 3], [2, 5], [4, 6]]
    assert pages(shelf, limit=6) == [[1, 3, 2, 5, 4, 6]]


def test_what_comes_in_between_moves_no_row(shelf: Store) -> None:
    first = library.page(shelf, ME, limit=3)
    with shelf.write() as tx:
        tx.execute(resource.insert().values(url="https://b.example", title="New", kind="blog", first_seen_at=NOW))
    assert [row.id for row in library.page(shelf, ME, after=first.after, limit=9).items] == [5, 4, 6]


def test_a_condition_narrows_and_words_are_for_the_search(shelf: Store) -> None:
    assert pages(shelf, "kind:article") == [[2, 4], [6]]
    assert pages(shelf, "state:filed") == [[2]]
    assert pages(shelf, "-work OR kind:article", limit=9) == [[2, 4, 6]]
    asked = [
        library.is_about_words(parse(text, NOW.date())) for text in ("", "kind:video", "-x", "x", "in:note", "(a b)")
    ]
    assert asked == [False, False, False, True, True, True]


def test_a_line_tells_where_it_stands(shelf: Store) -> None:
    rows = library.lines(shelf, ME, [ResourceId(2), ResourceId(3), ResourceId(99)])
    assert {id_: (row.state, row.starred) for id_, row in rows.items()} == {
        2: (InboxState.FILED, True),
        3: (InboxState.INBOX, False),
    }


def test_what_nobody_decided_can_be_decided_from_its_line(shelf: Store) -> None:
    inbox.act(shelf, ME, [3], "done", now=NOW, made_by="t")
    assert library.lines(shelf, ME, [ResourceId(3)])[ResourceId(3)].state is InboxState.DONE


def test_views_are_kept_changed_dropped_and_taken_back(store: Store) -> None:
    def keep(name: str, query: str) -> None:
        views.keep(store, ME, name, query, today=NOW.date(), now=NOW, made_by="t")

    keep("Talks", "kind:video")
    keep("论文", "kind:paper")
    keep("Talks", "kind:video has:transcript")
    assert views.views(store, ME) == [("Talks", "kind:video has:transcript"), ("论文", "kind:paper")]
    actions.undo(store, ME, NOW)
    assert views.views(store, ME)[0] == ("Talks", "kind:video")
    views.drop(store, ME, "Talks", now=NOW, made_by="t")
    assert views.views(store, ME) == [("论文", "kind:paper")]
    actions.undo(store, ME, NOW)
    assert [name for name, _ in views.views(store, ME)] == ["Talks", "论文"]
    with pytest.raises(NotFound, match="Did you mean 'Talks'"):
        views.drop(store, ME, "Talk", now=NOW, made_by="t")
    with pytest.raises(UsageError, match="needs a name"):
        keep(" ", "x")
    with pytest.raises(QueryError, match="column 6"):
        keep("Broken", "kind:nothing")
