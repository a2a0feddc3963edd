"""Today: the running talk, reviews, rows of the plans, what is new; and how far one is."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.worker import Worker

from tracker.core.errors import TrackerError
from tracker.core.inbox import Done
from tracker.core.model import ResourceId
from tracker.core.plan import PlanNode
from tui.actions import PLACES
from tui.desk import Desk
from tui.desks.today import Agenda, Asked, TodayDesk
from tui.plain import joined, titled
from tui.screens.deciding import Noting
from tui.screens.lined import Lined
from tui.widgets.agenda import AgendaList, progress
from tui.widgets.detail import Detail
from tui.widgets.lines import Lines
from tui.widgets.words import Words
from tui.words import say


class Today(Noting, Lined):
    """Lines of the day, a detail beside them, bars below it."""

    NAME = "today"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._own = TodayDesk(desk.house)
        self._crawl = ""
        self._agenda: Agenda | None = None

    def body(self) -> ComposeResult:
        with Container(id="body"):
            yield AgendaList(id="rows")
            with Vertical(classes="beside"):
                yield Detail(id="detail")
                yield Words(id="progress")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_focus(self.list)

    def reload(self) -> None:
        self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read the day."""
        try:
            self._agenda = await self._own.agenda()
        except TrackerError as error:
            self.complain(error)
            return
        self.list.fill(list(self._agenda.asked), keep=True)
        parts = list(progress(self._agenda))
        self.query_one("#progress", Words).display = bool(parts)
        self.query_one("#progress", Words).draw(joined(*parts))
        self._draw_status()

    def _draw_status(self) -> None:
        if self._agenda is not None:
            fits = f"   • {say('today.fits', n=self._own.minutes)}"
            crawl = (f"   {self._crawl}", "$text-warning")
            self.status((f"{self._agenda.day:%Y-%m-%d}", "bold"), (fits, "$muted"), crawl)

    def crawl_progress(self, sentence: str) -> None:
        self._crawl = sentence
        self._draw_status()

    @on(Lines.Moved)
    def moved(self, event: Lines.Moved) -> None:
        """Tell more of what the cursor stands on."""
        detail = self.query_one(Detail)
        if self._agenda is None:
            return
        if event.item is None:
            detail.say(say("today.empty", inbox=self.key_of("go-inbox")))
        elif event.item.resource is not None:
            self.preview(event.item)
        else:
            self._tell(event.item)

    def _tell(self, item: Asked) -> None:
        node = item.node
        facts = [(say(f"today.{item.kind}"), [(item.beside, "")])]
        if node is not None:
            facts += [(say("today.tracks"), [(", ".join(node.tracks), "")]), (say("today.remark"), [(node.remark, "")])]
        self.query_one(Detail).show(item.title, facts)

    @work(exclusive=True, group="preview")
    async def preview(self, item: Asked) -> None:
        """The teaser of what can be read."""
        assert item.resource is not None
        try:
            shown = await self._desk.show(item.resource)
        except TrackerError as error:
            self.complain(error)
            return
        facts = [
            (say(f"today.{item.kind}"), [(item.beside, "")]),
            (say("sources.address"), [(item.url, "$secondary")]),
            (say("sources.topics"), [(", ".join(shown.resource.topics), "$text-success")]),
        ]
        self.query_one(Detail).show(item.title, facts, [(f"\n{shown.text[:20_000]}", "")])

    # -- actions -------------------------------------------------------------------------------------------------

    def linked(self) -> tuple[str, str]:
        item = self.list.current
        return ("", "") if item is None else (item.title, item.url)

    def action_panel(self, _step: int) -> None:
        """One panel alone has keys here."""
        self.set_focus(self.list)

    def action_read(self) -> None:
        """Read it; reviews and rows of plans lead to their screens."""
        from tui.screens.reader import Reader

        item = self.list.current
        if item is None:
            return
        if item.resource is None:
            place = "plan" if item.node is not None else "review"
            if any(one.name == place for one in PLACES):
                self.action_go(place)
            return
        self.app.push_screen(Reader(self._desk, item.resource))

    @work(group="open")
    async def action_open_done(self) -> None:
        """Open it, and mark it done."""
        if await self.opened():
            self.action_decide("done")

    def chosen(self) -> list[ResourceId]:
        item = self.list.current
        return [item.resource] if item is not None and item.resource is not None else []

    def after(self, done: Done, ids: list[ResourceId]) -> None:
        self.load()

    def starred(self) -> bool:
        return self.list.current is not None and bool(self.list.current.starred)

    def titled(self) -> str:
        return titled(*self.linked())

    def cannot(self) -> None:
        self.say(say("today.cannot"))

    def action_decide(self, verb: str) -> Worker[None] | None:
        """Done: a row of a plan is ticked, what can be read leaves the day. The rest is for what can be read."""
        item = self.list.current
        if item is not None and item.kind == "reviews" and verb == "done":
            self.action_read()
            return None
        if item is not None and item.node is not None and verb == "done":
            return self.tick(item.node)
        return super().action_decide(verb)

    @work(group="decide")
    async def tick(self, node: PlanNode) -> None:
        """Tick a row of a plan, or take its tick away."""
        try:
            self.tell(await self._own.tick(node))
        except TrackerError as error:
            self.complain(error)
        self.load()
