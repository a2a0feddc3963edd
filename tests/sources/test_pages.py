"""Pages without a feed: lists found by themselves or by selectors, and pages watched for changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.core.model import Harvest, Polling, Source, SourceId
from tracker.core.web import Reply, Request
from tracker.sources.base import read_as

URL = "https://acme.example/research"
NOW = datetime(2026, 1, 12, tzinfo=UTC)
FRAME = """<html><head><title>Research | Acme</title></head><body>
<nav><ul><li><a href="/">Home of all our things</a></li><li><a href="/news">News and things to read</a></li>
<li><a href="/careers">Come and work with us</a></li><li><a href="/research">Research for everybody</a></li></ul></nav>
{}<footer><ul><li><a href="/privacy">Our privacy policy</a></li><li><a href="/terms">Terms of this service</a></li>
<li><a href="/x">Cookie preferences here</a></li></ul></footer></body></html>"""


def ask(kind: str, body: str, memory: Polling | None = None, url: str = URL, **options: object) -> Harvest:
    source = Source("Acme", url, kind, options=options)
    reply = Reply(Request(url), url, 200, {"content-type": "text/html; charset=utf-8"}, body.encode())
    return read_as(kind, source, reply, memory or Polling(SourceId(1)))


def cards(shape: str, count: int = 6) -> str:
    return "<main><h1>Research</h1>" + "".join(shape.replace("#", str(n)) for n in range(1, count + 1)) + "</main>"


SHAPES = {
    "card": """<div class="card k#"><a href="/research/item-#"><img src="x.png" alt=""></a><div>
        <a href="/research/item-#"><h3>How model # thinks</h3></a><p>Jan #, 2026</p>
        <p>We looked at the inner life of models and found many things.</p><a href="/research/item-#">Read more</a></div></div>""",
    "link round all": """<a class="row" href="item-#"><span>Alignment</span><span>Jan #, 2026</span><div>How model # thinks</div></a>""",
    "list": """<ul><li><time datetime="2026-01-0#">#.1.</time> <a href="/research/item-#">How model # thinks</a> <a href="/tag/x">x</a></li></ul>""",
    "table": """<table><tr><td>2026-01-0#</td><td><a href="https://acme.example/research/item-#">How <em>model</em> # thinks</a></td></tr></table>""",
    "article": """<article><header><h2><a href="/research/item-#?utm_source=x#top">How model # thinks</a></h2>
        <time datetime="2026-01-0#T00:00:00Z">today</time></header><p>Teaser.</p></article>""",
    "chinese": """<section><a href="/research/item-#"><h2>How model # thinks</h2><p>2026年1月#日</p></a></section>""",
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_the_list_of_a_page_is_found_by_itself(name: str) -> None:
    found = ask("page", FRAME.format(cards(SHAPES[name])), url="https://acme.example/research/")
    assert [entry.url.partition("?")[0] for entry in found.entries] == [f"{URL}/item-{n}" for n in range(1, 7)]
    assert [entry.title for entry in found.entries] == [f"How model {n} thinks" for n in range(1, 7)]
    assert [entry.published for entry in found.entries] == [datetime(2026, 1, n, tzinfo=UTC) for n in range(1, 7)]


def test_a_page_without_a_list_says_so() -> None:
    found = ask("page", FRAME.format("<main><p>Nothing here yet.</p></main>"))
    assert (found.is_source, found.error, found.entries) == (False, "no list", ())
    assert "select:" in found.problems[0]
    login = ask("page", "<body><form><input type='password'></form></body>")
    assert login.error == "login"


def test_selectors_read_what_a_person_points_at() -> None:
    body = FRAME.format(
        cards("<div class='x'><b data-u='/r/#'>T#</b><i>2026-01-0#</i><p>Words of # here.</p></div>", 2)
    )
    parts = {"item": ".x", "link": "b@data-u", "title": "b", "date": "i", "summary": "p"}
    found = ask("page", body, select=parts)
    assert [(e.url, e.title, e.summary) for e in found.entries] == [
        (f"https://acme.example/r/{n}", f"T{n}", f"<p>Words of {n} here.</p>") for n in (1, 2)
    ]
    assert found.entries[0].published == datetime(2026, 1, 1, tzinfo=UTC)
    links = ask("page", body, select={"item": "nav a", "link": "a@href"})
    assert [e.title for e in links.entries][:2] == ["Home of all our things", "News and things to read"]


@pytest.mark.parametrize(
    ("select", "said"),
    [({"itme": "a"}, "'itme' is no part"), ({"item": "a[[["}, "no CSS selector"), ({"item": ".none"}, "finds nothing")],
)
def test_selectors_that_do_not_work_say_why(select: dict[str, str], said: str) -> None:
    found = ask("page", FRAME.format(cards(SHAPES["list"])), select=select)
    assert not found.is_source
    assert said in found.problems[0]


DOC = """<title>Guide</title><nav>Menu</nav><main><h1>Guide</h1><p>Intro.</p><h2>Limits</h2><p>{limit}</p><p>Stable.</p>
<h2>Usage</h2><pre>pip install x</pre><ul><li>one</li><li>two</li></ul>{more}<p>End.</p></main><footer>{foot}</footer>"""


class Watched:
    """One page over several looks, as the crawl looks at it: each look may ask twice."""

    def __init__(self, **options: object) -> None:
        self.options = options
        self.memory = Polling(SourceId(1))
        self.asked = 0

    def look(self, *bodies: str, hours: float = 6) -> Harvest:
        """One look; the second body is what the second fetch gives (the first again when left out)."""
        found = ask("docs", bodies[0], self.memory, **self.options)
        self.asked = 1
        if found.follow:
            self.asked = 2
            found = ask("docs", bodies[-1], replace(self.memory, memory=found.memory), **self.options)
        at = self.memory.polled_at or NOW
        kept = {**self.memory.memory, **found.memory}
        self.memory = replace(self.memory, memory=kept, polled_at=at + timedelta(hours=hours))
        return found


def doc(limit: str = "10 requests", more: str = "", foot: str = "x") -> str:
    return DOC.format(limit=limit, more=more, foot=foot)


def test_a_change_is_one_card_with_its_sections() -> None:
    page = Watched()
    first = page.look(doc())
    assert [(e.id, e.title) for e in first.entries] == [(URL, "Guide")]
    assert page.look(doc(foot="elsewhere")).entries == ()
    assert page.asked == 1
    (card,) = page.look(doc("20 requests", "<p>New words.</p>")).entries
    assert card.title == "Changed: Guide (Limits, Usage)"
    assert card.url == URL
    assert card.summary == (
        "<h4>Limits</h4><p><del>10 requests</del></p><p><ins>20 requests</ins></p>"
        "<h4>Usage</h4><p><ins>New words.</ins></p>"
    )
    assert card.text.splitlines()[:3] == ["# Limits", "- 10 requests", "+ 20 requests"]
    assert page.look(doc("20 requests", "<p>New words.</p>")).entries == ()
    (back,) = page.look(doc(), hours=100).entries
    (again,) = page.look(doc("20 requests", "<p>New words.</p>")).entries
    assert len({card.id, back.id, again.id}) == 3


def test_what_differs_between_two_fetches_at_once_is_noise_for_ever() -> None:
    page = Watched()
    page.look(doc(more="<p>Quote: a</p>"), doc(more="<p>Quote: b</p>"))
    assert page.look(doc(more="<p>Quote: c</p>")).entries == ()
    (card,) = page.look(doc("20 requests", "<p>Quote: d</p>")).entries
    assert "Quote" not in card.summary


def test_a_place_that_changes_at_every_look_becomes_noise() -> None:
    page = Watched()
    page.look(doc(more="<p>word 0</p>"))
    assert [len(page.look(doc(more=f"<p>word {n}</p>")).entries) for n in range(1, 6)] == [1, 1, 0, 0, 0]
    rare = Watched()
    rare.look(doc("v0"))
    assert [len(rare.look(doc(f"v{n}"), hours=24 * 7).entries) for n in range(1, 6)] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Last updated on Jan 3, 2026", "Last updated on Jan 9, 2026"),
        ("Updated 3 days ago", "Updated 2 weeks ago"),
        ("1,204 views", "1,388 views"),
        ("© 2025 Acme", "© 2026 Acme"),
        ("最后更新：2026-01-01", "最后更新：2026-01-09"),
        ("12:30", "12:31:05"),
    ],
)
def test_lines_that_say_only_when_or_how_often_are_no_change(old: str, new: str) -> None:
    page = Watched()
    page.look(doc(more=f"<p>{old}</p>"))
    assert page.look(doc(more=f"<p>{new}</p>")).entries == ()


def test_an_empty_text_never_counts_as_a_change() -> None:
    page = Watched()
    page.look(doc())
    for broken, error in (("<html></html>", "empty"), ("<main><nav>x</nav></main>", "empty"),
                          ("<main><p>Sign in</p></main><form><input type=password></form>", "login")):  # fmt: skip
        found = page.look(broken)
        assert (found.is_source, found.error, found.entries) == (False, error, ())
    assert page.look(doc()).entries == ()


def test_a_text_of_which_most_is_missing_is_believed_when_it_stays_so() -> None:
    page = Watched()
    page.look(doc(more="<p>a</p><p>b</p><p>c</p><p>d</p>"))
    short = "<title>Guide</title><main><p>Moved.</p></main>"
    assert page.look(short).error == "doubt"
    assert page.look(doc(more="<p>a</p><p>b</p><p>c</p><p>d</p>")).entries == ()
    assert page.look(short).error == "doubt"
    assert len(page.look(short).entries) == 1


def test_a_person_points_at_the_part_and_names_what_to_ignore() -> None:
    body = "<div id=a><p>build {}</p><p>kept {}</p></div><div id=b>{}</div>"
    page = Watched(watch="#a", ignore=["^build "])
    page.look(body.format(1, 1, 1))
    assert page.look(body.format(2, 1, 2)).entries == ()
    assert len(page.look(body.format(2, 2, 2)).entries) == 1
    assert not ask("docs", "<p>x</p>", watch="p[[[").is_source


def test_a_memory_that_cannot_be_opened_is_a_new_beginning() -> None:
    page = Watched()
    page.memory = replace(page.memory, memory={"text": "@@", "count": "x", "flips": [], "noise": 3})
    assert [e.id for e in page.look(doc()).entries] == [URL]


INDEXES = sorted((Path(__file__).parents[1] / "cases" / "indexes").glob("*.html"))


@pytest.mark.parametrize("page", INDEXES, ids=lambda path: path.stem)
def test_the_list_is_told_from_what_stands_round_it(page: Path) -> None:
    """Beside each page stands what it lists, a line a work: path and title; nothing for a page without a list."""
    found = ask("page", page.read_text("utf-8"), url="https://blog.example/")
    wanted = [line.split("\t") for line in page.with_suffix(".expect.tsv").read_text("utf-8").splitlines()]
    assert [[one.url.removeprefix("https://blog.example"), one.title] for one in found.entries] == wanted
