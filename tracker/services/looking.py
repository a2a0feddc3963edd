"""Looking at links: which questions are asked of a link and its host, and what the answers together say."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from tracker.core.look import (
    PERMANENT,
    Known,
    Seen,
    Sign,
    see,
    sent_on,
)
from tracker.core.outage import Attempt
from tracker.core.sibling import Sibling, sibling_of, sibling_seen, with_sibling
from tracker.core.talk_links import questions
from tracker.core.urls import fetchable, host_key, is_web
from tracker.core.web import Answer, Failed, Fetcher, Hop, Reason, Reply, Request

LOOK_BYTES = 256 * 1024  # of a page: enough for its title, its anchors and a sketch of its words
MADE_UP = "page-that-was-never-here-{}"  # no page is called so; the number keeps caches out of it
WAYBACK = "https://archive.org/wayback/available"
PAUSE = 0.5  # seconds before the first retry; doubles
SENDINGS_ON = 3  # pages that send one on, one after the other
ABSENT = (Sign.ABSENT, Sign.WITHDRAWN)
_AGAIN = frozenset((408, 425, 500, 502, 503, 504))
_AGAIN_REASONS = frozenset((Reason.CONNECT, Reason.PROTOCOL, Reason.TIMEOUT))


@dataclass(frozen=True, slots=True)
class Wish:
    """How to look: seconds for one exchange, how often transient failures are asked again, whether pages are kept."""

    deadline: float = 30.0
    retries: int = 0
    keep_pages: bool = False


@dataclass
class HostNotes:
    """What is known of hosts, for all links at them. `changed` names the hosts that were learned about."""

    siblings: dict[str, Sibling] = field(default_factory=dict)
    no_head: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


class Looker:
    """Looks at links through a fetcher. One object a run: made-up addresses are asked once a host."""

    def __init__(self, fetcher: Fetcher, wish: Wish = Wish(), notes: HostNotes | None = None) -> None:
        self._fetcher, self._wish = fetcher, wish
        self.notes = notes or HostNotes()
        self._asking: dict[str, asyncio.Lock] = {}

    async def look(
        self, urls: Sequence[str], known: Sequence[Known], *, large: bool = False
    ) -> tuple[list[Seen], Attempt]:
        """One look for all `urls`, which differ in their anchors only; what was seen, and how the host fared."""
        start = time.monotonic()
        seen = await self._talk(urls[0])
        found = [replace(seen, url=url) for url in urls] if seen else await self._page(urls, known, large)
        return found, _attempt(found[0], start, time.monotonic())

    async def _talk(self, url: str) -> Seen | None:
        """A talk by its site's own rules; None when these tell nothing."""
        for question in questions(url):
            answer = await self._fetcher.fetch(replace(question.request, deadline=self._wish.deadline))
            if (seen := question.read(url, answer)) is not None:
                return seen
        return None

    async def _page(self, urls: Sequence[str], known: Sequence[Known], large: bool) -> list[Seen]:
        answer = await self._head(urls[0]) if large else None
        if answer is None:
            answer = await self._followed(await self._patiently(urls[0]))
        found = []
        for url, one in zip(urls, known, strict=True):
            seen = see(url, answer, one, keep_page=self._wish.keep_pages)
            if seen.sign is Sign.SUSPECT:
                seen = with_sibling(see(url, answer, one, keep_page=True), await self._sibling(fetchable(url)))
            found.append(seen)
        return found

    async def _head(self, url: str) -> Answer | None:
        """The answer to HEAD, for what is known to be large; None when GET must decide."""
        host = host_key(url)
        if host in self.notes.no_head:
            return None
        answer = await self._fetcher.fetch(self._request(url, "HEAD"))
        if isinstance(answer, Failed) and answer.status:
            self.notes.no_head.add(host)
            self.notes.changed.add(host)
        return answer if isinstance(answer, Reply) else None

    async def _patiently(self, url: str) -> Answer:
        """The answer to GET; transient failures are asked again as often as wished."""
        answer = await self._fetcher.fetch(self._request(url))
        for turn in range(self._wish.retries):
            if not _transient(answer):
                break
            await asyncio.sleep(PAUSE * 2**turn)
            answer = await self._fetcher.fetch(self._request(url))
        return answer

    async def _followed(self, answer: Answer) -> Answer:
        """The answer behind pages that only send a browser on, with each of them as a hop."""
        for _ in range(SENDINGS_ON):
            target = sent_on(answer)
            if not target or any(hop.location == target for hop in answer.hops):
                break
            step = Hop(answer.url, answer.status if isinstance(answer, Reply) else 0, target)
            after = await self._fetcher.fetch(self._request(target))
            answer = replace(after, request=answer.request, hops=(*answer.hops, step, *after.hops))
        return answer

    async def _sibling(self, url: str) -> Sibling:
        """How the host answers a made-up address; asked once, remembered."""
        host = host_key(url)
        async with self._asking.setdefault(host, asyncio.Lock()):
            if host not in self.notes.siblings:
                number = f"{int(time.time()) % 100_000:05d}"
                answer = await self._fetcher.fetch(self._request(sibling_of(url, MADE_UP.format(number))))
                self.notes.siblings[host] = sibling_seen(answer)
                self.notes.changed.add(host)
        return self.notes.siblings[host]

    async def still_absent(self, url: str, pause: float) -> bool:
        """Whether what answered 404 does so twice more: the last look before a link is called gone."""
        for _ in range(2):
            await asyncio.sleep(pause)
            seen, _attempt = await self.look([url], [Known()])
            if seen[0].sign not in ABSENT:
                return False
        return True

    async def leads_to(self, host: str) -> str:
        """The host to which the front page of `host` leads for good, "" for none."""
        answer = await self._fetcher.fetch(self._request(f"https://{host}/"))
        if not isinstance(answer, Reply) or not answer.hops or {hop.status for hop in answer.hops} - PERMANENT:
            return ""
        landed = host_key(answer.url)
        return landed if landed != host else ""

    async def archive_copy(self, url: str, at: datetime | None) -> str:
        """The copy the Wayback Machine holds nearest to `at`, "" when it has none or does not answer."""
        wish = {"url": url} | ({"timestamp": f"{at:%Y%m%d}"} if at else {})
        answer = await self._fetcher.fetch(
            Request(f"{WAYBACK}?{urlencode(wish)}", max_bytes=LOOK_BYTES, deadline=self._wish.deadline, purpose="link")
        )
        try:
            found = json.loads(answer.body)["archived_snapshots"]["closest"] if isinstance(answer, Reply) else {}
            copy = str(found["url"]) if found.get("available") else ""
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return ""
        return copy.replace("http://web.archive.org/", "https://web.archive.org/") if is_web(copy) else ""

    def _request(self, url: str, method: str = "GET") -> Request:
        return Request(
            url, method, max_bytes=LOOK_BYTES, deadline=self._wish.deadline, cut=True, robots=True, purpose="link"
        )


def _transient(answer: Answer) -> bool:
    return isinstance(answer, Failed) and (answer.status in _AGAIN or answer.reason in _AGAIN_REASONS)


def _attempt(seen: Seen, start: float, end: float) -> Attempt:
    """How the host fared."""
    asked = seen.sign not in (Sign.REFUSED, Sign.SILENT)
    host, landed = host_key(fetchable(seen.url)) if asked else "", ""
    if seen.hops and host_key(seen.final_url) != host:
        landed = urlsplit(seen.final_url)._replace(query="", fragment="").geturl()
    return Attempt(host, start, end, seen.reached, landed, seen.foreign if asked else "")
