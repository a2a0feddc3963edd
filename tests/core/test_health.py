"""Verdicts from one look: walls are no death, an outage is none either."""

from __future__ import annotations

import pytest

from tracker.core.health import Verdict, judge, our_network
from tracker.core.web import Answer, Failed, Hop, NotModified, Reason, Reply, Request

URL = "https://a.example/post"


def reply(title: str = "Fine", url: str = URL, *hops: int) -> Reply:
    trail = tuple(Hop(URL, status, url) for status in hops)
    return Reply(Request(URL), url, 200, {}, f"<title>{title}</title>".encode(), trail)


def failed(reason: Reason = Reason.STATUS, status: int = 0, body: bytes = b"") -> Failed:
    return Failed(Request(URL), reason, "said so", status, URL, {}, body)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (reply(), "ok"),
        (NotModified(Request(URL), URL, {}), "ok"),
        (reply("Fine", "https://a.example/new", 301), "moved"),
        (reply("Fine", "https://a.example/new", 301, 302), "ok"),
        (reply("Fine", "https://www.a.example/post/", 301), "ok"),
        (reply("Fine", "https://a.example/", 301), "soft404"),
        (reply("Fine", "https://a.example/login?next=x", 302), "blocked"),
        (reply("404 - Page not found"), "soft404"),
        (reply("页面不存在"), "soft404"),
        (reply("Buy this domain"), "soft404"),
        (failed(status=404), "gone"),
        (failed(status=410), "gone"),
        (failed(status=403), "blocked"),
        (failed(status=999), "blocked"),
        (failed(status=503), "failing"),
        (failed(status=503, body=b"<title>Just a moment...</title>"), "blocked"),
        (failed(status=500), "failing"),
        (failed(Reason.DNS), "failing"),
        (failed(Reason.REFUSED_PRIVATE), "refused"),
        (failed(Reason.REFUSED_ROBOTS), "refused"),
        (failed(Reason.RESTING), "unknown"),
    ],
)
def test_one_look_gives_one_verdict(answer: Answer, verdict: str) -> None:
    found = judge(URL, answer)
    assert found.verdict == verdict
    assert found.reason or verdict == "ok"


def test_a_moved_link_keeps_its_anchor() -> None:
    assert judge(URL + "#part", reply("x", "https://a.example/new", 308)).replacement == "https://a.example/new#part"
    assert judge(URL, reply("x", "https://a.example/new", 308)).replacement == "https://a.example/new"


def test_when_no_host_answers_it_is_our_network() -> None:
    looks = [(judge(f"https://h{n}.example/", failed(Reason.DNS)), failed(Reason.DNS)) for n in range(3)]
    assert our_network(looks)
    assert not our_network(looks[:2])
    assert not our_network([*looks, (judge(URL, reply()), reply())])
    refused = (judge(URL, failed(Reason.REFUSED_PRIVATE)), failed(Reason.REFUSED_PRIVATE))
    assert our_network([*looks, refused])
    assert Verdict.OK == "ok"
