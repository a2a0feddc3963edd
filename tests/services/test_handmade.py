"""Plans made by hand, on both engines: each change undone and done again, given out and read in elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.store import Store
from tracker.core.document import Document, Mention
from tracker.core.errors import Conflict, NotFound, UsageError
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.plan import PlanNode, walk
from tracker.services import actions, exports, handmade, library, plans, templates
from tracker.services.documents import import_document, read_text
from tracker.services.handmade import Wish

NOW = datetime(2026, 1, 12, tzinfo=UTC)
HOW: dict[str, Any] = {"now": NOW, "made_by": "test"}


def tree(store: Store, name: str = "") -> list[PlanNode]:
    return [branch.node for _, branch in walk(plans.plan(store, ME, name))]


def said(store: Store) -> list[tuple[object, ...]]:
    return [
        (one.kind, one.title, one.day_from, one.day_to, one.tracks, dict(one.emphasis), one.checked)
        for one in tree(store)
    ]


@pytest.fixture
def made(store: Store) -> Store:
    handmade.new(store, ME, "mine", **HOW)
    handmade.add(store, ME, "mine", Wish("Iterators", (1, 1), "掌握", "write one"), track="app", **HOW)
    handmade.add(store, ME, "mine", Wish("Tensors", (2, 3), emphasis={"app": "views"}), track="algo", **HOW)
    handmade.add(store, ME, "mine", Wish("A box"), **HOW)
    return store


def text(store: Store) -> str:
    return exports.document(store, ME, exports.named(store, ME, "mine.md")).text


def test_a_plan_grows_and_every_change_is_undone_and_done_again(made: Store) -> None:
    assert [row[:4] for row in said(made)] == [
        ("plan", "mine", None, None), ("deliverable", "A box", None, None), ("track", "Track: app", None, None),
        ("day", "Iterators", 1, 1), ("track", "Track: algo", None, None), ("day", "Tensors", 2, 3),
    ]  # fmt: skip
    plans.tick(made, ME, ["Iterators"], on=True, **HOW)
    handmade.edit(made, ME, "Tensors", Wish("Arrays", (4, 4)), **HOW)
    handmade.add(made, ME, "mine", Wish("Iterators", (1, 1)), under="Track: app", **HOW)
    handmade.drop(made, ME, "Track: algo", **HOW)
    last, texts = said(made), text(made)
    assert "Arrays" not in texts
    while actions.undo(made, ME, NOW):
        pass
    assert tree(made) == []
    with pytest.raises(NotFound):
        exports.named(made, ME, "mine.md")
    while actions.redo(made, ME, NOW):
        pass
    assert (said(made), text(made)) == (last, texts)


def test_its_text_read_in_elsewhere_is_the_same_plan(made: Store) -> None:
    plans.tick(made, ME, ["Iterators"], on=True, **HOW)
    plans.set_remark(made, ME, ["A box"], "跑通了Demo", **HOW)
    before = said(made)
    written = text(made)
    while actions.undo(made, ME, NOW):
        pass
    import_document(made, ME, read_text(written, "mine.md", "plan"), now=NOW)
    assert said(made) == before


def test_once_its_file_is_imported_the_plan_is_the_files(made: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    exports.write_document(made, ME, exports.named(made, ME, "mine"), path, NOW, mine=False)
    handmade.add(made, ME, "mine", Wish("Another box"), **HOW)
    exports.write_document(made, ME, exports.named(made, ME, "mine"), path, NOW, mine=False)
    assert "Another box" in path.read_text()
    path.write_text(path.read_text().replace("Another box", "My own words"))
    with pytest.raises(Conflict, match="was edited"):
        exports.write_document(made, ME, exports.named(made, ME, "mine"), path, NOW, mine=False)
    ids = {one.title: one.id for one in tree(made)}
    import_document(made, ME, read_text(path.read_text(), "mine.md", "plan"), now=NOW, path=str(path))
    now = {one.title: one.id for one in tree(made)}
    assert now["My own words"] == ids["Another box"]
    assert now["Iterators"] == ids["Iterators"]
    with pytest.raises(UsageError, match="was read from a file"):
        handmade.add(made, ME, "mine", Wish("x"), **HOW)


def test_works_of_a_place_are_its_references(made: Store) -> None:
    works = (Mention("w", 1, "A talk", "https://a.example/t"),)
    import_document(made, ME, Document("l.md", "list", "L", "t", {}, works), now=NOW)
    work = int(library.resources(made, ME)[0].id)
    handmade.add(made, ME, "mine", Wish("Talks", (9, 9)), resources=[work], **HOW)
    assert "| 9 | Talks | [A talk](https://a.example/t) |" in text(made)
    plans.attach(made, ME, "Tensors", [work], **HOW)
    assert "| 2-3 | Tensors | views | [A talk](https://a.example/t) |" in text(made)
    with pytest.raises(NotFound, match="no resource"):
        handmade.add(made, ME, "mine", Wish("x"), resources=[999], **HOW)


def test_what_makes_no_plan_is_said(made: Store) -> None:
    before = said(made)
    for wish, more, words in (
        (Wish("（x）odd"), {}, "read as something else"), (Wish("x", (3, 2)), {}, "no days"),
        (Wish(" "), {}, "needs a title"),
        (Wish("x"), {"under": "Tensors"}, "is no heading"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            handmade.add(made, ME, "mine", wish, **HOW, **more)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="the plan itself"):
        handmade.drop(made, ME, "mine", **HOW)
    with pytest.raises(UsageError, match="needs a name"):
        handmade.new(made, ME, ".md", **HOW)
    with pytest.raises(Conflict, match="is a document"):
        handmade.new(made, ME, "mine.md", **HOW)
    with pytest.raises(NotFound, match="no template"):
        templates.plan_text("nothing", "x")
    assert said(made) == before


def test_a_template_begins_a_plan(store: Store) -> None:
    name, _ = handmade.new(store, ME, "go", title="Go", template=templates.plan_text("skill", "Go"), **HOW)
    assert (name, tree(store)[0].title) == ("go.md", "Go")
    assert sum(one.kind == "deliverable" for one in tree(store)) == 6
    handmade.add(store, ME, "go", Wish("Phase 4: More", heading=True), **HOW)
    assert tree(store)[-1].kind == "phase"


def test_a_day_goes_under_the_heading_whose_days_hold_it(store: Store) -> None:
    handmade.new(store, ME, "big", template=templates.plan_text("skill", "big"), **HOW)
    for title, days in (("In two", (16, 17)), ("Over both", (14, 15)), ("Behind all", (61, 61))):
        handmade.add(store, ME, "big", Wish(title, days), **HOW)
    handmade.add(store, ME, "big", Wish("Week 3 (Day 15-21)", heading=True), under="Phase 2", **HOW)
    handmade.add(store, ME, "big", Wish("Smallest", (18, 18)), **HOW)
    handmade.add(store, ME, "big", Wish("A box"), **HOW)
    titles = {one.id: one.title for one in tree(store)}
    above = {one.title: titles[one.parent] for one in tree(store) if one.parent}
    assert above["In two"].startswith("Phase 2")
    assert above["Smallest"].startswith("Week 3")
    assert [above[title] for title in ("Over both", "Behind all", "A box")] == ["big"] * 3


def test_a_decision_names_what_it_changed_and_not_what_stands_lower_by_now(made: Store) -> None:
    kept = {one.title: one.id for one in tree(made)}
    done = handmade.add(made, ME, "mine", Wish("Before all", (1, 1)), **HOW)
    fresh = next(one.id for one in tree(made) if one.title == "Before all")
    assert [item for item in done.items if item.startswith("node:")] == [f"node:{fresh}"]
    assert {one.title: one.id for one in tree(made) if one.title in kept} == kept
    gone = handmade.drop(made, ME, "Before all", **HOW)
    assert [item for item in gone.items if item.startswith("node:")] == [f"node:{fresh}"]
    assert actions.undo(made, ME, NOW)
    assert any(one.title == "Before all" for one in tree(made))
