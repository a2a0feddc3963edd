"""Addresses that were found for works, on both engines: proposed, taken with their rivals closed, taken back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from db.store import Store
from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import Entry, Harvest, ResourceKind
from tracker.core.web import Answer, Reply, Request
from tracker.services import actions, library, merging, renaming, resolve, rules
from tracker.services.documents import import_document

NOW = datetime(2026, 1, 12, tzinfo=UTC)
TITLES = {
    "2401.00001": "Odd Nets",
    "2401.00002": "Odd Nets: Two",
    "2401.00003": "Net 1: First",
    "2401.00004": "Net 2: Next",
}


class Api:
    """arXiv, that gives everything it has; a reader that needs no process."""

    async def fetch(self, request: Request) -> Answer:
        return Reply(request, request.url, 200, {}, b"")

    async def read(self, *_: Any) -> Harvest:
        found = (Entry(id=n, url=f"http://arxiv.org/abs/{n}v3", title=title) for n, title in TITLES.items())
        return Harvest(entries=tuple(found))

    async def run(self, *_: Any) -> Any:
        raise NotImplementedError


def listed(store: Store, *titles: str, urls: tuple[str, ...] = ()) -> None:
    node = DocumentNode("s", "section", "Papers", 1)
    named = [Mention(f"k{n}", n + 2, title, "", kind=ResourceKind.PAPER, node="s") for n, title in enumerate(titles)]
    linked = [Mention(f"u{n}", n + 50, "Other", url, node="s") for n, url in enumerate(urls)]
    import_document(store, ME, Document("l.md", "list", "L", "text", {}, (*named, *linked), (node,)), now=NOW)


def asked(store: Store) -> dict[str, list[str]]:
    api = Api()
    found = asyncio.run(resolve.papers(store, ME, api, api, NOW))
    return {one.name: [fit.page.url[-1] for fit in one.fits] for one in found}


def works(store: Store) -> list[tuple[str, str, tuple[str, ...]]]:
    return sorted((one.title, one.url, one.topics) for one in library.resources(store, ME))


def test_one_of_two_candidates_is_taken_and_the_other_is_no_more(store: Store) -> None:
    listed(store, "Odd Nets")
    before = works(store)
    assert asked(store) == {"Odd Nets": ["1", "2"]}
    assert works(store) == before
    first, _ = merging.proposals(store, ME)
    merging.accept(store, ME, [first.id], now=NOW, made_by="test")
    assert works(store) == [("Odd Nets", "https://arxiv.org/abs/2401.00001", ("Papers",))]
    assert merging.proposals(store, ME) == []
    assert asked(store) == {}
    actions.undo(store, ME, NOW)
    assert works(store) == before
    assert len(merging.proposals(store, ME)) == 2


def test_works_of_one_row_are_added_beside_it_new_or_known(store: Store) -> None:
    listed(store, "Net 1/2", urls=("https://arxiv.org/pdf/2401.00004",))
    before = works(store)
    assert asked(store) == {"Net 1": ["3"], "Net 2": ["4"]}
    merging.accept(store, ME, [one.id for one in merging.proposals(store, ME)], now=NOW, made_by="test")
    assert [title for title, _, topics in works(store) if "Papers" in topics] == ["Net 1", "Net 1/2", "Other"]
    actions.undo(store, ME, NOW)
    assert works(store) == before


def test_a_paper_the_library_has_under_its_address_is_offered_as_one_work(store: Store) -> None:
    listed(store, "Odd Nets: Two", urls=("https://arxiv.org/abs/2401.00002",))
    asked(store)
    (offer,) = (one for one in merging.proposals(store, ME) if one.kind == "merge")
    merging.accept(store, ME, [offer.id], now=NOW, made_by="test")
    assert [url for _, url, _ in works(store)] == ["https://arxiv.org/abs/2401.00002"]


def test_rules_of_everybody_follow_a_renamed_source(store: Store) -> None:
    clock = rules.Clock(NOW, NOW.tzinfo)  # type: ignore[arg-type]
    rules.add(store, ME, "mute F", "source:F", "skip", clock, "test")
    with store.write() as tx:
        (told,) = renaming.follow(tx, [("F", "G")], ["G"], NOW)
    assert told == "'F' is called 'G' now: the rules 'mute G' follow"
    assert [(one.name, one.when) for one in rules.rules(store, ME)] == [("mute G", 'source:"G"')]
    actions.undo(store, ME, NOW)
    assert [(one.name, one.when) for one in rules.rules(store, ME)] == [("mute F", "source:F")]
