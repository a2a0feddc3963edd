"""What a page says of itself, and how talks are told alive: small cases, and that hostile bytes cost little time."""

from __future__ import annotations

import json
import time

import pytest

from tracker.core import signs
from tracker.core.look import Sign
from tracker.core.signs import Page
from tracker.core.talk_links import questions
from tracker.core.web import Answer, Failed, Reason, Reply, Request

LONG = " ".join(f"word{n} and again" for n in range(400))


@pytest.mark.parametrize(
    ("title", "nothing"),
    [
        ("404 Not Found", True), ("Error 404", True), ("404 | GitHub", True), ("Page Not Found - X", True),
        ("Oops! We can't find that page", True), ("Not found", True), ("This page no longer exists", True),
        ("The article has been removed", True), ("页面不存在", True), ("您访问的页面不存在", True), ("该内容已被删除", True),
        ("Seite nicht gefunden", True), ("Document could not be found", True), ("HTTP 410", True),
        ("Lost and found", False), ("Peugeot 404 review", False), ("The road not found yet", False),
        ("How to write a 404 handler", False), ("What we found in pages of 1404", False), ("Found: a page", False),
        ("Attention is all you need", False), ("Removed ordering constraints in tf.data", False), ("410 tips for cooks", False),
    ],
)  # fmt: skip
def test_titles_that_say_nothing_is_here(title: str, nothing: bool) -> None:
    assert signs.says_nothing_here(title) is nothing


def test_a_long_page_that_speaks_of_missing_pages_is_a_page() -> None:
    assert signs.says_nothing_here("Help", "<p>This page could not be found.")
    assert not signs.says_nothing_here("Help", f"<p>This page could not be found. {LONG}")
    assert not signs.says_nothing_here("Help", "<p>This page could not be found." + "<i></i>" * 10_000)


@pytest.mark.parametrize(
    ("title", "markup", "parked"),
    [
        ("example.com is for sale", "", True),
        ("Welcome", "<p>Buy this domain now</p>", True),
        ("", "<script src=//d1.parkingcrew.net/x.js></script>", True),
        ("此域名出售", "", True),
        ("Welcome", f"<p>buy this domain {LONG}</p>", False),
        ("Welcome", "<p>buy this domain</p>" + "<i></i>" * 10_000, False),
        ("A house for sale", "<p>in the country</p>", False),
    ],
)
def test_parked_domains_say_so(title: str, markup: str, parked: bool) -> None:
    assert signs.is_parked(title, markup) is parked


@pytest.mark.parametrize(
    ("headers", "title", "markup", "wall"),
    [
        ({"cf-mitigated": "challenge"}, "x", "", True),
        ({}, "Just a moment...", "<p>Checking</p>", True),
        ({}, "x", "<div id=px-captcha></div>", True),
        ({}, "Just a moment, please: an essay", f"<p>{LONG}</p>", False),
        ({}, "x", "<p>Fine</p>", False),
        ({}, "Just a moment...", "<i></i>" * 10_000, False),
    ],
)
def test_walls_are_known(headers: dict[str, str], title: str, markup: str, wall: bool) -> None:
    assert signs.is_challenge(headers, title, markup) is wall


def test_portals_ask_to_be_let_in() -> None:
    assert signs.is_portal("Hotel Wi-Fi", "")
    assert signs.is_portal("Welcome", "<h1>Accept the terms</h1>")
    assert signs.is_portal("", "<p>Accept<br>terms</p>")
    assert signs.is_portal("", "<h1>Wi&#45;Fi of the house</h1>")
    assert not signs.is_portal("Welcome", "<h1>Recipes</h1>")
    assert not signs.is_portal("Welcome", "<p class=portal>Terms of a series</p>")


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ({}, "é中".encode(), "é中"),
        ({}, b"\xef\xbb\xbfabc", "abc"),
        ({}, "a中".encode()[:-1], "a"),
        ({"content-type": "text/html; charset=GB2312"}, "中文 <p>".encode("gb18030") + b" more", "中文 <p> more"),
        ({}, b"<meta charset=gbk>" + "中文网页".encode("gbk") + b" more", "<meta charset=gbk>中文网页 more"),
        ({"content-type": "text/html; charset=nonsense"}, b"caf\xe9 more", "caf\ufffd more"),
        ({}, b"caf\xe9 more", "caf\ufffd more"),
    ],
)
def test_pages_are_read_in_their_own_letters(headers: dict[str, str], body: bytes, text: str) -> None:
    assert signs.markup_of(headers, body) == text


def test_the_words_a_reader_sees() -> None:
    markup = "<head><title>t</title></head><header>top</header><script>no</script><p>one</p><!-- no --><style>no"
    assert signs.visible(markup).split() == ["top", "one"]
    assert "İstanbul" in signs.visible("<p>İstanbul</p><SCRIPT>x</SCRIPT>")
    assert signs.title_of("<TITLE lang=en> A &amp; B </TITLE>") == "A & B"
    assert signs.title_of("<title>never ends") == ""
    assert signs.page_of("<script>draw()</script><p>Loading</p>").shell


def test_likeness_of_texts_and_titles() -> None:
    one, other = signs.page_of(f"<p>{LONG}</p>"), signs.page_of(f"<p>{LONG.replace('word', 'other')}</p>")
    assert signs.likeness(one, one) == 1.0
    assert signs.likeness(one, other) < 0.5
    assert signs.likeness(Page(), Page()) == 1.0
    assert signs.likeness(Page(), one) == 0.0
    assert signs.title_likeness("", "x") == 1.0
    assert signs.title_likeness("Deep nets", "Deep nets | Blog") == 1.0
    assert not signs.same_words("", "")
    assert signs.same_words("Deep  Nets", "deep nets")


def test_kept_pages_are_read_back() -> None:
    page = signs.page_of(f"<title>T</title><p>{LONG}</p>")
    assert Page.from_json(json.loads(json.dumps(page.to_json()))) == page
    assert Page.from_json(None) is None
    assert Page.from_json({"title": "x"}) == Page("x")


def test_the_page_names_its_right_address() -> None:
    assert signs.canonical_link('<link rel=icon href=x><link rel="canonical" href="/a?b&amp;c">') == "/a?b&c"
    assert signs.canonical_link("<link rel=canonical>") == ""
    assert signs.canonical_link("<p>") == ""


def test_text_fragments_are_looked_for_in_the_words() -> None:
    page = "<p>The quick <b>brown</b> fox jumps</p>"
    assert not signs.missing_text("text=quick%20brown%20fox", page)
    assert not signs.missing_text("text=the-,quick%20brown,jumps,-over", page)
    assert not signs.missing_text("text=blue&text=brown", page)
    assert signs.missing_text("text=blue%20fox", page)
    assert not signs.missing_text("selector(x)", page)


@pytest.mark.parametrize(
    "evil",
    ["<", "<script", "<title", "<head ", "<!--", "<link ", 'id="', "<input type=x ", "not found page ", "the page you are looking for ",
     "domain ", "<meta ", "page ", "a", "&amp", "<a name='"],
)  # fmt: skip
def test_hostile_pages_cost_little_time(evil: str) -> None:
    markup = evil * (262_144 // len(evil))
    start = time.process_time()
    title = signs.title_of(markup)
    signs.page_of(markup)
    for part in (markup, markup[:59_000]):
        signs.says_nothing_here(markup[:300], part)
        signs.is_parked(title, part)
        signs.is_challenge({}, title, part)
        signs.is_login("log in", part)
    signs.canonical_link(markup)
    signs.missing_anchor("x", markup)
    signs.missing_text("text=x", markup)
    signs.markup_of({}, markup.encode() + b"\xff abcd")
    assert time.process_time() - start < 1.5


# ---- talks -----------------------------------------------------------------------------------------------------

TUBE = "https://youtu.be/dQw4w9WgXcQ"
BILI = "https://www.bilibili.com/video/BV1xx411c7mD"


def reply(body: bytes = b"") -> Answer:
    return Reply(Request("x"), "x", 200, {}, body)


def failed(status: int = 0) -> Answer:
    return Failed(Request("x"), Reason.STATUS if status else Reason.TIMEOUT, "", status)


def test_a_talk_of_youtube_is_told_by_its_picture_then_by_oembed() -> None:
    picture, oembed = questions(TUBE)
    assert picture.request.method == "HEAD"
    assert "dQw4w9WgXcQ" in picture.request.url
    assert picture.request.robots
    found = picture.read(TUBE, reply())
    assert found is not None
    assert found.sign is Sign.FINE
    assert picture.read(TUBE, failed(404)) is None
    signs_of = {400: "absent", 404: "absent", 401: "fine", 403: "wall", 429: None, 500: None, 0: None}
    for status, sign in signs_of.items():
        told = oembed.read(TUBE, failed(status))
        assert (told.sign.value if told else None) == sign
    named = oembed.read(TUBE, reply(b'{"title": "A talk"}'))
    assert named is not None
    assert named.page == Page("A talk")
    assert oembed.read(TUBE, reply(b"[")).page is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "sign"),
    [(b'{"code": 0}', "fine"), (b'{"code": -404}', "absent"), (b'{"code": 62002}', "absent"), (b'{"code": -412}', "wall"),
     (b'{"code": 1}', None), (b"no json", None), (b"[]", None)],
)  # fmt: skip
def test_a_talk_of_bilibili_is_told_by_its_code(body: bytes, sign: str | None) -> None:
    (question,) = questions(BILI)
    assert "bvid=BV1xx411c7mD" in question.request.url
    found = question.read(BILI, reply(body))
    assert (found.sign.value if found else None) == sign
    assert question.read(BILI, failed(500)) is None


def test_other_links_are_asked_themselves() -> None:
    assert questions("https://a.example/watch?v=1") == ()
    assert questions("https://vimeo.com/1") == ()
