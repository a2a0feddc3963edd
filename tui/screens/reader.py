"""Reading: a transcript with its seconds, a text, what changed; found words are gone to, notes written beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Resize
from textual.widgets import Input

from tracker.core.errors import TrackerError
from tracker.core.html import host_of
from tracker.core.inbox import Done
from tracker.core.model import Resource, ResourceId
from tracker.core.text import clock, strip_unseen
from tracker.core.url_start import at_second
from tui.desk import Desk
from tui.desks.reading import Chapter, Form, Reading, ReadingDesk, chapters
from tui.passage import Passage, Tone
from tui.plain import fit, joined, titled
from tui.screens.base import NARROW, Keyed
from tui.screens.choose import Choice, Choose, holding
from tui.screens.deciding import Deciding
from tui.screens.listing import MARKS
from tui.told import told
from tui.widgets.chapters import ChapterList
from tui.widgets.keyline import KeyLine
from tui.widgets.notepane import NotePane
from tui.widgets.prose import Prose, hits_of
from tui.widgets.words import Words
from tui.words import say

WITH_CHAPTERS, NOTE_CELLS = 116, 44  # columns from which chapters stand beside the text; a note takes so many
TYPING_PAUSE = 0.08  # seconds without a key before a text is searched


class Reader(Deciding):
    """Shows a resource, or the passages it is given. Nothing in them is markup.

    `second`: where in a talk to begin. Dismissed by `back`.
    """

    NAME = "reader"
    HOLDING = Keyed.HOLDING | {"load"}

    def __init__(
        self, desk: Desk, id_: ResourceId | None = None, *, title: str = "", passages: Sequence[Passage] = (),
        second: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(desk)
        self._reads = ReadingDesk(desk.house)
        self._resource, self._heading, self._given, self._begin = id_, title, tuple(passages), second
        self._reading: Reading | None = None
        self._chapters: tuple[Chapter, ...] = tuple(chapters(self._given))
        self._words, self._hit = "", 0
        self._stands: Resource | None = None  # as it was when last decided about

    def compose(self) -> ComposeResult:
        yield Words(id="reader-title")
        with Horizontal(id="reader-body"):
            yield Prose(id="prose")
            yield ChapterList(id="chapter-list")
            yield NotePane(id="notes")
        yield Input(placeholder=say("reader.find"), id="find")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self.query_one("#find").display = False
        self.set_focus(self.prose)
        self.draw_keys()
        if self._resource is None:
            self.prose.show(self._given)
            self._retitle()
        else:
            self.load()

    @property
    def prose(self) -> Prose:
        """The text."""
        return self.query_one("#prose", Prose)

    @property
    def chapter_list(self) -> ChapterList:
        """The chapters beside the text."""
        return self.query_one("#chapter-list", ChapterList)

    @property
    def pane(self) -> NotePane:
        """The notes."""
        return self.query_one("#notes", NotePane)

    @on(Resize)
    def fold_panels(self, event: Resize) -> None:
        """The note below the text where the two have no room side by side."""
        self.set_class(event.size.width < NARROW, "narrow")
        self._show_chapters()
        self._retitle()

    @work(exclusive=True, group="load")
    async def load(self, form: Form | None = None) -> None:
        """Read the resource and show it."""
        assert self._resource is not None
        try:
            reading = await self._reads.read(self._resource, form)
        except TrackerError as error:
            self.complain(error)
            return
        self._reading, self._chapters, self._stands = reading, reading.chapters, reading.resource
        self.chapter_list.fill([one for one in reading.chapters if one.title])
        self._show_chapters()
        self._heading = titled(reading.resource.title, reading.resource.url)
        self.prose.show(reading.passages or self._nothing(reading))
        if self._begin is not None:
            self.prose.go_to_second(self._begin)
            self._begin = None
        self._retitle()
        self._show_notes()

    def _show_chapters(self) -> None:
        """Chapters stand beside the text where there is room for them, and for the note that is written."""
        needed = WITH_CHAPTERS + (NOTE_CELLS if self.pane.open else 0)
        self.chapter_list.display = len(self.chapter_list.items) > 1 and self.size.width >= needed

    @on(ChapterList.Chosen)
    def chose_chapter(self, event: ChapterList.Chosen) -> None:
        """A click on a chapter goes to it."""
        self.prose.go_to(event.chapter.line)

    def _nothing(self, reading: Reading) -> tuple[Passage, ...]:
        said_of_it = [Passage(told(reading.said)), Passage()] if reading.said else []
        return (*said_of_it, Passage(say("reader.nothing", key=self.key_of("open")), tone=Tone.DIM))

    @on(Prose.Moved)
    def _retitle(self) -> None:
        """Title, form, where one is: the second of a talk, the share of a text, the place found."""
        width = max(20, self.size.width)
        self.chapter_list.stand(self.prose.place[0])
        end = f" {round(self.prose.share * 100)} %"
        if self.prose.second is not None:
            end = f" {clock(self.prose.second)} ·{end}"
        if self._hit:
            end = f" {say('reader.hit', at=self._hit, n=self.prose.marked)} ·{end}"
        if self._reading is not None and self._reading.form is not Form.TEASER:
            end = f" {say(f'reader.{self._reading.form}')} ·{end}"
        title = fit(self._heading, width - cell_len(end) - 2)
        self.query_one("#reader-title", Words).draw(joined((f" {title}", "bold"), (f"{end} ", "$muted")))

    # -- moving --------------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        self.prose.go(self.prose.row + step)

    def action_page(self, step: int) -> None:
        self.prose.page(step)

    def action_top(self) -> None:
        self.prose.go(0)

    def action_bottom(self) -> None:
        self.prose.end()

    def action_panel(self, step: int) -> None:
        """Between the text and the note that is being written."""
        if self.pane.open and not self.typing:
            self.set_focus(self.pane.editor)
        else:
            self.set_focus(self.prose)

    def action_chapter(self, step: int) -> None:
        """The next chapter, or the one before."""
        line = self.prose.place[0]
        if step > 0:
            found = next((one for one in self._chapters if one.line > line), None)
        else:
            found = next((one for one in reversed(self._chapters) if one.line < line), None)
        if found is not None:
            self.prose.go_to(found.line)

    @work(exclusive=True, group="ask")
    async def action_chapters(self) -> None:
        """Choose a chapter from a list."""
        if not self._chapters:
            self.say(say("reader.no-chapter"))
            return
        offered = [
            Choice(str(n), one.title, clock(one.second) if one.second is not None else "")
            for n, one in enumerate(self._chapters)
        ]
        chosen = await self.app.push_screen_wait(Choose(say("reader.chapters"), lambda typed: holding(offered, typed)))
        if chosen:
            self.prose.go_to(self._chapters[int(chosen)].line)

    def action_form(self) -> None:
        """Transcript, text, what changed, in turn."""
        reading = self._reading
        if reading is None or len(reading.forms) < 2:
            self.say(say("reader.one-form"))
        else:
            self.load(reading.forms[(reading.forms.index(reading.form) + 1) % len(reading.forms)])

    # -- finding -------------------------------------------------------------------------------------------------

    def action_find(self, words: str = "") -> None:
        """Ask for words; given on the `:` line they are looked for at once."""
        if words:
            self._words = words
            self.look_for(words, go=True)
            return
        box = self.query_one("#find", Input)
        box.display = True
        box.value = self._words
        self.set_focus(box)

    @on(Input.Changed, "#find")
    def typed(self, event: Input.Changed) -> None:
        """Mark what holds the words, as they are typed."""
        if event.input.display:
            self.look_for(event.value, pause=TYPING_PAUSE)

    @on(Input.Submitted, "#find")
    def found(self, event: Input.Submitted) -> None:
        """Go to the first place from here on."""
        self._close_find()
        self._words = event.value.strip()
        self.awaits_answer()
        self.look_for(self._words, go=True)

    def _close_find(self) -> None:
        self.query_one("#find").display = False
        self.set_focus(self.prose)

    @work(exclusive=True, group="find")
    async def look_for(self, words: str, *, go: bool = False, pause: float = 0.0) -> None:
        """Mark every place that holds the words; a newer search cancels an older one."""
        await asyncio.sleep(pause)
        self.prose.mark(await asyncio.to_thread(hits_of, self.prose.passages, words))
        self._hit = 0
        if go and words:
            self.action_hit(0)
        self._retitle()

    def action_hit(self, step: int) -> None:
        """The next place that holds the words (or the one before), round and round."""
        self._hit = self.prose.next_hit(step)
        if not self._hit:
            self.say(say("reader.no-hit"))
        self._retitle()

    # -- notes ---------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="notes")
    async def _show_notes(self) -> None:
        if self._resource is not None:
            try:
                self.pane.show(await self._reads.notes(self._resource))
            except TrackerError as error:
                self.complain(error)

    def action_note(self) -> None:
        self._begin_note(None)

    def action_note_second(self) -> None:
        """A note at the second under the cursor; in a text without times a plain one."""
        self._begin_note(self.prose.second)

    def _begin_note(self, second: float | None) -> None:
        if self._resource is None:
            self.say(say("reader.no-note"))
        else:
            self.pane.begin(second)
            self._show_chapters()

    @work(group="decide")
    async def keep_note(self) -> None:
        """Write the note; it is on disk before the pane closes. One without words is dropped."""
        text, second = self.pane.editor.text, self.pane.second
        if self._resource is None or not text.strip():
            self._close_note()
            return
        try:
            await self._reads.note(self._resource, text, second)
        except TrackerError as error:  # the words stay where they are
            self.complain(error)
            return
        if self.pane.editor.text == text:
            self._close_note()
        done = say("reader.noted") if second is None else say("reader.noted-at", at=clock(second))
        self.say(say("reader.takes-back", what=done, key=self.key_of("undo")))
        self._show_notes()

    def _close_note(self) -> None:
        self.pane.end()
        self._show_chapters()
        self.set_focus(self.prose)

    @work(group="decide")
    async def action_edit(self) -> None:
        """Write the note in $EDITOR."""
        if self._resource is None:
            self.say(say("reader.no-note"))
            return
        from tui.outside import NoEditor, edited

        second = self.prose.second
        begun = self.pane.editor.text if self.pane.open else ""
        try:
            text = edited(self.app, begun)
        except NoEditor:
            self.say(say("reader.no-editor", key=self.key_of("note")), bad=True)
            return
        if text.strip():
            self.pane.begin(self.pane.second if self.pane.open else second)
            self.pane.editor.text = text
            self.keep_note()

    def reload(self) -> None:
        """After an undo: the notes, and how it stands."""
        self._show_notes()
        self.look_again()

    # -- the rest ------------------------------------------------------------------------------------------------

    @work(group="open")
    async def action_open(self) -> None:
        """Open it in the browser, a talk at the second under the cursor. Where it leads is said."""
        url = self._reading.resource.url if self._reading else ""
        second = self.prose.second if self._reading and self._reading.form is Form.TRANSCRIPT else None
        try:
            host = await self._desk.open(at_second(url, int(second) if second else None))
        except TrackerError as error:
            self.complain(error)
            return
        if second:
            self.say(say("reader.opened-at", host=host, at=clock(second)))
        else:
            self.say(say("reader.opened", host=host))

    def action_copy(self, form: str) -> None:
        """Copy the address, a talk's with the second under the cursor, through the terminal (OSC 52)."""
        if self._reading is None or not self._reading.resource.url:
            self.say(say("reader.no-address"))
            return
        found, second = self._reading.resource, self.prose.second
        url = at_second(found.url, int(second) if second else None)
        at = f" {clock(second)}" if second else ""
        self.app.copy_to_clipboard(
            url if form == "url" else f"[{strip_unseen(found.title or host_of(url)).translate(MARKS)}{at}]({url})"
        )
        self.say(say("reader.copied"))

    def chosen(self) -> list[ResourceId]:
        return [] if self._resource is None else [self._resource]

    def starred(self) -> bool:
        return self._stands is not None and self._stands.starred

    def topics_on(self) -> Collection[str]:
        return self._stands.topics if self._stands is not None else ()

    def after(self, done: Done, ids: list[ResourceId]) -> None:
        self.look_again()

    def cannot(self) -> None:
        self.say(say("reader.no-note"))

    @work(exclusive=True, group="stands")
    async def look_again(self) -> None:
        """How what is read stands now."""
        if self._resource is not None:
            with suppress(TrackerError):
                self._stands = (await self._desk.show(self._resource)).resource

    def action_cancel(self) -> object:
        """Leave the field one types in (a note is written then); else go back to where one came from."""
        if self.query_one("#find").display:
            self._close_find()
        elif self.pane.open:
            return self.keep_note()  # what is pressed next waits for it
        else:
            self.dismiss()
        return None

    def action_back(self) -> object:
        """Back to where one came from; a note that is open is kept first."""
        if self.pane.open and self.pane.editor.text.strip():
            return self.keep_note()
        self.dismiss()
        return None
