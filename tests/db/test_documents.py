"""What a document's reading writes: the same on both engines."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from db.store import Store
from db.tables import filing, resource
from tracker.core.model import FIRST_PERSON as ME
from tracker.services.documents import import_document, read_text

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


def test_what_a_document_lists_is_filed_unless_somebody_decided(store: Store) -> None:
    def lists(*numbers: int) -> dict[int, str]:
        text = "# A\n" + "".join(f"- [Kiln {n}](https://a.example/{n})\n" for n in numbers)
        import_document(store, ME, read_text(text, "list.md", "list"), now=NOW)
        with store.read() as tx:
            stands = select(resource.c.title, filing.c.state).join(filing, filing.c.resource_id == resource.c.id)
            return {int(row.title.split()[1]): row.state for row in tx.execute(stands)}

    assert lists(1, 2) == {1: "filed", 2: "filed"}
    with store.write() as tx:
        tx.execute(filing.update().where(filing.c.resource_id == 1).values(state="done"))
        tx.execute(filing.delete().where(filing.c.resource_id == 2))
    assert lists(1, 3) == {1: "done", 3: "filed"}  # the second left the list: it is not filed again
