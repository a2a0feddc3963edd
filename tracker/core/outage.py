"""Whose fault a failure is: what hits nearly every host at once is the network here, and counts for nothing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

SOON = timedelta(minutes=5)  # after an outage of ours
ENOUGH_HOSTS = 5  # other hosts that must have been tried before our network is blamed
NEARLY_ALL = 0.8
AT_ONCE = 5.0  # seconds around a look within which the fate of other hosts counts


@dataclass(frozen=True, slots=True)
class Attempt:
    """What decides whether our network is to blame. Seconds of one clock; `landed`: the foreign page it came to.

    `host` is "" for what was not asked: that says nothing of the network. `shown`: how a page calls itself that
    answers under the address asked for and may yet be a portal's. `standing`: whether it was well when it was asked
    last; None when it never was asked.
    """

    host: str
    start: float
    end: float
    reached: bool
    landed: str = ""
    shown: str = ""
    standing: bool | None = None

    @property
    def page(self) -> str:
        """The page that is not the one meant, by its address or its name; "" for none."""
        return self.landed or (f"'{self.shown}'" if self.shown else "")


def outages(attempts: Sequence[Attempt], what: str = "links") -> dict[int, str]:
    """Which attempts fell into an outage of our own network, by position, with the reason; `what` was tried.

    Around each failure the other hosts tried at about the same time are asked: when at least five were, and nearly all
    of them failed too, or were all led to one same page (a captive portal), nothing was learned. What failed before
    says nothing by failing again, and hosts that were well before say most: nearly all of them must have failed.
    """
    page = _portal(attempts)
    bad = [i for i, one in enumerate(attempts) if one.host and not _well(one, page)]
    if len({attempts[i].host for i in bad}) <= 1:
        return {}
    why = f"all hosts lead to one same page ({page}): a portal of the network here" if page else (
        f"nearly no host could be reached: it is the network here, not the {what}")  # fmt: skip
    return {i: why for i in bad if _hit_all(attempts, attempts[i], page)}


def in_doubt(attempts: Sequence[Attempt]) -> frozenset[str]:
    """The hosts to keep apart when others are asked as witnesses; none when nothing failed or enough others were well.

    Hosts that failed before need no witness: to be counted once more changes little.
    """
    bad = {one.host for one in attempts if one.host and (one.page or not one.reached)}
    well = {one.host for one in attempts if one.host and one.reached and not one.page}
    fresh = {one.host for one in attempts if one.host in bad and one.standing is not False}
    if not fresh or len(well) > len(bad) or len(well) >= ENOUGH_HOSTS:
        return frozenset()
    return frozenset(bad | well)


def _portal(attempts: Sequence[Attempt]) -> str:
    """The foreign page to which more than five hosts lead, or that they show; or ""."""
    led = {(one.host, one.page) for one in attempts if one.host and one.page}
    page, times = max(Counter(page for _, page in led).items(), key=lambda one: one[1], default=("", 0))
    return page if times > ENOUGH_HOSTS else ""


def _well(one: Attempt, page: str) -> bool:
    return one.reached and not (page and one.page == page)


def _hit_all(attempts: Sequence[Attempt], mine: Attempt, page: str) -> bool:
    fates: dict[str, bool] = {}
    standing: set[str] = set()
    for one in attempts:
        if one.host in ("", mine.host) or one.end < mine.start - AT_ONCE or one.start > mine.end + AT_ONCE:
            continue
        well = _well(one, page)
        if well or one.standing is not False:
            fates[one.host] = fates.get(one.host, False) or well
        if one.standing:
            standing.add(one.host)
    return len(fates) >= ENOUGH_HOSTS and all(
        sum(not fates[host] for host in hosts) >= NEARLY_ALL * len(hosts) for hosts in (fates, standing)
    )
