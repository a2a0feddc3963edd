"""The anchors a text offers: headings as the big forges name them, ids and names of HTML."""

from __future__ import annotations

import re
from collections import Counter

from tracker.core.text import unescape
from tracker.documents.addresses import HTML

_IDS = re.compile(r"""<[A-Za-z][^<>]*?\b(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.I)
_OWN = re.compile(r"\s*\{#([^}\s]+)[^}]*\}\s*\Z")
_CODE = re.compile(r"^(```|~~~).*?(?:^\1|\Z)", re.M | re.S)


def anchors(text: str, name: str) -> frozenset[str]:
    """Every anchor of `text`, the file `name`."""
    found = {unescape(next(filter(None, one.groups()), "")) for one in _IDS.finditer(_CODE.sub("", text))}
    return frozenset(found) if name.lower().endswith(HTML) else frozenset(found | _headings(text))


def _headings(text: str) -> set[str]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    out: set[str] = set()
    times: Counter[str] = Counter()
    for i, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        words = "".join(one.content for one in tokens[i + 1].children or () if one.type in ("text", "code_inline"))
        if own := _OWN.search(words):
            out.add(own[1])
            words = words[: own.start()]
        base = slug(words)
        out.add(f"{base}-{times[base]}" if times[base] else base)
        times[base] += 1
    return out


def slug(words: str) -> str:
    """A heading as an anchor: small letters, signs out, blanks become hyphens."""
    return re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
