"""The seam of the shelf: what a kind of source is, and how one is found by name or by address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Protocol

from tracker.core.arrival import Came, arrivals
from tracker.core.errors import NotFound, nearest
from tracker.core.model import Harvest, Polling, Source
from tracker.core.web import Reply, Request


class SourceKind(Protocol):
    """How one kind of source is asked and how its answer is read. Pure: same values in, same values out."""

    name: str

    def claims(self, url: str) -> bool:
        """Whether an address alone tells that it is of this kind."""
        ...

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        """What to fetch for one look. Requests after the first are wanted only if the first gave nothing usable."""
        ...

    def read(self, source: Source, reply: Reply, polling: Polling) -> Harvest:
        """What the answer holds. Never raises for what the bytes are."""
        ...

    @property
    def patience_days(self) -> int:
        """Days of failures that prove nothing for this kind: its site fails for living sources now and then."""
        ...

    def moved(self, source: Source, asked: str, target: str) -> str:
        """The address the list should hold when `asked` moved for good to `target`; "" when that says nothing."""
        ...


class Kind:
    """What most kinds have in common. Not the seam itself: see SourceKind."""

    name = ""
    patience_days = 0

    def claims(self, url: str) -> bool:
        """Nothing by the address alone."""
        return False

    def ask(self, source: Source, polling: Polling, now: datetime) -> tuple[Request, ...]:
        """The address itself, if it changed."""
        return (conditional(source, polling),)

    def moved(self, source: Source, asked: str, target: str) -> str:
        """The target, when it was the listed address that moved."""
        return target if asked == source.url else ""


# Most particular first: the first that claims an address has it. "api", "page" and "docs" claim none: they are chosen.
KIND_NAMES: tuple[str, ...] = ("youtube", "arxiv", "github", "sitemap", "podcast", "api", "page", "docs", "feed")


@cache
def kind_of(name: str) -> SourceKind:
    """The kind called `name`. Raises NotFound with the nearest known name."""
    if name not in KIND_NAMES:
        raise NotFound("source kind", name, "tracker sources list", nearest(name, KIND_NAMES))
    make: Callable[[], SourceKind] = import_module(f"tracker.sources.{name}").kind
    return make()


def ready(name: str) -> bool:
    """Have at hand what reading `name` needs."""
    return bool(kind_of(name).name)


def kind_for(url: str) -> SourceKind:
    """The kind an address is told to be of; "feed" when nothing says otherwise."""
    for name in KIND_NAMES:
        if name != "feed" and kind_of(name).claims(url):
            return kind_of(name)
    return kind_of("feed")


def conditional(source: Source, polling: Polling, url: str = "", max_bytes: int = 10 * 1024 * 1024) -> Request:
    """The plain question: this address, if it changed since the last look that was read well."""
    return Request(
        url or source.url,
        etag=polling.etag,
        last_modified=polling.last_modified,
        max_bytes=max_bytes,
        purpose="feed",
    )


def arrive_as(name: str, source: Source, reply: Reply, polling: Polling, now: datetime) -> Came:
    """`read_as`, and its entries as arrivals: little has to go to the process that keeps them."""
    harvest = read_as(name, source, reply, polling)
    if harvest.follow:
        return Came(harvest, None)
    return Came(replace(harvest, entries=()), arrivals(source, harvest, now))


def read_as(name: str, source: Source, reply: Reply, polling: Polling) -> Harvest:
    """`kind_of(name).read(...)`, with any fault of ours in it told as a harvest that holds nothing."""
    try:
        return kind_of(name).read(source, reply, polling)
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        AssertionError,
    ) as fault:
        said = f"{type(fault).__name__}: {fault}"[:200]
        return Harvest(is_source=False, error="parse", problems=(f"the {name} reader failed: {said}",))
