"""Decisions: on disk, undoable to any depth, paged by key. On both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db.store import Store
from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.errors import Conflict, NotFound, UsageError
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import InboxState
from tracker.core.query import parse
from tracker.services import ack, actions, inbox, library
from tracker.services.documents import import_document
from tracker.services.topics import add_topic, topics

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


def fill(store: Store, count: int = 5) -> list[int]:
    """Import a list, and put its works back into the inbox one minute apart."""
    nodes = (DocumentNode("s1", "section", "KV cache", 3), DocumentNode("s2", "section", "Speculative decoding", 9))
    mentions = tuple(Mention(f"k{n}", n, f"Work {n}", f"https://a.example/{n}", node="s1") for n in range(count))
    import_document(store, ME, Document("list.md", "list", "A list", "text", {}, mentions, nodes), now=NOW)
    ids = [int(r.id) for r in library.resources(store, ME)]
    inbox.act(store, ME, ids, "inbox", now=NOW, made_by="test")
    return ids


def states(store: Store, ids: list[int]) -> list[str]:
    return [r.state.value for r in library.resources_by_id(store, ME, ids)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verb", "state"),
    [("done", "done"), ("skip", "skipped"), ("shortlist", "shortlist"), ("snooze", "snoozed"), ("file", "filed")],
)
def test_a_decision_stands_and_is_taken_back(store: Store, verb: str, state: str) -> None:
    ids = fill(store)
    until = NOW + timedelta(days=1) if verb == "snooze" else None
    done = inbox.act(store, ME, ids[:2], verb, until=until, now=NOW, made_by="test")
    assert states(store, ids[:3]) == [state, state, "inbox"]
    assert (done.changed, [s.value for s in done.states]) == (tuple(ids[:2]), [state, state])
    back = actions.undo(store, ME, NOW)
    assert back is not None
    assert back.seq > done.seq
    assert states(store, ids[:2]) == ["inbox", "inbox"]
    assert actions.redo(store, ME, NOW) is not None
    assert states(store, ids[:2]) == [state, state]


def test_undo_and_redo_go_to_any_depth_and_end(store: Store) -> None:
    ids = fill(store)
    for verb in ("done", "skip", "shortlist"):
        inbox.act(store, ME, ids[:1], verb, now=NOW, made_by="test")
    for _ in range(4):
        assert actions.undo(store, ME, NOW) is not None
    assert actions.undo(store, ME, NOW) is None
    assert states(store, ids[:1]) == ["filed"]
    for _ in range(4):
        assert actions.redo(store, ME, NOW) is not None
    assert actions.redo(store, ME, NOW) is None
    assert states(store, ids[:1]) == ["shortlist"]


def test_a_new_decision_ends_what_could_be_redone_and_the_history_keeps_both(store: Store) -> None:
    ids = fill(store)
    inbox.act(store, ME, ids[:1], "done", now=NOW, made_by="test")
    actions.undo(store, ME, NOW)
    inbox.act(store, ME, ids[1:2], "skip", now=NOW, made_by="test")
    assert actions.redo(store, ME, NOW) is None
    said = [(entry.label, entry.undone) for entry in actions.history(store, ME)]
    assert said[:2] == [("skipped 'Work 1'", False), ("marked 'Work 0' done", True)]


def test_the_same_decision_again_is_acknowledged_but_no_step(store: Store) -> None:
    ids = fill(store)
    first = inbox.act(store, ME, ids, "done", now=NOW, made_by="test")
    again = inbox.act(store, ME, ids, "done", now=NOW + timedelta(hours=1), made_by="test")
    assert (int(again.action), again.seq > first.seq, len(again.states)) == (0, True, 5)
    assert len(actions.history(store, ME)) == 2


def test_stars_stand_apart_from_states(store: Store) -> None:
    ids = fill(store)
    inbox.act(store, ME, ids[:1], "star", now=NOW, made_by="test")
    row = next(row for row in inbox.page(store, ME).items if row.id == ids[0])
    assert row.starred
    inbox.act(store, ME, ids[:1], "unstar", now=NOW, made_by="test")
    assert not library.resource(store, ME, row.id).starred


def test_filing_under_a_topic_ties_them_and_undo_unties(store: Store) -> None:
    ids = fill(store)
    inbox.act(store, ME, ids[:1], "file", topic="speculative", now=NOW, made_by="test")
    assert library.resources_by_id(store, ME, ids[:1])[0].topics == ("KV cache", "Speculative decoding")  # type: ignore[arg-type]
    assert [r.id for r in library.resources(store, ME, topic="speculative decoding")] == ids[:1]
    actions.undo(store, ME, NOW)
    assert library.resources_by_id(store, ME, ids[:1])[0].topics == ("KV cache",)  # type: ignore[arg-type]


def test_unknown_ids_topics_and_words_change_nothing(store: Store) -> None:
    ids = fill(store)
    with pytest.raises(NotFound, match="resource"):
        inbox.act(store, ME, [*ids, 999], "done", now=NOW, made_by="test")
    with pytest.raises(NotFound, match="Did you mean 'KV cache'"):
        inbox.act(store, ME, ids, "file", topic="KV cashe", now=NOW, made_by="test")
    with pytest.raises(UsageError, match="could mean"):
        inbox.act(store, ME, ids, "file", topic="c", now=NOW, made_by="test")
    with pytest.raises(UsageError, match="at once"):
        inbox.act(store, ME, range(200_000), "done", now=NOW, made_by="test")
    assert set(states(store, ids)) == {"inbox"}


def test_topics_are_found_by_number_and_made_by_hand(store: Store) -> None:
    ids = fill(store)
    made = add_topic(store, ME, "  Evals ", NOW)
    inbox.act(store, ME, ids[:1], "file", topic=f"#{made.id}", now=NOW, made_by="test")
    assert {one.title: one.resources for one in topics(store, ME)} == {
        "KV cache": 5,
        "Speculative decoding": 0,
        "Evals": 1,
    }
    with pytest.raises(Conflict):
        add_topic(store, ME, "EVALS", NOW)
    with pytest.raises(UsageError):
        add_topic(store, ME, " ", NOW)


def test_pages_are_cut_by_key_and_cover_everything_once(store: Store) -> None:
    ids = fill(store, 25)
    for newest_first in (True, False):
        seen, after = list[int](), None
        while True:
            page = inbox.page(store, ME, limit=7, after=after, newest_first=newest_first)
            seen += [row.id for row in page.items]
            after = page.after
            if after is None:
                break
        assert seen == sorted(ids, reverse=newest_first)


def test_pages_are_narrowed(store: Store) -> None:
    fill(store, 12)
    assert [row.title for row in inbox.page(store, ME, asked=parse("work 11", NOW.date())).items] == ["Work 11"]
    assert inbox.page(store, ME, asked=parse("100%_\\", NOW.date())).items == ()
    assert len(inbox.page(store, ME, topic="kv cache").items) == 12
    assert inbox.page(store, ME, source="nobody").items == ()
    assert inbox.page(store, ME, states=(InboxState.DONE, InboxState.FILED)).items == ()


def test_what_was_snoozed_wakes_in_its_old_place(store: Store) -> None:
    ids = fill(store)
    inbox.act(store, ME, ids[:2], "snooze", until=NOW + timedelta(days=1), now=NOW, made_by="test")
    assert inbox.wake(store, ME, NOW) == 0
    assert inbox.counts(store, ME) == {InboxState.INBOX: 3, InboxState.SNOOZED: 2}
    assert inbox.wake(store, ME, NOW + timedelta(days=2)) == 2
    assert [row.id for row in inbox.page(store, ME, newest_first=False).items] == ids


def test_a_document_read_again_changes_only_what_was_edited(store: Store) -> None:
    ids = fill(store)
    inbox.act(store, ME, ids[:1], "skip", now=NOW, made_by="test")
    nodes = (DocumentNode("s1", "section", "KV caches", 3),)
    mentions = tuple(Mention(f"k{n}", n, f"Work {n}", f"https://a.example/{n}", node="s1") for n in range(1, 7))
    edited = Document("list.md", "list", "A list", "other text", {}, mentions, nodes)
    dry = import_document(store, ME, edited, now=NOW, dry_run=True)
    assert (dry.created, dry.updated, dry.unchanged) == (2, 1, 4)
    assert import_document(store, ME, edited, now=NOW) == dry
    again = import_document(store, ME, edited, now=NOW)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 7)
    assert states(store, ids[:1]) == ["skipped"]
    assert [one.title for one in topics(store, ME)] == ["KV caches"]


def test_the_library_names_unknown_kinds(store: Store) -> None:
    fill(store)
    assert len(library.resources(store, ME, kind="article", state="inbox", document="list.md", limit=3)) == 3
    assert library.resources(store, ME, source="nobody") == []
    with pytest.raises(UsageError, match="Did you mean 'article'"):
        library.resources(store, ME, kind="artikle")
    with pytest.raises(UsageError, match="There are"):
        library.resources(store, ME, state="zzzzz")
    with pytest.raises(NotFound):
        library.resource(store, ME, 12345)  # type: ignore[arg-type]


def test_acknowledgements_are_written_after_the_commit(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = fill(store)
    done = inbox.act(store, ME, ids[:2], "done", now=NOW, made_by="test")
    ack.acknowledge(done)
    monkeypatch.setenv("TRACKER_ACK_LOG", str(tmp_path / "ack"))
    ack.acknowledge(done)
    assert (tmp_path / "ack").read_text() == "".join(f"ACK {done.seq} {id_} done\n" for id_ in ids[:2])
