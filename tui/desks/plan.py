"""What the plan screen shows and decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tracker.core.inbox import Done, Row
from tracker.core.model import NodeId, ResourceId
from tracker.core.plan import Branch
from tracker.core.tally import Tally, tallies, tracks
from tracker.services import ack, library, plans, review, study

if TYPE_CHECKING:
    from tracker.wiring import House


@dataclass(frozen=True, slots=True)
class Grown:
    """All trees, how far one is under each place, on each track of each document, and the places of today."""

    trees: tuple[Branch, ...]
    below: Mapping[NodeId, Tally]
    tracks: Mapping[str, Mapping[str, Tally]]
    today: frozenset[NodeId]


@dataclass(frozen=True, slots=True)
class Detail:
    """What stands behind a place: its resources, and what was decided about it, newest first."""

    resources: tuple[Row, ...]
    history: tuple[tuple[datetime, str, object, object], ...]


class PlanDesk:
    """Reads trees and decides about their places. Methods raise TrackerError."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def grown(self) -> Grown:
        """The trees as they stand."""
        return await asyncio.to_thread(self._grown)

    def _grown(self) -> Grown:
        house = self._house
        trees = plans.plan(house.store, house.person)
        named: dict[str, list[Branch]] = {}
        for one in trees:
            named.setdefault(one.node.document, []).append(one)
        day = study.today(house.store, house.person, house.settings.study, house.zone, house.clock())
        today = frozenset(place.id for plan in day.plans for place in plan.rows)
        return Grown(trees, tallies(trees), {name: tracks(some) for name, some in named.items()}, today)

    async def detail(self, place: Branch) -> Detail:
        """Resources and history of a place."""
        return await asyncio.to_thread(self._detail, place)

    def _detail(self, place: Branch) -> Detail:
        store, person = self._house.store, self._house.person
        rows = library.lines(store, person, place.node.resources)
        history = plans.history(store, place.node.id)
        return Detail(tuple(rows[id_] for id_ in place.node.resources if id_ in rows), tuple(reversed(history)))

    async def tick(self, places: Sequence[Branch], *, on: bool) -> Done:
        """Tick places, or take their ticks away."""
        return await self._decide(plans.tick, _names(places), on=on)

    async def level(self, places: Sequence[Branch], level: int | None) -> Done:
        """How far one is, 0 to 5."""
        return await self._decide(plans.set_level, _names(places), level)

    async def remark(self, place: Branch, words: str) -> Done:
        """What one says of a place."""
        return await self._decide(plans.set_remark, _names([place]), words)

    async def attach(self, place: Branch, ids: Sequence[ResourceId], *, off: bool = False) -> Done:
        """Give a place resources, or take them off."""
        return await self._decide(plans.attach, _names([place])[0], ids, off=off)

    async def card(self, place: Branch) -> Done:
        """Let a place come back in reviews, from today on."""
        return await self._decide(review.add, place=f"#{place.node.id}")

    async def _decide(self, act: Callable[..., Done], *given: Any, **more: Any) -> Done:
        """One undoable step; on disk when this returns."""
        house = self._house
        done = await asyncio.to_thread(
            lambda: act(house.store, house.person, *given, now=house.clock(), made_by="tui", **more)
        )
        ack.acknowledge(done)
        return done


def _names(places: Sequence[Branch]) -> list[str]:
    return [f"#{one.node.id}" for one in places]
