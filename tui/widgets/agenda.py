"""What the day asks for, as lines; and how far one is, as bars."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from rich.cells import cell_len

from tui.desks.today import Agenda, Asked
from tui.plain import fit, titled
from tui.widgets.bars import bar
from tui.widgets.detail import Part
from tui.widgets.lines import Cell, Lines
from tui.words import say

KIND_CELLS = 11
BESIDE_CELLS = 22
WIDE = 60
NAME_CELLS, BAR_CELLS = 18, 14
MOST_BARS = 8
INKS = {"talk": "mark", "reviews": "mark", "row": "good", "noted": "dim", "shortlist": "kind", "new": "kind"}


class AgendaList(Lines[Asked]):
    """Lines of the day; what fits into the day's minutes has a dot."""

    def key_of(self, item: Asked) -> Hashable:
        return item.key

    def cells(self, item: Asked, width: int) -> list[Cell]:
        beside = self._beside() if width >= WIDE else 0
        tick = "" if item.node is None else "[x] " if item.node.checked else "[ ] "
        room = max(4, width - 2 - KIND_CELLS - beside)
        return [
            ("• " if item.fits else "* " if item.starred else "", 2, "mark"),
            (say(f"today.{item.kind}"), KIND_CELLS, INKS[item.kind]),
            (f"{tick}{titled(item.title, item.url)}", room, "dim" if item.kind == "noted" else ""),
            (f"  {item.beside}", beside, "dim"),
        ]

    def _beside(self) -> int:
        """Cells for what stands beside the titles today: none when nothing does, so that no title is cut for it."""
        longest = max((cell_len(one.beside) for one in self.items), default=0)
        return min(BESIDE_CELLS, longest + 2) if longest else 0


def progress(agenda: Agenda) -> Iterable[Part]:
    """The run of days noted, and a bar a plan and a track."""
    if agenda.noted:
        yield f"{say('today.noted-days', n=agenda.noted)}   ", "bold"
        yield f"{say('today.run', n=agenda.run, longest=agenda.longest)}\n\n", "$muted"
    if agenda.tallies:
        yield f"{say('today.progress')}\n", "bold"
    for one in agenda.tallies[:MOST_BARS]:
        done, left = bar(one.done / one.total, BAR_CELLS)
        yield f"{fit(one.name, NAME_CELLS)} ", "bold" if one.kind == "plan" else ""
        yield done, "$text-success"
        yield left, "$muted"
        yield f" {one.percent:3d} %\n", "$muted"
