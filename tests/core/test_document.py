"""What readers hand over: pieces with plain defaults, none shared between two of them."""

from __future__ import annotations

from tracker.core.document import INFO, Document, DocumentNode, Finding, Mention


def test_a_piece_says_nothing_that_its_document_does_not() -> None:
    one, other = DocumentNode("a", "day", "A", 1), DocumentNode("b", "day", "B", 2)
    assert (one.emphasis, one.tracks, one.day_from, one.level, one.checked) == ({}, (), None, None, False)
    assert one.emphasis is not other.emphasis
    assert (Mention("k", 1, "T").url, Mention("k", 1, "T").kind) == ("", None)
    found = Document("a.md", "list", "A", "text", findings=(Finding(1, INFO, "odd"),))
    assert (found.mentions, found.nodes, found.notes, found.findings[0].what_to_do) == ((), (), (), "")
