"""The snapshots of feeds over time, crawled one after another from a loopback server; what the library made of them."""

from __future__ import annotations

import tempfile
import threading
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from db.tables import filing, resource, sighting, source
from tests.conftest import Answer, ScriptedWeb
from tests.corpus.predict import Row, expected
from tracker.wiring import house_of

NOW = datetime(2026, 9, 1, tzinfo=UTC)
CONFIG = '[network]\nallow_private = ["{host}"]\nhost_spacing = 0.0\n[crawl]\ndaily_cap = 100000\n'
LIST = "version: 1\nsources:\n  - name: s\n    url: {base}/feed\n    kind: feed\n    max_items_first_fetch: 100000\n"


async def series(folder: Path) -> AsyncIterator[Row]:
    """A line a snapshot: `new` and `changed` by item, `inbox` what came before a person, `known` all that is kept."""
    rows = expected(folder)
    web = ScriptedWeb()
    threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        with zipfile.ZipFile(folder / "files.zip") as archive:
            for name in dict.fromkeys(row["series"] for row in rows):
                steps = sorted((row for row in rows if row["series"] == name), key=lambda row: row["step"])
                async for one in _crawled(web, [(row["id"], archive.read(row["path"])) for row in steps]):
                    yield one
    finally:
        web.shutdown()
        web.server_close()


async def _crawled(web: ScriptedWeb, steps: list[tuple[str, bytes]]) -> AsyncIterator[Row]:
    with tempfile.TemporaryDirectory() as home:
        Path(home, "config.toml").write_text(CONFIG.format(host=web.base.removeprefix("http://")))
        Path(home, "sources.yaml").write_text(LIST.format(base=web.base))
        with house_of({"home": home, "sources": str(Path(home, "sources.yaml"))}) as house:
            before: dict[str, Any] = {}
            waiting: set[int] = set()
            for number, (id_, body) in enumerate(steps):
                house.frozen = NOW + timedelta(days=number)
                web.routes["/feed"] = Answer(body=body, headers={"Content-Type": "application/xml"})
                await house.crawl(everything=True)
                after = _items(house)
                inbox = _waiting(house)
                yield {
                    "id": id_,
                    "new": [row.id for key, row in after.items() if key not in before],
                    "changed": [
                        r.id for k, r in after.items() if k in before and before[k].content_hash != r.content_hash
                    ],
                    "inbox": sorted(inbox - waiting),
                    "known": {
                        row.id: [row.resource_id, row.title, row.url, str(row.published_at)] for row in after.values()
                    },
                }
                before, waiting = after, inbox


def _items(house: Any) -> dict[str, Any]:
    """Every sighting by its key; `id` as the corpus names an item: its id, else its address."""
    columns = (sighting.c.item_key, sighting.c.resource_id, sighting.c.content_hash, sighting.c.title, sighting.c.url)
    named = (sighting.c.guid.op("||")("")).label("guid")
    query = select(*columns, sighting.c.published_at, named).join(source, source.c.id == sighting.c.source_id)
    with house.store.read() as tx:
        return {row.item_key: _Item(row) for row in tx.execute(query)}


class _Item:
    def __init__(self, row: Any) -> None:
        self.id = row.guid or row.url
        self.resource_id, self.content_hash = row.resource_id, row.content_hash
        self.title, self.url, self.published_at = row.title, row.url, row.published_at


def _waiting(house: Any) -> set[int]:
    with house.store.read() as tx:
        return {row[0] for row in tx.execute(select(filing.c.resource_id).join(resource))}
