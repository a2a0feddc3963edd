"""Texts of the library: which are fetched, what is kept, what a failure leaves alone, and that a kill loses nothing."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from db import texts as rows
from db.store import Store
from db.tables import content, filing, note, resource, sighting, source
from tracker.config.settings import Texts
from tracker.core import drill
from tracker.core.article import Standing
from tracker.core.document import Document, Mention
from tracker.core.errors import NotFound
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import ResourceId
from tracker.core.web import Answer, Failed, Reason, Reply, Request
from tracker.services import library, search, texts
from tracker.services.documents import import_document

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS = "The quick brown fox jumps over the lazy dog, and then it goes home to sleep for a long while. "


def page(words: str = WORDS, head: str = "<title>Foxes</title>") -> bytes:
    return f"<html lang=en>{head}<article><h1>Foxes</h1><p>{words}</p><p>{WORDS * 3}</p></article>".encode()


class Web:
    """Answers by address: bytes, a status, a Reason, or a function of the request."""

    def __init__(self, **pages: Any) -> None:
        self.pages, self.asked = dict[str, Any](pages), list[Request]()

    async def fetch(self, request: Request) -> Answer:
        self.asked.append(request)
        found = self.pages.get(request.url, self.pages.get("rest", page()))
        if isinstance(found, bytes):
            return Reply(request, request.url, 200, {"content-type": "text/html"}, found)
        if isinstance(found, int):
            return Failed(request, Reason.STATUS, f"answered {found}", found, request.url)
        return Failed(request, found, "so", url=request.url, retry_after=7200)


class Here:
    """Reads in this process."""

    async def run(self, path: str, *args: object) -> Any:
        module, _, name = path.partition(":")
        return getattr(importlib.import_module(module), name)(*args)


def listed(store: Store, *urls: str) -> list[ResourceId]:
    """These addresses, read in from a list, back in the inbox."""
    mentions = tuple(Mention(f"k{n}", n + 1, f"Work {n}", url) for n, url in enumerate(urls))
    import_document(store, ME, Document("l.md", "list", "L", "text", {}, mentions, ()), now=NOW)
    with store.write() as tx:
        tx.execute(update(filing).values(state="inbox"))
    return [one.id for one in library.resources(store, ME)]


def tools(web: Web, now: datetime = NOW, **settings: Any) -> texts.Tools:
    return texts.Tools(web, Here(), lambda: now, Texts(**settings))


def work(store: Store, web: Web, now: datetime = NOW, **settings: Any) -> list[texts.Kept]:
    came: list[texts.Kept] = []
    asked = asyncio.run(texts.work(store, tools(web, now, **settings), on_text=came.append))
    assert asked == len(came)
    return came


def fetch(store: Store, web: Web, id_: ResourceId, now: datetime = NOW) -> texts.Kept:
    return asyncio.run(texts.fetch_one(store, tools(web, now), id_))


def put(store: Store, id_: ResourceId, **values: Any) -> None:
    with store.write() as tx:
        tx.execute(update(filing).where(filing.c.resource_id == id_).values(**values))


def test_only_what_is_filed_starred_or_noted_is_fetched_unasked(store: Store) -> None:
    ids = listed(store, *(f"https://h{n}.example/x" for n in range(5)), "https://www.youtube.com/watch?v=dQw4w9WgXcQ")
    web = Web()
    assert not texts.due(store, NOW, Texts())
    put(store, ids[0], state="filed")
    put(store, ids[1], starred=True)
    put(store, ids[5], state="filed")  # a talk has a transcript
    with store.write() as tx:
        tx.execute(note.insert().values(person_id=ME, resource_id=ids[2], day=NOW.date(), created_at=NOW))
        tx.execute(note.insert().values(person_id=ME, resource_id=ids[3], day=NOW.date(), created_at=NOW, gone_at=NOW))
    assert texts.due(store, NOW, Texts())
    assert not texts.due(store, NOW, Texts(automatic="nothing"))
    assert {kept.wanted.id for kept in work(store, web)} == set(ids[:3])
    assert all(request.robots for request in web.asked)
    assert {kept.wanted.id for kept in work(store, web, automatic="all")} == {ids[3], ids[4]}
    assert work(store, web, automatic="all") == []
    stock = texts.stock(store, Texts(), NOW)
    assert (stock.kept, stock.waiting, stock.left_today) == (5, 0, 195)
    assert stock.lines() == ["texts: 5 kept, 0 to fetch"]


def test_sources_may_ask_for_texts_and_say_where_the_text_stands(store: Store) -> None:
    first, second = listed(store, "https://a.example/1", "https://a.example/2")
    with store.write() as tx:
        made = tx.execute(
            source.insert()
            .values(name="A", created_at=NOW, options={"texts": True, "select": "#body"})
            .returning(source.c.id)
        ).scalar_one()
        tx.execute(
            sighting.insert().values(resource_id=second, origin="source", source_id=made, item_key="k", seen_at=NOW)
        )
    body = b"<body><div id=body><p>Chosen words of the source that are a text of their own.</p></div><article>" + page()
    (kept,) = work(store, Web(rest=body))
    assert (kept.wanted.id, kept.wanted.select) == (second, "#body")
    found = texts.newest(store, second)
    assert found is not None
    assert found.article.text == "Chosen words of the source that are a text of their own."
    with store.write() as tx:
        tx.execute(update(source).values(options={"select": {"item": "li", "text": "#body"}}))
    assert not texts.due(store, NOW, Texts())
    assert fetch(store, Web(rest=body), second).wanted.select == "#body"
    assert fetch(store, Web(rest=body), first).wanted.select == ""


def test_a_text_fills_what_the_library_did_not_know_and_is_found(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/1")
    head = "<title>Foxes</title><meta name=author content='Ann Lee'><meta name=date content='2026-01-02'>"
    fetch(store, Web(rest=page(head=head)), id_)
    found = library.resource(store, ME, id_)
    assert (found.has_text, found.title, found.authors, found.lang, found.minutes) == (
        True,
        "Work 0",
        ("Ann Lee",),
        "en",
        1,
    )
    assert found.published == datetime(2026, 1, 2, tzinfo=UTC)
    fetch(store, Web(rest=page("Badgers dig. ", head.replace("Ann", "Bob"))), id_)
    assert library.resource(store, ME, id_).authors == ("Ann Lee",)
    search.catch_up(store)
    with store.read() as tx:
        assert [one.number for one in rows.versions(tx, id_)] == [1, 2]
        (kept,) = [row for row in tx.execute(content.select()) if row.version == 2]
    assert isinstance(kept.text, bytes)
    assert texts.told(store, id_, ZoneInfo("UTC")) == "63 words, 1 min; version 2"


@pytest.mark.parametrize(
    ("answer", "outcome", "hours"),
    [
        (404, "soft404", 24),
        (403, "blocked", 24),
        (401, "login", 336),
        (500, "unreachable", 1),
        (Reason.TIMEOUT, "unreachable", 1),
        (Reason.RESTING, "resting", 2),
        (Reason.REFUSED_ROBOTS, "refused", 720),
        (b"<div></div>", "empty", 24),
        (b"<title>Just a moment...</title><p>Verify you are human.</p>", "blocked", 24),
    ],
)
def test_a_failure_never_replaces_a_text_and_says_when_it_is_tried_again(
    store: Store, answer: Any, outcome: str, hours: int
) -> None:
    (id_,) = listed(store, "https://a.example/1")
    fetch(store, Web(), id_)
    before = texts.newest(store, id_)
    later = NOW + timedelta(days=1)
    kept = fetch(store, Web(rest=answer), id_, later)
    assert (kept.outcome, kept.version, kept.next_try) == (outcome, 0, later + timedelta(hours=hours))
    assert texts.newest(store, id_) == before
    assert library.resource(store, ME, id_).has_text
    assert f"; {outcome}: " in texts.told(store, id_, ZoneInfo("UTC"))
    assert texts.stock(store, Texts(), later).outcomes == {outcome: 1}


def test_the_same_text_again_is_no_version(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/1")
    assert [fetch(store, Web(), id_, NOW + timedelta(days=n)).version for n in range(2)] == [1, 0]
    assert fetch(store, Web(rest=page("Other words stand here. ")), id_).version == 2


def test_the_budget_of_a_day_is_kept(store: Store) -> None:
    listed(store, *(f"https://h{n}.example/x" for n in range(5)))
    wishes = {"automatic": "all", "daily_budget": 3}
    assert len(work(store, Web(), **wishes)) == 3
    assert work(store, Web(), NOW + timedelta(hours=23), **wishes) == []
    assert "the day's budget is used up" in texts.stock(store, Texts(**wishes), NOW).lines()[0]
    assert len(work(store, Web(), NOW + timedelta(hours=25), **wishes)) == 2


def test_tries_become_rarer_and_end(store: Store) -> None:
    listed(store, "https://a.example/1")
    web, now, asked = Web(rest=404), NOW, 0
    for _ in range(400):
        asked += len(work(store, web, now, automatic="all"))
        now += timedelta(hours=6)
    assert asked == 4


def test_an_outage_of_our_own_network_ends_the_pass(store: Store) -> None:
    listed(store, *(f"https://h{n}.example/x" for n in range(40)))
    assert len(work(store, Web(rest=Reason.CONNECT), automatic="all")) <= texts.MOST_LOST + texts.AT_ONCE
    assert len(work(store, Web(), NOW + timedelta(hours=2), automatic="all")) == 40


def test_a_time_far_ahead_counts_as_due_for_the_clock_went_back(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/1")
    ahead = NOW + timedelta(days=4000)
    fetch(store, Web(rest=404), id_, ahead)
    (kept,) = work(store, Web(), automatic="all")
    assert kept.version == 1


def test_a_text_is_taken_by_one_process_and_comes_back_when_it_dies(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/1")
    put(store, id_, state="filed")
    with store.write() as tx:
        (one,) = rows.due(tx, "wanted", NOW, 5)
        assert rows.lease(tx, one, NOW)
        assert not rows.lease(tx, one, NOW)
    with store.write() as tx:
        assert rows.due(tx, "wanted", NOW, 5) == []
        late = NOW + timedelta(minutes=11)
        (again,) = rows.due(tx, "wanted", late, 5)
        assert rows.lease(tx, again, late)
        assert not rows.lease(tx, again, late)
        assert rows.standing(tx, id_) == Standing("", "", late, late + timedelta(minutes=10), 0, 0)


class Killed(BaseException):
    """What a kill is in a test."""


@pytest.mark.parametrize(("point", "kept"), [("store.begin", 0), ("store.before_commit", 0), ("store.after_commit", 1)])
def test_a_kill_keeps_all_of_a_text_or_nothing(store: Store, point: str, kept: int) -> None:
    (id_,) = listed(store, "https://a.example/1")
    put(store, id_, state="filed")

    def end() -> None:
        raise Killed

    drill.arm(point, 1, end)
    try:
        with pytest.raises(Killed):
            work(store, Web())
    finally:
        drill.disarm()
    with store.read() as tx:
        assert len(rows.versions(tx, id_)) == kept
    assert library.resource(store, ME, id_).has_text is bool(kept)
    assert len(work(store, Web(), NOW + timedelta(minutes=11))) == 1 - kept
    assert texts.newest(store, id_) is not None


ABS = (
    b"<html><head><title>[1706.03762] Attention</title><meta name=citation_title content='Attention'>"
    b"<meta name=citation_author content='Lee, Ann'><meta name=citation_author content='Wu, Bo'>"
    b"<meta name=citation_date content='2017/06/12'><meta name=citation_abstract content='We &lt;propose&gt; a net.'>"
    b"<meta name=citation_pdf_url content='https://arxiv.org/pdf/1706.03762'></head><body><h1>Attention</h1>"
    b"<blockquote>Abstract: We propose a net.</blockquote></body></html>"
)


def test_a_paper_is_stored_as_its_abstract_and_its_pdf(store: Store, make_pdf: Callable[..., bytes]) -> None:
    (id_,) = listed(store, "https://arxiv.org/pdf/1706.03762v3")
    web = Web(
        **{
            "https://arxiv.org/abs/1706.03762": ABS,
            "https://arxiv.org/pdf/1706.03762": make_pdf([["Body of it."], ["End."]]),
        }
    )
    assert fetch(store, web, id_).version == 1
    found = texts.newest(store, id_)
    assert found is not None
    assert found.article.text == "We <propose> a net.\n\nBody of it.\n\nEnd."
    assert "## Page 2\n\nEnd." in found.article.markdown
    assert (found.article.title, found.article.authors) == ("Attention", ("Ann Lee", "Bo Wu"))
    assert library.resource(store, ME, id_).published == datetime(2017, 6, 12, tzinfo=UTC)
    web.pages["https://arxiv.org/pdf/1706.03762"] = Reason.TOO_LARGE
    again = fetch(store, web, id_)
    assert (again.outcome, again.version, again.why) == ("ok", 1 - 1, "only the abstract: too-large: so")
    assert texts.newest(store, id_) == found


def test_a_paper_without_its_pdf_is_its_abstract_for_now(store: Store, make_pdf: Callable[..., bytes]) -> None:
    (id_,) = listed(store, "https://arxiv.org/abs/1706.03762")
    web = Web(**{"https://arxiv.org/abs/1706.03762": ABS, "rest": 403})
    kept = fetch(store, web, id_)
    assert (kept.version, kept.next_try) == (1, NOW + timedelta(hours=1))
    assert texts.told(store, id_, ZoneInfo("UTC")).startswith(
        "4 words, 1 min; only the abstract: status: answered 403; next try"
    )
    web.pages["rest"] = make_pdf([["Body of it."]])
    put(store, id_, state="filed")
    assert [one.version for one in work(store, web, NOW + timedelta(hours=2))] == [2]


def test_what_has_no_address_has_no_text(store: Store) -> None:
    with store.write() as tx:
        made = tx.execute(
            resource.insert().values(title="Named", first_seen_at=NOW).returning(resource.c.id)
        ).scalar_one()
    with pytest.raises(NotFound):
        fetch(store, Web(), ResourceId(made))
    assert texts.newest(store, ResourceId(made)) is None
    assert texts.told(store, ResourceId(made), ZoneInfo("UTC")) == ""
