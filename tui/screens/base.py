"""What every screen has: keys from the table of actions, undo, the way to the other screens, toasts.

A place (one of 1-7) is a file: `tui/screens/NAME.py` with a class of its name on `PlaceScreen`, `tui/actions/NAME.py`
with its actions, `tui/words/NAME.py` with its words. `tui/actions/__init__.py` finds it by its name in `PLACES`.
"""

from __future__ import annotations

from inspect import isawaitable
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.events import Key, Resize, ScreenResume
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import Worker

from tracker.core.errors import TrackerError, nearest
from tracker.core.inbox import Done
from tui.actions import Action
from tui.desk import Desk
from tui.keys import Keymap, Strokes, shown, stroke
from tui.plain import joined
from tui.said import said
from tui.toast import toast
from tui.told import told
from tui.widgets.keyline import KeyLine
from tui.widgets.tabs import Tabs
from tui.widgets.words import Buttons, Words
from tui.words import say

if TYPE_CHECKING:
    from tui.app import TrackerApp

NARROW = 100
HOLDING = frozenset({"ask", "decide", "read"})  # work that keys wait for: a window opens, a row goes, a text comes
ANSWERING = frozenset({"load", "find"})  # work that answers a question, while a person waits for it
ANSWERS_WITHIN = 0.5  # seconds keys wait for an answer; Esc can leave a longer one
WHILE_TYPING = frozenset({"escape", "ctrl+p", *(f"f{n}" for n in range(1, 13))})
Result = TypeVar("Result")


class Keyed(Screen[Result]):
    """A screen whose keys, footer, help and `:` line come from the table of actions.

    `NAME` says which table. Each action of it is a method `action_NAME`. While an input has the focus letters are its
    own. Full-width letters of an input method act like the plain ones.
    """

    NAME: ClassVar[str] = ""
    HOLDING: ClassVar[frozenset[str]] = HOLDING

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._pending: Strokes = ()
        self._answer_by = 0.0

    @property
    def tracker(self) -> TrackerApp:
        """The app, by its own type."""
        from tui.app import TrackerApp

        assert isinstance(self.app, TrackerApp)
        return self.app

    @property
    def keymap(self) -> Keymap:
        """The keys that live here."""
        return self._desk.keys.of(self.NAME)

    @property
    def typing(self) -> bool:
        """Whether letters go into a field."""
        return isinstance(self.focused, Input | TextArea)

    @property
    def held(self) -> bool:
        """Whether keys wait: fifty in a burst decide about fifty rows, and words go where a key opened a field."""
        groups = self.HOLDING | ANSWERING if monotonic() < self._answer_by else self.HOLDING
        return any(one.node is self and one.group in groups and not one.is_finished for one in self.workers)

    def awaits_answer(self) -> None:
        """A question was put: keys wait a little for what answers it."""
        self._answer_by = monotonic() + ANSWERS_WITHIN

    def knows(self, event: Key) -> bool:
        """Whether a key leads anywhere here."""
        strokes = (*self._pending, stroke(event.key, event.character))
        return self.keymap.action(strokes) is not None or self.keymap.begins(strokes)

    async def takes(self, event: Key) -> bool:
        """Do the action of a key, or of a sequence of keys; False when the key is not for the screen."""
        pressed = stroke(event.key, event.character)
        if self.typing and pressed not in WHILE_TYPING:
            return False
        strokes = (*self._pending, pressed)
        begun, self._pending = bool(self._pending), ()
        action = self.keymap.action(strokes)
        if action is None and self.keymap.begins(strokes):
            self._pending = strokes
        if begun or self._pending:
            self.draw_keys()
        if action is not None:
            await self.act(action)
        return begun or bool(self._pending) or action is not None

    async def act(self, action: Action, *given: object) -> None:
        """Do what an action says; `given` is what the `:` line put behind its name."""
        done = getattr(self, action.method)(*action.arguments, *given)
        if isawaitable(done) and not isinstance(done, Worker):
            await done

    async def do(self, name: str) -> None:
        """Do the action of this name, if it is known here."""
        action = next((one for one in self.keymap.actions if one.name == name), None)
        if action is not None:
            await self.act(action)

    def draw_keys(self) -> None:
        """Draw the footer for what can be done now."""
        for line in self.query(KeyLine):
            line.show(self.keymap, self._pending)

    @on(Buttons.Pressed)
    def pressed(self, event: Buttons.Pressed) -> None:
        """A click on the footer or a tab waits its turn like a key."""
        event.stop()
        self.tracker.keys.put(event)

    def key_of(self, name: str) -> str:
        """The key of an action, as people read it; its name after a colon when it has none."""
        action = next(one for one in self.keymap.actions if one.name == name)
        return shown(action.keys[0]) if action.keys else f":{name}"

    # -- what there is everywhere --------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read anew what is shown; called after an undo and when the screen comes back."""

    def action_go(self, place: str) -> None:
        self.tracker.go(place)

    @work(group="decide")
    async def action_undo(self) -> None:
        """Take back the last decision, wherever it was made."""
        await self._turn(back=True)

    @work(group="decide")
    async def action_redo(self) -> None:
        """Do it again."""
        await self._turn(back=False)

    async def _turn(self, *, back: bool) -> None:
        try:
            done = await self._desk.turn(back=back)
        except TrackerError as error:
            self.complain(error)
            return
        word = "undone" if back else "redone"
        self.say(say(f"said.{word}", what=said(done)) if done else say(f"said.nothing-{word}"))
        self.reload()

    @work(exclusive=True, group="refresh")
    async def action_refresh_due(self) -> None:
        """Crawl what is due while one goes on."""
        self.say(say("said.looking"))
        try:
            summary = await self._desk.refresh_due(self.crawl_progress)
        except TrackerError as error:
            self.complain(error)
            return
        self.say(summary)
        self.reload()

    def crawl_progress(self, sentence: str) -> None:
        """A crawl goes on; screens that have a place for it say so."""

    @work(exclusive=True, group="ask")
    async def action_command(self) -> None:
        """The `:` line."""
        from tui.screens.choose import Choose
        from tui.screens.command import completions

        topics = await self._desk.topics()
        text = await self.app.push_screen_wait(
            Choose(say("ask.command"), lambda typed: completions(self.keymap.actions, topics, typed), free=True)
        )
        await self.run_line(text)

    async def run_line(self, text: str) -> None:
        """Do what a `:` line says; words that are no action but a query are looked for."""
        from tui.screens.command import action_named

        name, _, rest = text.strip().partition(" ")
        if not name:
            return
        action = action_named(self.keymap.actions, name)
        if action is None and ":" in name:
            action, rest = action_named(self.keymap.actions, "find"), text.strip()
        if action is None:
            near = nearest(name, (one.name for one in self.keymap.actions))
            self.say(say("said.no-action", name=name) + (say("said.meant", name=near) if near else ""), bad=True)
        else:
            await self.act(action, *([rest.strip()] if rest.strip() and action.takes else ()))

    @work(exclusive=True, group="ask")
    async def action_palette(self) -> None:
        """Choose an action from a list."""
        from tui.screens.choose import Choose
        from tui.screens.command import palette

        name = await self.app.push_screen_wait(Choose(say("ask.palette"), lambda typed: palette(self.keymap, typed)))
        await self.do(name)

    def action_help(self) -> None:
        from tui.screens.help import Help

        self.app.push_screen(Help(self.keymap))

    def action_tour(self) -> None:
        from tui.screens.tour import Tour

        self.app.push_screen(Tour(self.keymap))

    def action_reload_keys(self) -> None:
        """Read keys.toml again; a mistake in it leaves the old keys."""
        try:
            self._desk.keys.load()
        except TrackerError as error:
            self.complain(error)
            return
        self.draw_keys()
        self.say(say("said.keys-read"))

    def action_cancel(self) -> object:
        """Nothing to cancel here."""
        return None

    def action_back(self) -> object:
        self.tracker.back()
        return None

    def action_quit(self) -> None:
        self.app.exit()

    def say(self, sentence: str, *, bad: bool = False) -> None:
        """A toast."""
        toast(self, sentence, bad=bad)

    @work(group="decide")
    async def mute(self, source: str, *, on: bool = True) -> None:
        """Let nothing more of a source wait in the inbox, or again."""
        try:
            self.tell(await self._desk.mute(source, on=on))
        except TrackerError as error:
            self.complain(error)

    def tell(self, done: Done) -> None:
        """Say what was decided, and how to take it back."""
        self.say(say("said.decided", what=said(done), key=self.key_of("undo")))

    def complain(self, error: TrackerError) -> None:
        """Trouble, as the sentence it carries."""
        toast(self, told(error.sentence()), bad=True)


class PlaceScreen(Keyed[None]):
    """One of the screens 1-7: tabs on top, a line that says how things stand, the body, the keys."""

    _coming = False  # one is on the way here, and nothing is read yet

    @property
    def held(self) -> bool:
        return super().held or (self._coming and monotonic() < self._answer_by)

    def expect(self) -> None:
        """One comes here: keys wait a little until it is read what they are about."""
        self._coming = True
        self.awaits_answer()

    def compose(self) -> ComposeResult:
        yield Tabs(id="tabs")
        yield Words(id="status")
        yield from self.body()
        yield KeyLine(id="keys")

    def body(self) -> ComposeResult:
        """What is between the lines of status and keys."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.query_one(Tabs).show(self.NAME)
        self.draw_keys()

    @on(Resize)
    def fold_panels(self, event: Resize) -> None:
        """One panel above the other where the two have no room side by side."""
        self.set_class(event.size.width < NARROW, "narrow")

    @on(ScreenResume)
    def came_back(self) -> None:
        """What others changed meanwhile is read."""
        self.reload()
        if self._coming:
            self._coming = False
            self.awaits_answer()

    def status(self, *parts: tuple[str, str]) -> None:
        """Say how things stand, in one line."""
        self.query_one("#status", Words).draw(joined((" ", ""), *parts))


def place_screen(name: str, desk: Desk) -> PlaceScreen:
    """The screen of a place, made."""
    from importlib import import_module

    made: Any = getattr(import_module(f"tui.screens.{name}"), name.capitalize())
    screen: PlaceScreen = made(desk)
    return screen
