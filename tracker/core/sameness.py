"""Which works may be one under two addresses. Only offered, never done: a person says yes or no.

Papers stand on several sites (OpenReview and arXiv), and a list may only name what another one links. Two works are
offered when one is called what the other is called, in full or before its colon ("QLoRA" and "QLoRA: Efficient …").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tracker.core.html import host_of
from tracker.core.model import ResourceKind
from tracker.core.text import fold

LARGEST_GROUP = 5  # more works of one name: the name says nothing
_SUFFIX = re.compile(r"\s*(?:论文|技术报告|paper|technical report|tech report)\Z")
_EDGES = " .,:;!?\"'()[]《》“”"
_GENERIC_WORDS = (
    "paper papers pdf arxiv github link links website blog code docs video home here slides project demo model "
    "introduction overview tutorial notes readme homepage 论文 代码 官网 链接 文档 教程 视频"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
_ALIKE = (
    frozenset((ResourceKind.TOOL, ResourceKind.REPO)),
    frozenset((ResourceKind.BLOG, ResourceKind.ARTICLE)),
)


@dataclass(frozen=True, slots=True)
class Work:
    """A resource as far as sameness is asked; `url` is its canonical address, "" for a work that is only named."""

    id: int
    title: str
    kind: ResourceKind
    url: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """`other` may be the same work as `keep`; `why` is the evidence in words."""

    keep: int
    other: int
    why: str
    confidence: float


def offers(works: Iterable[Work], touched: Collection[int] | None = None) -> list[Offer]:
    """Pairs that may be one work, each once; with `touched` only pairs that one of these ids is part of."""
    by_name: dict[str, dict[int, Work]] = defaultdict(dict)
    for one in works:
        for name in _names(one.title):
            by_name[name][one.id] = one
    out: dict[tuple[int, int], Offer] = {}
    for name, group in by_name.items():
        if len(group) > LARGEST_GROUP:
            continue
        members = sorted(group.values(), key=lambda one: (not one.url, one.id))
        for i, keep in enumerate(members):
            for other in members[i + 1 :]:
                wanted = touched is None or keep.id in touched or other.id in touched
                if wanted and _may_be_one(keep, other, name):
                    out.setdefault((keep.id, other.id), _offer(keep, other, name))
    return list(out.values())


def _names(title: str) -> tuple[str, ...]:
    """What a work is called: its title, and what stands before the colon."""
    full = _SUFFIX.sub("", fold(title)).strip(_EDGES)
    short = full.partition(":")[0].strip(_EDGES)
    return tuple(name for name in dict.fromkeys((full, short)) if _says_something(name))


def _says_something(name: str) -> bool:
    return len(name) >= 4 and name not in _GENERIC and not name.startswith(("http", "www."))


def _may_be_one(a: Work, b: Work, name: str) -> bool:
    if name not in (_names(a.title)[:1] + _names(b.title)[:1]):
        return False  # two subtitles of one series
    kinds = frozenset((a.kind, b.kind))
    if a.url and b.url:  # one site does not keep a paper twice
        return kinds == {ResourceKind.PAPER} and host_of(a.url) != host_of(b.url)
    named_twice = not a.url and not b.url
    return not named_twice and (len(kinds) == 1 or kinds in _ALIKE)


def _offer(keep: Work, other: Work, name: str) -> Offer:
    if fold(keep.title) == fold(other.title):
        why, confidence = f"both are called '{keep.title}'", 0.9
    else:
        why, confidence = f"'{other.title}' and '{keep.title}' are both called '{name}'", 0.7
    where = f"one stands at {host_of(keep.url)}, the other "
    where += f"at {host_of(other.url)}" if other.url else "is only named"
    return Offer(keep.id, other.id, f"{why}; {where}", confidence)
