"""The fetcher against a scripted server: every answer is a value, nothing raises."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from tracker.config.settings import Network
from tracker.core.urls import host_key
from tracker.core.web import Failed, NotModified, Reason, Reply, Request
from tracker.net.http import HttpFetcher, open_fetcher

OPEN = Network(allow_private=("127.0.0.1", "127.0.0.2"), host_spacing=0.0)


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    async with open_fetcher(OPEN) as fetcher:
        yield fetcher


async def test_a_page_comes_whole(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    web.routes["/a"] = answer(body=gzip.compress(b"hello"), headers={"Content-Encoding": "gzip", "ETag": '"1"'})
    got = await fetcher.fetch(Request(web.base + "/a#top"))
    assert isinstance(got, Reply)
    assert (got.status, got.body, got.headers["etag"], got.url) == (200, b"hello", '"1"', web.base + "/a")
    assert web.asked[0][2]["user-agent"].startswith("tracker/")


async def test_a_packed_file_that_nobody_says_is_one_is_opened_for_a_source_alone(
    web: Any, answer: Any, fetcher: HttpFetcher
) -> None:
    packed = gzip.compress(b"<urlset/>")
    web.routes["/map.xml.gz"] = answer(body=packed, headers={"Content-Type": "application/gzip"})
    source = await fetcher.fetch(Request(web.base + "/map.xml.gz", purpose="feed"))
    link = await fetcher.fetch(Request(web.base + "/map.xml.gz", purpose="link"))
    assert isinstance(source, Reply)
    assert isinstance(link, Reply)
    assert (source.body, link.body) == (b"<urlset/>", packed)


async def test_validators_are_sent_and_304_is_told(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    web.routes["/a"] = lambda headers: answer(304 if headers.get("if-none-match") == '"1"' else 200)
    assert isinstance(await fetcher.fetch(Request(web.base + "/a", etag='"1"')), NotModified)
    assert isinstance(await fetcher.fetch(Request(web.base + "/a")), Reply)


async def test_304_without_a_question_is_no_answer(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    web.routes["/a"] = answer(304)
    got = await fetcher.fetch(Request(web.base + "/a"))
    assert isinstance(got, Failed)
    assert got.status == 304


async def test_redirects_are_followed_and_kept(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    web.routes["/a"] = answer(301, headers={"Location": "/b?x=1"})
    web.routes["/b?x=1"] = answer(302, headers={"Location": web.base + "/c"})
    web.routes["/c"] = answer(body=b"here")
    got = await fetcher.fetch(Request(web.base + "/a"))
    assert isinstance(got, Reply)
    assert [(hop.status, hop.location) for hop in got.hops] == [(301, web.base + "/b?x=1"), (302, web.base + "/c")]


async def test_a_cookie_wall_that_redirects_to_itself_opens(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    def wall(headers: dict[str, str]) -> Any:
        if "seen=1" in headers.get("cookie", ""):
            return answer(body=b"in")
        return answer(302, headers={"Location": "/a", "Set-Cookie": "seen=1"})

    web.routes["/a"] = wall
    got = await fetcher.fetch(Request(web.base + "/a"))
    assert isinstance(got, Reply)
    assert got.body == b"in"


async def test_another_host_learns_no_secrets(
    make_web: Callable[[str], Any], answer: Any, fetcher: HttpFetcher
) -> None:
    here, there = make_web("127.0.0.1"), make_web("127.0.0.2")
    here.routes["/a"] = answer(302, headers={"Location": there.base + "/b", "Set-Cookie": "s=1"})
    there.routes["/b"] = answer(body=b"x")
    url = here.base.replace("//", "//user:pass@") + "/a"
    got = await fetcher.fetch(Request(url, headers={"X-Key": "k"}, etag='"1"'))
    assert isinstance(got, Reply)
    assert here.asked[0][2]["authorization"] == "Basic dXNlcjpwYXNz"
    assert here.asked[0][2]["x-key"] == "k"
    assert not {"authorization", "x-key", "if-none-match", "cookie"} & set(there.asked[0][2])


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        ({"status": 301, "headers": {"Location": "/a"}}, Reason.REDIRECTS),
        ({"status": 301, "headers": {"Location": "file:///etc/passwd"}}, Reason.REFUSED_SCHEME),
        ({"status": 301, "headers": {"Location": "http://127.0.0.9:1/x"}}, Reason.REFUSED_PRIVATE),
        ({"status": 301}, Reason.STATUS),
        ({"status": 500}, Reason.STATUS),
        ({"raw": b"garbage\r\n\r\n"}, Reason.PROTOCOL),
        ({"raw": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"}, Reason.PROTOCOL),
        ({"raw": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n"}, Reason.PROTOCOL),
        ({"raw": b""}, Reason.PROTOCOL),
        ({"body": b"x", "headers": {"Content-Encoding": "br"}}, Reason.ENCODING),
        ({"body": bytes(3000)}, Reason.TOO_LARGE),
        ({"raw": b"HTTP/1.1 200 OK\r\n\r\n" + bytes(3000)}, Reason.TOO_LARGE),
        ({"body": gzip.compress(bytes(10_000_000)), "headers": {"Content-Encoding": "gzip"}}, Reason.TOO_LARGE),
        ({"wait": 1.0}, Reason.TIMEOUT),
        ({"body": b"x" * 100, "drip": 0.05}, Reason.TIMEOUT),
    ],
)
async def test_failures_have_their_reason(
    web: Any, answer: Any, fetcher: HttpFetcher, route: dict[str, Any], reason: Reason
) -> None:
    web.routes["/a"] = answer(**route)
    got = await fetcher.fetch(Request(web.base + "/a", max_bytes=2000, deadline=0.6))
    assert isinstance(got, Failed), got
    assert got.reason is reason, got
    assert got.detail


async def test_too_many_redirects(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    for n in range(12):
        web.routes[f"/{n}"] = answer(302, headers={"Location": f"/{n + 1}"})
    got = await fetcher.fetch(Request(web.base + "/0"))
    assert isinstance(got, Failed)
    assert (got.reason, len(got.hops)) == (Reason.REDIRECTS, 11)


async def test_a_cut_reply_keeps_its_beginning(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    web.routes["/a"] = answer(body=b"y" * 5000)
    got = await fetcher.fetch(Request(web.base + "/a", max_bytes=100, cut=True))
    assert isinstance(got, Reply)
    assert (len(got.body), got.truncated) == (100, True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://127.0.0.1/x", Reason.REFUSED_SCHEME),
        ("http://127.0.0.3:9/", Reason.REFUSED_PRIVATE),
        ("http://[::ffff:127.0.0.3]:9/", Reason.REFUSED_PRIVATE),
        ("http://127.0.0.1:9/", Reason.CONNECT),
        ("http://nowhere.invalid/", Reason.DNS),
        ("https://127.0.0.1:{port}/", Reason.TLS),
    ],
)
async def test_addresses_that_give_nothing(web: Any, fetcher: HttpFetcher, url: str, reason: Reason) -> None:
    got = await fetcher.fetch(Request(url.format(port=web.base.rpartition(":")[2]), deadline=5))
    assert isinstance(got, Failed)
    assert got.reason is reason, got


async def test_429_rests_the_host_and_503_does_not(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    web.routes["/busy"] = answer(503, headers={"Retry-After": "90"})
    web.routes["/many"] = answer(429, headers={"Retry-After": "99999999999999"}, body=b"slow down")
    busy = await fetcher.fetch(Request(web.base + "/busy"))
    assert isinstance(busy, Failed)
    assert busy.retry_after == 90
    many = await fetcher.fetch(Request(web.base + "/many"))
    assert isinstance(many, Failed)
    assert (many.reason, many.body, many.retry_after) == (Reason.STATUS, b"slow down", 30 * 86400.0)
    assert isinstance(rest := await fetcher.fetch(Request(web.base + "/x")), Failed)
    assert rest.reason is Reason.RESTING
    assert len(web.asked) == 2


async def test_retry_after_as_a_date_counts_from_the_servers_clock(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    head = b"HTTP/1.1 503 x\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\nRetry-After: Mon, 01 Jan 2001 00:10:00 GMT\r\n"
    web.routes["/a"] = answer(raw=head + b"Content-Length: 0\r\n\r\n")
    got = await fetcher.fetch(Request(web.base + "/a"))
    assert isinstance(got, Failed)
    assert got.retry_after == 600


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ({"body": b"User-agent: *\nDisallow: /private/"}, {"/private/x": False, "/open": True}),
        ({"status": 404}, {"/private/x": True}),
        ({"status": 500}, {"/open": False}),
        ({"status": 302, "headers": {"Location": "http://127.0.0.9/robots.txt"}}, {"/open": True}),
    ],
)
async def test_robots(
    web: Any, answer: Any, fetcher: HttpFetcher, robots: dict[str, Any], allowed: dict[str, bool]
) -> None:
    web.routes |= {"/robots.txt": answer(**robots), "/private/x": answer(), "/open": answer()}
    for path, expected in allowed.items():
        got = await fetcher.fetch(Request(web.base + path, robots=True))
        assert isinstance(got, Reply) is expected, got
    assert [path for _, path, _ in web.asked].count("/robots.txt") == 1


async def test_a_kept_connection_that_was_closed_is_opened_again(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    web.routes["/a"] = answer(body=b"1")
    await fetcher.fetch(Request(web.base + "/a"))
    assert isinstance(await fetcher.fetch(Request(web.base + "/a", method="HEAD")), Reply)
    assert [method for method, _, _ in web.asked] == ["GET", "HEAD"]


async def test_the_log_masks_secrets_and_cannot_be_forged(web: Any, answer: Any, tmp_path: Any) -> None:
    web.routes["/a"] = answer(302, headers={"Location": "/b?token=geheim"})
    log = tmp_path / "requests.jsonl"
    async with open_fetcher(OPEN, log_file=str(log)) as fetcher:
        await fetcher.fetch(Request(web.base.replace("//", "//me:geheim@") + "/a", purpose="feed\nforged"))
        await fetcher.fetch(Request(web.base + "/b?token=geheim"))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["status"] for line in lines] == [404, 404]
    assert "geheim" not in log.read_text()


async def test_a_log_that_cannot_be_written_is_a_sentence(tmp_path: Any) -> None:
    from tracker.core.errors import UsageError

    with pytest.raises(UsageError, match="cannot be written"):
        async with open_fetcher(OPEN, log_file=str(tmp_path)):
            pass


async def test_every_hop_of_a_redirect_takes_a_turn_and_the_wait_is_no_time_of_the_exchange(
    web: Any, answer: Any
) -> None:
    starts: list[float] = []

    def come(headers: Any) -> Any:
        starts.append(time.monotonic())
        return answer(302, headers={"Location": f"/{len(starts)}"}) if len(starts) < 4 else answer(body=b"here")

    web.routes |= {f"/{n}": come for n in range(4)}
    async with open_fetcher(replace(OPEN, host_spacing=0.3)) as polite:
        got = await polite.fetch(Request(web.base + "/0", deadline=0.6))
    assert isinstance(got, Reply), got
    assert min(b - a for a, b in pairwise(starts)) >= 0.29
    assert got.seconds < 0.6 < starts[-1] - starts[0]


async def test_a_redirect_does_not_lead_to_a_host_that_rests(web: Any, answer: Any, fetcher: HttpFetcher) -> None:
    def away(headers: Any) -> Any:
        fetcher.limits.rest(host_key(web.base), 50)
        return answer(302, headers={"Location": "/there"})

    web.routes["/away"] = away
    got = await fetcher.fetch(Request(web.base + "/away"))
    assert isinstance(got, Failed)
    assert got.reason is Reason.RESTING
    assert got.url == web.base + "/there"
    assert got.retry_after is not None
    assert 49 < got.retry_after <= 50
    assert [path for _, path, _ in web.asked] == ["/away"]
