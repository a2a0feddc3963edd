"""One undo for decisions of every kind, on both engines: rows come back as they stood, to the byte."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from db import nodes
from db.actions import Changes
from db.nodes import Topic
from db.store import Store
from db.tables import content, node, note, plan_setting, resource
from tracker.core.errors import StoreError
from tracker.core.inbox import Decision, Verb, steps_of
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import InboxState, PersonId, ResourceId
from tracker.services import ack, actions, inbox, library
from tracker.services.actions import deciding

NOW = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)
TABLES = (node, note, plan_setting, content, resource)


def add_topic(store: Store, person: PersonId, title: str, now: datetime) -> Topic:
    """A topic that no step made."""
    with store.write() as tx:
        return Topic(nodes.add_topic(Changes(tx), person, title, now), title, "topic")


def picture(store: Store) -> list[Any]:
    """All rows of the tables these tests change."""
    with store.read() as tx:
        return [sorted(map(repr, tx.execute(select(table)))) for table in TABLES]


def add_resource(store: Store) -> int:
    with store.write() as tx:
        row = {"canonical_url": "https://a.example/1", "url": "https://a.example/1", "title": "A", "first_seen_at": NOW}
        return int(tx.execute(resource.insert().values(kind="article", **row).returning(resource.c.id)).scalar_one())


def test_rows_made_changed_and_taken_out_come_back(store: Store) -> None:
    topic = add_topic(store, ME, "KV cache", NOW)
    work = add_resource(store)
    worlds = [picture(store)]
    with deciding(store, ME, "note", "wrote a note", now=NOW, made_by="test") as made:
        key = made.insert(note, person_id=ME, day=date(2026, 1, 12), body="甲\n", created_at=NOW, node_id=topic.id)
    worlds.append(picture(store))
    with deciding(store, ME, "level", now=NOW, made_by="test") as changes:
        assert changes.update(node, topic.id, level=3, checked=True, touched_at=NOW)
        changes.insert(plan_setting, person_id=ME, plan="p", key="start", value={"day": "2026-01-01"})
        changes.insert(content, resource_id=work, version=1, fetched_at=NOW, text=b"\x00\xff", sha256="x")
        changes.label = "level 3"
    worlds.append(picture(store))
    with deciding(store, ME, "drop", now=NOW, made_by="test") as changes:
        assert changes.delete(note, key)
        assert changes.delete(plan_setting, {"person_id": ME, "plan": "p", "key": "start"})
    worlds.append(picture(store))
    for world in reversed(worlds[:-1]):
        assert actions.undo(store, ME, NOW + timedelta(hours=1)) is not None
        assert picture(store) == world
    assert actions.undo(store, ME, NOW) is None
    for world in worlds[1:]:
        assert actions.redo(store, ME, NOW + timedelta(hours=2)) is not None
        assert picture(store) == world
    assert [entry.label for entry in actions.history(store, ME)] == ["", "level 3", "wrote a note"]


def test_what_changes_nothing_makes_no_step_but_is_acknowledged(store: Store) -> None:
    topic = add_topic(store, ME, "KV cache", NOW)
    with deciding(store, ME, "tick", now=NOW, made_by="test") as changes:
        assert not changes.update(node, topic.id, checked=False)
        assert not changes.update(node, 999, checked=True)
        assert not changes.delete(note, 999)
    assert (int(changes.done.action), changes.done.seq) == (0, 1)
    assert actions.history(store, ME) == []


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    topic = add_topic(store, ME, "KV cache", NOW)
    before = picture(store)
    with pytest.raises(StoreError), deciding(store, ME, "tick", now=NOW, made_by="test") as changes:
        changes.update(node, topic.id, checked=changes.update(node, topic.id, level=1), title=None)
    assert picture(store) == before


def test_rows_and_standings_are_one_step(store: Store) -> None:
    topic, work = add_topic(store, ME, "KV cache", NOW), ResourceId(add_resource(store))
    with deciding(store, ME, "accept", "both", now=NOW, made_by="test") as changes:
        changes.update(node, topic.id, checked=True)
        world = inbox.rows.standings(changes.tx, ME, [work])
        changes.steps(ME, steps_of(world, Decision(Verb.FILE, topic.id), NOW), NOW)
    assert list(ack.lines(changes.done)) == [(1, work, "filed"), (1, f"node:{topic.id}", "accept")]
    assert library.resource(store, ME, work).topics == ("KV cache",)
    back = actions.undo(store, ME, NOW)
    assert back is not None
    assert back.states == (InboxState.INBOX,)
    assert library.resource(store, ME, work).topics == ()


def test_undo_leaves_fields_that_others_changed_meanwhile(store: Store) -> None:
    topic = add_topic(store, ME, "KV cache", NOW)
    with deciding(store, ME, "level", now=NOW, made_by="test") as changes:
        changes.update(node, topic.id, level=2)
    with store.write() as tx:
        tx.execute(node.update().where(node.c.id == topic.id).values(remark="seen"))
    actions.undo(store, ME, NOW)
    with store.read() as tx:
        row = tx.execute(select(node.c.level, node.c.remark).where(node.c.id == topic.id)).one()
    assert tuple(row) == (None, "seen")


def test_redo_does_not_make_a_row_twice(store: Store) -> None:
    with deciding(store, ME, "note", now=NOW, made_by="test") as changes:
        key = changes.insert(note, person_id=ME, day=date(2026, 1, 12), body="x", created_at=NOW)
    actions.undo(store, ME, NOW)
    with store.write() as tx:
        tx.execute(note.insert().values(**key, person_id=ME, day=date(2026, 1, 12), body="mine", created_at=NOW))
    actions.redo(store, ME, NOW)
    assert _bodies(store, note) == ["mine"]


def _bodies(store: Store, table: Table) -> list[str]:
    with store.read() as tx:
        return [row.body for row in tx.execute(select(table))]
