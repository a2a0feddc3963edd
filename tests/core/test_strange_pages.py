"""What stands where a source should, and may be the page of a network that asks to be let in."""

from __future__ import annotations

import pytest

from tracker.core.look import host_asked, strange_page, was_reached
from tracker.core.web import Answer, Failed, Hop, NotModified, Reason, Reply, Request

URL = "http://a.example/feed"
WISH = Request(URL)
HTML = {"content-type": "text/html"}
LOGIN = b"<title>Hotel Wi-Fi</title>"
AWAY = (Hop(URL, 302, "http://portal.example/in?from=a"),)


def reply(body: bytes, headers: dict[str, str] = HTML, hops: tuple[Hop, ...] = ()) -> Reply:
    return Reply(WISH, hops[-1].location if hops else URL, 200, headers, body, hops)


@pytest.mark.parametrize(
    ("answer", "read_well", "landed", "shown"),
    [
        (NotModified(WISH, URL, {}), True, "", ""),
        (reply(b"<rss version='2.0'>", {}), True, "", ""),
        (reply(b"<?xml version='1.0'?>\n<feed xmlns='x'>", HTML), False, "", ""),  # a feed that calls itself a page
        (reply(b"{}", {"content-type": "application/json"}), False, "", ""),
        (reply(b"<title>Welcome</title>"), False, "", "Welcome"),
        (reply(b"<p>Room number, please</p>"), False, "", "Room number, please"),
        (reply(b"<title>News</title>"), True, "", ""),  # a page that is watched
        (reply(LOGIN), True, "", "Hotel Wi-Fi"),
        (reply(LOGIN + b" " * 60_001), True, "", ""),
        (reply(b"<title>In</title>", HTML, AWAY), False, "http://portal.example/in", "In"),
        (reply(b"<title>In</title>", HTML, AWAY), True, "http://portal.example/in", ""),
        (reply(b"<rss>", HTML, AWAY), True, "", ""),
        (reply(b"<title>x</title>", HTML, (Hop(URL, 301, "http://a.example/new"),)), True, "", ""),
        (Failed(WISH, Reason.STATUS, "511", 511, URL, HTML, b"<title>Pay</title>"), False, "", "Pay"),
        (Failed(WISH, Reason.STATUS, "404", 404, URL, HTML, b"<title>Not here</title>"), False, "", ""),
        (Failed(WISH, Reason.CONNECT), False, "", ""),
    ],
)
def test_a_page_where_a_source_should_be(answer: Answer, read_well: bool, landed: str, shown: str) -> None:
    assert strange_page(URL, answer, read_well=read_well) == (landed, shown)


@pytest.mark.parametrize(
    ("answer", "host", "reached"),
    [
        (reply(b""), "a.example", True),
        (Failed(WISH, Reason.STATUS, status=500), "a.example", True),
        (Failed(WISH, Reason.CONNECT), "a.example", False),
        (Failed(WISH, Reason.TIMEOUT, status=200), "a.example", True),
        (Failed(WISH, Reason.RESTING), "", True),
        (Failed(WISH, Reason.REFUSED_PRIVATE), "", True),
    ],
)
def test_who_was_asked_and_answered(answer: Answer, host: str, reached: bool) -> None:
    assert (host_asked(answer), was_reached(answer)) == (host, reached)
