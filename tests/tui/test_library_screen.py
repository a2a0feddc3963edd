"""The library: everything, found as one types, kept as views; a mistake points at its column."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from rich.cells import cell_len

from db.store import Store
from db.tables import resource
from tracker.services import inbox, views
from tracker.wiring import House
from tui.screens.plan import Plan
from tui.screens.reader import Reader


def titles(app: Any) -> list[str]:
    return [one.title for one in app.screen.rows.items]


def kinds(app: Any) -> set[str]:
    return {one.kind for one in app.screen.rows.items}


async def test_words_are_found_in_titles_notes_plans_and_talks(
    furnished: House, driven: Any, settled: Any, picture: Any
) -> None:
    async with driven(furnished, "library") as (app, pilot):
        assert len(titles(app)) == 3
        await pilot.press("slash", *"paging")
        await settled(pilot)
        assert kinds(app) == {"note"}
        await pilot.press("enter", "enter")
        await settled(pilot)
        assert isinstance(app.screen, Reader)
        await pilot.press("q", "escape")
        await settled(pilot)
        await pilot.press("slash", *"分页管理", "enter")
        await settled(pilot)
        assert kinds(app) == {"transcript"}
        assert "at 0:06" in picture(app)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.prose.second == 6.0


async def test_a_place_of_a_plan_is_gone_to(furnished: House, driven: Any, settled: Any) -> None:
    async with driven(furnished, "library") as (app, pilot):
        await pilot.press("slash", *"in:plan 推测", "enter")
        await settled(pilot)
        assert titles(app) == ["推测解码"]
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, Plan)
        assert app.screen.branch is not None
        assert app.screen.branch.node.title == "推测解码"


async def test_a_mistake_points_at_its_column_and_what_was_found_stays(
    furnished: House, driven: Any, settled: Any, picture: Any
) -> None:
    async with driven(furnished, "library") as (app, pilot):
        await pilot.press("slash", *"site:serving.example")
        await settled(pilot)
        await pilot.press(*" (")
        await settled(pilot)
        assert "column 22" in picture(app)
        assert titles(app) == ["Serving 手册"]
        await pilot.press("backspace", *"kind:vido")
        await settled(pilot)
        assert "Did you mean 'video'?" in picture(app)
        await pilot.press("escape")
        await settled(pilot)
        assert len(titles(app)) == 3


async def test_views_are_kept_turned_and_taken_back(furnished: House, driven: Any, settled: Any, picture: Any) -> None:
    async with driven(furnished, "library") as (app, pilot):
        await pilot.press("slash", *"kind:paper", "enter", "W", *"论文", "enter")
        await settled(pilot)
        assert views.views(furnished.store, furnished.person) == [("论文", "kind:paper")]
        assert "Everything" in picture(app)
        await pilot.press("[")
        await settled(pilot)
        assert len(titles(app)) == 3
        await pilot.press("w", *"论文", "enter")
        await settled(pilot)
        assert titles(app) == ["Paper of speculation"]
        await pilot.press("u")
        await settled(pilot)
        assert views.views(furnished.store, furnished.person) == []


async def test_deciding_is_as_in_the_inbox(furnished: House, driven: Any, settled: Any) -> None:
    async with driven(furnished, "library") as (app, pilot):
        await pilot.press("*", "a", "e")
        await settled(pilot)
        assert {state.value: n for state, n in inbox.counts(furnished.store, furnished.person).items()} == {"done": 3}
        assert len(titles(app)) == 3
        await pilot.press("u")
        await settled(pilot)
        assert "done" not in {state.value for state in inbox.counts(furnished.store, furnished.person)}


async def test_long_lists_come_page_by_page(house: House, driven: Any, settled: Any) -> None:
    with house.store.write() as tx:
        for n in range(450):
            row = {"url": f"https://a.example/{n}", "title": f"T{n}", "kind": "article", "first_seen_at": house.clock()}
            tx.execute(resource.insert().values(canonical_url=row["url"], **row))
    async with driven(house, "library") as (app, pilot):
        assert len(titles(app)) == 200
        for _ in range(3):
            await pilot.press("G")
            await settled(pilot)
        assert len(titles(app)) == 450
        assert titles(app)[0] == "T449"


async def test_one_question_runs_at_a_time_and_the_last_one_counts(
    furnished: House, driven: Any, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driven(furnished, "library") as (app, pilot):
        asked, running, most = list[str](), 0, 0
        look = app.screen._library._look

        def slow(query: str, *given: Any) -> Any:
            nonlocal running, most
            asked.append(query)
            running, most = running + 1, max(most, running + 1)
            threading.Event().wait(0.2)
            running -= 1
            return look(query, *given)

        monkeypatch.setattr(app.screen._library, "_look", slow)
        await pilot.press("slash", *"speculation", "enter")
        await settled(pilot)
        assert asked[-1] == "speculation"
        assert most == 1
        assert titles(app) == ["Paper of speculation"]


NASTY = ("[@click=app.quit]CANARY[/] \x1b]52;c;eA==\x07 \u202eevil", "x" * 10_000, "👨‍👩‍👧" * 300, "", "[/b] [")


@pytest.mark.parametrize("place", ["library", "plan", "journal", "review"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_a_hostile_library_is_drawn_letter_by_letter_everywhere(
    furnished: House, driven: Any, settled: Any, picture: Any, place: str, size: tuple[int, int]
) -> None:
    from db.tables import node, note
    from tracker.services import review

    with furnished.store.write() as tx:
        for table, column in ((resource, "title"), (node, "title"), (note, "title")):
            for n, row in enumerate(tx.execute(table.select()).all()):
                tx.execute(table.update().where(table.c.id == row.id).values({column: NASTY[n % 5]}))
        tx.execute(note.update().values(body=NASTY[0] + "\n" + NASTY[1]))
        tx.execute(node.update().values(remark=NASTY[0], practice=NASTY[1]))
        first = tx.execute(node.select().where(node.c.kind == "day")).first()
    review.add(furnished.store, furnished.person, place=f"#{first.id}", question=NASTY[0], answer=NASTY[1],
               now=furnished.clock(), made_by="t")  # fmt: skip
    async with driven(furnished, place, size) as (app, pilot):
        await pilot.press("j", "j", "k", "space", "J", "G")
        await settled(pilot)
        shown = picture(app)
        assert "CANARY" in shown
        assert not set(shown) & {"\x1b", "\x07", "\u202e", "\x9b"}
        assert app.is_running
        assert all(cell_len(row) <= size[0] for row in shown.splitlines())


async def test_no_screen_reads_or_writes_on_the_thread_that_draws(
    furnished: House, driven: Any, settled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, guilty = threading.get_ident(), list[str]()
    for name in ("read", "write"):
        kept = getattr(Store, name)

        def spied(store: Store, *, kept: Any = kept, name: str = name, **wishes: Any) -> Any:
            if threading.get_ident() == main:
                guilty.append(name)
            return kept(store, **wishes)

        monkeypatch.setattr(Store, name, spied)
    async with driven(furnished, "inbox") as (app, pilot):
        for place, keys in (
            ("library", ("j", "slash", *"talk", "enter", "e", "u")),
            ("plan", ("j", "j", "space", "u")),
            ("journal", ("j", "[", "w", "escape")),
            ("review", ("space", "3", "u")),
        ):
            app.go(place)
            await settled(pilot)
            for key in keys:
                await pilot.press(key)
                await pilot.pause(0.05)
            await settled(pilot)
    assert guilty == []
