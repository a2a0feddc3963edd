"""Bookmarks as browsers export them (Netscape format): folders are sections."""

from __future__ import annotations

import re

from tracker.core.document import Document, DocumentReader, Mention
from tracker.core.html import title_text
from tracker.core.text import unescape
from tracker.documents.pieces import Lines, Tree, mention, numbered

_PIECE = re.compile(
    r"<h3\b[^>]*>(?P<folder>.*?)</h3>|<a\b(?P<attributes>[^>]*)>(?P<title>.*?)</a>|(?P<open><dl\b)|(?P<close></dl>)"
    r"|<dd>(?P<note>[^<]*)",
    re.I | re.S,
)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)


class Bookmarks:
    """Reader of such a file."""

    name = "bookmarks"

    def likeness(self, text: str, name: str) -> float:
        """The format names itself in its first line."""
        return 1.0 if "netscape-bookmark-file" in text[:2000].lower() else 0.0

    def read(self, text: str, name: str) -> Document:
        """http(s) bookmarks with the folders they lie in."""
        tree, found, lines = Tree(), list[Mention](), Lines(text)
        folders: list[str] = []
        pending = ""
        for piece in _PIECE.finditer(text):
            if piece["folder"] is not None:
                pending = title_text(piece["folder"], 300)
            elif piece["open"]:
                folders.append(pending)
                pending = ""
            elif piece["close"]:
                del folders[-1:]
            elif piece["note"] is not None:
                _annotate(found, piece["note"])
            else:
                line = lines.of(piece.start())
                found += _mention(piece, tuple(filter(None, folders)), line, tree)
        return Document(name, self.name, "Bookmarks", text, {}, numbered(found), tuple(tree.nodes.values()))


def _mention(piece: re.Match[str], path: tuple[str, ...], line: int, tree: Tree) -> list[Mention]:
    href = _HREF.search(piece["attributes"])
    url = unescape(href[1] or href[2] or "").strip() if href else ""
    if not url.lower().startswith(("http://", "https://")):
        return []
    return [mention(url, title_text(piece["title"], 500), line, section=path, node=tree.at(path, line))]


def _annotate(found: list[Mention], note: str) -> None:
    from dataclasses import replace

    words = title_text(note, 1000)
    if found and words:
        found[-1] = replace(found[-1], note=words)


def reader() -> DocumentReader:
    return Bookmarks()
