"""The inbox: what waits for a decision, a preview beside it, one key a decision."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.events import Key as KeyPressed
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input, Static

from tracker.core.errors import TrackerError
from tracker.core.inbox import Cursor
from tracker.core.model import InboxState
from tracker.core.text import strip_unseen
from tui.desk import Desk
from tui.keys import INBOX, action_of, footer, half_width
from tui.screens.choose import Choose
from tui.screens.help import Help
from tui.screens.reader import Reader
from tui.widgets.keyline import KeyLine
from tui.widgets.preview import Preview
from tui.widgets.rows import Rows

NARROW = 100
SNOOZES = {"tomorrow": 1, "in three days": 3, "in a week": 7, "in a month": 30}
MARKS = {ord(mark): f"\\{mark}" for mark in "[]\\"}
EMPTY = "Nothing waits for a decision.\n\nR looks at the sources that are due, ? shows the keys."


class Inbox(Screen[None]):
    """List and preview; every decision is on disk before the row leaves the list."""

    BINDINGS = [Binding(",".join(row.keys), row.action, row.about, show=False) for row in INBOX]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._query = ""
        self._after: Cursor | None = None
        self._went_g = False

    def compose(self) -> ComposeResult:
        yield Static(Content(""), id="title")
        with Container(id="body"):
            yield Rows(id="rows")
            yield Preview(id="preview")
        yield Input(placeholder="words of the title or address; Enter keeps, Esc shows all", id="find")
        yield KeyLine(footer(INBOX))

    def on_mount(self) -> None:
        self.query_one("#find").display = False
        self.rows.focus()
        self.load()

    @property
    def rows(self) -> Rows:
        """The list."""
        return self.query_one("#rows", Rows)

    @on(Resize)
    def fold_panels(self, event: Resize) -> None:
        """List above preview where the two have no room side by side."""
        self.set_class(event.size.width < NARROW, "narrow")

    async def on_key(self, event: KeyPressed) -> None:
        """`gg`, and full-width letters while an input method is on."""
        if isinstance(self.focused, Input):
            return
        action = action_of(INBOX, half_width(event.character))
        if action:
            event.stop()
            await self.run_action(action)
        if event.key == "g" and self._went_g:
            self.action_top()
        self._went_g = event.key == "g" and not self._went_g

    @work(exclusive=True, group="load")
    async def load(self, keep: bool = False) -> None:
        """Read the first page and the counts."""
        try:
            page = await self._desk.page(self._query)
        except TrackerError as error:
            self._complain(error)
            return
        self._after = page.after
        self.rows.fill(list(page.items), keep=keep)
        await self._retitle()

    @work(exclusive=True, group="more")
    async def load_more(self) -> None:
        """Read the page behind the last row."""
        if self._after is None:
            return
        page = await self._desk.page(self._query, self._after)
        self._after = page.after
        self.rows.add(list(page.items))

    @on(Rows.Moved)
    def moved(self, event: Rows.Moved) -> None:
        """Preview what the cursor stands on; fetch the next page before it is reached."""
        if event.near_end and self._after is not None:
            self.load_more()
        if event.row is None:
            self.query_one(Preview).say(EMPTY if not self._query else f"Nothing holds '{self._query}'.")
        else:
            self.preview(event.row.id)

    @work(exclusive=True, group="preview")
    async def preview(self, id_: int) -> None:
        """Draw the preview; a newer move cancels an older one."""
        from tracker.core.model import ResourceId

        try:
            shown = await self._desk.show(ResourceId(id_))
        except TrackerError as error:
            self._complain(error)
            return
        self.query_one(Preview).show(shown.resource, shown.text)
        suggested = await self._desk.suggestion(shown.resource.id)
        if suggested is not None:
            self.query_one(Preview).suggest(suggested.title, suggested.why)

    async def _retitle(self) -> None:
        counts = await self._desk.counts()
        waiting = counts.get(InboxState.INBOX, 0)
        parts = [(" tracker ", "bold $text on $primary"), (f"  Inbox  {waiting} waiting", "bold")]
        if self._query:
            parts.append((f"  /{self._query}", "$accent"))
        for state in (InboxState.FILED, InboxState.SHORTLIST, InboxState.SNOOZED):
            if counts.get(state):
                parts.append((f"   {counts[state]} {state.value}", "$text-muted"))
        if self.rows.selected:
            parts.append((f"   {len(self.rows.selected)} selected", "bold $accent"))
        self.query_one("#title", Static).update(Content.assemble(*parts))

    # -- decisions ---------------------------------------------------------------------------------------------

    def action_decide(self, verb: str) -> None:
        """Decide about the selection, or the row under the cursor."""
        self.decide(verb)

    @work(group="decide")
    async def decide(self, verb: str, topic: str = "", days: int = 0) -> None:
        """Write the decision, then take the rows out and say so."""
        ids = self.rows.chosen()
        if not ids:
            return
        try:
            done = await self._desk.decide(ids, verb, topic, days)
        except TrackerError as error:
            self._complain(error)
            return
        if verb == "star":
            self.load(keep=True)
        else:
            self.rows.take_out(set(ids))
        self.app.notify(f"{done.label}  (u takes it back)", markup=False, timeout=4)
        await self._retitle()

    @work(group="decide")
    async def action_choose_topic(self) -> None:
        """Choose a topic, then file."""
        if not self.rows.chosen():
            return
        titles = await self._desk.topics()
        if not titles:
            self.app.notify("There is no topic yet: import a list, or 'tracker topics add TITLE'", markup=False)
            return
        topic = await self.app.push_screen_wait(Choose("file under…", titles))
        if topic:
            self.decide("file", topic)

    @work(group="decide")
    async def action_file_suggested(self) -> None:
        """File into the topic that is suggested; without one, choose."""
        row = self.rows.current
        try:
            found = await self._desk.suggestion(row.id) if row is not None else None
        except TrackerError as error:
            self._complain(error)
            return
        if found is None:
            self.app.notify("no topic is sure enough; P chooses one", markup=False, timeout=3)
        else:
            self.decide("file", f"#{found.topic}")

    @work(group="decide")
    async def action_snooze(self) -> None:
        """Choose when it comes back."""
        if not self.rows.chosen():
            return
        when = await self.app.push_screen_wait(Choose("come back…", list(SNOOZES)))
        if when:
            self.decide("snooze", days=SNOOZES[when])

    @work(group="decide")
    async def action_undo(self) -> None:
        """Take back the last decision."""
        await self._turn(back=True)

    @work(group="decide")
    async def action_redo(self) -> None:
        """Do it again."""
        await self._turn(back=False)

    async def _turn(self, *, back: bool) -> None:
        try:
            done = await self._desk.turn(back=back)
        except TrackerError as error:
            self._complain(error)
            return
        word = "undone" if back else "done again"
        self.app.notify(f"{word}: {done.label}" if done else f"nothing to be {word}", markup=False, timeout=4)
        self.load(keep=True)

    # -- the rest ----------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        self.rows.go(self.rows.cursor + step)

    def action_page(self, step: int) -> None:
        self.rows.go(self.rows.cursor + step * max(1, self.rows.size.height - 1))

    def action_top(self) -> None:
        self.rows.go(0)

    def action_bottom(self) -> None:
        self.rows.go(len(self.rows.items) - 1)

    def action_scroll_preview(self, step: int) -> None:
        self.query_one(Preview).scroll_relative(y=step * 3, animate=False)

    async def action_select(self) -> None:
        self.rows.toggle()
        self.action_move(1)
        await self._retitle()

    async def action_select_all(self) -> None:
        everything = {row.id for row in self.rows.items}
        self.rows.selected = set() if self.rows.selected == everything else everything
        self.rows.refresh()
        await self._retitle()

    def action_copy(self, form: str) -> None:
        """Copy through the terminal (OSC 52), so it works over ssh."""
        row = self.rows.current
        if row is None or not row.url:
            return
        title = strip_unseen(row.title).translate(MARKS)
        self.app.copy_to_clipboard(row.url if form == "url" else f"[{title}]({row.url})")
        self.app.notify("copied", markup=False, timeout=2)

    @work(exclusive=True, group="read")
    async def action_read(self) -> None:
        """Read what is kept of it: transcript, text, or teaser."""
        row = self.rows.current
        if row is not None:
            try:
                title, lines = await self._desk.read(row.id)
            except TrackerError as error:
                self._complain(error)
                return
            self.app.push_screen(Reader(title, lines))

    @work(exclusive=True, group="read")
    async def action_today(self) -> None:
        """What today asks for."""
        try:
            self.app.push_screen(Reader("Today", await self._desk.today()))
        except TrackerError as error:
            self._complain(error)

    @work(group="open")
    async def action_open(self) -> None:
        """Open the address in the browser; the host is said."""
        row = self.rows.current
        if row is None:
            return
        try:
            host = await self._desk.open(row.url)
        except TrackerError as error:
            self._complain(error)
            return
        self.app.notify(f"opened {host}", markup=False, timeout=3)

    @work(exclusive=True, group="refresh")
    async def action_refresh_due(self) -> None:
        """Crawl what is due while one goes on reading."""
        self.app.notify("looking at the sources that are due…", markup=False, timeout=3)
        try:
            said = await self._desk.refresh_due()
        except TrackerError as error:
            self._complain(error)
            return
        self.app.notify(said, markup=False)
        self.load(keep=True)

    def action_find(self) -> None:
        box = self.query_one("#find", Input)
        box.display = True
        box.value = self._query
        box.focus()

    @on(Input.Submitted, "#find")
    def found(self, event: Input.Submitted) -> None:
        """Show what holds the words."""
        self._show_only(event.value.strip())

    def action_cancel(self) -> None:
        """First the selection goes, then the words."""
        if self.rows.selected and not isinstance(self.focused, Input):
            self.rows.selected = set()
            self.rows.refresh()
        else:
            self._show_only("")

    def _show_only(self, query: str) -> None:
        self.query_one("#find").display = False
        self.rows.focus()
        changed, self._query = query != self._query, query
        if changed:
            self.load()

    def action_help(self) -> None:
        self.app.push_screen(Help(INBOX))

    def action_leave(self) -> None:
        self.app.exit()

    def _complain(self, error: TrackerError) -> None:
        self.app.notify(error.sentence(), severity="error", markup=False, timeout=8)
