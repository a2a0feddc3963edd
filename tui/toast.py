"""A sentence that comes and goes in a corner. The only caller of `notify`, which would read markup."""

from __future__ import annotations

from textual.dom import DOMNode

from tracker.core.text import clean_line
from tracker.core.urls import mask_secrets

SECONDS, SECONDS_BAD = 4, 8
MOST = 300  # characters; a toast is a sentence


def toast(node: DOMNode, sentence: str, *, bad: bool = False) -> None:
    """Show `sentence`, letter by letter."""
    said = "\n".join(clean_line(mask_secrets(line), MOST) for line in sentence.splitlines()[:6])
    node.app.clear_notifications()  # one at a time: fifty decisions in a row must not pile up over the list
    node.app.notify(
        said, severity="error" if bad else "information", markup=False, timeout=SECONDS_BAD if bad else SECONDS
    )
