"""The parts of the manual that are made from the code. `python -m tests.manual` writes them; a test compares."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
import tempfile
from pathlib import Path

from tracker.cli.commands import COMMANDS
from tracker.config.settings import Settings
from tui.keys import INBOX, READER, shown

DOCS = Path(__file__).parents[1] / "docs"
MADE = "<!-- Made from the code by `make manual`; change the code instead. -->\n"


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
    """One table a group of keys."""
    out = ["# Keys of the terminal interface", MADE]
    for name, table in (("Inbox", INBOX), ("Reader", READER)):
        for group in dict.fromkeys(row.group for row in table):
            out += [f"\n## {name}: {group.lower()}\n", "| key | does |", "|---|---|"]
            out += [
                f"| {' '.join(f'`{shown(key)}`' for key in row.keys)} | {row.about} |"
                for row in table
                if row.group == group
            ]
    return "\n".join(out) + "\n"


def picture(target: Path) -> None:
    """Draw the inbox as the demo leaves it."""
    from tracker.demo.walk import furnish, walk
    from tracker.demo.web import serving
    from tracker.wiring import house_of
    from tui.app import TrackerApp
    from tui.desk import Desk

    home = Path(tempfile.mkdtemp()) / "demo"
    with serving() as web:
        furnish(home, web)
        walk(home, web, lambda line: None)

    async def draw() -> str:
        with house_of({"home": str(home), "sources": str(home / "sources.yaml")}) as house:
            app = TrackerApp(Desk(house), "dark")
            async with app.run_test(size=(110, 24)) as pilot:
                await pilot.pause(0.5)
                return app.export_screenshot(title="tracker")

    target.write_text(asyncio.run(draw()), "utf-8")


def main(wishes: list[str]) -> None:
    """Write the pages; with `pictures` the pictures as well (each drawing differs in its ids)."""
    DOCS.mkdir(exist_ok=True)
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")
    if "pictures" in wishes:
        picture(DOCS / "inbox.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
