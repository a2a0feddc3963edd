"""Words that say how deep one should know a thing, and how far one is: kept as written, with a rank beside them."""

from __future__ import annotations

from tracker.core.text import fold

_DEPTHS: tuple[tuple[str, int], ...] = (
    ("精通", 4), ("深入理解", 4), ("扎实", 4), ("熟练", 3), ("掌握", 3), ("熟悉", 2), ("了解", 1), ("理解", 2),
    ("master", 4), ("proficient", 3), ("familiar", 2), ("aware", 1),
)  # fmt: skip
_LEVELS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ("啥也不会", "听不懂", "学不了", "玩不起", "没用上", "不会", "nothing", "shelved")),
    (2, ("demo", "跑通", "实现")),
    (3, ("持续积累", "实践", "项目中", "practis")),
    (1, ("概念", "入门", "了解", "学了基础", "只知道", "concept")),
)
_NEGATED = "未实践"


def depth_of(text: str) -> tuple[str, int | None]:
    """The first word that says how deep the text wants it, and its rank 1 to 4; ("", None) when none does."""
    words = fold(text)
    found = [(words.find(word), word, rank) for word, rank in _DEPTHS if word in words]
    if not found:
        return "", None
    _, word, rank = min(found, key=lambda one: (one[0], -len(one[1])))
    return word, rank


def level_of(remark: str) -> int | None:
    """How far one is by the words of a remark: 0 nothing, 1 the idea, 2 a demo, 3 in use; None when it does not say."""
    words = fold(remark).replace(_NEGATED, "")
    return next((level for level, marks in _LEVELS if any(mark in words for mark in marks)), None)
