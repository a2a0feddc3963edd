"""Entries of the journal as lines: the day, what it is about, how much was noted."""

from __future__ import annotations

from collections.abc import Hashable

from tracker.core.model import NoteId
from tracker.core.plan import JournalEntry
from tracker.core.text import clock
from tui.plain import titled
from tui.widgets.lines import Cell, Lines

DAY_CELLS, PART_CELLS, COUNT_CELLS = 9, 9, 4
WIDE_ENOUGH = 46


class Entries(Lines[JournalEntry]):
    """Notes, the newest first; a day is told once."""

    _openers: frozenset[NoteId] = frozenset()

    def fill(self, items: list[JournalEntry], *, keep: bool = False) -> None:
        firsts = {one.day: one.id for one in reversed(items)}
        self._openers = frozenset(firsts.values())
        super().fill(items, keep=keep)

    def key_of(self, item: JournalEntry) -> Hashable:
        return item.id

    def cells(self, item: JournalEntry, width: int) -> list[Cell]:
        wide = width >= WIDE_ENOUGH
        day = f"{item.day:%y-%m-%d}" if wide else f"{item.day:%m-%d}"
        day_cells, part_cells, count_cells = (DAY_CELLS, PART_CELLS, COUNT_CELLS) if wide else (6, 6, 0)
        part = item.part or (clock(item.start_seconds) if item.start_seconds is not None else "")
        count = sum(item.bullets.values())
        room = max(4, width - day_cells - part_cells - count_cells)
        return [
            (day if item.id in self._openers else "", day_cells, "dim"),
            (titled(item.title), room, ""),
            (f" {part}", part_cells, "kind"),
            (f"{count or '':>3}", count_cells, "dim"),
        ]
