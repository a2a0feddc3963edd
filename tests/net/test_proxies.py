"""Proxies of the environment: who goes through them, and that the guard still judges the target."""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import pytest
import trustme

from tracker.config.settings import Network
from tracker.core.errors import ConfigError
from tracker.core.web import Failed, Reason, Reply, Request
from tracker.net.http import open_fetcher
from tracker.net.proxies import Proxies


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets variables; those of the machine are out of the way."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch.setenv


@pytest.mark.parametrize(
    ("rule", "host", "without"),
    [
        ("*", "a.example", True), ("a.example", "a.example", True), ("a.example", "b.a.example", True),
        (".a.example", "a.example", True), ("*.a.example", "b.a.example", True), ("a.example", "ba.example", False),
        ("10.0.0.0/8", "10.1.2.3", True), ("10.0.0.0/8", "11.1.2.3", False), ("10.0.0.0/8", "ten.example", False),
        ("a.example:80", "a.example", True), ("a.example:81", "a.example", False), ("::1", "::1", True),
        ("x/y", "a.example", False), ("", "a.example", False), ("b.example, a.example", "A.example", True),
    ],
)  # fmt: skip
def test_no_proxy(rule: str, host: str, without: bool) -> None:
    found = Proxies({"HTTP_PROXY": "http://p.example:3128", "NO_PROXY": rule}).of("http", host, 80)
    assert (found is None) is without


def test_names_in_either_case_and_one_for_all() -> None:
    proxies = Proxies(
        {"http_proxy": "low.example:1", "HTTP_PROXY": "http://up.example:2", "ALL_PROXY": "http://u:p%40@all.example"}
    )
    low, every = proxies.of("http", "a.example", 80), proxies.of("https", "a.example", 443)
    assert low is not None
    assert (low.host, low.port, low.authorization) == ("low.example", 1, b"")
    assert every is not None
    assert (every.host, every.port, every.authorization) == ("all.example", 80, b"Basic dTpwQA==")
    assert proxies
    assert not Proxies({})


@pytest.mark.parametrize("text", ["socks5://p.example:1080", "https://p.example", "http://", "http://p.example:port"])
def test_a_proxy_that_cannot_be_used_is_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match="HTTPS_PROXY"):
        Proxies({"HTTPS_PROXY": text})


async def test_plain_requests_go_through_and_private_targets_do_not(
    make_web: Any, answer: Any, environment: Any
) -> None:
    proxy = make_web("127.0.0.1")
    environment("HTTP_PROXY", proxy.base.replace("//", "//me:word@"))
    proxy.routes["http://public.example/a?b=1"] = answer(body=b"through")
    proxy.routes["http://93.184.216.34/"] = answer(302, headers={"Location": "http://127.0.0.9/secret"})
    async with open_fetcher(Network(host_spacing=0.0)) as fetcher:
        got = await fetcher.fetch(Request("http://public.example/a?b=1"))
        assert isinstance(got, Reply)
        assert got.body == b"through"
        assert proxy.asked[0][2]["proxy-authorization"] == "Basic bWU6d29yZA=="
        assert proxy.asked[0][2]["host"] == "public.example"
        for url in ("http://127.0.0.9/", "http://localhost/", "http://[::ffff:10.0.0.1]/", "http://93.184.216.34/"):
            refused = await fetcher.fetch(Request(url))
            assert isinstance(refused, Failed)
            assert refused.reason is Reason.REFUSED_PRIVATE, url
    assert [path for _, path, _ in proxy.asked] == ["http://public.example/a?b=1", "http://93.184.216.34/"]


async def test_hosts_without_proxy_are_judged_as_ever(web: Any, answer: Any, environment: Any) -> None:
    environment("HTTP_PROXY", "http://127.0.0.1:9")
    environment("NO_PROXY", "127.0.0.1")
    web.routes["/a"] = answer(body=b"direct")
    async with open_fetcher(Network(host_spacing=0.0)) as fetcher:
        refused = await fetcher.fetch(Request(web.base + "/a"))
        assert isinstance(refused, Failed)
        assert refused.reason is Reason.REFUSED_PRIVATE
    async with open_fetcher(Network(host_spacing=0.0, allow_private=("127.0.0.1",))) as fetcher:
        assert isinstance(await fetcher.fetch(Request(web.base + "/a")), Reply)


async def _tunnel(to: int, status: bytes) -> asyncio.Server:
    """A proxy that knows CONNECT: every tunnel leads to one port of this machine."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + status + b"\r\n\r\n")
        if status.startswith(b"200"):
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", to)

            async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
                while data := await source.read(65536):
                    sink.write(data)
                sink.close()

            await asyncio.gather(copy(reader, there_writer), copy(there_reader, writer), return_exceptions=True)
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def test_tls_goes_through_a_tunnel_and_is_verified(environment: Any, tmp_path: Any) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    environment("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("public.example", "127.0.0.1").configure_cert(context)

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nin")

    target = await asyncio.start_server(page, "127.0.0.1", 0, ssl=context)
    proxy = await _tunnel(target.sockets[0].getsockname()[1], b"200 fine")
    environment("HTTPS_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    async with open_fetcher(Network(host_spacing=0.0)) as fetcher:
        for _ in range(2):
            got = await fetcher.fetch(Request("https://public.example/a", deadline=5))
            assert isinstance(got, Reply), got
            assert got.body == b"in"
        wrong = await fetcher.fetch(Request("https://other.example/a", deadline=5))
        assert isinstance(wrong, Failed)
        assert wrong.reason is Reason.TLS
    target.close()
    proxy.close()


async def test_a_proxy_that_refuses_is_told(environment: Any) -> None:
    proxy = await _tunnel(0, b"403 no")
    environment("HTTPS_PROXY", f"127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    async with open_fetcher(Network(host_spacing=0.0)) as fetcher:
        got = await fetcher.fetch(Request("https://public.example/a", deadline=5))
    assert isinstance(got, Failed)
    assert (got.reason, got.detail) == (Reason.PROTOCOL, "the proxy answered 403")
    proxy.close()
