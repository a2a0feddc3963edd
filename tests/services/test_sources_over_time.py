"""What the crawl makes of sources over days: moves, caps, silence, kinds that ask twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import proposals
from tracker.cli.main import run
from tracker.config.sourcefile import read_sources
from tracker.services import crawl as crawling
from tracker.services import inbox, operations, source_list
from tracker.services.crawl import Line
from tracker.services.source_list import Health, health
from tracker.wiring import House, house_of

NOW = datetime(2026, 1, 12, 8, tzinfo=UTC)


def feed(*items: object, title: str = "A feed", extra: str = "", day: int = 0) -> bytes:
    date = f"<pubDate>{(NOW - timedelta(days=day)).isoformat()}</pubDate>" if day else ""
    body = "".join(
        f"<item><guid>{i}</guid><title>Item {i}</title><link>https://a.example/{i}</link>{date}</item>" for i in items
    )
    return f'<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>{title}</title>{extra}{body}</channel></rss>'.encode()


@pytest.fixture
def house(tmp_path: Path, web: Any) -> Iterator[House]:
    opened = web.base.removeprefix("http://")
    (tmp_path / "config.toml").write_text(
        f'[network]\nallow_private = ["{opened}"]\nhost_spacing = 0.0\n[crawl]\ndaily_cap = 5\n'
    )
    with house_of({"home": str(tmp_path), "sources": str(tmp_path / "sources.yaml")}) as house:
        house.frozen = NOW
        yield house


def watch(house: House, web: Any, path: str = "/a", kind: str = "feed", more: str = "") -> None:
    house.sources_file.write_text(
        f"version: 1\n# mine\nsources:\n  - name: A  # first\n    url: {web.base}{path}\n    kind: {kind}\n{more}"
    )


def go(house: House, hours: float = 0, **wishes: Any) -> tuple[crawling.Summary, Line]:
    assert house.frozen is not None
    house.frozen += timedelta(hours=hours)
    lines: list[Line] = []
    summary = asyncio.run(house.crawl(on_line=lines.append, **({"everything": True} | wishes)))
    return summary, lines[0]


def state(house: House) -> Health:
    return health(house.store, house.clock())[0]


def cli(house: House, *words: str) -> int:
    return run(["--home", str(house.home), "--sources", str(house.sources_file), *words])


def test_a_permanent_move_is_proposed_after_repeated_proof_and_taken_over_on_a_word(
    house: House, web: Any, answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    watch(house, web)
    web.routes |= {"/a": answer(301, headers={"Location": "/new"}), "/new": answer(body=feed(1))}
    assert go(house)[1].new == 1
    assert go(house, 1)[0].hints == []
    assert state(house).moved_to == ""
    assert cli(house, "sources", "accept", "A") == 2
    assert "not known to have moved" in capsys.readouterr().err
    assert f"moved for good to {web.base}/new" in go(house, 24)[0].hints[0]
    assert go(house, 24)[0].hints == []
    assert state(house).moved_to == f"{web.base}/new"
    assert cli(house, "sources", "list") == 0
    assert "tracker sources accept" in capsys.readouterr().err
    assert read_sources(house.sources_file).sources[0].url == f"{web.base}/a"
    assert cli(house, "sources", "accept", "A") == 0
    text = house.sources_file.read_text()
    assert "# mine" in text
    assert "# first" in text
    assert f"url: {web.base}/new" in text
    summary, line = go(house, 24)
    assert (summary.new, line.outcome) == (0, "unchanged")
    assert state(house).moved_to == ""
    assert cli(house, "sources", "accept", "B") == 2
    with house.store.read() as tx:
        assert proposals.waiting(tx, proposals.SOURCE_MOVED) == {}


def test_a_move_that_is_declined_is_not_proposed_again_until_that_is_undone(
    house: House, web: Any, answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    watch(house, web)
    web.routes |= {"/a": answer(301, headers={"Location": "/new"}), "/new": answer(body=feed(1))}
    assert cli(house, "sources", "decline", "A") == 2
    for _ in range(4):
        go(house, 24)
    assert state(house).moved_to == f"{web.base}/new"
    capsys.readouterr()
    assert cli(house, "proposals") == 0
    assert cli(house, "proposals", "accept", capsys.readouterr().out.split()[0]) == 2
    assert "tracker sources accept" in capsys.readouterr().err
    assert cli(house, "sources", "decline", "A") == 0
    assert state(house).moved_to == ""
    assert go(house, 24)[0].hints == []
    assert state(house).moved_to == ""
    assert cli(house, "undo") == 0
    assert state(house).moved_to == f"{web.base}/new"
    assert read_sources(house.sources_file).sources[0].url == f"{web.base}/a"


def test_silence_is_judged_by_the_clock_of_the_house_in_status_too(house: House, web: Any, answer: Any) -> None:
    watch(house, web)
    dated = b"".join(feed(n, day=n + 1)[len(feed()) - 16 : -16] for n in range(5))
    web.routes["/a"] = answer(body=feed()[:-16] + dated + b"</channel></rss>")
    go(house)
    assert operations.status(house.store, house.person, house.home, NOW).next_up[0].health == "ok"
    later = NOW + timedelta(days=12)
    assert operations.status(house.store, house.person, house.home, later).next_up[0].health == "quiet"


def test_a_move_that_is_taken_back_or_temporary_is_never_proposed(house: House, web: Any, answer: Any) -> None:
    watch(house, web)
    web.routes |= {"/a": answer(302, headers={"Location": "/new"}), "/new": answer(body=feed(1))}
    for _ in range(4):
        assert go(house, 24)[0].hints == []
    web.routes["/a"] = answer(301, headers={"Location": "/new"})
    go(house, 24)
    web.routes["/a"] = answer(body=feed(1))
    go(house, 24)
    web.routes["/a"] = answer(301, headers={"Location": "/new"})
    assert go(house, 24)[0].hints == []
    web.routes["/new"] = answer(body=b"<html><body>for sale</body></html>")
    for _ in range(3):
        assert go(house, 24)[0].hints == []
    with house.store.read() as tx:
        assert proposals.waiting(tx, proposals.SOURCE_MOVED) == {}


def test_a_feed_that_names_its_new_address_is_believed_after_a_day_too(house: House, web: Any, answer: Any) -> None:
    watch(house, web)
    said = "<itunes:new-feed-url>https://new.example/feed</itunes:new-feed-url>"
    for day in range(3):
        web.routes["/a"] = answer(body=feed(day, extra=said))
        go(house, 24)
    assert state(house).moved_to == "https://new.example/feed"


def test_the_daily_cap_keeps_the_rest_in_the_library_and_counts_it(house: House, web: Any, answer: Any) -> None:
    watch(house, web, more="    max_items_first_fetch: 2\n")
    web.routes["/a"] = answer(body=feed(*range(4)))
    assert go(house)[0].new == 2
    assert state(house).held_back == 2
    web.routes["/a"] = answer(body=feed(*range(10)))
    summary, line = go(house, 1)
    assert line.new == 3
    assert "3 more came" in summary.hints[0]
    assert (state(house).items, state(house).held_back) == (10, 5)
    web.routes["/a"] = answer(body=feed(*range(14)))
    assert go(house, 25)[1].new == 4
    assert sum(inbox.counts(house.store, house.person).values()) == 9


def test_silence_and_other_names_are_told_by_the_list(house: House, web: Any, answer: Any) -> None:
    watch(house, web, more="    expect_title: Another\n")
    dated = b"".join(feed(n, day=n + 1)[len(feed()) - 16 : -16] for n in range(5))
    web.routes["/a"] = answer(body=feed()[:-16] + dated + b"</channel></rss>")
    go(house)
    assert state(house).health == "unsure"
    assert "calls itself 'A feed'" in state(house).reason
    watch(house, web)
    assert house.frozen is not None
    source_list.sync(house.store, read_sources(house.sources_file), house.clock())
    assert state(house).health == "ok"
    house.frozen += timedelta(days=12)
    assert state(house).health == "quiet"
    assert "nothing new for 13 d; it usually brings something every 24 h" in state(house).reason


def test_a_change_of_a_watched_page_is_one_card(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "/doc", "docs")
    page = "<title>Guide</title><main><h1>Guide</h1><p>Limit: {}</p><p>More.</p></main><p>{}</p>"
    web.routes["/doc"] = answer(body=page.format(10, "a").encode())
    assert (go(house)[0].new, len(web.asked)) == (0, 2)
    web.routes["/doc"] = answer(body=page.format(10, "b").encode())
    assert (go(house, 24)[0].new, len(web.asked)) == (0, 3)
    web.routes["/doc"] = answer(body=page.format(20, "b").encode())
    assert go(house, 24)[0].new == 1
    (card,) = inbox.page(house.store, house.person).items
    assert (card.title, card.url) == ("Changed: Guide (Guide)", f"{web.base}/doc")
    assert (go(house, 24)[1].outcome, go(house, 24)[0].new) == ("unchanged", 0)
    web.routes["/doc"] = answer(body=b"<main></main>")
    assert go(house, 24)[1].outcome == "failed"
    web.routes["/doc"] = answer(body=page.format(20, "b").encode())
    assert go(house, 24)[0].new == 0
    assert state(house).items == 2


def test_a_list_on_a_page_begins_with_what_is_there(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "/list", "page")

    def page(*names: str) -> bytes:
        rows = "".join(f'<li><a href="/posts/{n}">A long title of the post {n}</a></li>' for n in names)
        return f"<main><ul>{rows}</ul></main>".encode()

    web.routes["/list"] = answer(body=page("a", "b", "c"))
    assert (go(house)[0].new, state(house).held_back) == (0, 3)
    web.routes["/list"] = answer(body=page("d", "a", "b", "c"))
    assert go(house, 24)[1].new == 1
    web.routes["/list"] = answer(body=b"<main>maintenance</main>")
    assert go(house, 24)[1].outcome == "failed"


def test_an_index_of_site_maps_that_says_no_dates_is_followed_at_every_look(
    house: House, web: Any, answer: Any
) -> None:
    watch(house, web, "/sitemap.xml", "sitemap")
    index = f"<sitemapindex><sitemap><loc>{web.base}/s1.xml</loc></sitemap></sitemapindex>".encode()
    web.routes["/sitemap.xml"] = answer(body=index, headers={"ETag": '"same"'})
    web.routes["/s1.xml"] = answer(body=b"<urlset><url><loc>https://a.example/1</loc></url></urlset>")
    assert go(house)[0].new == 0
    web.routes["/s1.xml"] = answer(
        body=b"<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.example/2</loc></url></urlset>"
    )
    assert go(house, 24)[0].new == 1
    web.routes["/s1.xml"] = answer(500)
    assert go(house, 24)[1].outcome == "failed"


def test_a_file_of_an_index_that_failed_is_asked_for_again(house: House, web: Any, answer: Any) -> None:
    watch(house, web, "/sitemap.xml", "sitemap")
    files = "".join(f"<sitemap><loc>{web.base}/s{n}.xml</loc><lastmod>2026-01-0{n}</lastmod></sitemap>" for n in (1, 2))
    web.routes["/sitemap.xml"] = answer(body=f"<sitemapindex>{files}</sitemapindex>".encode())
    web.routes["/s1.xml"] = answer(body=b"<urlset><url><loc>https://a.example/1</loc></url></urlset>")
    web.routes["/s2.xml"] = answer(503)
    go(house)
    web.routes["/s2.xml"] = answer(body=b"<urlset><url><loc>https://a.example/2</loc></url></urlset>")
    assert go(house, 24)[0].new == 1
    asked = len(web.asked)
    go(house, 24)
    assert len(web.asked) == asked + 1  # the index alone: its files did not change
