"""A journal as a text of its own: entries written here that belong to no imported one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from tracker.core.document import DocumentNote
from tracker.core.journal import JournalStyle, entry


def journal(notes: Sequence[DocumentNote], style: JournalStyle | None = None) -> str:
    """All entries, newest first; those of one day in the order given. "" when there is none."""
    style = style or JournalStyle()
    order = sorted(zip(notes, count(), strict=False), key=lambda pair: (-pair[0].day.toordinal(), pair[1]))
    return "".join(entry(note, style) for note, _ in order).rstrip("\n") + "\n" if notes else ""
