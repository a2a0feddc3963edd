"""What screens with one list of lines and a detail beside it share: moving, selecting, opening, copying."""

from __future__ import annotations

from typing import Any

from textual import work
from textual.containers import VerticalScroll

from tracker.core.errors import TrackerError
from tui.screens.base import PlaceScreen
from tui.screens.listing import as_link
from tui.widgets.lines import Lines
from tui.words import say


class Lined(PlaceScreen):
    """One `Lines` list. A kind of it says which address and title stand under the cursor."""

    @property
    def list(self) -> Lines[Any]:
        """The list."""
        return self.query_one("#rows", Lines)

    @property
    def detail(self) -> VerticalScroll:
        """What tells more of the line under the cursor."""
        return self.query_one("#detail", VerticalScroll)

    def linked(self) -> tuple[str, str]:
        """Title and address of what the cursor stands on; "" for none."""
        raise NotImplementedError

    def action_move(self, step: int) -> None:
        self.list.go(self.list.cursor + step)

    def action_page(self, step: int) -> None:
        self.list.page(step)

    def action_top(self) -> None:
        self.list.go(0)

    def action_bottom(self) -> None:
        self.list.go(len(self.list.items) - 1)

    def action_scroll_preview(self, step: int) -> None:
        self.detail.scroll_relative(y=step * 3, animate=False)

    def action_select(self) -> None:
        self.list.toggle()
        self.action_move(1)

    def action_select_range(self) -> None:
        self.list.range()

    def action_select_all(self) -> None:
        self.list.select_all()

    def action_select_none(self) -> None:
        self.list.select(())

    def action_cancel(self) -> None:
        self.list.select(())

    @work(group="open")
    async def action_open(self) -> None:
        """Open the address in the browser; the host is said."""
        await self.opened()

    async def opened(self) -> bool:
        """Whether the address under the cursor was given to the browser."""
        try:
            self.say(say("said.opened", host=await self._desk.open(self.linked()[1])))
        except TrackerError as error:
            self.complain(error)
            return False
        return True

    def action_copy(self, form: str) -> None:
        """Copy through the terminal (OSC 52), so it works over ssh."""
        title, url = self.linked()
        if not url:
            self.say(say("said.no-address"))
            return
        self.app.copy_to_clipboard(url if form == "url" else as_link(title, url))
        self.say(say("said.copied"))
