"""What a site's rule answers: the work an address stands for."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from tracker.core.weburl import WebUrl


class Known(NamedTuple):
    """`url` stands for the work; `work` names it over all sites ("" when the page has no identifier)."""

    url: str
    work: str = ""


def params(url: WebUrl) -> list[tuple[str, str]]:
    """The query as written, in order; a name without `=` has the value ""."""
    if not url.query:
        return []
    pairs = (piece.partition("=") for piece in url.query.split("&") if piece)
    return [(name, value) for name, _, value in pairs]


def param(url: WebUrl, name: str) -> str:
    return next((unquote(value) for key, value in params(url) if key == name), "")
