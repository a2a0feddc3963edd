"""What screens with a list of resources beside a preview share: moving, selecting, reading, opening, deciding."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from textual import on, work
from textual.css.query import NoMatches
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from tracker.core.errors import TrackerError
from tracker.core.inbox import Done, Row
from tracker.core.model import ResourceId
from tracker.core.text import strip_unseen
from tui.plain import titled
from tui.screens.deciding import Noting
from tui.screens.finding import Finding
from tui.widgets.lines import Lines
from tui.widgets.preview import Preview
from tui.widgets.rows import Works
from tui.words import say

MARKS = {ord(mark): f"\\{mark}" for mark in "[]\\"}
REST = 0.03  # seconds the cursor stands still before its preview is read


class Listing(Noting, Finding):
    """A list of resources and a `Preview`. A kind of listing loads its rows, and says what happens after a decision."""

    @property
    def rows(self) -> Works[Any]:
        """The list. It goes before its screen does: what works for it then ends like work that was cancelled."""
        try:
            return self.query_one("#rows", Works)
        except NoMatches:
            if self.is_attached and not self._pruning:
                raise
            raise asyncio.CancelledError from None

    @property
    def row(self) -> Row | None:
        """The resource under the cursor."""
        return self.rows.row

    def teaser(self, row: Row, text: str) -> str:
        """What the preview shows of a resource below its facts."""
        return text

    def after(self, done: Done, ids: list[ResourceId]) -> None:
        """The list after a decision about `ids` is on disk."""
        self.rows.take_out(set(ids))

    # -- moving and selecting ------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        if isinstance(self.focused, Preview):
            self.focused.scroll_relative(y=step, animate=False)
        else:
            self.rows.go(self.rows.cursor + step)

    def action_page(self, step: int) -> None:
        if isinstance(self.focused, Preview):
            self.focused.scroll_relative(y=step * max(1, self.focused.size.height - 1), animate=False)
        else:
            self.rows.page(step)

    def action_top(self) -> None:
        self.rows.go(0)

    def action_bottom(self) -> None:
        self.rows.go(len(self.rows.items) - 1)

    def action_panel(self, step: int) -> None:
        self.set_focus(self.rows if isinstance(self.focused, Preview) else self.query_one(Preview))

    def action_scroll_preview(self, step: int) -> None:
        self.query_one(Preview).scroll_relative(y=step * 3, animate=False)

    def action_select(self) -> None:
        self.rows.toggle()
        self.rows.go(self.rows.cursor + 1)

    def action_select_range(self) -> None:
        self.rows.range()

    def action_select_all(self) -> None:
        self.rows.select_all()

    def action_select_none(self) -> None:
        self.rows.select(())

    @on(Lines.Opened)
    def opened(self) -> None:
        """A double click reads."""
        self.action_read()

    # -- the preview ---------------------------------------------------------------------------------------------

    @work(exclusive=True, group="preview")
    async def preview(self, row: Row) -> None:
        """Draw the preview once the cursor rests; a newer move cancels an older one. The next one is read ahead."""
        try:
            if not self._desk.knows(row.id):
                await asyncio.sleep(REST)
            shown = await self._desk.show(row.id)
            self.query_one(Preview).show(shown.resource, self.teaser(row, shown.text))
            await asyncio.sleep(REST)
            suggested = await self._desk.suggestion(row.id)
            if suggested is not None and any(one.name == "file" for one in self.keymap.actions):
                self.query_one(Preview).suggest(self.key_of("file"), suggested.title, suggested.why)
            following = self.rows.items[self.rows.cursor + 1 : self.rows.cursor + 2]
            if following and (after := self.rows.row_of(following[0])) is not None:
                await self._desk.show(after.id)
        except TrackerError as error:
            self.complain(error)

    # -- decisions -----------------------------------------------------------------------------------------------

    def chosen(self) -> list[ResourceId]:
        return self.rows.chosen()

    def starred(self) -> bool:
        return self.row is not None and self.row.starred and not self.rows.selected

    def topics_on(self) -> Collection[str]:
        return self.row.topics if self.row is not None else ()

    def titled(self) -> str:
        return titled(self.row.title, self.row.url) if self.row is not None else ""

    def action_mute(self, on: bool = True) -> Worker[None] | None:
        """Mute the source that brought the row under the cursor."""
        row = self.row
        if row is None or not row.sources:
            self.say(say("inbox.no-source"))
            return None
        return self.mute(row.sources[0], on=on)

    # -- reading, opening, copying -------------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def action_read(self) -> None:
        """Read what is kept of it: transcript, text, or teaser."""
        from tui.screens.reader import Reader

        row = self.row
        if row is None:
            return
        self.app.push_screen(Reader(self._desk, row.id))

    @work(group="open")
    async def action_open(self) -> None:
        """Open the address in the browser; the host is said."""
        await self._opened()

    async def _opened(self) -> bool:
        row = self.row
        if row is None:
            return False
        try:
            host = await self._desk.open(row.url)
        except TrackerError as error:
            self.complain(error)
            return False
        self.say(say("said.opened", host=host))
        return True

    @work(group="open")
    async def action_open_done(self) -> None:
        """Open it, mark it done, and stand on the next."""
        if await self._opened():
            await self.decided("done")

    def action_copy(self, form: str) -> None:
        """Copy through the terminal (OSC 52), so it works over ssh."""
        row = self.row
        if row is None or not row.url:
            self.say(say("said.no-address"))
            return
        self.app.copy_to_clipboard(row.url if form == "url" else as_link(row.title, row.url))
        self.say(say("said.copied"))

    # -- finding -------------------------------------------------------------------------------------------------

    @property
    def listed(self) -> Widget:
        return self.rows

    def action_cancel(self) -> None:
        """First the input goes, then the selection, then the words."""
        self.awaits_answer()
        if isinstance(self.focused, Input):
            self.query_one("#find", Input).value = ""
            self.close_find()
            self.look_for("", typing=False)
        elif self.rows.selected:
            self.rows.select(())
        else:
            self.query_one("#find", Input).value = ""
            self.look_for("", typing=False)


def as_link(title: str, url: str) -> str:
    """A Markdown link in which the title is text."""
    return f"[{strip_unseen(title).translate(MARKS)}]({url})"
