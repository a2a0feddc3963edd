"""Verdicts over days: the decision table row by row, the outage, and that no living link is ever called gone."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tracker.core.health import (
    DEAD,
    LOST,
    Health,
    Verdict,
    after_outage,
    begin,
    conclude,
    first_judgement,
    new_address,
    settled,
)
from tracker.core.look import Known, Seen, Sign, see
from tracker.core.sibling import Sibling, sibling_of, sibling_seen, with_sibling
from tracker.core.web import UNRESOLVED_NOW, Answer, Failed, Hop, NotModified, Reason, Reply, Request

CASES = YAML(typ="safe").load(Path(__file__).parents[1].joinpath("cases/links/verdicts.yaml").read_text("utf-8"))
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
URL = "https://a.example/2024/post"
PAGE = " ".join(
    f"Paragraph {n} of an honest article about caching and retrieval of prompt number {n}." for n in range(40)
)
OTHER = " ".join(f"Win {n} coins tonight, spin wheel {n}, bonus round {n} for new players." for n in range(40))


def answer_of(text: str, url: str) -> Answer:
    """An answer written as in the cases."""
    head, *rest = (part.strip() for part in str(text).split("|"))
    *walk, last = head.split(" ", 1) if head.startswith("200 ") else head.split()
    hops, here = [], url.partition("#")[0]
    for step in walk if not head.startswith("200 ") else ():
        status, _, target = step.partition(">")
        there = target if "//" in target else "/".join(here.split("/")[:3]) + target
        hops.append(Hop(here, int(status), there))
        here = there
    body = last if head.startswith("200 ") else ""
    request = Request(url)
    if head.startswith("200 "):
        return Reply(request, here, 200, {"content-type": "application/pdf"}, body.encode())
    title, page = (*rest, "", "")[:2]
    page = page.replace("PAGE", PAGE).replace("OTHER", OTHER)
    markup = f"<html><head><title>{title}</title></head><body>{page}</body></html>".encode()
    if last == "304":
        return NotModified(request, here, {})
    if last == "200":
        return Reply(request, here, 200, {"content-type": "text/html"}, markup, tuple(hops))
    if last.isdigit():
        headers = {"content-type": "text/html"}
        return Failed(request, Reason.STATUS, f"answered {last}", int(last), here, headers, markup, tuple(hops))
    if last == "resolver":
        return Failed(request, Reason.DNS, UNRESOLVED_NOW, url=here)
    return Failed(request, Reason(last), "said so", url=here)


def look(case: dict[str, Any], text: str, before: Health) -> Seen:
    url = case.get("url", URL)
    answer = answer_of(text, url)
    seen = see(url, answer, Known(case.get("label", ""), before.page), keep_page=True)
    if seen.sign is Sign.SUSPECT and "sibling" in case:
        seen = with_sibling(seen, sibling_seen(answer_of(case["sibling"], url)))
    return seen


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["row"])
def test_the_table_holds_row_by_row(case: dict[str, Any]) -> None:
    health = Health(case.get("url", URL))
    for day, text, verdict, *words in case["looks"]:
        health = conclude(health, look(case, text, health), START + timedelta(days=day))
        assert health.verdict == verdict, (day, health)
        if words:
            assert words[0] in health.reason if words[0] else not health.reason, health.reason


def seen(sign: Sign, **more: Any) -> Seen:
    return Seen(URL, sign, reason=sign.value, **more)


def over(days: list[float], signs: list[Sign], health: Health | None = None) -> Health:
    health = health or Health(URL)
    for day, sign in zip(days, signs, strict=True):
        health = conclude(health, seen(sign), START + timedelta(days=day))
    return health


BAD = [one for one in Sign if one not in (Sign.FINE, Sign.MOVED)]
SURE = (Sign.ABSENT, Sign.WITHDRAWN, Sign.NO_NAME, Sign.NO_ROUTE)


@given(st.lists(st.tuples(st.sampled_from(list(Sign)), st.floats(0.01, 40)), max_size=40))
def test_gone_needs_agreeing_looks_over_days_whatever_comes(series: list[tuple[Sign, float]]) -> None:
    now, health, since_well = START, Health(URL), list[tuple[Sign, datetime]]()
    for sign, days in series:
        now += timedelta(days=days)
        was = health.verdict
        health = conclude(health, seen(sign), now)
        since_well = [] if sign in (Sign.FINE, Sign.MOVED) else [*since_well, (sign, now)]
        assert health.next_check_at is not None
        assert health.next_check_at > now
        if health.verdict is Verdict.GONE and was is not Verdict.GONE:
            mine = [at for one, at in since_well if one is sign or {one, sign} <= {Sign.ABSENT, Sign.WITHDRAWN}]
            assert sign in SURE
            assert len(mine) >= 2
            assert mine[-1] - mine[0] >= timedelta(hours=20)
        if sign in (Sign.FINE, Sign.MOVED):
            assert health.verdict in (Verdict.OK, Verdict.MOVED)
            assert not health.failures


@given(st.integers(0, 10_000))
def test_no_living_link_is_ever_called_gone_on_flaky_hosts(seed: int) -> None:
    """Rounds over a year: whatever a host that lives may do, from errors and walls to time-outs and bad certificates."""
    chance, health, now = random.Random(seed), Health(URL), START
    flaky = [Sign.TROUBLE, Sign.WALL, Sign.TLS, Sign.SILENT, Sign.REJECTED, Sign.REFUSED]
    for _ in range(100):
        now = max(now, health.next_check_at or now)
        one = Sign.FINE if chance.random() < 0.3 else chance.choice(flaky)
        health = conclude(health, seen(one), now)
        assert health.verdict not in LOST


def test_a_host_that_resolves_only_now_and_then_is_not_gone() -> None:
    chance, worst = random.Random(7), 0
    for _ in range(200):
        health, now = Health(URL), START
        for _ in range(60):
            now = max(now, health.next_check_at or now)
            health = conclude(health, seen(chance.choice([Sign.FINE, Sign.NO_NAME, Sign.NO_ROUTE, Sign.ABSENT])), now)
            worst = max(worst, sum(cause.times for cause in health.causes.values()))
        assert health.revivals < 60
    assert worst < 30


def test_looks_come_back_off_and_grow_rare() -> None:
    def waits(signs: list[Sign]) -> list[int]:
        health, now, out = Health(""), START, []
        for sign in signs:
            health = conclude(health, seen(sign), now)
            assert health.next_check_at is not None
            out.append(round((health.next_check_at - now) / timedelta(days=1)))
            now = health.next_check_at
        return out

    assert waits([Sign.ABSENT] * 5) == [1, 3, 30, 30, 30]
    assert waits([Sign.TROUBLE] * 6) == [1, 3, 7, 14, 14, 14]
    assert waits([Sign.FINE] * 6) == [7, 10, 16, 24, 30, 30]
    assert waits([Sign.WALL] * 3) == [1, 30, 30]
    assert waits([Sign.SUSPECT] * 3) == [2, 30, 30]
    assert waits([Sign.MOVED] * 3) == [1, 10, 16]
    assert waits([Sign.REFUSED]) == [30]


def test_looks_are_spread_but_never_late() -> None:
    ends = {conclude(Health(f"https://a.example/{n}"), seen(Sign.FINE), START).next_check_at for n in range(50)}
    assert len(ends) > 40
    assert all(START + timedelta(days=6.3) <= at <= START + timedelta(days=7) for at in ends if at)


def test_a_wish_to_wait_is_kept() -> None:
    resting = conclude(Health(URL), seen(Sign.SILENT, wait=7200), START)
    assert resting.next_check_at == START + timedelta(hours=2)
    assert resting.checked_at is None
    asked = conclude(Health(""), seen(Sign.TROUBLE, wait=5 * 86400), START)
    assert asked.next_check_at == START + timedelta(days=5)


def test_a_new_address_is_settled_when_seen_twice_a_day_apart() -> None:
    moved = seen(Sign.MOVED, target="https://b.example/x")
    first = conclude(Health(URL), moved, START)
    assert first.judgement.replacement == "https://b.example/x"
    assert not settled(first)
    assert not settled(conclude(first, moved, START + timedelta(hours=2)))
    assert settled(conclude(first, moved, START + timedelta(hours=24)))
    other = conclude(first, seen(Sign.MOVED, target="https://c.example/x"), START + timedelta(hours=24))
    assert not settled(other)
    assert conclude(other, seen(Sign.FINE), START + timedelta(days=9)).moved_to == ""


def test_what_is_known_survives_being_kept() -> None:
    health = conclude(Health(URL), look({}, "301>/new 200 | Fine | PAGE", Health(URL)), START)
    health = conclude(health, seen(Sign.ABSENT), START + timedelta(days=1))
    kept = Health(URL).remembering(health.memory())
    assert kept.memory() == health.memory()
    assert kept.page == health.page
    assert kept.causes == health.causes
    assert Health(URL).remembering({}) == Health(URL)


def test_a_link_its_source_named_waits_a_week() -> None:
    at = begin(URL, START).next_check_at
    assert at is not None
    assert timedelta(days=6) < at - START <= timedelta(days=7)


@pytest.mark.parametrize("sign", list(Sign))
def test_one_look_alone_never_says_gone(sign: Sign) -> None:
    told = first_judgement(seen(sign))
    assert told.verdict is not Verdict.GONE
    assert (told.verdict in DEAD) == (sign in {*BAD} - {Sign.WALL, Sign.REFUSED, Sign.SILENT})


def test_an_outage_moves_nothing_but_the_next_look() -> None:
    before = over([0, 1], [Sign.ABSENT, Sign.ABSENT])
    after = after_outage(before, START + timedelta(days=4), "no network")
    assert after.causes == before.causes
    assert after.verdict is before.verdict
    assert after.next_check_at is not None
    assert timedelta(minutes=4) < after.next_check_at - START - timedelta(days=4) < timedelta(minutes=11)


# ---- siblings --------------------------------------------------------------------------------------------------


def test_a_made_up_address_lies_beside_the_one_it_is_made_for() -> None:
    assert sibling_of("https://a.example/x/post.html?q=1#a", "no") == "https://a.example/x/no.html"
    assert sibling_of("https://a.example/x/post/", "no") == "https://a.example/x/no"
    assert sibling_of("https://a.example/", "no") == "https://a.example/no"


def test_what_a_made_up_address_gives_is_kept_and_read_back() -> None:
    for text in ("404", "200 | Oops | OTHER", "301>/ 200 | Home | PAGE", "timeout", "304"):
        found = sibling_seen(answer_of(text, URL))
        assert Sibling.from_json(found.to_json()) == found


def test_only_a_page_that_comes_again_is_proof() -> None:
    suspect = see(URL, answer_of("200 | Not found | Nothing.", URL), keep_page=True)
    assert suspect.sign is Sign.SUSPECT
    same = with_sibling(suspect, sibling_seen(answer_of("200 | Not found | Nothing.", URL)))
    assert same.sure
    for other in ("200 | Fine | PAGE", "500", "timeout", "404", "304"):
        found = with_sibling(suspect, sibling_seen(answer_of(other, URL)))
        assert not found.sure
        assert found.sign is Sign.SUSPECT


# ---- new addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "final", "kind"),
    [
        ("http://a.example/x#p", "https://a.example/x", "https"),
        ("http://a.example/x", "https://b.example/x", ""),
        ("http://a.example/x", "http://a.example/x", ""),
        ("https://a.example/x", "https://a.example/x", ""),
    ],
)
def test_https_is_offered_where_the_same_address_answers_over_it(url: str, final: str, kind: str) -> None:
    look_seen = Seen(url, Sign.FINE, 200, final)
    offered = new_address(conclude(Health(url), look_seen, START), look_seen)
    assert (offered.kind if offered else "") == kind
    assert offered is None or offered.url == "https" + url[4:]


def test_a_settled_move_is_offered_with_its_evidence() -> None:
    moved = seen(Sign.MOVED, target="https://b.example/x")
    first = conclude(Health(URL), moved, START)
    assert new_address(first, moved) is None
    offered = new_address(conclude(first, moved, START + timedelta(days=1)), moved)
    assert offered is not None
    assert (offered.url, offered.why) == ("https://b.example/x", "moved for good: seen 2 times since 2026-01-05")
