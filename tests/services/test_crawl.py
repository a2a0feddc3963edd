"""The crawl over a scripted web: what is kept between looks, what is new once, what a failure does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import polling
from db import sources as rows
from tracker.core.errors import NotFound, StoreError
from tracker.core.model import InboxState
from tracker.services import crawl as crawling
from tracker.services import inbox
from tracker.services.crawl import Line
from tracker.services.source_list import health
from tracker.wiring import House, house_of

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


def feed(*items: str, title: str = "A feed", extra: str = "") -> bytes:
    body = "".join(
        f"<item><guid>{i}</guid><title>Item {i}</title><link>https://a.example/{i}</link></item>" for i in items
    )
    return f'<rss version="2.0"><channel><title>{title}</title>{extra}{body}</channel></rss>'.encode()


@pytest.fixture
def house(tmp_path: Path, web: Any) -> Iterator[House]:
    opened = web.base.removeprefix("http://")
    (tmp_path / "config.toml").write_text(f'[network]\nallow_private = ["{opened}"]\nhost_spacing = 0.0\n')
    with house_of({"home": str(tmp_path), "sources": str(tmp_path / "sources.yaml")}) as house:
        house.frozen = NOW
        yield house


def watch(house: House, web: Any, *names: str, more: str = "") -> None:
    listed = "".join(f"  - name: {name}\n    url: {web.base}/{name}\n    kind: feed\n{more}" for name in names)
    house.sources_file.write_text(f"version: 1\nsources:\n{listed}")


def go(house: House, **wishes: Any) -> tuple[crawling.Summary, dict[str, Line]]:
    lines: dict[str, Line] = {}
    summary = asyncio.run(house.crawl(on_line=lambda line: lines.__setitem__(line.source, line), **wishes))
    return summary, lines


def later(house: House, **span: float) -> None:
    assert house.frozen is not None
    house.frozen += timedelta(**span)


def test_new_items_wait_once_and_304_costs_nothing(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a")
    web.routes["/a"] = lambda headers: (
        answer(304) if headers.get("if-none-match") == '"1"' else answer(body=feed("1", "2"), headers={"ETag": '"1"'})
    )
    summary, lines = go(house)
    assert (summary.sources, summary.new, lines["a"].outcome, lines["a"].status) == (1, 2, "new", 200)
    assert go(house)[0].sources == 0  # not due
    later(house, hours=2)
    _, lines = go(house)
    assert (lines["a"].outcome, lines["a"].status, lines["a"].new) == ("not-modified", 304, 0)
    assert inbox.counts(house.store, house.person) == {InboxState.INBOX: 2}


def test_reading_is_made_ready_for_what_was_never_read(house: House, web: Any, answer: Any) -> None:
    assert not house._much_to_read()  # no list
    names = [str(number) for number in range(9)]
    watch(house, web, *names)
    assert not house._much_to_read()  # a short one
    go(house)  # nobody answers well
    assert house._much_to_read()
    for name in names:
        web.routes[f"/{name}"] = answer(body=feed(name))
    later(house, days=2)
    summary, _ = go(house)
    assert (summary.sources, summary.new) == (9, 9)
    assert not house._much_to_read()


def test_the_same_body_without_validators_is_not_read_again(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a")
    web.routes["/a"] = answer(body=feed("1"))
    go(house)
    _, lines = go(house, everything=True)
    assert (lines["a"].outcome, lines["a"].status) == ("unchanged", 200)
    web.routes["/a"] = answer(body=feed("2", "1"))
    assert go(house, everything=True)[1]["a"].new == 1


def test_force_asks_without_validators(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a")
    web.routes["/a"] = answer(body=feed("1"), headers={"ETag": '"1"', "Last-Modified": "x"})
    go(house)
    go(house, names=["a"], force=True)
    assert "if-none-match" not in web.asked[-1][2]
    go(house, names=["a"])
    assert web.asked[-1][2]["if-none-match"] == '"1"'


def test_a_first_visit_welcomes_only_the_newest(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a", more="    max_items_first_fetch: 3\n")
    web.routes["/a"] = answer(body=feed(*"123456789"))
    assert go(house)[0].new == 3
    web.routes["/a"] = answer(body=feed(*"xyzw123456789"))
    assert go(house, everything=True)[0].new == 4


def test_validators_of_a_body_that_could_not_be_read_are_not_kept(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a")
    web.routes["/a"] = answer(body=b"<html><body>no feed here</body></html>", headers={"ETag": '"1"'})
    _, lines = go(house)
    assert (lines["a"].outcome, lines["a"].new) == ("failed", 0)
    assert lines["a"].error
    web.routes["/a"] = answer(body=feed("1"), headers={"ETag": '"1"'})
    assert go(house, everything=True)[1]["a"].new == 1
    assert "if-none-match" not in web.asked[-1][2]


def test_failures_wait_longer_each_time_and_a_success_forgets_them(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a")
    web.routes["/a"] = answer(500)
    waits = []
    for _ in range(6):
        summary, lines = go(house)
        assert summary.failed == 1
        assert lines["a"].next_poll is not None
        waits.append((lines["a"].next_poll - house.clock()).total_seconds() / 3600)
        house.frozen = lines["a"].next_poll
    assert [round(wait / waits[0]) for wait in waits] == [1, 2, 4, 8, 16, 24]
    assert health(house.store, house.clock())[0].health == "failing"
    web.routes["/a"] = answer(body=feed("1"))
    go(house)
    assert health(house.store, house.clock())[0].health == "ok"


def test_gone_for_good_ends_the_polling_after_three_looks(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a")
    web.routes["/a"] = answer(410)
    for _ in range(3):
        go(house, everything=True)
    assert health(house.store, house.clock())[0].health == "stopped"
    assert go(house, everything=True)[0].sources == 0
    web.routes["/a"] = answer(body=feed("1"))
    assert go(house, everything=True, force=True)[0].new == 1
    assert health(house.store, house.clock())[0].health == "ok"


def test_a_host_that_asks_for_rest_gets_it(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a", "b")
    web.routes |= {"/a": answer(429, headers={"Retry-After": "7200"}), "/b": answer(body=feed("1"))}
    _, lines = go(house, names=["a", "b"])
    assert lines["a"].outcome == "failed"
    assert lines["a"].next_poll is not None
    assert lines["a"].next_poll - NOW >= timedelta(hours=2)
    assert lines["b"].outcome in ("skipped", "new")


def test_ttl_and_cache_headers_hold_us_back(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a", "b")
    web.routes["/a"] = answer(body=feed("1", extra="<ttl>600</ttl>"))
    web.routes["/b"] = answer(body=feed("1"), headers={"Cache-Control": "max-age=999999999"})
    _, lines = go(house)
    assert lines["a"].next_poll is not None
    assert lines["b"].next_poll is not None
    assert timedelta(hours=10) <= lines["a"].next_poll - NOW <= timedelta(hours=11)
    assert timedelta(days=7) <= lines["b"].next_poll - NOW <= timedelta(days=8)


def test_a_source_that_calls_itself_otherwise_is_told(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a", more="    expect_title: Another\n")
    web.routes["/a"] = answer(body=feed("1", title="A feed"))
    assert "calls itself 'A feed'" in go(house)[0].hints[0]


def test_unknown_names_are_answered_with_the_nearest(house: House, web: Any) -> None:
    watch(house, web, "kiln")
    with pytest.raises(NotFound, match="Did you mean 'kiln'"):
        go(house, names=["kilm"])


def test_patterns_choose_what_comes_in(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a", more="    include: ['item [12]']\n    exclude: ['2', '(']\n")
    web.routes["/a"] = answer(body=feed("1", "2", "3"))
    go(house)
    assert [row.title for row in inbox.page(house.store, house.person).items] == ["Item 1"]


def test_a_source_that_moved_address_is_asked_afresh(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "a")
    web.routes["/a"] = answer(body=feed("1"), headers={"ETag": '"1"'})
    go(house)
    house.sources_file.write_text(house.sources_file.read_text().replace("/a\n", "/b\n"))
    web.routes["/b"] = answer(body=feed("1", "2"))
    assert go(house)[0].new == 1
    assert "if-none-match" not in web.asked[-1][2]


def test_trouble_with_the_store_ends_the_pass_with_its_sentence(
    house: House, web: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(house, web, "a", "b")
    web.routes |= {"/a": answer(body=feed("1")), "/b": answer(body=feed("1"))}

    def full(*_: object, **__: object) -> None:
        raise StoreError("t.db", "no room left on the disk")

    monkeypatch.setattr(polling, "save", full)
    with pytest.raises(StoreError, match="no room left"):
        go(house)
    with house.store.read() as tx:
        assert not rows.item_counts(tx)


@pytest.mark.parametrize("away", ["save", "owners"])  # in the middle of a pass; at its beginning
def test_a_pass_that_could_not_give_its_sources_back_holds_none(
    house: House, web: Any, answer: Any, monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    """The database is away when the pass ends: the next one of this process must not wait for its leases."""
    web.routes["/a"] = web.routes["/b"] = answer(body=feed("1"))
    watch(house, web, "a", "b")

    def gone(*_: object, **__: object) -> None:
        raise StoreError("db", "unreachable")

    monkeypatch.setattr(polling, away, gone)
    monkeypatch.setattr(polling, "release", gone)
    with pytest.raises(StoreError, match="unreachable"):
        go(house)
    monkeypatch.undo()
    summary, lines = go(house)
    assert summary.sources == 2
    assert "skipped" not in {line.outcome for line in lines.values()}


def test_a_long_write_gives_way_and_loses_nothing(
    house: House, web: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns so short that each holds one source: all are written, each whole, as when they were written together."""
    monkeypatch.setattr(crawling, "MOST_SECONDS", 0.0)
    names = [f"s{n}" for n in range(12)]
    watch(house, web, *names)
    for name in names:
        web.routes[f"/{name}"] = answer(body=feed(f"{name}-1", f"{name}-2"))
    summary, lines = go(house)
    assert (summary.sources, summary.new, set(lines)) == (12, 24, set(names))
    assert inbox.counts(house.store, house.person) == {InboxState.INBOX: 24}


async def test_a_full_batch_is_written_at_once_and_a_trickle_is_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawling, "GATHER_SECONDS", 30.0)
    monkeypatch.setattr(crawling, "MOST_IN_ONE_WRITE", 3)
    queue: asyncio.Queue[Any] = asyncio.Queue()
    for one in ("a", "b", "c", "d"):
        queue.put_nowait(one)
    async with asyncio.timeout(5):
        assert await crawling._batch(queue) == ["a", "b", "c"], "as many as one write takes wait for nothing"
        queue.put_nowait(None)
        assert await crawling._batch(queue) == ["d", None], "nothing comes behind the end"
    monkeypatch.setattr(crawling, "GATHER_SECONDS", 0.3)
    asyncio.get_running_loop().call_later(0.05, queue.put_nowait, "f")
    queue.put_nowait("e")
    assert await crawling._batch(queue) == ["e", "f"], "what comes soon is taken along"
