#!/usr/bin/env python3
"""Times of one process that has a large home open, as a screen has: `probe.py HOME` prints one line of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from tracker.services import inbox, search
from tracker.wiring import house_of

ROUNDS = 5


def timed(do: Callable[[], Any]) -> float:
    """The median of some rounds, seconds."""
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        do()
        spent.append(time.perf_counter() - begun)
    return median(spent)


def main(home: str) -> None:
    """Open, list, search, decide."""
    with house_of({"home": home}) as house:
        store, person = house.store, house.person

        def page() -> Any:
            return inbox.page(store, person, asked=house.asked(""), zone=house.zone, limit=200)

        waiting = [row.id for row in page().items]

        def triage() -> Any:
            inbox.act(store, person, [waiting.pop()], "shortlist", now=house.clock(), made_by="probe")

        def find() -> Any:
            return search.search(store, person, house.asked("topic 123 agents"), zone=house.zone, now=house.clock())

        told = {"list_s": timed(page), "search_s": timed(find), "triage_ms": timed(triage) * 1000}
        print(json.dumps({name: round(value, 3) for name, value in told.items()}))


if __name__ == "__main__":
    main(sys.argv[1])
