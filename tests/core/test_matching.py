"""What a place of a plan could be learned from: telling words, not those of any sentence."""

from __future__ import annotations

from tracker.core.matching import Matcher, Work
from tracker.core.model import NodeId, ResourceId
from tracker.core.plan import PlanNode
from tracker.core.text import argument


def test_words_of_any_sentence_offer_nothing() -> None:
    works = [
        Work(ResourceId(1), "An Agent for Forever", True, (), None),
        Work(ResourceId(2), "LoRA in depth", True, (), None),
    ]
    offer = Matcher(works)
    for title, found in (("Practice: an assistant for one folder", []), ("What is LoRA", [2]), ("Agent forever", [1])):
        place = PlanNode(NodeId(1), None, "", "p.md", "day", title, 1)
        assert [one.id for one in offer.of(place)] == found


def test_a_name_with_blanks_is_typed_in_quotes() -> None:
    assert argument("plan.md") == "plan.md"
    assert argument("My plan.md") == '"My plan.md"'
