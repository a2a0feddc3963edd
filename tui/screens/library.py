"""Everything there is: found by the query language as one types, kept as views, decided about like the inbox."""

from __future__ import annotations

import asyncio

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Input

from tracker.core.errors import TrackerError
from tracker.core.inbox import Cursor, Done, Row
from tracker.core.model import NodeId, ResourceId
from tracker.core.query import QueryError
from tracker.core.text import clock
from tui.desk import Desk
from tui.desks.library import Found, LibraryDesk, Shelf
from tui.passage import of_markdown
from tui.screens.choose import Choice, Choose, holding
from tui.screens.listing import Listing
from tui.screens.write import asked
from tui.told import told
from tui.widgets.finds import Finds
from tui.widgets.lines import Lines
from tui.widgets.preview import Preview
from tui.widgets.words import Buttons, Piece
from tui.words import say

TYPING = 0.05  # seconds between two letters of somebody who goes on typing
NO_SHELF = Shelf(())


class Library(Listing):
    """List and preview of everything. A newer question cancels an older one; a mistake points at its column."""

    NAME = "library"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._library = LibraryDesk(desk.house)
        self._asking: asyncio.Future[Shelf] | None = None
        self._query = ""
        self._newest = False
        self._shelf = NO_SHELF
        self._after: Cursor | None = None
        self._views: list[tuple[str, str]] = []
        self._trouble: QueryError | None = None

    def body(self) -> ComposeResult:
        yield Buttons(id="views")
        with Container(id="body"):
            yield Finds(id="rows")
            yield Preview(id="preview")
        yield Input(placeholder=say("library.find"), id="find")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#find").display = False
        self.set_focus(self.rows)
        self.read_views()

    @property
    def here(self) -> Found | None:
        """What the cursor stands on."""
        current: Found | None = self.rows.current
        return current

    # -- loading -------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        self.load(keep=True)
        self.read_views()

    @work(exclusive=True, group="load")
    async def load(self, keep: bool = False, rest: float = 0) -> None:
        """Ask for the first page. Only one question runs at a time: what was overtaken meanwhile is never asked."""
        await asyncio.sleep(rest)
        try:
            shelf = await self._ask()
        except QueryError as error:
            self._mistake(error)
            return
        except TrackerError as error:
            self.complain(error)
            return
        self._shelf, self._after, self._trouble = shelf, shelf.after, None
        self.rows.fill(list(shelf.items), keep=keep)
        self.draw_status()

    async def _ask(self) -> Shelf:
        """What answers, once the question before is through: a thread that looks cannot be called back."""
        while self._asking is not None and not self._asking.done():
            await asyncio.wait([self._asking])
        look = self._library.look(self._query, typing=self.typing, newest=self._newest)
        self._asking = asyncio.ensure_future(look)
        self._asking.add_done_callback(
            lambda done: done.cancelled() or done.exception()
        )  # asked for by nobody: unheard
        return await asyncio.shield(self._asking)

    def _mistake(self, error: QueryError) -> None:
        """Under the letters the place that cannot be read; what was found before stays."""
        self._trouble = error
        self.draw_status()
        if not self.rows.items:
            self.query_one(Preview).say(told(error.sentence()))
        if not self.typing:
            self.complain(error)

    @work(exclusive=True, group="more")
    async def load_more(self) -> None:
        """Read the page behind the last row."""
        if self._after is None:
            return
        try:
            shelf = await self._library.look(self._query, self._after)
        except TrackerError as error:
            self.complain(error)
            return
        self._after = shelf.after
        self.rows.add(list(shelf.items))
        self.draw_status()

    @on(Lines.Picked)
    def draw_status(self) -> None:
        """What is looked for and how much answers, what is selected; a mistake of the query instead."""
        parts: list[tuple[str, str]] = []
        if self._trouble is not None:
            at = self._trouble.column - 1
            self.status((self._query[:at], ""), (self._query[at:], "bold underline $error"),
                        (f"   {told(self._trouble.sentence())}", "$error"))  # fmt: skip
            return
        count = len(self.rows.items)
        if self._shelf.total >= 0:
            word = "library.hits-more" if self._shelf.more else "library.hits"
            parts.append((say(word, n=self._shelf.total), "bold"))
        else:
            parts.append((say("library.loaded-more" if self._after else "library.loaded", n=count), "bold"))
        if self.rows.selected:
            parts.append((f"   {say('library.selected', n=len(self.rows.selected))}", "bold $accent"))
        if self._query:
            parts.append((f"   /{self._query}", "$accent"))
        if self._newest:
            parts.append((f"   {say('library.newest')}", "$accent"))
        self.status(*parts)

    @on(Lines.Moved)
    def moved(self, event: Lines.Moved) -> None:
        """Preview what the cursor stands on; fetch the next page before it is reached."""
        if event.near_end and self._after is not None:
            self.load_more()
        one = self.here
        if one is None:
            self.workers.cancel_group(self, "preview")
            empty = say("library.empty", refresh=self.key_of("refresh-due"))
            self.query_one(Preview).say(say("library.no-hit", query=self._query) if self._query else empty)
        elif one.row is not None:
            self.preview(one.row)
        else:
            self.workers.cancel_group(self, "preview")
            self.query_one(Preview).say(f"{one.title}\n\n{one.excerpt.replace('**', '')}")

    def teaser(self, row: Row, text: str) -> str:
        """Before the teaser of a resource the words that were found in it, with their second."""
        one = self.here
        if one is None or not one.excerpt or one.row is None or one.row.id != row.id:
            return text
        words = one.excerpt.replace("**", "")
        said = words if one.second is None else say("library.said-at", at=clock(one.second), words=words)
        return f"{said}\n\n{text}"

    def after(self, done: Done, ids: list[ResourceId]) -> None:
        self.rows.select(())
        self.load(keep=True)

    # -- asking --------------------------------------------------------------------------------------------------

    def action_sort(self) -> None:
        """Best or newest first, where words are looked for."""
        self._newest = not self._newest
        self.load()

    def look_for(self, query: str, *, typing: bool) -> None:
        changed, self._query = query != self._query, query
        if changed:
            self.load(rest=TYPING if typing else 0)
            self.draw_views()

    # -- views ---------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="views")
    async def read_views(self) -> None:
        """Read the saved views."""
        try:
            self._views = await self._library.views()
        except TrackerError as error:
            self.complain(error)
        self.draw_views()

    def draw_views(self) -> None:
        """The views in a line, the one in use standing out; a click takes one."""
        offered = [(say("library.all"), ""), *self._views]
        line = self.query_one("#views", Buttons)
        line.display = bool(self._views)
        line.lay(
            Piece(((f" {name} ", "bold $accent" if query == self._query else "$muted"),), f"view {n}")
            for n, (name, query) in enumerate(offered)
        )

    @on(Buttons.Pressed)
    def took_view(self, event: Buttons.Pressed) -> None:
        """A click on a view."""
        name, _, number = event.action.partition(" ")
        if name == "view" and number:
            self._take(["", *(query for _, query in self._views)][int(number)])

    def _take(self, query: str) -> None:
        self.query_one("#find", Input).value = query
        self.look_for(query, typing=False)

    def action_turn_view(self, step: int) -> None:
        """The next view, or the one before."""
        queries = ["", *(query for _, query in self._views)]
        here = queries.index(self._query) if self._query in queries else 0
        self._take(queries[(here + step) % len(queries)])

    @work(exclusive=True, group="ask")
    async def action_view(self, name: str = "") -> None:
        """Choose a view."""
        chosen = await self._chosen_view(name)
        if chosen is not None:
            self._take(dict(self._views)[chosen])

    async def _chosen_view(self, name: str) -> str | None:
        """The name of a view that is there, asked for when none is given."""
        if not self._views:
            self.say(say("library.no-views", key=self.key_of("keep-view")))
            return None
        offered = [Choice(one, one, query) for one, query in self._views]
        name = name or await self.app.push_screen_wait(
            Choose(say("library.ask-view"), lambda typed: holding(offered, typed))
        )
        if name and name not in dict(self._views):
            self.say(say("library.no-view", name=name), bad=True)
            return None
        return name or None

    @work(exclusive=True, group="ask")
    async def action_keep_view(self, name: str = "") -> None:
        """Keep what is looked for under a name."""
        if not self._query:
            self.say(say("library.no-query"))
            return
        known = next((one for one, query in self._views if query == self._query), "")
        name = name or await asked(self, say("library.ask-name"), known) or ""
        if not name.strip():
            return
        try:
            done = await self._library.keep_view(name, self._query)
        except TrackerError as error:
            self.complain(error)
            return
        self.tell(done)
        self.read_views()

    @work(exclusive=True, group="ask")
    async def action_drop_view(self, name: str = "") -> None:
        """Forget a view."""
        chosen = await self._chosen_view(name)
        if chosen is None:
            return
        try:
            done = await self._library.drop_view(chosen)
        except TrackerError as error:
            self.complain(error)
            return
        self.tell(done)
        self.read_views()

    # -- reading -------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def action_read(self) -> None:
        """A talk at the second that was found, a resource, a note; a place of a plan is gone to."""
        from tui.screens.plan import Plan
        from tui.screens.reader import Reader

        one = self.here
        if one is None:
            return
        if one.kind == "plan":
            self.tracker.go("plan")
            if isinstance(self.app.screen, Plan):
                self.app.screen.show_place(NodeId(one.id))
        elif one.kind == "note" and (entry := await self._library.entry(one.id)) is not None:
            self.app.push_screen(Reader(self._desk, title=entry.title, passages=of_markdown(entry.body)))
        elif one.row is not None:
            self.app.push_screen(Reader(self._desk, one.row.id, second=one.second))
        else:
            passages = of_markdown(one.excerpt.replace("**", ""))
            self.app.push_screen(Reader(self._desk, title=one.title, passages=passages))
