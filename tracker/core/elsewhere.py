"""Where a page may be found now: a newer version of the documentation, the same page at another address. Pure.

Nothing is asked here: what looks right is asked by `tracker/services/links.py` and proposed only when it answers so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tracker.core.signs import Page, likeness, title_likeness
from tracker.core.urls import fetchable, host_key, resolve
from tracker.core.weburl import WebUrl, parse

MOST = 4  # addresses that are tried for one lost page
SAME_TEXT = 0.5  # likeness of texts from which two pages are one
SAME_TITLE = 0.75  # share of a title's words, when no text is known
ENOUGH_WORDS = 3  # a shorter title says nothing: "Introduction"
_VERSION = re.compile(
    r"(?:v|version-|release-)?\d{1,3}(?:\.(?:\d{1,4}|x)){0,3}(?:[._-]?(?:dev|a|b|rc|post)\d*)?\Z", re.I
)
_NEWEST = frozenset(("latest", "stable", "current", "release", "main", "master"))
_ENDING = re.compile(r"\.html?\Z", re.I)


def has_version(url: str) -> bool:
    """Whether a piece of the path is a version of documentation: `/1.2/`, `/v0.19.x/`; never a year."""
    return any(_VERSION.match(piece) for piece in _parts(url).path)


def newer_documentation(url: str, right: str) -> str:
    """`right`, what the page `url` calls its right address, when that is the same page of a newer version; else ""."""
    other = resolve(url, right) if right else ""
    mine, theirs = _parts(url), _parts(other)
    if not other or host_key(url) != host_key(other) or mine.query != theirs.query:
        return ""
    a, b = [_ENDING.sub("", p) for p in mine.path if p], [_ENDING.sub("", p) for p in theirs.path if p]
    places = [n for n, piece in enumerate(a) if _VERSION.match(piece)]
    return other if any(_is_newer(a, b, n) for n in places) else ""


def _is_newer(mine: list[str], theirs: list[str], n: int) -> bool:
    """Whether the path `theirs` is `mine` with its piece `n`, a version, left out or followed by a newer one."""
    if theirs == mine[:n] + mine[n + 1 :]:
        return True
    if len(mine) != len(theirs) or mine[:n] != theirs[:n] or mine[n + 1 :] != theirs[n + 1 :]:
        return False
    return theirs[n].lower() in _NEWEST or (bool(_VERSION.match(theirs[n])) and _order(theirs[n]) > _order(mine[n]))


def _order(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def candidates(url: str, hosts: Iterable[str]) -> list[str]:
    """Addresses at which a lost page may stand: at `hosts`, to which others of its host moved; over https; with or
    without `www.`; with or without `.html`. The likeliest first, at most MOST."""
    asked = fetchable(url)
    found = _parts(asked)
    tried = (fetchable(str(one)) for one in _variants(found, hosts)) if found.host else iter(())
    return [one for one in dict.fromkeys(tried) if one and one != asked][:MOST]


def _variants(found: WebUrl, hosts: Iterable[str]) -> Iterator[WebUrl]:
    host = found.host or ""
    for other in hosts:
        name, _, port = other.partition(":")
        yield replace(found, scheme="https" if not port else found.scheme, host=name, port=int(port) if port else None)
    if found.scheme == "http" and found.port is None:
        yield replace(found, scheme="https")
    last = found.path[-1] if found.path else ""
    if _ENDING.search(last):
        yield replace(found, path=(*found.path[:-1], _ENDING.sub("", last)))
    elif last and "." not in last:
        yield replace(found, path=(*found.path[:-1], f"{last}.html"))
    if "." in host and not host[-1].isdigit():
        yield replace(found, host=host[4:] if host.startswith("www.") else f"www.{host}")


def sameness(label: str, before: Page | None, after: Page | None) -> float:
    """How sure one is, from 0 to 0.9, that the page `after` is the lost one: by its words, else by its title."""
    if after is None or after.shell:
        return 0.0
    if before is not None and before.sketch and not before.shell:
        alike = likeness(before, after)
        return 0.5 + 0.4 * alike if alike >= SAME_TEXT else 0.0
    known = before.title if before is not None and before.title else label
    told = len(known.split()) >= ENOUGH_WORDS and after.title and title_likeness(known, after.title) >= SAME_TITLE
    return 0.5 if told else 0.0


def _parts(url: str) -> WebUrl:
    return parse(fetchable(url)) or WebUrl("")
