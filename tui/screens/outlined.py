"""The tree of plans, roadmaps and lists: drawing it, moving in it, finding in it. Decisions are in `plan.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from tracker.core.errors import TrackerError
from tracker.core.model import NodeId
from tracker.core.plan import Branch, walk
from tracker.core.text import fold
from tui.desk import Desk
from tui.desks.plan import Detail, Grown, PlanDesk
from tui.plain import joined
from tui.screens.finding import Finding
from tui.widgets.bars import bar
from tui.widgets.lines import Lines
from tui.widgets.outline import Outline, Place, visible
from tui.widgets.place import BAR, about
from tui.widgets.rows import Rows
from tui.widgets.words import Words
from tui.words import say

REST = 0.05  # seconds the cursor stands still before what stands behind a place is read
TYPING_PAUSE = 0.08
SHUT = 2  # levels that are open at first
UNKNOWN = Grown((), {}, {}, frozenset(), date.min)


class Outlined(Finding):
    """The tree, and beside it what stands behind the place under the cursor."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._plans = PlanDesk(desk.house)
        self._grown = UNKNOWN
        self._folded: set[NodeId] | None = None  # None: nothing was read yet
        self._query = ""
        self._only: set[NodeId] | None = None
        self._wanted: NodeId | None = None

    def body(self) -> ComposeResult:
        with Container(id="plan-body"):
            yield Outline(id="outline")
            with Vertical(id="plan-side"):
                with VerticalScroll(id="plan-about", can_focus=False):
                    yield Words(id="about")
                yield Rows(id="plan-resources")
        yield Input(placeholder=say("plan.find"), id="find")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#find").display = False
        self.set_focus(self.outline)

    @property
    def outline(self) -> Outline:
        """The tree."""
        return self.query_one("#outline", Outline)

    @property
    def resources(self) -> Rows:
        """The resources of the place under the cursor."""
        return self.query_one("#plan-resources", Rows)

    @property
    def branch(self) -> Branch | None:
        """The place under the cursor."""
        return self.outline.current.branch if self.outline.current else None

    # -- reading -------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read the trees; the cursor stays on its place."""
        try:
            self._grown = await self._plans.grown()
        except TrackerError as error:
            self.complain(error)
            return
        begun, self._folded = self._folded is not None, self._folded or set()
        if not begun:
            self._folded = {one.node.id for depth, one in walk(self._grown.trees) if depth >= SHUT and one.children}
        if self._wanted is not None:
            self._unfold_to(self._wanted)
            self._wanted = None
            return
        self._draw()
        if not begun:
            self.action_today_rows(quiet=True)

    def _draw(self, on: NodeId | None = None) -> None:
        """Show what is unfolded, the cursor on `on` or where it stood."""
        here = on or (self.branch.node.id if self.branch else None)
        grown = self._grown
        places = list(visible(grown.trees, self._folded or (), grown.below, grown.today, self._only))
        line = next((n for n, one in enumerate(places) if one.branch.node.id == here), self.outline.cursor)
        self.outline.fill(places, keep=True)
        self.outline.go(line)
        self.draw_status()

    @on(Lines.Picked)
    def draw_status(self) -> None:
        """How far one is with the document under the cursor, what is selected, what is looked for."""
        branch = self.branch
        parts: list[tuple[str, str]] = []
        if branch is not None:
            roots = [one for one in self._grown.trees if one.node.document == branch.node.document]
            found = [self._grown.below[one.node.id] for one in roots if one.node.id in self._grown.below]
            done, total = sum(one.done for one in found), sum(one.total for one in found)
            parts.append((branch.path[0] if len(roots) == 1 else branch.node.document or branch.path[0], "bold"))
            if total:
                full, left = bar(done / total, BAR)
                parts += [("   ", ""), (full, "$success"), (left, "$muted"),
                          (f"  {say('plan.done', done=done, total=total)}", "$muted")]  # fmt: skip
        if self.outline.selected:
            parts.append((f"   {say('plan.selected', n=len(self.outline.selected))}", "bold $accent"))
        if self._query:
            parts.append((f"   /{self._query}", "$accent"))
        self.status(*parts)

    @on(Lines.Moved, "#outline")
    def moved(self, event: Lines.Moved) -> None:
        """Show what stands behind the place."""
        if self.branch is not None:
            self.detail(self.branch)
            return
        self.resources.fill([])
        empty = say("plan.no-hit", query=self._query) if self._query else say("plan.empty")
        self.query_one("#about", Words).draw(joined((empty, "$muted")))

    @work(exclusive=True, group="detail")
    async def detail(self, branch: Branch) -> None:
        """Read what stands behind a place once the cursor rests; a newer move cancels an older one."""
        self._tell(branch, None)
        self.draw_status()
        await asyncio.sleep(REST)
        try:
            found = await self._plans.detail(branch)
        except TrackerError as error:
            self.complain(error)
            return
        self._tell(branch, found)
        self.query_one("#plan-about").scroll_home(animate=False)
        self.resources.fill(list(found.resources))
        self.resources.display = bool(found.resources)

    def _tell(self, branch: Branch, found: Detail | None) -> None:
        cells = self.query_one("#plan-about").scrollable_content_region.width
        parts = about(branch, found, self._grown, self._desk.house.zone, cells)
        self.query_one("#about", Words).draw(joined(*parts))

    # -- moving --------------------------------------------------------------------------------------------------

    def _list(self) -> Lines[Any]:
        return self.resources if self.focused is self.resources else self.outline

    def action_move(self, step: int) -> None:
        self._list().go(self._list().cursor + step)

    def action_page(self, step: int) -> None:
        self._list().page(step)

    def action_top(self) -> None:
        self._list().go(0)

    def action_bottom(self) -> None:
        self._list().go(len(self._list().items) - 1)

    def action_panel(self, step: int) -> None:
        """Right unfolds or goes to the resources, left folds or goes to what is above; Tab changes the side."""
        here = self.outline.current
        if self.focused is self.resources:
            self.set_focus(self.outline)
        elif step > 0 and here is not None and here.folded:
            self._fold({here.branch.node.id}, shut=False)
        elif step < 0 and here is not None and here.branch.children and not here.folded and self._only is None:
            self._fold({here.branch.node.id}, shut=True)
        elif step < 0 and here is not None and here.branch.node.parent is not None:
            self._draw(here.branch.node.parent)
        elif self.resources.items:
            self.set_focus(self.resources)

    def action_scroll_preview(self, step: int) -> None:
        self.query_one("#plan-about").scroll_relative(y=step * 3, animate=False)

    def _fold(self, ids: set[NodeId], *, shut: bool) -> None:
        folded = self._folded or set()
        self._folded = folded | ids if shut else folded - ids
        self._draw()

    def action_fold_all(self) -> None:
        """Only the tops are left."""
        here = self.branch
        self._folded = {one.node.id for _, one in walk(self._grown.trees) if one.children}
        top = next((one.node.id for one in self._grown.trees if here and one.path[0] == here.path[0]), None)
        self._draw(top)

    def action_unfold_all(self) -> None:
        self._folded = set()
        self._draw()

    def action_today_rows(self, *, quiet: bool = False) -> None:
        """Go to the first row of today that is not done."""
        wanted = [one for _, one in walk(self._grown.trees) if one.node.id in self._grown.today]
        found = next((one for one in wanted if not one.node.checked), wanted[0] if wanted else None)
        if found is not None:
            self._unfold_to(found.node.id)
        elif not quiet:
            self.say(say("plan.no-today"))

    def show_place(self, id_: NodeId) -> None:
        """Go to a place, once the trees are read."""
        self._wanted = id_
        self.load()

    def _unfold_to(self, id_: NodeId) -> None:
        """Put the cursor on a place, what is above it unfolded, some lines above it in sight."""
        parents = {one.node.id: one.node.parent for _, one in walk(self._grown.trees)}
        above, up = set[NodeId](), parents.get(id_)
        while up is not None:
            above.add(up)
            up = parents.get(up)
        self._folded = (self._folded or set()) - above
        self._only, self._query = None, ""
        self._draw(id_)
        self.outline.scroll_to(y=max(0, self.outline.cursor - self.outline.size.height // 3), animate=False)

    # -- finding -------------------------------------------------------------------------------------------------

    @property
    def listed(self) -> Widget:
        return self.outline

    def look_for(self, query: str, *, typing: bool) -> None:
        """Show the places that hold words, with what they stand under."""
        self.narrow(query, pause=TYPING_PAUSE if typing else 0.0)

    @work(exclusive=True, group="find")
    async def narrow(self, query: str, *, pause: float = 0.0) -> None:
        """Leave the places that hold every word, and what is above them."""
        await asyncio.sleep(pause)
        self._query = query
        self._only = await asyncio.to_thread(holders, self._grown.trees, self._query) if self._query else None
        self._draw()
        if self._query:
            self.outline.go(first_of(self.outline.items, self._query))

    def action_cancel(self) -> None:
        """First the field goes, then the selection, then the words."""
        self.awaits_answer()
        if self.outline.selected and not self.typing:
            self.outline.select(())
            return
        self.query_one("#find", Input).value = ""
        self.close_find()
        if self._query:
            self.narrow("")


def holders(trees: Sequence[Branch], query: str) -> set[NodeId]:
    """The places that hold every word of `query`, and all above them."""
    words, kept = fold(query).split(), set[NodeId]()
    for _, one in reversed(list(walk(trees))):
        if holds(one, words) or any(child.node.id in kept for child in one.children):
            kept.add(one.node.id)
    return kept


def holds(branch: Branch, words: Sequence[str]) -> bool:
    """Whether a place itself holds every word."""
    node = branch.node
    there = fold(" ".join((node.title, node.remark, node.practice, *node.tracks, *node.aliases)))
    return all(word in there for word in words)


def first_of(places: Sequence[Place], query: str) -> int:
    """The line of the first place that itself holds the words."""
    words = fold(query).split()
    return next((n for n, one in enumerate(places) if holds(one.branch, words)), 0)
