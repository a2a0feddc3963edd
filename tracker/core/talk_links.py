"""Whether a talk is still there: YouTube and Bilibili answer 200 for removed videos, others are asked. Pure.

The first answer that tells something ends the questions; what tells nothing leaves the page itself to be asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from tracker.core.look import Seen, Sign
from tracker.core.signs import Page
from tracker.core.text import clean_line
from tracker.core.urls import work_id
from tracker.core.web import Answer, Failed, Reply, Request

BYTES = 64 * 1024
_BILI_ABSENT = frozenset((-404, 62002, 62003, 62004, 62012))  # deleted, hidden, under review, for its maker only
_BILI_WALL = frozenset((-352, -401, -403, -412, -509, -799))


@dataclass(frozen=True, slots=True)
class Question:
    """One address to ask about a talk, and how its answer is read: None = it tells nothing."""

    request: Request
    read: Callable[[str, Answer], Seen | None]


def questions(url: str) -> tuple[Question, ...]:
    """What to ask about the talk at `url`, in order; () for anything else."""
    site, _, key = work_id(url).partition(":")
    if site == "youtube":
        watch = quote(f"https://www.youtube.com/watch?v={key}", safe="")
        return (
            Question(_ask(f"https://i.ytimg.com/vi/{key}/hqdefault.jpg", "HEAD"), _thumbnail),
            Question(_ask(f"https://www.youtube.com/oembed?format=json&url={watch}"), _oembed),
        )
    if site == "bilibili":
        number = key.partition("?")[0].partition("/")[0].partition("#")[0]
        return (Question(_ask(f"https://api.bilibili.com/x/web-interface/view?bvid={number}"), _bilibili),)
    return ()


def _ask(url: str, method: str = "GET") -> Request:
    return Request(url, method, max_bytes=BYTES, cut=True, robots=True, purpose="link")


def _thumbnail(url: str, answer: Answer) -> Seen | None:
    """A picture proves life; none may also be a private talk: oEmbed knows."""
    return Seen(url, Sign.FINE, answer.status, url) if isinstance(answer, Reply) else None


def _oembed(url: str, answer: Answer) -> Seen | None:
    if isinstance(answer, Reply):
        title = clean_line(str(_json(answer.body).get("title", "")), 300)
        return Seen(url, Sign.FINE, answer.status, url, page=Page(title) if title else None)
    status = answer.status if isinstance(answer, Failed) else 0
    told = {
        400: (Sign.ABSENT, "the video was removed (oEmbed answers 400)"),
        404: (Sign.ABSENT, "the video was removed (oEmbed answers 404)"),
        401: (Sign.FINE, ""),  # only embedding is switched off
        403: (Sign.WALL, "the video is private"),
    }.get(status)
    return Seen(url, told[0], status, url, told[1]) if told else None


def _bilibili(url: str, answer: Answer) -> Seen | None:
    if not isinstance(answer, Reply):
        return None
    code = _json(answer.body).get("code")
    found = Seen(url, Sign.FINE, answer.status, url)
    if code == 0:
        return found
    if code in _BILI_ABSENT:
        return replace(found, sign=Sign.ABSENT, reason=f"the video was removed (Bilibili answers {code})")
    if code in _BILI_WALL:
        return replace(found, sign=Sign.WALL, reason=f"Bilibili refuses programs ({code})")
    return None


def _json(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
