"""What readers hand over: pieces with plain defaults, none shared between two of them."""

from __future__ import annotations

import pickle

from tracker.core.document import INFO, Document, DocumentNode, Finding, Mention
from tracker.core.model import ResourceKind


def test_a_piece_says_nothing_that_its_document_does_not() -> None:
    one, other = DocumentNode("a", "day", "A", 1), DocumentNode("b", "day", "B", 2)
    assert (one.emphasis, one.tracks, one.day_from, one.level, one.checked) == ({}, (), None, None, False)
    assert one.emphasis is not other.emphasis
    assert (Mention("k", 1, "T").url, Mention("k", 1, "T").kind) == ("", None)
    found = Document("a.md", "list", "A", "text", findings=(Finding(1, INFO, "odd"),))
    assert (found.mentions, found.nodes, found.notes, found.findings[0].what_to_do) == ((), (), (), "")


def test_a_mention_comes_back_from_another_process_as_it_was() -> None:
    full = Mention(
        "key", 3, "推测解码", "https://a.example/x", ("A", "B"), "label", "publisher", "note", ResourceKind.PAPER, ("ann",),
        90, "track", 1, 5, "node",
    )  # fmt: skip
    for one in (full, Mention("k", 1, "only named")):
        assert pickle.loads(pickle.dumps(one, protocol=5)) == one
