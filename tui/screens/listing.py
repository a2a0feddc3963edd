"""What screens with a list of resources beside a preview share: moving, selecting, reading, opening, deciding."""

from __future__ import annotations

import asyncio
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
from tui.said import said
from tui.screens.choose import Choice, Choose, holding, of_titles
from tui.screens.finding import Finding
from tui.snooze import days_until, offers
from tui.widgets.lines import Lines
from tui.widgets.preview import Preview
from tui.widgets.rows import Works
from tui.words import say

MARKS = {ord(mark): f"\\{mark}" for mark in "[]\\"}
REST = 0.03  # seconds the cursor stands still before its preview is read


class Listing(Finding):
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

    def action_decide(self, verb: str) -> Worker[None]:
        """Decide about the selection, or the row under the cursor."""
        row = self.row
        if verb == "star" and row is not None and row.starred and not self.rows.selected:
            verb = "unstar"
        return self.decide(verb)

    @work(group="decide")
    async def decide(self, verb: str, topic: str = "", days: int = 0) -> None:
        """Write the decision, then change the list and say so."""
        await self._decided(verb, topic, days)

    async def _decided(self, verb: str, topic: str = "", days: int = 0) -> None:
        ids = self.rows.chosen()
        if not ids:
            return
        try:
            done = await self._desk.decide(ids, verb, topic, days)
        except TrackerError as error:
            self.complain(error)
            return
        self.after(done, ids)
        self.tell(done)

    @work(exclusive=True, group="ask")
    async def action_choose_topic(self, title: str = "") -> None:
        """Choose a topic, or take the one that was named; then file."""
        if not self.rows.chosen():
            return
        titles = await self._desk.topics()
        if not titles:
            self.say(say("inbox.no-topics"))
            return
        topic = title or await self.app.push_screen_wait(Choose(say("ask.file"), of_titles(titles)))
        if topic:
            self.decide("file", topic)

    @work(group="decide")
    async def action_file_suggested(self) -> None:
        """File each into the topic that is suggested for it, in one step; those without one stay selected."""
        ids = self.rows.chosen()
        try:
            done, left = await self._desk.file_each(ids)
        except TrackerError as error:
            self.complain(error)
            return
        if done is None:
            if ids:
                self.say(say("inbox.unsure", key=self.key_of("choose")))
            return
        self.after(done, [id_ for id_ in ids if id_ not in left])
        if left:
            self.say(say("inbox.some-unsure", what=said(done), n=len(left)))
        else:
            self.tell(done)

    @work(exclusive=True, group="ask")
    async def action_tags(self, title: str = "") -> None:
        """Choose a topic, or take the one that was named: it is put on, or taken off where it is on. Nothing moves."""
        row = self.row
        if row is None or not (titles := await self._desk.topics()):
            return
        on = set(row.topics)
        offered = [Choice(one, one, "✓" if one in on else "") for one in sorted(titles, key=lambda one: one not in on)]
        ask = Choose(say("ask.tags"), lambda typed: holding(offered, typed))
        topic = title or await self.app.push_screen_wait(ask)
        if topic:
            self.decide("untag" if topic in on else "tag", topic)

    @work(exclusive=True, group="ask")
    async def action_snooze(self, when: str = "") -> None:
        """Choose when it comes back, or take what was named."""
        if not self.rows.chosen():
            return
        today = self._desk.today_date()
        chosen = when or await self.app.push_screen_wait(Choose(say("ask.snooze"), lambda typed: offers(today, typed)))
        days = days_until(chosen, today)
        if days:
            self.decide("snooze", days=days)
        elif chosen:
            self.say(say("inbox.no-day", text=chosen), bad=True)

    def action_mute(self, on: bool = True) -> Worker[None] | None:
        """Mute the source that brought the row under the cursor."""
        row = self.row
        if row is None or not row.sources:
            self.say(say("inbox.no-source"))
            return None
        return self.mute(row.sources[0], on=on)

    # -- notes ---------------------------------------------------------------------------------------------------

    @work(group="decide")
    async def action_note(self) -> None:
        """Write a note of today about the row under the cursor."""
        row = self.row
        if row is not None:
            from tui.screens.write import Write

            text = await self.app.push_screen_wait(Write(say("journal.ask-note", title=row.title)))
            await self._note(row, text)

    @work(group="decide")
    async def action_edit(self) -> None:
        """The same in $EDITOR."""
        from tui.outside import NoEditor, edited

        row = self.row
        if row is None:
            return
        try:
            text = edited(self.app, "")
        except NoEditor:
            self.say(say("reader.no-editor", key=self.key_of("note")), bad=True)
            return
        await self._note(row, text)

    async def _note(self, row: Row, text: str) -> None:
        """Keep a note; one without words is none."""
        from tui.desks.reading import ReadingDesk

        if not text.strip():
            return
        try:
            self.tell(await ReadingDesk(self._desk.house).note(row.id, text, None))
        except TrackerError as error:
            self.complain(error)

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
            await self._decided("done")

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
