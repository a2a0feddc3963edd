"""Whose fault a failure is: the network's here, or the hosts'."""

from __future__ import annotations

import pytest

from tracker.core.outage import Attempt, in_doubt, outages


def tries(reached: int, lost: int, landed: str = "", at: float = 0.0) -> list[Attempt]:
    good = [Attempt(f"good{n}", at, at + 1, True) for n in range(reached)]
    return good + [Attempt(f"bad{n}", at, at + 1, bool(landed), landed) for n in range(lost)]


@pytest.mark.parametrize(
    ("attempts", "hit"),
    [
        (tries(0, 6), 6),
        (tries(0, 5), 0),  # four others are too few to tell
        (tries(1, 9), 9),
        (tries(3, 7), 0),
        (tries(200, 0), 0),
        (tries(0, 20, "http://portal.example/in"), 20),
        (tries(2, 20, "http://portal.example/in"), 20),
        (tries(20, 6, "http://portal.example/in"), 0),  # some moved to one place
        (tries(0, 5, "http://portal.example/in"), 0),
        ([Attempt(f"h{n}", 0, 1, True, shown="Hotel Wi-Fi") for n in range(20)], 20),
        ([Attempt(f"h{n}", 0, 1, True, shown=f"Portal {n}") for n in range(20)], 0),  # twenty sites called portals
        (tries(50, 0) + tries(0, 8, at=100), 8),  # the cable was pulled in the middle
        (tries(50, 0) + tries(0, 8, at=3), 0),
        ([Attempt("one", 0, 1, False)] * 9, 0),  # nine links of one dead host
        ([Attempt("", 0, 1, True)] * 9 + tries(0, 6), 6),  # what was not asked says nothing
    ],
)
def test_failures_that_hit_nearly_every_host_at_once_are_ours(attempts: list[Attempt], hit: int) -> None:
    assert len(outages(attempts)) == hit


def known(standing: bool | None, reached: bool, count: int, name: str) -> list[Attempt]:
    return [Attempt(f"{name}{n}", 0, 1, reached, standing=standing) for n in range(count)]


@pytest.mark.parametrize(
    ("attempts", "hit"),
    [
        (known(True, False, 6, "fell"), 6),
        (known(False, False, 30, "dead"), 0),  # thirty dead hosts whose day has come again are no outage
        (known(False, False, 30, "dead") + known(True, False, 6, "fell"), 36),  # they are not counted in one either
        (
            known(None, False, 30, "new") + known(True, True, 2, "well"),
            0,
        ),  # a list of dead links, and two that are well
        (known(None, False, 30, "new") + known(True, False, 2, "fell"), 32),
        (known(False, True, 8, "back") + known(True, False, 8, "fell"), 0),
        (known(True, False, 20, "fell") + known(None, True, 3, "well"), 20),
    ],
)
def test_what_failed_before_says_nothing_and_what_was_well_says_most(attempts: list[Attempt], hit: int) -> None:
    assert len(outages(attempts)) == hit


def test_the_reason_names_what_was_tried() -> None:
    assert set(outages(known(True, False, 9, "fell"), "sources").values()) == {
        "nearly no host could be reached: it is the network here, not the sources"
    }


@pytest.mark.parametrize(
    ("attempts", "asked"),
    [
        (known(True, True, 9, "well"), False),
        (known(True, False, 1, "fell"), True),
        (known(False, False, 1, "dead"), False),
        (known(True, False, 1, "fell") + known(True, True, 2, "well"), False),
        (known(True, False, 9, "fell") + known(True, True, 5, "well"), False),
        (known(True, False, 9, "fell") + known(True, True, 4, "well"), True),
        ([Attempt("portal", 0, 1, True, shown="Hotel")], True),
    ],
)
def test_witnesses_are_asked_when_a_fresh_failure_stands_alone(attempts: list[Attempt], asked: bool) -> None:
    assert in_doubt(attempts) == (frozenset(one.host for one in attempts) if asked else frozenset())
