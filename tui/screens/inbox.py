"""The inbox: what waits for a decision, a preview beside it, one key a decision."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Input

from tracker.core.errors import TrackerError
from tracker.core.inbox import Cursor, Done
from tracker.core.model import InboxState, ResourceId
from tui.desk import Desk
from tui.screens.listing import Listing
from tui.widgets.lines import Lines
from tui.widgets.preview import Preview
from tui.widgets.rows import Rows
from tui.words import say

STAYS = ("star", "unstar", "tag", "untag")  # decisions that leave a row where it is
TYPING = 0.04  # seconds between two letters of somebody who goes on typing
COUNTED = (InboxState.FILED, InboxState.SHORTLIST, InboxState.SNOOZED)


class Inbox(Listing):
    """List and preview; every decision is on disk before the row leaves the list."""

    NAME = "inbox"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._query = ""
        self._typed = False  # whether more letters of it may come
        self._after: Cursor | None = None
        self._newest_first = True
        self._counts: dict[InboxState, int] = {}
        self._crawl = ""
        self._steps = 0  # decisions made here, so that a page read before one is known to be old

    def body(self) -> ComposeResult:
        with Container(id="body"):
            yield Rows(id="rows")
            yield Preview(id="preview")
        yield Input(placeholder=say("inbox.find"), id="find")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#find").display = False
        self.set_focus(self.rows)

    def reload(self) -> None:
        self.load(keep=True)

    @work(exclusive=True, group="load")
    async def load(self, keep: bool = False, rest: float = 0) -> None:
        """Read the first page and the counts; `rest`: after so many seconds without another letter."""
        await asyncio.sleep(rest)
        steps = -1
        while steps != self._steps:  # a page read before a decision would bring back what it took out
            steps = self._steps
            try:
                page = await self._desk.page(self._query, newest_first=self._newest_first, typing=self._typed)
            except TrackerError as error:
                if not self.typing:  # half a query is no mistake yet
                    self.complain(error)
                return
        self._after = page.after
        self.rows.fill(list(page.items), keep=keep)
        if self._typed:  # counts are the same whatever is looked for
            self.draw_status()
        else:
            await self._count()

    @work(exclusive=True, group="more")
    async def load_more(self) -> None:
        """Read the page behind the last row."""
        if self._after is None:
            return
        try:
            after, typed = self._after, self._typed
            page = await self._desk.page(self._query, after, newest_first=self._newest_first, typing=typed)
        except TrackerError as error:
            self.complain(error)
            return
        self._after = page.after
        self.rows.add(list(page.items))

    @on(Lines.Moved)
    def moved(self, event: Lines.Moved) -> None:
        """Preview what the cursor stands on; fetch the next page before it is reached."""
        if event.near_end and self._after is not None:
            self.load_more()
        if event.item is not None:
            self.preview(event.item)
            return
        empty = say("inbox.empty", refresh=self.key_of("refresh-due"), help=self.key_of("help"))
        self.query_one(Preview).say(say("inbox.no-hit", query=self._query) if self._query else empty)

    async def _count(self) -> None:
        try:
            self._counts = await self._desk.counts()
        except TrackerError as error:
            self.complain(error)
        self.draw_status()

    @on(Lines.Picked)
    def draw_status(self) -> None:
        """How many wait, what is selected, what is looked for, how a crawl goes."""
        parts = [(say("inbox.waiting", n=self._counts.get(InboxState.INBOX, 0)), "bold")]
        if self.rows.selected:
            parts.append((f"   {say('inbox.selected', n=len(self.rows.selected))}", "bold $accent"))
        if self._query:
            parts.append((f"   /{self._query}", "$accent"))
        if not self._newest_first:
            parts.append((f"   {say('inbox.oldest')}", "$accent"))
        for state in COUNTED:
            if self._counts.get(state):
                parts.append((f"   {say(f'inbox.{state.value}', n=self._counts[state])}", "$muted"))
        if self._crawl:
            parts.append((f"   {self._crawl}", "$text-warning"))
        self.status(*parts)

    def crawl_progress(self, sentence: str) -> None:
        self._crawl = sentence
        self.draw_status()

    def after(self, done: Done, ids: list[ResourceId]) -> None:
        self._steps += 1
        if done.verb in STAYS:
            self.load(keep=True)
        else:
            self.rows.take_out(set(ids))
            self.recount()

    @work(exclusive=True, group="count")
    async def recount(self) -> None:
        """Read the counts anew."""
        await self._count()

    def action_sort(self) -> None:
        """Newest or oldest first."""
        self._newest_first = not self._newest_first
        self.load()

    def look_for(self, query: str, *, typing: bool) -> None:
        changed = query != self._query or self._typed is not typing
        self._query, self._typed = query, typing
        if changed:
            self.load(rest=TYPING if typing else 0)
