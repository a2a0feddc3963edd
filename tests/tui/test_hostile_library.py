"""A library of strangers' worst titles: every screen renders, nothing of theirs is obeyed, no line is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.cells import cell_len
from sqlalchemy import update

from db.tables import resource
from tracker.core.document import Document, DocumentNode, Mention
from tracker.core.model import Entry, ResourceId
from tracker.core.text import clean_line
from tracker.services import inbox, notes, review
from tracker.services.documents import import_document
from tracker.wiring import House
from tui.actions import PLACES
from tui.widgets.rows import Rows
from tui.words import LANGUAGES

from .houses import HOUR, NOW, drawn, fill, made_house, opened, propose_move, typed

TITLES = (
    "[@click=app.quit]quit[/] [bold red]x[/b]", "RFC [1] [/]", "[/", "]]][[[", "\\[x]", "{title} {0} %s %d",
    "\x1b[31mred\x1b[0m", "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "\x1b]52;c;ZXZpbA==\x07",
    "\x9b2J\x9dx\x9c",
    "\u202egnirts\u202c", "\u2066iso\u2069", "zero\u200bwidth\u200dand\ufeff", "tags \U000e0041\U000e0042",
    "x" * 10_000, "大模型推理" * 2000, "", " ", "\t\n\r", "👩‍👩‍👧‍👦 family 🗂️ ⚙️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "Z" + "\u0336\u0489" * 40,
    "￥１００ ｆｕｌｌ", "a\x00b\x08c\x7fd", "العربية עברית ภาษาไทย", "\ud7ff\ue000", "line one\nline two", "☆★→—“”…×│",
)  # fmt: skip
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\U000e0001-\U000e0060]"
)
SIZES = ((80, 24), (120, 40), (200, 50), (30, 10))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One library for all: whoever looks changes nothing."""
    house = made_house(tmp_path_factory.mktemp("hostile"))
    entries = [
        Entry(f"h{n}", f"https://a.example/{n}", title, summary=f"<p>{title}</p>", authors=(title[:200],),
              published=NOW - n * HOUR)
        for n, title in enumerate(TITLES)
    ]  # fmt: skip
    ids = fill(house, entries)
    with house.store.write() as tx:  # as if it had come past the cleaning at the door
        for n, id_ in enumerate(ids):
            tx.execute(update(resource).where(resource.c.id == id_).values(title=TITLES[n]))
    inbox.act(house.store, house.person, ids[::5], "shortlist", now=NOW, made_by="test")
    propose_move(house, "Kiln", "https://a.example/\u202e[b]\x1b[31m")
    planned(house)
    for id_ in ids[:6]:
        notes.write(house.store, house.person, str(id_), TITLES[id_], day=NOW.date(), now=NOW, made_by="test")
        review.add(house.store, house.person, resource=ResourceId(id_), now=NOW, made_by="test")
    yield house
    house.close()


def planned(house: House) -> None:
    """A plan whose rows, remarks and practices are the same titles."""
    rows = [
        DocumentNode(f"n{n}", "day", title, 2 + n, parent="p", day_from=n + 1, remark=title[:90], practice=title[:300])
        for n, title in enumerate(TITLES)
    ]
    mentions = [
        Mention(f"m{n}", 50 + n, title, f"https://a.example/{n}", node=f"n{n}") for n, title in enumerate(TITLES)
    ]
    nodes = (DocumentNode("p", "plan", TITLES[0], 1), *rows)
    document = Document("evil\u202e[b].md", "plan", "P", "t", {}, tuple(mentions), nodes)
    import_document(house.store, house.person, document, now=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_renders_it_unbroken_at_every_size(house: House, language: str) -> None:
    house.settings = replace(house.settings, ui=replace(house.settings.ui, language=language))
    async with opened(house, SIZES[0]) as (app, pilot):
        for size in SIZES:
            await pilot.resize_terminal(*size)
            for place in PLACES:
                await typed(pilot, f"{place.number if place.name != 'review' else 'gr'}↓Ggg J")
                unbroken(drawn(app), size, place.name)
            await typed(pilot, "gi")
        assert app.clipboard == ""
        assert app.is_running


async def test_every_row_of_the_inbox_is_stood_on_and_read(house: House) -> None:
    house.settings = replace(house.settings, ui=replace(house.settings.ui, language="en"))
    async with opened(house) as (app, pilot):
        for _ in TITLES:
            await typed(pilot, "j")
            unbroken(drawn(app), (120, 40), "inbox")
        await typed(pilot, "gg⏎")
        unbroken(drawn(app), (120, 40), "reader")
        assert app.is_running


async def test_a_title_that_shows_nothing_is_told_by_its_address(house: House) -> None:
    async with opened(house) as (app, _):
        rows = app.screen.query_one(Rows)
        shown = ["".join(text for text, _, _ in rows.cells(one, 80)[2:3]) for one in rows.items]
        assert len(shown) == len(TITLES) - len(TITLES[::5])
        assert all(clean_line(one) for one in shown)
        assert "https://a.example/8" in shown


def unbroken(shown: str, size: tuple[int, int], where: str) -> None:
    """As many lines as the screen has, each exactly as wide, none with something a terminal obeys."""
    lines = shown.split("\n")
    assert len(lines) == size[1], where
    for line in lines:
        assert not OBEYED.search(line), f"{where}: {line!r}"
        assert cell_len(line) == size[0], f"{where}: {cell_len(line)} cells: {line!r}"
