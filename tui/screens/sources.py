"""Sources and links: what is watched and how it fares, what is proposed, dead and moved links, missing transcripts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.worker import Worker

from tracker.core.errors import TrackerError
from tui.desk import Desk
from tui.desks.sources import SourcesDesk, Waiting, Watched
from tui.screens.lined import Lined
from tui.widgets.lines import Lines
from tui.widgets.watchlist import Item, WatchDetail, Watchlist, url_of
from tui.widgets.words import Buttons, Piece
from tui.words import say

VIEWS = ("sources", "proposals", "links", "talks")
TROUBLE = ("failing", "stopped", "unsure")
HERE = "bold $accent"


class Sources(Lined):
    """Four views of one list; a detail beside it."""

    NAME = "sources"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._own = SourcesDesk(desk.house)
        self._view = VIEWS[0]
        self._found: dict[str, list[Item]] = {}
        self._crawl = ""

    def body(self) -> ComposeResult:
        yield Buttons(id="views")
        with Container(id="body"):
            yield Watchlist(id="rows")
            yield WatchDetail(id="detail", classes="beside")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Watchlist).now = self._desk.house.clock()
        self.set_focus(self.list)

    def reload(self) -> None:
        self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read the view in sight first, then the others for their counts."""
        asks: dict[str, Callable[[], Awaitable[Sequence[Item]]]] = {
            "sources": self._own.sources, "proposals": self._own.proposals, "links": self._own.links,
            "talks": self._own.talks,
        }  # fmt: skip
        for view in sorted(VIEWS, key=lambda one: one != self._view):
            try:
                self._found[view] = list(await asks[view]())
            except TrackerError as error:
                self.complain(error)
                self._found[view] = []
            if view == self._view:
                self._fill(keep=True)
        self._draw_views()

    def _fill(self, *, keep: bool = False) -> None:
        self.query_one(Watchlist).now = self._desk.house.clock()
        self.list.fill(self._found.get(self._view, []), keep=keep)
        self._draw_views()

    @on(Lines.Picked)
    def _draw_views(self) -> None:
        pieces = []
        for view in VIEWS:
            count = f" {len(self._found[view])}" if view in self._found else ""
            style = HERE if view == self._view else "$muted"
            pieces.append(Piece(((f" {say(f'sources.view.{view}')}{count}  ", style),), f"view:{view}"))
        self.query_one("#views", Buttons).lay(pieces)
        sources = [one for one in self._found.get("sources", []) if isinstance(one, Watched)]
        trouble = sum(one.health.health in TROUBLE for one in sources)
        parts = [(say("sources.in-trouble", n=trouble), "bold $text-warning" if trouble else "$muted")]
        if self.list.selected:
            parts.append((f"   {say('inbox.selected', n=len(self.list.selected))}", "bold $accent"))
        self.status(*parts, (f"   {self._crawl}", "$text-warning"))

    @on(Buttons.Pressed)
    def pressed(self, event: Buttons.Pressed) -> None:
        """A click on a view; the rest is as on every screen."""
        view = event.action.removeprefix("view:")
        if view in VIEWS:
            event.stop()
            event.prevent_default()
            self._turn_to(view)

    def _turn_to(self, view: str) -> None:
        self._view = view
        self.list.select(())
        self._fill()

    @on(Lines.Moved)
    def moved(self, event: Lines.Moved) -> None:
        """Tell all of what the cursor stands on."""
        detail = self.query_one(WatchDetail)
        if event.item is None:
            detail.say(say(f"sources.empty.{self._view}") if self._view in self._found else "")
        else:
            detail.draw(event.item, self.query_one(Watchlist).now)

    def crawl_progress(self, sentence: str) -> None:
        self._crawl = sentence
        self._draw_views()

    # -- actions -------------------------------------------------------------------------------------------------

    def action_panel(self, step: int) -> None:
        """The next view, or the one before."""
        self._turn_to(VIEWS[(VIEWS.index(self._view) + step) % len(VIEWS)])

    @work(group="decide")
    async def action_answer(self, yes: bool) -> None:
        """Accept or decline the proposals that are selected, or the one under the cursor."""
        picked = self.list.picked()
        asked = [one for item in picked if (one := self._proposal(item)) is not None]
        if not asked:
            if picked:
                self.say(say("sources.not-proposal", view=say("sources.view.proposals")))
            return
        try:
            done = await self._own.answer(asked, yes=yes)
        except TrackerError as error:
            self.complain(error)
            return
        self.tell(done) if done else self.say(say("sources.taken-over", name=asked[0].subject))
        self.load()

    def _proposal(self, item: Item) -> Waiting | None:
        """The proposal an item is, or the one that waits for a source that moved or a link in trouble."""
        if isinstance(item, Waiting):
            return item
        name = item.health.name if isinstance(item, Watched) else ""
        waiting = (one for one in self._found.get("proposals", []) if isinstance(one, Waiting))
        if name:
            return next((one for one in waiting if one.subject == name and one.url), None)
        url = url_of(item)
        return next((one for one in waiting if one.subject == url and one.url), None)

    def action_mute(self, on: bool = True) -> Worker[None] | None:
        """Mute the source under the cursor, or let it come to the inbox again."""
        item = self.list.current
        if not isinstance(item, Watched):
            self.say(say("inbox.no-source"))
            return None
        return self.mute(item.health.name, on=on)

    @work(exclusive=True, group="refresh")
    async def action_refresh_one(self) -> None:
        """Look at the selected sources now, or at the one under the cursor."""
        names = [item.health.name for item in self.list.picked() if isinstance(item, Watched)]
        if not names:
            self.say(say("sources.only-sources"))
            return
        self.say(say("said.looking"))
        try:
            self.say(await self._desk.crawl(self.crawl_progress, names=names, force=True))
        except TrackerError as error:
            self.complain(error)
        self.load()

    def linked(self) -> tuple[str, str]:
        item = self.list.current
        return ("", "") if item is None else (url_of(item), url_of(item))
