"""Tables of abilities by role, and one's own skills beside them."""

from __future__ import annotations

from tracker.core.model import NodeId
from tracker.core.plan import PlanNode
from tracker.core.roles import profiles
from tracker.documents.roles import abilities

TEXT = """# P
| Day | 应用工程师 | FDE |
|---|---|---|
| 1 | a | b |

| Ability | Application engineer | other | FDE |
|---|---|---|---|
| **Caches** | ★★★☆☆ | x | 精通 |
| Degree | 本科 | | - |
| short | row |

| Again | 应用 | FDE |
|---|---|---|
| not | read | here |
"""


def skill(id_: int, title: str, level: int | None) -> PlanNode:
    return PlanNode(NodeId(id_), None, "", "", "skill", title, id_, level=level)


def test_the_first_table_of_roles_is_read_with_words_stars_and_nothing() -> None:
    found = abilities(TEXT)
    assert [(one.title, dict(one.wanted)) for one in found] == [
        ("Caches", {"app": "★★★☆☆", "fde": "精通"}), ("Degree", {"app": "本科", "fde": "-"}),
    ]  # fmt: skip
    assert [dict(one.levels) for one in found] == [{"app": 3, "fde": 4}, {"app": None, "fde": None}]
    assert abilities("nothing") == ()


def test_skills_stand_beside_the_abilities_they_share_words_with() -> None:
    others = [skill(10 + n, f"thing {n}", 4) for n in range(20)]
    skills = [skill(1, "caches of pages", 1), skill(2, "more caches", 3), skill(3, "caches unsaid", None), *others]
    first, second = profiles(abilities(TEXT), skills)
    assert [one.id for one in first.skills] == [1, 2, 3]
    assert (first.reached, first.gap("app"), first.gap("fde"), first.gap("other")) == (1, 2, 3, None)
    assert (second.skills, second.reached, second.gap("app")) == ((), None, None)
