"""What a role wants of each ability, and how far the skills that are about it have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

from tracker.core.plan import PlanNode
from tracker.core.search import tokens

COMMON = 0.2  # a word that more than this share of the skills have tells nothing


@dataclass(frozen=True, slots=True)
class Ability:
    """One ability: what each role wants of it, as written, and as a level where the words say one."""

    title: str
    wanted: Mapping[str, str]
    levels: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """An ability beside one's own skills about it. `reached` is the middle of the levels they say, None = none does."""

    ability: Ability
    skills: tuple[PlanNode, ...]
    reached: int | None

    def gap(self, role: str) -> int | None:
        """How many levels are missing for a role; None when either side does not say."""
        wanted = self.ability.levels.get(role)
        return None if wanted is None or self.reached is None else max(0, wanted - self.reached)


def profiles(abilities: Iterable[Ability], skills: Sequence[PlanNode]) -> list[Profile]:
    """Each ability with the skills whose words it shares."""
    words = {one.id: set(tokens(one.title)) for one in skills}
    spread = Counter(word for found in words.values() for word in found)
    most = max(1, int(len(skills) * COMMON))
    out = []
    for ability in abilities:
        telling = {word for word in tokens(ability.title) if len(word) > 1 and 0 < spread[word] <= most}
        about = tuple(one for one in skills if telling & words[one.id])
        levels = [one.level for one in about if one.level is not None]
        out.append(Profile(ability, about, median_low(levels) if levels else None))
    return out
