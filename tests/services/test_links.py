"""Links of the library over days: budget, leases, evidence, outages, proposals, and no living link called gone."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db import links as rows
from db.store import Store
from tracker.config.settings import Links, Settings
from tracker.core.document import Document, Mention
from tracker.core.errors import Conflict
from tracker.core.health import LOST, Health, Verdict
from tracker.core.model import FIRST_PERSON as ME
from tracker.core.model import ResourceId
from tracker.core.web import Answer, Failed, Hop, Reason, Reply, Request
from tracker.services import actions, library, links, looking, merging
from tracker.services.documents import import_document

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
PORTAL = b"<title>Hotel Wi-Fi</title><form>Accept the terms to go on</form>"  # in place of every page
SIGN_IN = b"<title>Gasthof Linde</title>" + b"".join(b"<p>Guests pay %d euros a day at the desk" % n for n in range(40))
PAGE = b"<title>Fine</title>" + b" ".join(b"word%d of an article" % n for n in range(100))


class Web:
    """Answers by address; a function decides, so that a test can change its mind from day to day."""

    def __init__(self, decide: Callable[[Request], Any]) -> None:
        self.decide, self.asked = decide, list[Request]()

    async def fetch(self, request: Request) -> Answer:
        self.asked.append(request)
        return made(request, self.decide(request))


def made(request: Request, what: Any) -> Answer:
    if isinstance(what, bytes):
        return Reply(request, request.url, 200, {"content-type": "text/html"}, what)
    if isinstance(what, str) and not isinstance(what, Reason):
        return Reply(request, what, 200, {"content-type": "text/html"}, PAGE, (Hop(request.url, 301, what),))
    if isinstance(what, int):
        return Failed(request, Reason.STATUS, f"answered {what}", what, request.url)
    return Failed(request, what, "said so", url=request.url)


def listed(store: Store, *urls: str) -> list[ResourceId]:
    """These addresses, read in from a list."""
    mentions = tuple(Mention(f"k{n}", n + 1, f"Fine {n}", url) for n, url in enumerate(urls))
    import_document(store, ME, Document("l.md", "list", "L", "text", {}, mentions, ()), now=START)
    return [one.id for one in library.resources(store, ME)]


def look(store: Store, web: Any, day: float, budget: int = 500, archive: bool = False, **wishes: Any) -> links.Pass:
    settings = replace(Settings(), links=Links(daily_budget=budget, archive=archive))
    clock = lambda: START + timedelta(days=day)  # noqa: E731
    return asyncio.run(links.check_library(store, web, clock, settings, **wishes))


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "CONFIRM_PAUSE", 0.0)
    monkeypatch.setattr(looking, "PAUSE", 0.0)


def known(store: Store, id_: ResourceId) -> Health:
    return links.known(store, [id_])[id_]


def test_looks_are_kept_as_evidence_and_the_next_one_is_a_column(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/2024/x")
    web = Web(lambda request: 404)
    assert links.known(store, [id_]) == {}
    for day, verdict in ((0, "failing"), (0.5, "failing"), (1, "failing"), (4, "gone"), (20, "gone")):
        look(store, web, day)
        assert known(store, id_).verdict == verdict, day
    assert [one.status for one in links.evidence(store, id_)] == [404] * 3  # only when it was due
    assert known(store, id_).why_next.startswith("gone; looked at once a month")
    web.decide = lambda request: PAGE
    look(store, web, 40)
    assert known(store, id_).verdict is Verdict.OK
    assert links.evidence(store, id_)[0].details["title"] == "Fine"


def test_a_page_that_comes_back_at_the_last_question_is_not_gone(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/x")
    answers = iter([404, 404, 404, 404, PAGE])
    web = Web(lambda request: next(answers))
    for day in (0, 1, 4):
        look(store, web, day)
    assert known(store, id_).verdict is Verdict.FAILING
    assert "now and then" in known(store, id_).reason


def test_the_budget_of_a_day_is_kept_and_what_is_left_waits(store: Store) -> None:
    listed(store, *(f"https://h{n}.example/x" for n in range(7)))
    web = Web(lambda request: PAGE)
    first = look(store, web, 0, budget=5)
    assert (first.looked, first.left) == (5, 2)
    assert look(store, web, 0.5, budget=5).looked == 0
    assert look(store, web, 1.1, budget=5).looked == 2
    assert look(store, web, 1.2, budget=5, everything=True).looked == 7
    assert {request.robots for request in web.asked} == {True}


def test_many_links_are_listed_some_at_once_and_looking_for_new_ones_keeps_nobody_waiting(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "LOOKED_UP", 3)
    monkeypatch.setattr(links, "ENLISTED", 2)
    listed(store, *(f"https://h{n}.example/x" for n in range(8)))
    assert links.enlisted(store, lambda: START, Settings()) == Settings().links.daily_budget
    with store.write() as tx:
        assert rows.unlisted(tx, 100) == []
        assert len(rows.claim(tx, START, limit=99, per_host=0, everything=False, owner="a", until=START)) == 8
    with store.write() as tx:  # the library is looked through while somebody writes
        assert tx is not None
        assert links.enlisted(store, lambda: START, Settings()) > 0


def test_one_pass_asks_a_host_for_thirty_links_at_most_one_after_the_other(store: Store) -> None:
    listed(store, *(f"https://a.example/{n}" for n in range(40)))
    inside, most = 0, 0

    class Slow(Web):
        async def fetch(self, request: Request) -> Answer:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            return made(request, PAGE)

    assert look(store, Slow(lambda request: PAGE), 0).looked == 40  # further rounds of the pass take the rest
    assert most == 1


def test_a_link_leased_by_another_process_is_left_alone_until_the_lease_ends(store: Store) -> None:
    listed(store, "https://a.example/x")
    with store.write() as tx:
        rows.enlist(tx, rows.unlisted(tx, 100))
        until = START + timedelta(minutes=15)
        took = rows.claim(tx, START, limit=9, per_host=0, everything=False, owner="other", until=until)
    assert len(took) == 1
    assert look(store, Web(lambda request: PAGE), 0).looked == 0
    assert look(store, Web(lambda request: PAGE), 0.1).looked == 1


def test_what_a_source_named_waits_a_week_and_a_new_address_begins_anew(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/x")
    look(store, Web(lambda request: 404), 0)
    with actions.deciding(store, ME, "edit", now=START, made_by="test") as changes:
        rows.readdress(changes, ME, id_, "https://a.example/y", START)
    look(store, Web(lambda request: PAGE), 0.1)
    assert known(store, id_).verdict is Verdict.OK
    assert known(store, id_).url == "https://a.example/y"


@pytest.mark.parametrize(
    "fate", [Reason.CONNECT, Reason.DNS, Reason.PROTOCOL, Reason.TIMEOUT, "http://portal.example/in", PORTAL, SIGN_IN]
)
def test_an_outage_of_our_network_counts_for_nothing(store: Store, fate: Any) -> None:
    ids = listed(store, *(f"https://h{n}.example/deep/x" for n in range(20)))
    web = Web(lambda request: PAGE)
    look(store, web, 0)
    before = links.known(store, ids)
    web.decide = lambda request: fate
    broken = look(store, web, 10)
    assert broken.outage
    assert broken.looked == 0
    after = links.known(store, ids)
    assert {one.verdict for one in after.values()} == {Verdict.OK}
    assert [one.causes for one in after.values()] == [one.causes for one in before.values()]
    web.decide = lambda request: PAGE
    assert look(store, web, 10.1).looked == 20


def test_few_failing_links_are_told_from_an_outage_by_witnesses(store: Store) -> None:
    dead = [f"https://dead{n}.example/x" for n in range(8)]
    listed(store, *dead, *(f"https://well{n}.example/x" for n in range(6)))
    web = Web(lambda request: Reason.DNS if "dead" in request.url else PAGE)
    for day in (0, 1, 4, 15):
        assert not look(store, web, day).outage, day
    verdicts = [one.verdict for one in links.known(store, [one.id for one in library.resources(store, ME)]).values()]
    assert verdicts.count(Verdict.GONE) == 8
    web.decide = lambda request: Reason.CONNECT  # now it is us: what was gone and what is due is not judged
    assert look(store, web, 60).outage


def test_a_portal_is_known_when_few_links_are_due(store: Store) -> None:
    listed(store, *(f"https://well{n}.example/x" for n in range(8)))
    look(store, Web(lambda request: PAGE), 0)
    late_one = Document("late.md", "list", "L", "text", {}, (Mention("k", 1, "Late", "https://late.example/x"),), ())
    import_document(store, ME, late_one, now=START)
    (late,) = [one.id for one in library.resources(store, ME) if "late" in one.url]
    done = look(store, Web(lambda request: PORTAL), 1)
    assert "Hotel Wi-Fi" in done.outage
    assert links.known(store, [late]) == {}  # the portal's page is not taken for its own


def test_no_living_link_is_called_gone_over_rounds_with_flaky_hosts(store: Store) -> None:
    """A year of rounds: hosts that fail in every way a living one does, outages between, three dead links."""
    chance = random.Random(11)
    living = [f"https://live{n}.example/post/{n}" for n in range(25)]
    listed(store, *living, *(f"https://dead{n}.example/post" for n in range(3)))
    trouble = [
        500,
        502,
        503,
        403,
        429,
        999,
        401,
        Reason.TIMEOUT,
        Reason.PROTOCOL,
        Reason.TLS,
        Reason.TOO_LARGE,
        PAGE,
        PAGE,
    ]
    down = False

    def decide(request: Request) -> Any:
        if down:
            return Reason.CONNECT
        return 404 if "dead" in request.url else chance.choice(trouble)

    for day in range(0, 365, 3):
        down = chance.random() < 0.1
        look(store, Web(decide), day + chance.random())
        for one in library.resources(store, ME):
            found = links.known(store, [one.id]).get(one.id)
            assert found is None or "dead" in found.url or found.verdict not in LOST
    gone = [one for one in library.resources(store, ME) if known(store, one.id).verdict is Verdict.GONE]
    assert len(gone) == 3


def test_large_files_are_asked_by_head_unless_their_host_does_not_know_it(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/big.pdf")

    class Files(Web):
        async def fetch(self, request: Request) -> Answer:
            self.asked.append(request)
            if request.method == "HEAD" and self.decide(request):
                return made(request, 405)
            return Reply(request, request.url, 200, {"content-type": "application/pdf"}, b"%PDF", truncated=True)

    web = Files(lambda request: False)
    look(store, web, 0)
    look(store, web, 8)
    web.decide = lambda request: True
    look(store, web, 30)
    look(store, web, 60)
    assert [request.method for request in web.asked] == ["GET", "HEAD", "HEAD", "GET", "GET"]
    assert known(store, id_).verdict is Verdict.OK


def test_a_moved_link_is_proposed_after_two_looks_taken_and_taken_back(store: Store) -> None:
    (id_,) = listed(store, "https://a.example/old#part")
    web = Web(lambda request: "https://b.example/new")
    look(store, web, 0)
    assert merging.proposals(store, ME) == []
    look(store, web, 1)
    (one,) = merging.proposals(store, ME)
    assert (one.kind, one.url) == ("moved", "https://b.example/new#part")
    assert "seen 2 times" in one.why
    merging.accept(store, ME, [one.id], now=START, made_by="test")
    moved = library.resource(store, ME, id_)
    assert moved.url == moved.sightings[0].url == "https://b.example/new#part"
    assert merging.proposals(store, ME) == []
    assert len(listed(store, "https://a.example/old#part")) == 1  # the old address still finds it
    actions.undo(store, ME, START)
    assert library.resource(store, ME, id_).url == "https://a.example/old#part"
    merging.decline(store, ME, [one.id], now=START, made_by="test")
    look(store, web, 40)
    assert merging.proposals(store, ME) == []


def test_an_address_another_resource_has_is_not_taken(store: Store) -> None:
    listed(store, "http://a.example/x", "https://b.example/y")
    web = Web(lambda request: "https://b.example/y" if "a.example" in request.url else PAGE)
    look(store, web, 0)
    look(store, web, 1)
    (one,) = merging.proposals(store, ME)
    with pytest.raises(Conflict, match="merge"):
        merging.accept(store, ME, [one.id], now=START, made_by="test")


def test_https_and_archived_copies_are_proposed(store: Store) -> None:
    listed(store, "http://a.example/x", "https://lost.example/y")
    copy = "http://web.archive.org/web/2025/https://lost.example/y"

    def decide(request: Request) -> Any:
        if request.url.startswith("https://archive.org/"):
            return b'{"archived_snapshots": {"closest": {"available": true, "url": "%s"}}}' % copy.encode()
        return 410 if "lost" in request.url else "https://a.example/x"

    web = Web(decide)
    look(store, web, 0, archive=True)
    look(store, web, 1, archive=True)
    found = {one.kind: one.url for one in merging.proposals(store, ME)}
    assert found == {"https": "https://a.example/x", "archive": copy.replace("http://web", "https://web")}
    assert sum("archive.org" in request.url for request in web.asked) == 1


def sending(url: str, seconds: int = 0) -> bytes:
    return b'<meta http-equiv="refresh" content="%d; url=%s"><a href=x>here</a>' % (seconds, url.encode())


def test_a_page_that_only_sends_one_on_is_a_move(store: Store) -> None:
    pages = {
        "https://a.example/old": sending("https://b.example/new"), "https://b.example/new": PAGE,
        "https://a.example/docs/": sending("latest/"), "https://a.example/docs/latest/": PAGE,
        "https://a.example/slow": sending("https://b.example/new", 60),
        "https://a.example/dead": sending("/none"), "https://a.example/none": 404,
        "https://a.example/round": sending("/about"), "https://a.example/about": sending("/round"),
        "https://a.example/long": sending("https://b.example/new") + PAGE * 2,
    }  # fmt: skip
    ids = listed(store, *(url for url in pages if url not in ("https://b.example/new", "https://a.example/none")))
    web = Web(lambda request: pages[request.url])
    look(store, web, 0)
    look(store, web, 1)
    found = {one.url.rpartition("example")[2]: one for one in links.known(store, ids).values()}
    assert {path: one.verdict.value for path, one in found.items()} == {
        "/old": "moved", "/docs/": "ok", "/docs/latest/": "ok", "/slow": "ok", "/dead": "failing", "/round": "ok",
        "/about": "ok", "/long": "ok",
    }  # fmt: skip
    assert [one.url for one in merging.proposals(store, ME)] == ["https://b.example/new"]


def test_a_lost_page_is_found_at_the_host_its_neighbours_moved_to(store: Store) -> None:
    gone = set[str]()

    def decide(request: Request) -> Any:
        if request.url.partition("#")[0] in gone:
            return 410
        return "https://new.example/other" if request.url == "https://old.example/other" else PAGE

    id_, _, _ = listed(store, "https://old.example/a/x#part", "https://old.example/other", "https://else.example/y")
    web = Web(decide)
    look(store, web, 0)
    gone |= {"https://old.example/a/x", "https://else.example/y", "https://www.else.example/y"}
    for day in (30, 31, 40):
        look(store, web, day)
    assert known(store, id_).verdict is Verdict.GONE
    found = {one.url: one for one in merging.proposals(store, ME) if one.kind == "elsewhere"}
    assert set(found) == {"https://new.example/a/x#part", "https://else.example/y.html"}
    assert found["https://new.example/a/x#part"].confidence > 0.85
    assert "the same page answers at new.example" in found["https://new.example/a/x#part"].why


def test_what_answers_elsewhere_but_is_another_page_is_not_proposed(store: Store) -> None:
    other = b"<title>Shop</title>" + b" ".join(b"offer%d is cheap" % n for n in range(100))
    now: list[Any] = [PAGE, PAGE]

    def decide(request: Request) -> Any:
        if request.url == "https://a.example/":
            return "https://shop.example/"
        return now[0] if request.url == "https://a.example/x" else now[1]

    listed(store, "https://a.example/x")
    web = Web(decide)
    look(store, web, 0)
    now[:] = [410, other]
    for day in (8, 9, 10):
        look(store, web, day)
    assert any(request.url.startswith("https://shop.example/x") for request in web.asked)
    assert not merging.proposals(store, ME)


def test_a_newer_version_of_documentation_is_proposed_once_it_answers(store: Store) -> None:
    page = b'<link rel="canonical" href="/en/stable/x.html">' + PAGE
    stable: list[Any] = [404]
    web = Web(lambda request: page if "/1.2/" in request.url else stable[0])
    listed(store, "https://d.example/en/1.2/x.html#how")
    look(store, web, 0)
    assert not merging.proposals(store, ME)
    stable[0] = PAGE
    look(store, web, 10)
    (one,) = merging.proposals(store, ME)
    assert (one.kind, one.url) == ("newer", "https://d.example/en/stable/x.html#how")
    merging.accept(store, ME, [one.id], now=START, made_by="test")
    assert [one.url for one in library.resources(store, ME)] == ["https://d.example/en/stable/x.html#how"]
