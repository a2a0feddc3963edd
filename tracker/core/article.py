"""The readable text of a page or paper, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Article:
    """What a reader would read. Only with `outcome` "ok" is it what was asked for; else `why` says what it is."""

    outcome: str  # ok, empty, login, consent, paywall, blocked, soft404, unreadable, unreachable
    why: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    lang: str = ""
    abstract: str = ""  # of a paper that says one
    text: str = ""  # plain, a block a paragraph
    markdown: str = ""  # safe: no HTML that acts, web addresses only, absolute
    words: int = 0  # a Han character is one
    minutes: int = 0
