"""The journal of actions: appended with the decision itself in one transaction, read backwards for undo."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, ScalarSelect, Table, and_, func, select, update
from sqlalchemy.types import TypeEngine

from db import inbox as filings
from db.store import Tx
from db.tables import action, filing_topic, metadata, note
from db.types import Bytes, UtcDateTime
from tracker.core.actions import Change, RowChange, from_json, invert, to_json
from tracker.core.inbox import HistoryEntry, Step, apply
from tracker.core.model import ActionId, PersonId


class Changes:
    """Writes rows and remembers how they stood. What goes through here can be taken back with `tracker undo`.

    Changing a row to what it says already is no change and is not remembered.
    """

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.made: list[Change] = []
        self.label = ""  # the sentence of the history; may be set late, when the names are known

    def insert(self, table: Table, **values: Any) -> dict[str, Any]:
        """Add a row; returns its key (`{"id": 7}`)."""
        row = self.tx.execute(table.insert().values(**values).returning(*table.primary_key.columns)).one()
        key = dict(row._mapping)
        now = _stored(self.tx, table, key)
        assert now is not None
        self.made.append(RowChange(table.name, plain(key), None, plain(now)))
        return key

    def update(self, table: Table, key: Mapping[str, Any] | int, /, **values: Any) -> bool:
        """Change a row (an int is its `id`); False when it says so already or is not there."""
        key = _key(key)
        before = _stored(self.tx, table, key)
        changed = {} if before is None else {name: to for name, to in values.items() if before[name] != to}
        if before is None or not changed:
            return False
        self.tx.execute(update(table).where(_is(table, key)).values(**changed))
        old = {name: before[name] for name in changed}
        self.made.append(RowChange(table.name, plain(key), plain(old), plain(changed)))
        return True

    def delete(self, table: Table, key: Mapping[str, Any] | int) -> bool:
        """Take a row out; False when it is not there. Rows that hang on it must be taken out first."""
        key = _key(key)
        before = _stored(self.tx, table, key)
        if before is None:
            return False
        self.tx.execute(table.delete().where(_is(table, key)))
        self.made.append(RowChange(table.name, plain(key), plain(before), None))
        return True

    def steps(self, person: PersonId, steps: Sequence[Step], now: datetime) -> None:
        """Where resources stand, as part of the same decision.

        Topics taken off go as rows: undo brings them back with who put them there and when. So do those that come
        without a decision about the resource (a rule's tag): a step knows no other time than that of the decision.
        """
        for step in steps:
            before, after = step.before.topics, step.after.topics
            gone, came = before - after, after - before if step.after.decided_at is None else frozenset()
            for topic in sorted(gone):
                self.delete(filing_topic, {"person_id": person, "resource_id": step.resource, "node_id": topic})
            for topic in sorted(came):
                row = {"person_id": person, "resource_id": step.resource, "node_id": topic}
                self.insert(filing_topic, **row, origin="decision", at=now)
            kept = replace(step, after=replace(step.after, topics=(after | gone) - came))
            filings.put(self.tx, person, [kept], now)
            self.made.append(kept)


def _key(key: Mapping[str, Any] | int) -> Mapping[str, Any]:
    return {"id": key} if isinstance(key, int) else key


def _is(table: Table, key: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _stored(tx: Tx, table: Table, key: Mapping[str, Any]) -> dict[str, Any] | None:
    row = tx.execute(select(table).where(_is(table, key))).first()
    return None if row is None else dict(row._mapping)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _to_plain(value) for name, value in values.items()}


def _to_plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b85encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date) else value


def from_plain(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read(table.c[name].type, value) for name, value in values.items()}


def _read(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Bytes):
        return base64.b85decode(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def put(tx: Tx, person: PersonId, changes: Sequence[Change], now: datetime) -> tuple[Step, ...]:
    """Carry changes out where things stand now: what others changed meanwhile stays. Returns the steps as they fell."""
    fell: list[Step] = []
    for one in changes:
        if isinstance(one, RowChange):
            _put_row(tx, one, now)
        else:
            for here in filings.standings(tx, person, [one.resource]).values():
                step = Step(one.resource, here, apply(here, one))
                filings.put(tx, person, [step], now)
                fell.append(step)
    return tuple(fell)


def _put_row(tx: Tx, one: RowChange, now: datetime) -> None:
    """One row as `one.after` says. A row that others took out meanwhile stays out; one they made again stays."""
    table = metadata.tables[one.table]
    key = from_plain(table, one.key)
    if one.after is None:
        _take_out(tx, table, key, now)
    elif one.before is not None:
        tx.execute(update(table).where(_is(table, key)).values(**from_plain(table, one.after)))
    elif _stored(tx, table, key) is None:
        tx.execute(table.insert().values(**from_plain(table, one.after)))
    elif table is note:
        tx.execute(update(note).where(_is(table, key)).values(gone_at=None))


def _take_out(tx: Tx, table: Table, key: Mapping[str, Any], now: datetime) -> None:
    """A row that goes. A note of a journal may stand in its file by now: its row stays, for the file to lose it."""
    if (
        table is note
        and tx.execute(
            update(note).where(_is(table, key), note.c.document_id.is_not(None)).values(gone_at=now)
        ).rowcount
    ):
        return
    tx.execute(table.delete().where(_is(table, key)))


def record(
    tx: Tx, person: PersonId, *, verb: str, label: str, made_by: str, changes: Sequence[Change], now: datetime
) -> ActionId:
    """Keep a decision. What was undone before it stays in the history, but can no longer be redone: it loses its way
    back, or it would be done again once this decision is undone as well, on ground it never stood on.
    """
    mine = (action.c.person_id == person) & action.c.undone & (action.c.id > _newest(person))
    tx.execute(update(action).where(mine).values(inverse=[]))
    row = {
        "person_id": person,
        "at": now,
        "verb": verb,
        "label": label,
        "made_by": made_by,
        "forward": to_json(changes),
        "inverse": to_json(invert(changes)),
    }
    return ActionId(tx.execute(action.insert().values(**row).returning(action.c.id)).scalar_one())


def last(tx: Tx, person: PersonId, *, undone: bool) -> tuple[ActionId, str, str, tuple[Change, ...]] | None:
    """The decision undo takes back (`undone=False`) or redo does again: id, verb, label and its forward changes."""
    mine = action.c.person_id == person
    if undone:
        query = select(action).where(mine, action.c.undone, action.c.id > _newest(person)).order_by(action.c.id)
        row = next((row for row in tx.execute(query) if row.inverse), None)
    else:
        row = tx.execute(select(action).where(mine, action.c.id == _newest(person))).first()
    if row is None:
        return None
    return ActionId(row.id), row.verb, row.label, from_json(row.forward)


def _newest(person: PersonId) -> ScalarSelect[int]:
    """The newest decision that stands, 0 when there is none."""
    stands = (action.c.person_id == person) & action.c.undone.is_(False)
    return select(func.coalesce(func.max(action.c.id), 0)).where(stands).scalar_subquery()


def mark(tx: Tx, id_: ActionId, *, undone: bool, now: datetime) -> None:
    """Say that a decision was taken back, or done again."""
    tx.execute(update(action).where(action.c.id == id_).values(undone=undone, undone_at=now if undone else None))


def taken_back(tx: Tx, person: PersonId, made_by: str) -> frozenset[int]:
    """Resources about which steps of `made_by` were undone and stand so."""
    query = select(action.c.forward).where(action.c.person_id == person, action.c.undone, action.c.made_by == made_by)
    steps = (one for row in tx.execute(query) for one in from_json(row.forward))
    return frozenset(int(one.resource) for one in steps if isinstance(one, Step))


def history(tx: Tx, person: PersonId, limit: int) -> list[HistoryEntry]:
    """Decisions, newest first."""
    query = select(action).where(action.c.person_id == person).order_by(action.c.id.desc()).limit(limit)
    return [_entry(row) for row in tx.execute(query)]


def _entry(row: Any) -> HistoryEntry:
    return HistoryEntry(ActionId(row.id), row.at, row.verb, row.label, row.made_by, row.undone, len(row.forward))
