"""Values of a document go between processes."""

from __future__ import annotations

import pickle

from tracker.core.document import Mention
from tracker.core.model import ResourceKind


def test_a_mention_comes_back_as_it_was() -> None:
    full = Mention(
        "key", 3, "推测解码", "https://a.example/x", ("A", "B"), "label", "publisher", "note", ResourceKind.PAPER, ("ann",),
        90, "track", 1, 5, "node",
    )  # fmt: skip
    for one in (full, Mention("k", 1, "only named")):
        assert pickle.loads(pickle.dumps(one, protocol=5)) == one
