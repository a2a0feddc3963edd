"""The parts of the manual that are made from the code. `python -m tests.manual` writes them; a test compares."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tracker.cli.commands import COMMANDS
from tracker.config.settings import Settings
from tui.actions import Action, actions_of, every_place, groups
from tui.actions.common import EVERYWHERE
from tui.keys import shown
from tui.words import say, speak

DOCS = Path(__file__).parents[1] / "docs"
MADE = "<!-- Made from the code by `make manual`; change the code instead. -->\n"
REMAPPING = """\
Letters of an input method (`ｊ`, `：`, `？`) act like the plain ones. `:` runs any action by its name, `F2` lists
them all, so that none needs a letter. In the middle of a sequence (`g`, `*`) the bottom line shows how it may go on.

Other keys stand in `HOME/keys.toml` (or the file of `ui.keys`), an action a line:

```toml
done = "x"
top = ["gg", "home"]
skip = []          # no key; `:skip` still does it
```

A key that leads two ways, or is no key, is said with file, line and name, and the keys stay as they were;
`:reload-keys` reads the file again.
"""


def pages() -> dict[str, str]:
    """File names under docs/ and what they hold."""
    return {"commands.md": commands(), "settings.md": settings(), "keys.md": keys()}


def commands() -> str:
    """One table a group."""
    out = ["# Commands", MADE, "`tracker COMMAND --help` tells more of each."]
    for group in dict.fromkeys(row.group for row in COMMANDS.values()):
        out += [f"\n## {group}\n", "| command | does |", "|---|---|"]
        out += [f"| `{name}` | {row.summary} |" for name, row in COMMANDS.items() if row.group == group]
    return "\n".join(out) + "\n"


def settings() -> str:
    """One table a section of config.toml."""
    out = [
        "# Settings",
        MADE,
        "`HOME/config.toml`, optional. Each key also as `TRACKER_<SECTION>__<KEY>` in the environment, which wins.",
    ]
    sections: dict[str, list[str]] = {"top of the file": []}
    for field in dataclasses.fields(Settings):
        made = field.default_factory() if field.default_factory is not dataclasses.MISSING else None
        if made is None:
            sections["top of the file"].append(_row(field))
        else:
            sections[f"[{field.name}]"] = [_row(key) for key in dataclasses.fields(made)]
    for name, rows in sections.items():
        out += [f"\n## {name}\n", "| key | default | what |", "|---|---|---|", *rows]
    return "\n".join(out) + "\n"


def _row(field: dataclasses.Field[object]) -> str:
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    return f"| `{field.name}` | `{default!r}` | {field.metadata['about']} |"


def keys() -> str:
    """The general keys once, then one table a screen and group."""
    speak("en")
    out = ["# Keys of the terminal interface", MADE, REMAPPING, "## Everywhere\n", *_table(EVERYWHERE)]
    general = {action.name for action in EVERYWHERE}
    for place in every_place():
        out.append(f"\n## {say(f'places.{place}')}")
        own = tuple(action for action in actions_of(place) if action.name not in general)
        for group, found in groups(own):
            out += [f"\n### {say(f'do.group.{group}')}\n", *_table(found)]
    return "\n".join(out) + "\n"


def _table(found: Sequence[Action]) -> list[str]:
    rows = [
        f"| {' '.join(f'`{shown(key)}`' for key in action.keys)} | `{action.name}` | {action.about} |"
        for action in found
    ]
    return ["| key | action | does |", "|---|---|---|", *rows]


PICTURES = {"inbox": (), "today": ("1",), "sources": ("6",), "help": ("?",)}  # the keys that lead to each


def pictures() -> None:
    """Draw the screens as the demo leaves them."""
    from tracker.demo.walk import furnish, walk
    from tracker.demo.web import serving

    home = Path(tempfile.mkdtemp()) / "demo"
    with serving() as web:
        furnish(home, web)
        walk(home, web, lambda line: None)
    for name, keys in PICTURES.items():
        (DOCS / f"{name}.svg").write_text(asyncio.run(_drawn(home, keys)), "utf-8")


async def _drawn(home: Path, keys: Sequence[str]) -> str:
    from tracker.wiring import house_of
    from tui.app import TrackerApp
    from tui.desk import Desk

    with house_of({"home": str(home), "sources": str(home / "sources.yaml")}) as house:
        app = TrackerApp(Desk(house), "dark")
        async with app.run_test(size=(110, 24)) as pilot:
            await pilot.pause(0.5)
            await pilot.press(*keys)
            await pilot.pause(1.0)
            return app.export_screenshot(title="tracker")


def main(wishes: list[str]) -> None:
    """Write the pages; with `pictures` the pictures as well (each drawing differs in its ids)."""
    DOCS.mkdir(exist_ok=True)
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")
    if "pictures" in wishes:
        pictures()


if __name__ == "__main__":
    main(sys.argv[1:])
