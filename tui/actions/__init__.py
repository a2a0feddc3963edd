"""What a person can do, one table: keys, footer, help, palette, `:` line and manual are made from it.

`common.py` holds what works everywhere and what several places share; `PLACE.py` holds `USES`, the names of shared
actions it offers, and `OWN`, those it alone has. What an action is called stands in the catalogues (`tui/words`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

from tui.words import knows, say


class Action(NamedTuple):
    """One thing to do.

    `keys` as people write them; `call` the method of the screen (`action_NAME`) with its arguments, empty: its own
    name. `takes` what the `:` line offers behind it: "topic", "query", "days" or "". `foot`: its rank in the
    footer, 0 keeps it out. `area`: the catalogue its words stand in.
    """

    name: str
    keys: tuple[str, ...] = ()
    call: tuple[object, ...] = ()
    group: str = "decide"
    takes: str = ""
    foot: int = 0
    area: str = "do"

    @property
    def about(self) -> str:
        """What it does, a short sentence."""
        return say(f"{self.area}.{self.name}")

    @property
    def word(self) -> str:
        """What the footer calls it."""
        short = f"{self.area}.{self.name}.short"
        return say(short) if knows(short) else self.about

    @property
    def method(self) -> str:
        """The method of the screen that does it."""
        return f"action_{str(self.call[0] if self.call else self.name).replace('-', '_')}"

    @property
    def arguments(self) -> tuple[object, ...]:
        """What the method is given."""
        return self.call[1:]


class Place(NamedTuple):
    """A screen one goes to: its number, its letter after `g`, and where it is made."""

    number: int
    name: str
    letter: str

    @property
    def title(self) -> str:
        """What it is called."""
        return say(f"places.{self.name}")


LETTERS = {"today": "t", "inbox": "i", "plan": "p", "library": "l", "journal": "j", "sources": "s", "review": "r"}
PLACES = tuple(
    Place(number, name, letter)
    for number, (name, letter) in enumerate(LETTERS.items(), 1)
    if find_spec(f"tui.screens.{name}")
)
OTHERS = ("reader",)  # screens with actions that one does not go to by number


def actions_of(place: str, keys: Mapping[str, tuple[str, ...]] | None = None) -> tuple[Action, ...]:
    """The actions of a place, its own first; `keys` replaces those of actions it names.

    Digits that the place uses itself (grades) do not lead to other places there.
    """
    from tui.actions.common import EVERYWHERE, SHARED

    module = import_module(f"tui.actions.{place}")
    shared = {action.name: action for action in SHARED}
    digits = {keys for action in module.OWN for keys in action.keys if keys.isdigit()}
    general = (one._replace(keys=tuple(key for key in one.keys if key not in digits)) for one in EVERYWHERE)
    found = (*module.OWN, *(shared[name] for name in module.USES), *general)
    return tuple(action._replace(keys=(keys or {}).get(action.name, action.keys)) for action in found)


def every_place() -> Iterator[str]:
    """The names of all screens that have actions."""
    yield from (place.name for place in PLACES)
    yield from (name for name in OTHERS if find_spec(f"tui.actions.{name}"))


def groups(actions: tuple[Action, ...]) -> Iterator[tuple[str, list[Action]]]:
    """Actions by group, in the order groups first stand."""
    for group in dict.fromkeys(("move", "decide", *(action.group for action in actions))):
        found = [action for action in actions if action.group == group]
        if found:
            yield group, found
