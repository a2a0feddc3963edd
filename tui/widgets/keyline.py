"""The bottom line: what can be done here now, from the table of actions; a click does it."""

from __future__ import annotations

from textual.events import Resize

from tui.actions import Action
from tui.keys import Keymap, Strokes, read_keys, shown
from tui.widgets.words import Buttons, Piece

KEPT = 3  # of the last pieces (menu, help, back) that stay however narrow it gets


class KeyLine(Buttons):
    """`p file  e done  …`; in the middle of a sequence, how it may go on."""

    _all: tuple[Piece, ...] = ()

    def show(self, keymap: Keymap, pending: Strokes = ()) -> None:
        """Draw for a screen with these keys; `pending`: strokes of a sequence that is not finished."""
        actions = _going_on(keymap, pending) if pending else sorted(
            (one for one in keymap.actions if one.foot and one.keys), key=lambda one: one.foot
        )  # fmt: skip
        self._all = tuple(_piece(one, pending) for one in actions)
        self._fit()

    def _fit(self) -> None:
        pieces = list(self._all)
        while len(pieces) > KEPT and sum(piece.cells for piece in pieces) > self.size.width > 0:
            del pieces[-KEPT - 1]
        self.lay(pieces)

    def on_resize(self, event: Resize) -> None:
        self._fit()


def _going_on(keymap: Keymap, pending: Strokes) -> list[Action]:
    return [one for one in keymap.actions if _key(one, pending)]


def _key(action: Action, pending: Strokes) -> str:
    """The first key of an action that begins so."""
    begun = (keys for keys in action.keys if read_keys(keys)[: len(pending)] == pending)
    return next(begun, "")


def _piece(action: Action, pending: Strokes) -> Piece:
    key = shown(_key(action, pending))
    return Piece(((f" {key} ", "bold $accent"), (f"{action.word} ", "$muted")), action.name)
