"""The journal: a calendar of days, the notes of each, digests of a day or a week."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterator, Sequence
from datetime import date
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Input

from tracker.core.errors import TrackerError
from tracker.core.inbox import Done
from tracker.core.plan import JournalEntry
from tracker.core.text import fold
from tracker.core.today import streak
from tracker.core.url_start import at_second
from tui.desk import Desk
from tui.desks.journal import JournalDesk
from tui.passage import Passage, Tone, of_markdown
from tui.said import said
from tui.screens.choose import Choice, Choose, holding
from tui.screens.finding import Finding
from tui.screens.write import Write
from tui.widgets.calendar import Calendar
from tui.widgets.entries import Entries
from tui.widgets.lines import Lines
from tui.widgets.prose import Prose
from tui.words import say

TYPING_PAUSE = 0.08
PERIODS = ("daily", "weekly")
FORMS = ("log", "blog", "obsidian", "html")


class Journal(Finding):
    """Calendar above, entries and the note under the cursor below."""

    NAME = "journal"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._journal = JournalDesk(desk.house)
        self._all: list[JournalEntry] = []
        self._query = ""

    def body(self) -> ComposeResult:
        yield Calendar(self._journal.today(), id="calendar")
        with Container(id="journal-body"):
            yield Entries(id="entries")
            yield Prose(id="note")
        yield Input(placeholder=say("journal.find"), id="find")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#find").display = False
        self.set_focus(self.entries)

    @property
    def entries(self) -> Entries:
        """The list."""
        return self.query_one("#entries", Entries)

    @property
    def note(self) -> Prose:
        """The note under the cursor."""
        return self.query_one("#note", Prose)

    @property
    def day(self) -> date:
        """The day that is looked at."""
        return self.entries.current.day if self.entries.current else self._journal.today()

    # -- reading -------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        self.load()

    @work(exclusive=True, group="load")
    async def load(self) -> None:
        """Read all entries; the cursor stays on its line."""
        try:
            self._all = await self._journal.entries()
        except TrackerError as error:
            self.complain(error)
            return
        noted: Counter[date] = Counter()
        for one in self._all:
            noted[one.day] += max(1, sum(one.bullets.values()))
        self.query_one(Calendar).show(noted)
        await self._narrow(keep=True)

    async def _narrow(self, *, keep: bool = False) -> None:
        query = self._query
        found = await asyncio.to_thread(holding_words, self._all, query) if query else self._all
        self.entries.fill(list(found), keep=keep)
        self.draw_status()

    def draw_status(self) -> None:
        """Days with notes and runs of them; a day without a note is no fault."""
        days = streak((one.day for one in self._all), self._journal.today())
        parts = [(say("journal.days", n=days.days), "bold")]
        if days.days:
            parts += [(f"   {say('journal.run', n=days.longest)}", "$muted")]
        if days.current:
            parts.append((f"   {say('journal.now', n=days.current)}", "$success"))
        if self._query:
            parts.append((f"   /{self._query}", "$accent"))
        self.status(*parts)

    @on(Lines.Moved)
    def moved(self, event: Lines.Moved) -> None:
        """Show the note, and its day in the calendar."""
        self.query_one(Calendar).go(self.day)
        one = self.entries.current
        if one is not None:
            self.note.show(passages_of(one))
        else:
            empty = say("journal.no-hit", query=self._query) if self._query else say("journal.empty", key="i")
            self.note.show([Passage(line, tone=Tone.DIM) for line in empty.splitlines()])

    @on(Calendar.Chosen)
    def chose_day(self, event: Calendar.Chosen) -> None:
        """A click on a day goes to its notes, or to those before it."""
        self._go_day(event.day)

    def _go_day(self, day: date) -> None:
        line = next((n for n, one in enumerate(self.entries.items) if one.day <= day), len(self.entries.items) - 1)
        self.entries.go(line)

    # -- moving --------------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        if self.focused is self.note:
            self.note.go(self.note.row + step)
        else:
            self.entries.go(self.entries.cursor + step)

    def action_page(self, step: int) -> None:
        (self.note if self.focused is self.note else self.entries).page(step)

    def action_top(self) -> None:
        (self.note if self.focused is self.note else self.entries).go(0)

    def action_bottom(self) -> None:
        if self.focused is self.note:
            self.note.end()
        else:
            self.entries.go(len(self.entries.items) - 1)

    def action_panel(self, step: int) -> None:
        self.set_focus(self.entries if self.focused is self.note else self.note)

    def action_scroll_preview(self, step: int) -> None:
        self.note.go(self.note.row + step * 3)

    def action_turn_day(self, step: int) -> None:
        """A later day with notes, or an earlier one."""
        days = sorted({one.day for one in self.entries.items})
        if self.day in days:
            at = days.index(self.day) + step
            self._go_day(days[max(0, min(at, len(days) - 1))])

    def action_turn_month(self, step: int) -> None:
        """The newest note of a later month, or of an earlier one."""
        months = sorted({(one.day.year, one.day.month) for one in self.entries.items})
        here = (self.day.year, self.day.month)
        if here in months:
            wanted = months[max(0, min(months.index(here) + step, len(months) - 1))]
            line = next(n for n, one in enumerate(self.entries.items) if (one.day.year, one.day.month) == wanted)
            self.entries.go(line)

    # -- writing -------------------------------------------------------------------------------------------------

    async def _decided(self, deciding: Coroutine[Any, Any, Done]) -> None:
        """Wait until it is on disk, then show it and say so."""
        try:
            done = await deciding
        except TrackerError as error:
            self.complain(error)
            return
        self.say(say("said.decided", what=said(done), key=self.key_of("undo")))
        self.load()

    @work(group="decide")
    async def action_note(self) -> None:
        """A note of today about what the one under the cursor is about."""
        one = self.entries.current
        if one is None or one.resource is None:
            self.say(say("journal.about-nothing"))
            return
        text = await self.app.push_screen_wait(Write(say("journal.ask-note", title=one.title)))
        if text.strip():
            await self._decided(self._journal.write(str(one.resource), text, self._journal.today()))

    @work(group="decide")
    async def action_change(self) -> None:
        """Change the note here."""
        one = self.entries.current
        if one is None:
            return
        prompt = say("journal.ask-change", day=one.day, title=one.title)
        text = await self.app.push_screen_wait(Write(prompt, one.body.rstrip()))
        if text.strip() and text != one.body.rstrip():
            await self._decided(self._journal.change(one.id, text))

    @work(group="decide")
    async def action_edit(self) -> None:
        """Change the note in $EDITOR."""
        from tui.outside import NoEditor, edited

        one = self.entries.current
        if one is None:
            return
        try:
            text = edited(self.app, one.body)
        except NoEditor:
            self.say(say("reader.no-editor", key=self.key_of("change")), bad=True)
            return
        if text.strip() and text != one.body:
            await self._decided(self._journal.change(one.id, text))

    @work(group="decide")
    async def action_remove(self) -> None:
        """Take the note out; it can be taken back."""
        if self.entries.current is not None:
            await self._decided(self._journal.remove(self.entries.current.id))

    # -- digests -------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def action_digest(self, period: str) -> None:
        """Read the digest of the day under the cursor, or of its week."""
        from tui.screens.reader import Reader

        try:
            text = await self._journal.digest(self.day, period, "log")
        except TrackerError as error:
            self.complain(error)
            return
        title = say(f"journal.{period}-of", day=self.day)
        self.app.push_screen(Reader(self._desk, title=title, passages=of_markdown(text)))

    @work(group="decide")
    async def action_write_digest(self, wish: str = "") -> None:
        """Write a digest as a file of the digests' folder; `weekly blog` on the `:` line is taken at once."""
        offered = [
            Choice(f"{period} {form}", f"{say(f'journal.{period}-of', day=self.day)}: {form}")
            for period in PERIODS
            for form in FORMS
        ]
        wish = wish or await self.app.push_screen_wait(
            Choose(say("journal.ask-digest"), lambda typed: holding(offered, typed))
        )
        period, _, form = wish.partition(" ")
        if period not in PERIODS:
            return
        try:
            path = await self._journal.write_digest(self.day, period, form if form in FORMS else "log")
        except (TrackerError, OSError) as error:
            self.say(str(error), bad=True)
            return
        self.say(say("journal.written", path=path))

    # -- reading and opening -------------------------------------------------------------------------------------

    @on(Lines.Opened)
    def action_read(self) -> None:
        """Read the note alone, with the words of its images; beside what it is about one reads that."""
        from tui.screens.reader import Reader

        one = self.entries.current
        if one is not None:
            title = f"{one.day} {one.title} {one.part}".rstrip()
            self.app.push_screen(Reader(self._desk, title=title, passages=passages_of(one)))

    @work(group="open")
    async def action_open(self) -> None:
        """Open what the note is about, a talk at its second."""
        one = self.entries.current
        if one is None:
            return
        try:
            host = await self._desk.open(at_second(one.url, one.start_seconds))
        except TrackerError as error:
            self.complain(error)
            return
        self.say(say("said.opened", host=host))

    def action_copy(self, form: str) -> None:
        """Copy the address of what the note is about, with its second."""
        from tui.screens.listing import as_link

        one = self.entries.current
        if one is None or not one.url:
            self.say(say("said.no-address"))
            return
        url = at_second(one.url, one.start_seconds)
        self.app.copy_to_clipboard(url if form == "url" else as_link(one.title, url))
        self.say(say("said.copied"))

    # -- finding -------------------------------------------------------------------------------------------------

    @property
    def listed(self) -> Widget:
        return self.entries

    def look_for(self, query: str, *, typing: bool) -> None:
        """Show the notes that hold words."""
        self.narrow(query, pause=TYPING_PAUSE if typing else 0.0)

    @work(exclusive=True, group="find")
    async def narrow(self, query: str, *, pause: float = 0.0) -> None:
        """Leave the notes that hold every word."""
        await asyncio.sleep(pause)
        self._query = query
        await self._narrow()

    def action_cancel(self) -> None:
        """First the field goes, then the words."""
        self.awaits_answer()
        self.query_one("#find", Input).value = ""
        self.close_find()
        if self._query:
            self.narrow("")


def holding_words(entries: Sequence[JournalEntry], query: str) -> list[JournalEntry]:
    """The entries that hold every word of `query`, in title, text or picture."""
    words = fold(query).split()
    return [one for one in entries if all(word in fold(" ".join(_said(one))) for word in words)]


def _said(one: JournalEntry) -> Iterator[str]:
    yield from (one.title, one.part, one.body)
    yield from (ocr for _, ocr in one.images)


def passages_of(one: JournalEntry) -> tuple[Passage, ...]:
    """A note to read, the words of its images below it."""
    pictures = [Passage(say("journal.picture", words=words), tone=Tone.DIM) for _, words in one.images if words]
    return (*of_markdown(one.body.rstrip()), *([Passage(), *pictures] if pictures else []))
