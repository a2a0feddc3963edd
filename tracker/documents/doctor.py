"""Links that look wrong as far as text alone can tell: `file:line: what, why it looks so, what to do`.

Nothing is asked of the network and nothing is repaired. How a page answers is found out by `tracker check`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tracker.core.document import INFO, WARNING, Document, Finding, Mention
from tracker.core.html import host_of
from tracker.core.text import fold
from tracker.core.url_rules import sites_of
from tracker.core.urls import canonical, is_home_page, work_id
from tracker.core.weburl import parse
from tracker.documents.known import HOSTED, MOVED, OFFICIAL, OWNERS, PAPERS, SECOND_LEVEL, SHORTENERS, SITE_WORDS

_DOC_HOST = re.compile(r"(?:docs?|documentation|help|manual)\.|.*\.readthedocs\.(?:io|org)\Z")
_DOC_PART = re.compile(r"docs?|documentation|guides?|tutorials?|learn|manual|wiki", re.I)
_FILLER = re.compile(
    r"docs?|documentation|guides?|tutorials?|learn|manual|wiki|latest|stable|current|main|master|[a-z]{2}(?:[-_][a-z]{2,4})?"
    r"|index(?:\.html?)?|intro(?:duction)?|overview|v?\d+(?:\.[\dx]+)*",
    re.I,
)
_PRODUCT = re.compile(r"[a-z0-9]{2,20}", re.I)  # docs.aws.amazon.com/s3/: one product of many is still a start
_REPO = re.compile(r"https://github\.com/([A-Za-z0-9-]{8,39})(?:/|\Z)")


def examined(document: Document) -> Document:
    """`document` with findings about its links added, in the order of its lines."""
    if document.kind == "opml":
        return document  # feeds are asked at once, and their addresses look like anything
    checks: tuple[_Check, ...] = (_shortened, _mirror, _moved, _owner, _paper, _site_word)
    if document.kind == "plan":  # a list may mean the site itself; a day's reference means a page
        checks = (*checks, _front_page)
    found = [
        finding
        for one in document.mentions
        if one.url
        for check in checks
        for finding in check(one, canonical(one.url))
    ]
    found += _two_titles(document) if document.kind == "plan" else ()
    return replace(document, findings=tuple(sorted((*document.findings, *found), key=lambda one: one.line)))


_Check = Callable[[Mention, str], Iterator[Finding]]


def _front_page(one: Mention, url: str) -> Iterator[Finding]:
    if one.day_from is None:
        return
    host, start = host_of(url), points_at_start(one.url)
    better = "'tracker resolve pages' looks for a better one."
    if start == "front page":
        said = f"'{one.title}' leads to the front page of {host}, not to a page about it"
        yield Finding(one.line, INFO, said, f"Name the page itself; {better}")
    elif start:
        said = f"'{one.title}' leads to the start of a documentation ({host})"
        yield Finding(one.line, INFO, said, f"Name the chapter that is meant; {better}")


def points_at_start(url: str) -> str:
    """Whether an address is no page about anything: "front page", "documentation", or ""."""
    if is_home_page(url) and not _DOC_HOST.match(host_of(canonical(url))):
        return "front page"
    return "documentation" if _is_doc_root(url) else ""


def _is_doc_root(url: str) -> bool:
    found = parse(url)
    parts = [part for part in (found.pathname if found else "").split("/") if part]
    on_host = bool(_DOC_HOST.match(host_of(url)))
    if (found and found.query) or not (on_host or any(_DOC_PART.fullmatch(part) for part in parts)):
        return False
    rest = [part for part in parts if not _FILLER.fullmatch(part)]
    one_product = len(rest) == 1 and (on_host or parts[0] == "docs") and _PRODUCT.fullmatch(rest[0]) is not None
    return not rest or one_product


def _shortened(one: Mention, url: str) -> Iterator[Finding]:
    if host_of(url) in SHORTENERS:
        said = f"'{one.title}' is a shortened address ({host_of(url)}): where it leads is not written here"
        yield Finding(one.line, WARNING, said, "Open it once and write the address it leads to.")


def _mirror(one: Mention, url: str) -> Iterator[Finding]:
    host = host_of(url)
    site = _site_of(host)
    name = site.partition(".")[0]
    official = OFFICIAL.get(name)
    if official and site not in official and not any(part in HOSTED for part in sites_of(host)):
        said = f"'{one.title}' leads to {host}, which looks like an unofficial copy: {name} itself is at {official[0]}"
        yield Finding(one.line, WARNING, said, "Compare with the original; a copy may be old.")


def _site_of(host: str) -> str:
    """The part of a host that somebody registered: docs.ragas.org.cn -> ragas.org.cn."""
    labels = host.split(".")
    return ".".join(labels[-3:] if ".".join(labels[-2:]) in SECOND_LEVEL else labels[-2:])


def _moved(one: Mention, url: str) -> Iterator[Finding]:
    rest = url.partition("://")[2] + "/"
    for old, new in MOVED.items():
        if rest.startswith(old) and (old.endswith("/") or rest[len(old)] == "/"):
            said = f"'{one.title}' stands under {old.rstrip('/')}, whose pages live at {new} by now"
            yield Finding(one.line, INFO, said, "'tracker check' finds the new address, where the old one leads there.")


def _owner(one: Mention, url: str) -> Iterator[Finding]:
    found = _REPO.match(url)
    owner = found[1].lower() if found else ""
    near = [known for known in OWNERS if owner and owner not in OWNERS and _one_letter_off(owner, known)]
    if len(near) == 1:
        said = f"'{one.title}' leads to github.com/{owner}, one letter off the well-known {near[0]}"
        yield Finding(one.line, WARNING, said, "Look whether a letter slipped.")


def _one_letter_off(a: str, b: str) -> bool:
    """One letter put in, left out, changed, or two neighbours swapped."""
    if len(b) < 8 or abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    swapped = rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:]
    return swapped or rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:]


def _paper(one: Mention, url: str) -> Iterator[Finding]:
    """A number of arXiv that is another paper than the words beside it say."""
    scheme, _, number = work_id(url).partition(":")
    if scheme != "arxiv":
        return
    words = fold(f"{one.title} {one.publisher} {one.note}")
    if number in PAPERS:
        title, names = PAPERS[number]
        other = "" if _speaks_of(words, title, names) else _named_paper(words)
        if other:
            said = f"'{one.title}' speaks of '{PAPERS[other][0]}' (arXiv {other}), but {number} is '{title}'"
            yield Finding(one.line, WARNING, said, f"Perhaps https://arxiv.org/abs/{other} is meant.")
        return
    for known, (title, names) in PAPERS.items():
        if _one_digit_off(number, known) and _speaks_of(words, title, names):
            said = f"'{one.title}' leads to arXiv {number}, one digit off {known}, which is '{title}'"
            yield Finding(one.line, WARNING, said, f"Perhaps https://arxiv.org/abs/{known} is meant.")


def _speaks_of(words: str, title: str, names: tuple[str, ...]) -> bool:
    return fold(title) in words or any(_has(words, name) for name in names)


def _has(words: str, name: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", words) is not None


def _named_paper(words: str) -> str:
    """The number of the one well-known paper that the words name; "" when they name none, or many."""
    found = [number for number, (title, names) in PAPERS.items() if _speaks_of(words, title, names)]
    return found[0] if len(found) == 1 else ""


def _one_digit_off(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def _site_word(one: Mention, url: str) -> Iterator[Finding]:
    """The label says GitHub, the address is elsewhere."""
    for said in dict.fromkeys((fold(one.label), fold(one.title))):
        sites = SITE_WORDS.get(said)
        if sites and not any(part in sites for part in sites_of(host_of(url))):
            words = f"'{one.label or one.title}' says {said}, but the address is at {host_of(url)}"
            yield Finding(one.line, INFO, words, "Look which of the two is meant.")


def _two_titles(document: Document) -> Iterator[Finding]:
    """One address under two titles: one of them may be a slip."""
    first: dict[str, Mention] = {}
    for one in document.mentions:
        before = first.setdefault(canonical(one.url), one) if one.url else one
        if fold(before.title) != fold(one.title):
            said = f"'{one.title}' leads to the same address as '{before.title}' on line {before.line}"
            yield Finding(one.line, INFO, said, "Both are kept as one work.")
