"""How a host answers a made-up address: what it gives for that, it gives for what is not there. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tracker.core import signs
from tracker.core.look import ABOVE, PERMANENT, SAYS, Seen, Sign, kept_anchor
from tracker.core.signs import Page
from tracker.core.urls import canonical, fetchable
from tracker.core.web import Answer, Failed, Reply
from tracker.core.weburl import WebUrl, parse

TWIN = 0.9  # likeness from which two pages are one


@dataclass(frozen=True, slots=True)
class Sibling:
    """What a host answers to a made-up address: how it says "not here". `status` 0 = nothing was learned."""

    status: int = 0
    final_url: str = ""
    led: bool = False  # somewhere else
    page: Page | None = None

    def to_json(self) -> dict[str, object]:
        """As plain data for what is remembered of a host."""
        return {
            "status": self.status,
            "final_url": self.final_url,
            "led": self.led,
            "page": self.page.to_json() if self.page else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Sibling:
        """What `to_json` wrote."""
        return cls(data["status"], data["final_url"], data["led"], Page.from_json(data["page"]))


def sibling_seen(answer: Answer) -> Sibling:
    """What `answer`, to a made-up address, says of its host."""
    if isinstance(answer, Reply):
        page = signs.page_of(signs.markup_of(answer.headers, answer.body))
        return Sibling(answer.status, answer.url, bool(answer.hops), page)
    return Sibling(answer.status) if isinstance(answer, Failed) else Sibling()


def with_sibling(found: Seen, sibling: Sibling) -> Seen:
    """`found`, a suspicion, after a made-up address beside it was asked."""
    if sibling.status in (404, 410):
        return _cleared(found)
    if not 200 <= sibling.status < 300:
        return found
    same_place = sibling.led and canonical(sibling.final_url) == canonical(found.final_url)
    page, twin = found.page or Page(), sibling.page or Page()
    tells = bool(page.sketch or page.title) and not page.shell
    same_page = tells and page.title == twin.title and signs.likeness(page, twin) > TWIN
    if same_place or same_page:
        return replace(found, sure=True, reason=f"{found.reason}; a made-up address gives the same page")
    return found


def _cleared(found: Seen) -> Seen:
    """The host knows 404 well: what it gives a long page, or leads to a folder on purpose, is no error page."""
    if found.reason == ABOVE and all(status in PERMANENT for status, _ in found.hops):
        target = kept_anchor(found.url, found.final_url)
        return replace(found, sign=Sign.MOVED, reason="moved for good", target=target)
    if not found.hops and found.page is not None and found.page.words > signs.SHORT and found.reason.startswith(SAYS):
        return replace(found, sign=Sign.FINE, reason="")
    return found


def sibling_of(url: str, token: str) -> str:
    """A made-up address beside `url`: the last piece of its path is replaced, its ending kept."""
    found = parse(fetchable(url)) or WebUrl("")
    pieces = [piece for piece in found.path if piece]
    suffix = re.search(r"\.(?:html?|php|aspx?)\Z", pieces[-1] if pieces else "")
    made = (*pieces[:-1], token + (suffix[0] if suffix else ""))
    return str(replace(found, path=made, query=None, fragment=None))
