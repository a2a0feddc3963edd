"""What one look at a link says of it. Pure. An outage is never a dead link; a wall is not one either.

The table follows RFC 9110 (410 is meant for good, 404 is not, but nothing is there now) and what link checkers learned:
403, 429 and 999 are walls for robots; a redirect to the front page is no new address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from tracker.core.html import title_text
from tracker.core.urls import canonical, is_home_page
from tracker.core.web import Answer, Failed, NotModified, Reason, Reply

PERMANENT = frozenset((301, 308))
WALLS = frozenset((401, 402, 403, 407, 429, 451, 503, 999))
NETWORK = frozenset((Reason.DNS, Reason.CONNECT, Reason.TIMEOUT))
ENOUGH_HOSTS = 3
_LOGIN = re.compile(r"/(?:log-?in|sign-?in|auth|sso|accounts?/login|passport)(?:[/?]|$)", re.I)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.I | re.S)
_NOTHING_HERE = re.compile(
    r"\b404\b|(?:page|file|article) (?:was )?not found|does(?:n't| not) exist"
    r"|页面不存在|找不到页面|页面未找到|内容已被?删除",
    re.I,
)
_PARKED = re.compile(r"(?:buy|purchase) this domain|domain (?:name )?is (?:for sale|parked)|此域名(?:正在)?出售", re.I)
_CHALLENGE = re.compile(r"just a moment|attention required|verify you are (?:a )?human|checking your browser", re.I)


class Verdict(StrEnum):
    """How a link fares."""

    OK = "ok"
    MOVED = "moved"
    FAILING = "failing"
    BLOCKED = "blocked"
    GONE = "gone"
    SOFT404 = "soft404"
    UNKNOWN = "unknown"
    REFUSED = "refused"


DEAD = frozenset((Verdict.GONE, Verdict.SOFT404, Verdict.FAILING))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason. `replacement` is the address to write instead, "" when none is known."""

    url: str
    verdict: Verdict
    status: int = 0
    final_url: str = ""
    reason: str = ""
    replacement: str = ""


def judge(url: str, answer: Answer) -> Judgement:
    """The verdict on `url` from one look."""
    if isinstance(answer, Failed):
        return _failed(url, answer)
    if isinstance(answer, NotModified):
        return Judgement(url, Verdict.OK, 304, answer.url)
    return _page(url, answer)


def _failed(url: str, answer: Failed) -> Judgement:
    found = Judgement(url, Verdict.FAILING, answer.status, answer.url, answer.detail)
    if answer.reason in (Reason.REFUSED_SCHEME, Reason.REFUSED_PRIVATE, Reason.REFUSED_ROBOTS):
        return replace(found, verdict=Verdict.REFUSED)
    if answer.reason is Reason.RESTING:
        return replace(found, verdict=Verdict.UNKNOWN)
    if answer.status in (404, 410):
        return replace(found, verdict=Verdict.GONE, reason=f"answers {answer.status}")
    if answer.status in WALLS and (answer.status != 503 or _CHALLENGE.search(_title(answer.body))):
        return replace(found, verdict=Verdict.BLOCKED, reason=f"there is a wall for programs ({answer.status})")
    return found


def _page(url: str, answer: Reply) -> Judgement:
    found = Judgement(url, Verdict.OK, answer.status, answer.url)
    title = _title(answer.body)
    if _PARKED.search(title):
        return replace(found, verdict=Verdict.SOFT404, reason="the domain is parked")
    if _NOTHING_HERE.search(title):
        return replace(found, verdict=Verdict.SOFT404, reason=f"answers 200, but says '{title[:60]}'")
    if not answer.hops:
        return found
    if _LOGIN.search(urlsplit(answer.url).path) and not _LOGIN.search(urlsplit(url).path):
        return replace(found, verdict=Verdict.BLOCKED, reason="leads to a login page")
    if is_home_page(answer.url) and not is_home_page(url):
        return replace(found, verdict=Verdict.SOFT404, reason="leads to the front page")
    if all(hop.status in PERMANENT for hop in answer.hops) and canonical(answer.url) != canonical(url):
        return replace(found, verdict=Verdict.MOVED, reason="moved for good", replacement=_kept_anchor(url, answer.url))
    return found


def _kept_anchor(url: str, target: str) -> str:
    _, mark, anchor = url.partition("#")
    return target + mark + anchor if mark and "#" not in target else target


def _title(body: bytes) -> str:
    found = _TITLE.search(body[:65536].decode("utf-8", "replace"))
    return title_text(found[1], 300) if found else ""


def our_network(looks: Sequence[tuple[Judgement, Answer]]) -> bool:
    """Whether it is our network and not their pages: several hosts, and not one could be reached."""
    asked = [(one, answer) for one, answer in looks if one.verdict is not Verdict.REFUSED]
    hosts = {urlsplit(one.url).netloc for one, _ in asked}
    return len(hosts) >= ENOUGH_HOSTS and all(isinstance(a, Failed) and a.reason in NETWORK for _, a in asked)
