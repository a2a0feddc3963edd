"""The readable text of a page or paper, as a value; which is kept, and when one is asked for again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.core.text import count_words, reading_minutes
from tracker.core.urls import work_id

LEASE = timedelta(minutes=10)  # of a text that is being fetched; a killed process gives it back after that
FAR = timedelta(days=60)  # further ahead than any next try: the clock went back since it was written
WORSE = 0.5  # a text with a part missing replaces one only when it holds more than this share of its words
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_TRIES: Mapping[str, tuple[timedelta, ...]] = {
    "unreachable": (_HOUR, 6 * _HOUR, _DAY, 3 * _DAY, 10 * _DAY),
    "resting": (_HOUR,),
    "blocked": (_DAY, 3 * _DAY, 14 * _DAY),
    "refused": (30 * _DAY,),
    "login": (14 * _DAY,),
    "consent": (7 * _DAY,),
    "paywall": (14 * _DAY,),
    "soft404": (_DAY, 7 * _DAY, 30 * _DAY),
    "empty": (_DAY, 7 * _DAY),
    "unreadable": (_DAY, 14 * _DAY),
}
_ACTS = re.compile(r"<|(?<=\])(?=\((?!\s*(?:https?://|mailto:)))|(?<=\])(?=:)", re.I)
_LASTING = ("resting",)  # tried again for ever: it says nothing of the page


@dataclass(frozen=True, slots=True)
class Article:
    """What a reader would read. Only with `outcome` "ok" is it what was asked for; else `why` says what it is."""

    outcome: str  # ok, empty, login, consent, paywall, blocked, refused, soft404, unreadable, unreachable, resting
    why: str = ""  # with "ok": what is missing
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    lang: str = ""
    abstract: str = ""  # of a paper that says one
    text: str = ""  # plain, a block a paragraph
    markdown: str = ""  # safe: no HTML that acts, web addresses only, absolute
    words: int = 0  # a Han character is one
    minutes: int = 0
    pdf: str = ""  # where the page of a paper says that the whole of it lies
    partial: bool = False  # with "ok": a part that belongs to it could not be had; `why` says which

    @property
    def sha256(self) -> str:
        """What one text is told from another by: its words and its form."""
        return hashlib.sha256(f"{self.text}\0{self.markdown}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Standing:
    """How the text of a resource stands. `next_try` None = not by itself; `version` 0 = there is none."""

    outcome: str = ""  # "" = never asked for
    why: str = ""
    asked_at: datetime | None = None
    next_try: datetime | None = None
    tries: int = 0  # answers in a row that were no text
    version: int = 0


def paper_addresses(url: str) -> tuple[str, str] | None:
    """Where a paper of arXiv, OpenReview or the ACL Anthology says what it is, and where the whole of it lies."""
    site, _, number = work_id(url).partition(":")
    pages = {
        "arxiv": (f"https://arxiv.org/abs/{number}", f"https://arxiv.org/pdf/{number}"),
        "openreview": (f"https://openreview.net/forum?id={number}", f"https://openreview.net/pdf?id={number}"),
        "acl": (f"https://aclanthology.org/{number}/", f"https://aclanthology.org/{number}.pdf"),
    }
    return pages.get(site)


def answered(article: Article, before: Standing, now: datetime, pause: float = 0.0) -> Standing:
    """How things stand after an answer. `pause` is what a resting host asked for, in seconds."""
    if article.outcome == "ok" and not article.partial:
        return replace(before, outcome="ok", why="", asked_at=now, next_try=None, tries=0)
    steps = _TRIES["unreachable" if article.partial else article.outcome]
    if article.outcome in _LASTING:
        wait: timedelta | None = max(steps[0], timedelta(seconds=min(pause, _DAY.total_seconds())))
        tries = before.tries
    else:
        wait = steps[before.tries] if before.tries < len(steps) else None
        tries = before.tries + 1
    after = None if wait is None else now + wait
    return replace(before, outcome=article.outcome, why=article.why, asked_at=now, next_try=after, tries=tries)


def is_new_version(new: Article, known_sha256: str, known_words: int) -> bool:
    """Whether an answer is kept as a version of its own: never a failure, never what is there, no mere part of it."""
    if new.outcome != "ok" or not new.text or new.sha256 == known_sha256:
        return False
    return not new.partial or new.words > known_words * WORSE


def with_paper(page: Article, paper: Article) -> Article:
    """The page about a paper and the paper as one text: abstract first, then the whole. Page facts win where said."""
    abstract = page.abstract or paper.abstract or page.text
    if paper.outcome != "ok":
        why = f"only the abstract: {paper.why or paper.outcome}"
        return replace(_with_text(page, abstract, harmless(abstract)), outcome="ok", why=why, partial=True)
    text = f"{abstract}\n\n{paper.text}"
    whole = _with_text(page, text, f"## Abstract\n\n{harmless(abstract)}\n\n{paper.markdown}")
    return replace(
        whole, outcome="ok", why="", abstract=abstract, title=page.title or paper.title,
        authors=page.authors or paper.authors, published=page.published or paper.published,
        lang=paper.lang or page.lang,
    )  # fmt: skip


def _with_text(article: Article, text: str, markdown: str) -> Article:
    return replace(
        article, text=text, markdown=markdown, words=count_words(text), minutes=reading_minutes(text)
    )  # fmt: skip


def harmless(text: str) -> str:
    """Plain text as Markdown in which nothing acts: no tags, and links to nothing but the web."""
    return _ACTS.sub(lambda found: "\\" + found[0], text)
