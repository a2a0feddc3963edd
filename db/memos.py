"""Small facts about this database that outlive a restart, by name, in `meta`: what the daemon said and wrote last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from db.store import Tx
from db.tables import meta


def recall(tx: Tx, name: str) -> Any:
    """What was kept under `name`; None when nothing was."""
    return tx.execute(select(meta.c.value).where(meta.c.key == name)).scalar()


def keep(tx: Tx, name: str, value: Any) -> None:
    """Keep a value that JSON can say under `name`."""
    tx.execute(meta.delete().where(meta.c.key == name))
    tx.execute(meta.insert().values(key=name, value=value))
