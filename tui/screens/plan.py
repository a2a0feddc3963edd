"""Plans, roadmaps and lists as one tree: boxes ticked, levels, remarks, resources read, opened and given."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from textual import on, work

from tracker.core.errors import TrackerError
from tracker.core.inbox import Done, Row
from tracker.core.model import ResourceId
from tracker.core.plan import DEEPEST, Branch
from tracker.core.tally import counts
from tui.desks.journal import JournalDesk
from tui.desks.library import LibraryDesk
from tui.passage import Passage
from tui.plain import titled
from tui.said import said
from tui.screens.choose import Choice, Choose, holding
from tui.screens.outlined import Outlined
from tui.screens.write import Write, asked
from tui.widgets.lines import Lines
from tui.widgets.outline import Place
from tui.widgets.outlook import coverage, forecast
from tui.words import say

MOST_OFFERED = 50


class Plan(Outlined):
    """What one decides about the places of the tree, and how one gets to their resources."""

    NAME = "plan"

    # -- deciding ------------------------------------------------------------------------------------------------

    def _chosen(self) -> list[Branch]:
        return [one.branch for one in self.outline.picked()]

    @work(group="decide")
    async def action_tick(self) -> None:
        """Tick what is chosen, or take the ticks off when all have one. A heading alone folds."""
        chosen = self._chosen()
        boxes = [one for one in chosen if counts(one)]
        if chosen and not boxes:
            self.action_fold()
        elif boxes:
            ticked = not all(one.node.checked for one in boxes)
            await self._decided(self._plans.tick(boxes, on=ticked))
            if len(chosen) == 1:
                self.outline.go(self.outline.cursor + 1)

    async def _decided(self, deciding: Coroutine[Any, Any, Done]) -> None:
        """Wait until it is on disk, then show it and say so."""
        try:
            done = await deciding
        except TrackerError as error:
            self.complain(error)
            return
        self.say(say("said.decided", what=said(done), key=self.key_of("undo")))
        self._grown = await self._plans.grown()
        self._draw()

    @work(group="decide")
    async def action_level(self, level: str = "") -> None:
        """Choose how far one is; a number on the `:` line is taken at once."""
        chosen = self._chosen()
        if not chosen:
            return
        offered = [Choice(str(n), say(f"plan.level-{n}")) for n in (*range(DEEPEST + 1), "")]
        offered[-1] = offered[-1]._replace(value="-")
        answer = level or await self.app.push_screen_wait(
            Choose(say("plan.ask-level"), lambda typed: holding(offered, typed))
        )
        if answer:
            number = int(answer) if answer.isdecimal() else None
            await self._decided(self._plans.level(chosen, number))

    @work(group="decide")
    async def action_remark(self, words: str = "") -> None:
        """Say something of a place, in one's own words; the level follows where the words say one."""
        branch = self.branch
        if branch is None:
            return
        answer = words or await asked(self, say("plan.ask-remark"), branch.node.remark)
        if answer is not None:
            await self._decided(self._plans.remark(branch, answer))

    @work(group="decide")
    async def action_attach(self, query: str = "") -> None:
        """Find a resource in the library, and give it to the place."""
        branch = self.branch
        if branch is None:
            return
        query = query or await asked(self, say("plan.ask-attach")) or ""
        if not query.strip():
            return
        try:
            shelf = await LibraryDesk(self._desk.house).look(query, typing=True)
        except TrackerError as error:
            self.complain(error)
            return
        rows = {one.row.id: one.row for one in shelf.items if one.row is not None}
        id_ = await self._which(list(rows.values())[:MOST_OFFERED])
        if id_ is not None:
            await self._decided(self._plans.attach(branch, [id_]))
        elif not rows:
            self.say(say("plan.nothing-found", query=query))

    @work(group="decide")
    async def action_detach(self) -> None:
        """Take a resource off the place."""
        branch = self.branch
        if branch is None or not self.resources.items:
            return
        current = self.resources.current if self.focused is self.resources else None
        id_ = current.id if current else await self._which(self.resources.items)
        if id_ is not None:
            await self._decided(self._plans.attach(branch, [id_], off=True))

    async def _which(self, rows: Sequence[Row]) -> ResourceId | None:
        if not rows:
            return None
        offered = [Choice(str(row.id), titled(row.title, row.url), row.site) for row in rows]
        chosen = await self.app.push_screen_wait(Choose(say("plan.ask-which"), lambda typed: holding(offered, typed)))
        return ResourceId(int(chosen)) if chosen else None

    @work(group="decide")
    async def action_note(self) -> None:
        """An entry of today's journal about the place."""
        branch = self.branch
        if branch is None:
            return
        text = await self.app.push_screen_wait(Write(say("plan.ask-note", title=branch.node.title)))
        if text.strip():
            journal = JournalDesk(self._desk.house)
            await self._decided(journal.write(f"#{branch.node.id}", text, journal.today()))

    @work(group="decide")
    async def action_review(self) -> None:
        """A card of the place, due at once."""
        if self.branch is not None:
            await self._decided(self._plans.card(self.branch))

    def action_select(self) -> None:
        self.outline.toggle()
        self.outline.go(self.outline.cursor + 1)

    def action_select_range(self) -> None:
        self.outline.range()

    def action_select_all(self) -> None:
        self.outline.select_all()

    def action_select_none(self) -> None:
        self.outline.select(())

    # -- reading -------------------------------------------------------------------------------------------------

    @on(Lines.Opened)
    @work(exclusive=True, group="read")
    async def action_fold(self) -> None:
        """A heading folds and unfolds; of a place the resource is read, chosen where there are several."""
        from tui.screens.reader import Reader

        here = self.outline.current
        if here is None:
            return
        if self.focused is self.resources and self.resources.current:
            self.app.push_screen(Reader(self._desk, self.resources.current.id))
        elif here.branch.node.resources:
            row = await self._one_of(here)
            if row is not None:
                self.app.push_screen(Reader(self._desk, row.id))
        elif here.branch.children and self._only is None:
            self._fold({here.branch.node.id}, shut=not here.folded)
        else:
            self.say(say("plan.no-resource", key=self.key_of("attach")))

    @work(exclusive=True, group="read")
    async def action_forecast(self) -> None:
        """Read when the plan under the cursor will be done; of a place of no document all plans."""
        name = self.branch.node.document if self.branch else ""
        try:
            found = await self._plans.forecasts(name)
        except TrackerError as error:
            self.complain(error)
            return
        self._show_report("forecast", name, tuple(forecast(found)))

    @work(exclusive=True, group="read")
    async def action_coverage(self) -> None:
        """Read what the plan under the cursor has nothing to learn from, and where depth falls short."""
        name = self.branch.node.document if self.branch else ""
        try:
            found = await self._plans.lacks(name)
        except TrackerError as error:
            self.complain(error)
            return
        self._show_report("coverage", name, tuple(line for one in found for line in coverage(*one)))

    def _show_report(self, word: str, name: str, passages: Sequence[Passage]) -> None:
        from tui.screens.reader import Reader

        if passages:
            title = say(f"plan.{word}-of", plan=name or say("places.plan"))
            self.app.push_screen(Reader(self._desk, title=title, passages=passages))
        else:
            self.say(say("plan.no-report"))

    async def _one_of(self, here: Place) -> Row | None:
        """The resource of a place, chosen where there are several."""
        try:
            found = await self._plans.detail(here.branch)
        except TrackerError as error:
            self.complain(error)
            return None
        if len(found.resources) < 2:
            return next(iter(found.resources), None)
        id_ = await self._which(found.resources)
        return next((row for row in found.resources if row.id == id_), None)

    @work(group="open")
    async def action_open(self) -> None:
        """Open the resource in the browser; the host is said."""
        here = self.outline.current
        if here is None:
            return
        row = self.resources.current if self.focused is self.resources else await self._one_of(here)
        if row is None:
            return
        try:
            host = await self._desk.open(row.url)
        except TrackerError as error:
            self.complain(error)
            return
        self.say(say("said.opened", host=host))

    def action_copy(self, form: str) -> None:
        """Copy the address of the resource, or the title of the place."""
        from tui.screens.listing import as_link

        row = self.resources.current
        if row is not None and row.url:
            self.app.copy_to_clipboard(row.url if form == "url" else as_link(row.title, row.url))
            self.say(say("said.copied"))
        else:
            self.say(say("said.no-address"))
