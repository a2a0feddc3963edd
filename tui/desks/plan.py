"""What the plan screen shows and decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tracker.core.coverage import Coverage
from tracker.core.errors import NotFound, UsageError
from tracker.core.inbox import Done, Row
from tracker.core.model import NodeId, ResourceId
from tracker.core.outlook import Forecast
from tracker.core.plan import Branch
from tracker.core.progress import Gap
from tracker.core.tally import Tally, tallies, tracks
from tracker.services import ack, coverage, library, plans, progress, review, study

if TYPE_CHECKING:
    from tracker.wiring import House

LONG_DAYS = 90  # without anything new are long


@dataclass(frozen=True, slots=True)
class Grown:
    """All trees, how far one is under each place, on each track of each document, the places of today, and its date."""

    trees: tuple[Branch, ...]
    below: Mapping[NodeId, Tally]
    tracks: Mapping[str, Mapping[str, Tally]]
    today: frozenset[NodeId]
    day: date


@dataclass(frozen=True, slots=True)
class Detail:
    """What stands behind a place: its resources, what was decided about it, newest first; a plan's own forecast."""

    resources: tuple[Row, ...]
    history: tuple[tuple[datetime, str, object, object], ...]
    forecasts: tuple[Forecast, ...] = ()


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
        return Grown(trees, tallies(trees), {name: tracks(some) for name, some in named.items()}, today, day.day)

    async def detail(self, place: Branch) -> Detail:
        """Resources and history of a place."""
        return await asyncio.to_thread(self._detail, place)

    def _detail(self, place: Branch) -> Detail:
        store, person = self._house.store, self._house.person
        rows = library.lines(store, person, place.node.resources)
        history = plans.history(store, place.node.id)
        told = tuple(self._forecasts(place.node.document)) if len(place.path) == 1 and place.node.document else ()
        found = tuple(rows[id_] for id_ in place.node.resources if id_ in rows)
        return Detail(found, tuple(reversed(history)), told)

    async def forecasts(self, document: str) -> list[Forecast]:
        """When a plan will be done, its tracks and its deliverables; of all plans for ""."""
        return await asyncio.to_thread(self._forecasts, document)

    def _forecasts(self, document: str) -> list[Forecast]:
        house = self._house
        try:
            return progress.outlook(
                house.store, house.person, document, now=house.clock(), zone=house.zone,
                minutes=house.settings.study.minutes,
            )  # fmt: skip
        except (NotFound, UsageError):  # no plan is followed, or this is a list
            return []

    async def lacks(self, document: str) -> list[tuple[str, Coverage, list[Gap]]]:
        """What each plan lacks: works, living links, depth; of all plans for ""."""
        return await asyncio.to_thread(self._lacks, document)

    def _lacks(self, document: str) -> list[tuple[str, Coverage, list[Gap]]]:
        house = self._house
        try:
            found = coverage.report(house.store, house.person, document, house.clock(), LONG_DAYS)
            short, _ = progress.short_of_depth(house.store, house.person, document, house.clock())
        except (NotFound, UsageError):
            return []
        return [(plan.name, told, [one for one in short if one.place.document == plan.name]) for plan, told in found]

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
