"""Plans made by hand come back from their own text as they are, or are refused."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.document import Document, DocumentNode
from tracker.documents.plan import Plan
from tracker.documents.planned import SAME, in_order, read_back, text_of

WORDS = st.text(st.sampled_from("ab Ω漢字|*_`[]()（）#-:✅~<>1"), max_size=12).map(str.strip)
HEADINGS = st.sampled_from(["Phase 1: Start", "Week 2", "Track: app", "轨道B：算法", "Anything"])


@st.composite
def plans(draw: st.DrawFn) -> list[DocumentNode]:
    out = [DocumentNode("root", "plan", "Plan", 1)]
    headings = ["root"]
    for n in range(draw(st.integers(0, 7))):
        parent = draw(st.sampled_from(headings))
        shape = draw(st.sampled_from(["heading", "box", "row"]))
        if shape == "heading":
            headings.append(f"h{n}")
            out.append(DocumentNode(f"h{n}", "section", draw(HEADINGS), 0, parent))
        elif shape == "box":
            out.append(DocumentNode(f"b{n}", "deliverable", draw(WORDS) or "x", 0, parent, checked=draw(st.booleans())))
        else:
            first, long = draw(st.integers(1, 60)), draw(st.integers(0, 9))
            emphasis = {"app": told} if (told := draw(WORDS)) else {}
            out.append(
                DocumentNode(
                    f"r{n}", "day", draw(WORDS) or "y", 0, parent, day_from=first, day_to=first + long,
                    emphasis=emphasis, target_depth=draw(st.sampled_from(["", "掌握", "master"])), practice=draw(WORDS),
                    remark=draw(st.sampled_from(["", "跑通了Demo"])), level=None,
                )
            )  # fmt: skip
    return out


@given(plans())
def test_a_text_is_read_back_as_it_was_meant_or_the_place_is_named(wanted: list[DocumentNode]) -> None:
    order = in_order(wanted)
    assert {one.key for one in order} == {one.key for one in wanted}
    text = text_of(order, {})
    found = read_back(text, "p.md", order)
    if isinstance(found, DocumentNode):
        assert found in order
        return
    assert found.text == text
    for one, there in zip(order, found.nodes, strict=True):
        if one.kind in ("day", "deliverable"):
            assert all(getattr(one, field) == getattr(there, field) for field in SAME)
        assert one.title == there.title


@pytest.mark.parametrize("title", ["Iterators | and more", "第3章 缓存", "a (b) c", "C# and F#", "1-2 of 3"])
def test_plain_words_are_never_refused(title: str) -> None:
    order = [DocumentNode("p", "plan", "P", 1), DocumentNode("d", "day", title, 2, "p", day_from=1, day_to=1),
             DocumentNode("b", "deliverable", title, 3, "p")]  # fmt: skip
    assert isinstance(read_back(text_of(order, {}), "p.md", order), Document)


def test_works_stand_as_links_and_cannot_break_out() -> None:
    order = [DocumentNode("p", "plan", "P", 1), DocumentNode("d", "day", "D", 2, "p", day_from=1, day_to=1)]
    text = text_of(order, {"d": [("A ](http://evil) | x", "https://a.example/1"), ("no address", "")]})
    found = read_back(text, "p.md", order)
    assert isinstance(found, Document)
    assert [(one.title, one.url) for one in found.mentions] == [("A )(http://evil) | x", "https://a.example/1")]


@pytest.mark.parametrize("name", ["skill", "book", "llm-apps"])
def test_shipped_plans_say_nothing_odd(name: str) -> None:
    text = files("tracker.formats").joinpath("templates", f"plan.{name}.md").read_text("utf-8")
    found = Plan().read(text.replace("{subject}", "Go"), name)
    assert [one.message for one in found.findings] == ["days are numbers from a start that the plan does not give"]
    rows = [one for one in found.nodes if one.kind in ("day", "project", "task")]
    tracks = {track for one in rows for track in one.tracks}
    assert tracks == ({"retrieval", "agents"} if name == "llm-apps" else set())
    days = sorted({day for one in rows for day in range(one.day_from or 0, (one.day_to or 0) + 1)})
    assert days == list(range(1, days[-1] + 1))
    again = read_back(text_of(in_order(found.nodes), {}), name, in_order(found.nodes))
    assert isinstance(again, Document)
    assert [one.title for one in again.nodes] == [one.title for one in found.nodes]
