"""Readable texts of the library, fetched and kept.

What is stored is never replaced by a failure; every text that differs is a version of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db import texts as rows
from db.store import Store
from db.texts import Version, Wanted
from tracker.config.settings import Texts
from tracker.core.article import LEASE, Article, answered, is_new_version
from tracker.core.drill import pass_point
from tracker.core.errors import NotFound
from tracker.core.model import ResourceId
from tracker.core.web import Fetcher
from tracker.services.extracting import Reading, text_at

AT_ONCE = 6
NOT_AHEAD = timedelta(0)
MOST_LOST = 5  # answers in a row that never came; then the network is taken to be down and the pass ends


@dataclass(frozen=True, slots=True)
class Tools:
    """What fetching texts needs."""

    fetcher: Fetcher
    reading: Reading
    clock: Callable[[], datetime]
    settings: Texts


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of one text: `version` is the one kept now, 0 = nothing new was."""

    wanted: Wanted
    outcome: str
    why: str
    version: int
    next_try: datetime | None


def due(store: Store, now: datetime, settings: Texts) -> bool:
    """Whether there is a text to fetch now, and budget left for it."""
    with store.read() as tx:
        return _budget(tx, now, settings) > 0 and bool(rows.due(tx, settings.automatic, now, 1))


def _budget(tx: Any, now: datetime, settings: Texts) -> int:
    return settings.daily_budget - rows.asked_since(tx, now - timedelta(days=1), now)


async def work(store: Store, tools: Tools, *, on_text: Callable[[Kept], None] = lambda kept: None) -> int:
    """Fetch what is due, several hosts side by side, within the day's budget; how many were asked for.

    Ends early when answer after answer never comes: then it is our own network, and every further try would be counted.
    """
    asked = lost = 0

    async def one_after_the_other() -> None:
        nonlocal asked, lost
        while lost < MOST_LOST:
            one = await asyncio.to_thread(_take, store, tools)
            if one is None:
                return
            asked += 1
            kept = await _one(store, tools, one, robots=True)
            lost = lost + 1 if kept.outcome == "unreachable" else 0
            on_text(kept)

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
    return asked


async def fetch_due(store: Store, tools: Tools, id_: ResourceId, *, again: bool = False) -> Kept | None:
    """Fetch the text of one resource if it is still due and nobody else is at it: a job of a worker.

    `again` when the job was begun before: whoever did that is gone, and what it leased is due.
    """
    one = await asyncio.to_thread(_take, store, tools, id_, LEASE if again else NOT_AHEAD)
    return None if one is None else await _one(store, tools, one, robots=True)


def waiting(store: Store, now: datetime, settings: Texts, limit: int) -> list[Wanted]:
    """What is to be fetched next, at most what is left of the day's budget."""
    with store.read() as tx:
        most = min(limit, _budget(tx, now, settings))
        return rows.due(tx, settings.automatic, now, most) if most > 0 else []


def _take(store: Store, tools: Tools, only: ResourceId | None = None, ahead: timedelta = NOT_AHEAD) -> Wanted | None:
    """The next text (or `only` this one), leased; None when none is due or the budget of the day is used up.

    What is due within `ahead` counts as well.
    """
    now = tools.clock()
    with store.write() as tx:
        if _budget(tx, now, tools.settings) <= 0:
            return None
        due = rows.due(tx, tools.settings.automatic, now + ahead, AT_ONCE, only)
        return next((one for one in due if rows.lease(tx, one, now)), None)


async def _one(store: Store, tools: Tools, one: Wanted, robots: bool) -> Kept:
    article, pause = await text_at(one.url, tools.fetcher, tools.reading, one.select, robots)
    return await asyncio.to_thread(_keep, store, tools, one, article, pause)


def _keep(store: Store, tools: Tools, one: Wanted, article: Article, pause: float) -> Kept:
    now = tools.clock()
    with store.write() as tx:
        pass_point("store.begin")
        newest = rows.newest(tx, one.id)
        after, version = answered(article, one.standing, now, pause), 0
        if is_new_version(article, newest.sha256 if newest else "", newest.article.words if newest else 0):
            version = newest.number + 1 if newest else 1
            rows.keep(tx, one.id, version, article, one.url, now)
        rows.settle(tx, one.id, after)
        pass_point("store.before_commit")
    pass_point("store.after_commit")
    return Kept(one, article.outcome, article.why, version, after.next_try)


async def fetch_one(store: Store, tools: Tools, id_: ResourceId) -> Kept:
    """Fetch the text of one resource because a person asks. Raises NotFound, also for one without an address."""
    with store.read() as tx:
        one = rows.wanted(tx, id_)
    if one is None:
        raise NotFound("resource with an address", str(id_), "tracker resources")
    return await _one(store, tools, one, robots=False)


def newest(store: Store, id_: ResourceId) -> Version | None:
    """The text of a resource as it is kept."""
    with store.read() as tx:
        return rows.newest(tx, id_)


def versions(store: Store, id_: ResourceId) -> list[Version]:
    """Every version of a text, oldest first."""
    with store.read() as tx:
        return rows.versions(tx, id_)


def told(store: Store, id_: ResourceId, zone: ZoneInfo) -> str:
    """How the text of a resource stands, in words; "" when nobody asked for it."""
    with store.read() as tx:
        kept, now = rows.newest(tx, id_), rows.standing(tx, id_)
    words = []
    if kept is not None:
        words.append(f"{kept.article.words} words, {kept.article.minutes} min")
        words += [f"version {kept.number}"] if kept.number > 1 else []
        words += [kept.article.why] if kept.article.why else []
    if now.outcome not in ("", "ok"):
        words.append(f"{now.outcome}: {now.why}" if now.why else now.outcome)
    if now.outcome and now.next_try is not None:
        words.append(f"next try {now.next_try.astimezone(zone):%Y-%m-%d %H:%M}")
    return "; ".join(words)


@dataclass(frozen=True, slots=True)
class Stock:
    """The texts as `status` shows them."""

    kept: int
    waiting: int
    left_today: int
    outcomes: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """The part of `status --json`."""
        return {"kept": self.kept, "waiting": self.waiting, "left_today": self.left_today, **self.outcomes}

    def lines(self) -> list[str]:
        """The lines of `status`."""
        if not self.kept and not self.waiting and not self.outcomes:
            return []
        counted = [f"{self.kept} kept", f"{self.waiting} to fetch"]
        counted += [f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()) if outcome != "ok"]
        if self.waiting and self.left_today <= 0:
            counted.append("the day's budget is used up")
        return ["texts: " + ", ".join(counted)]


def stock(store: Store, settings: Texts, now: datetime) -> Stock:
    """How many texts are kept, how many wait, and what came of the others."""
    with store.read() as tx:
        return Stock(
            rows.count_kept(tx), rows.count_due(tx, settings.automatic, now), _budget(tx, now, settings),
            rows.counts(tx),
        )  # fmt: skip
