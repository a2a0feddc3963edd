"""Lists in ordinary Markdown ("awesome lists"): headings are sections, every http(s) link is a mention."""

from __future__ import annotations

import re

from tracker.core.document import Document, DocumentReader, Mention
from tracker.core.text import clean_line
from tracker.documents.marks import Link, links
from tracker.documents.pieces import Tree, mention, numbered

_LINK = re.compile(r"\]\(\s*<?https?://|^\s*\[[^\]]+\]:\s*https?://|<https?://|href=[\"']https?://", re.I | re.M)
_HEADING = re.compile(r"^#{1,6}\s|^(?:===+|---+)\s*$", re.M)
_BOX = re.compile(r"\A\s*\[[ xX]\]\s+")
_JOINTS = " -–—:：,，|·"
SAMPLE = 400_000


class Awesome:
    """Reader of such a list."""

    name = "list"

    def likeness(self, text: str, name: str) -> float:
        """The more links the likelier; headings help."""
        sample = text[:SAMPLE]
        found = len(_LINK.findall(sample))
        if not found:
            return 0.0
        return min(0.6, 0.2 + found / 50) + (0.1 if _HEADING.search(sample) else 0.0)

    def read(self, text: str, name: str) -> Document:
        """Mentions with their path of headings; what stands beside a link in its line is its note."""
        tree = Tree()
        found = [_mention(link, tree) for link in links(text)]
        title = clean_line(next((line.lstrip("# ") for line in text.splitlines() if line.strip()), name), 300)
        return Document(name, self.name, title, text, {}, numbered(found), tuple(tree.nodes.values()))


def _mention(link: Link, tree: Tree) -> Mention:
    note = _beside(link.context, link.title)
    return mention(
        link.url, link.title, link.line, section=link.section, note=clean_line(note, 1000),
        node=tree.at(link.section, link.line),
    )  # fmt: skip


def _beside(context: str, title: str) -> str:
    """What stands in the same item, row or sentence as a link; a sentence that goes on before the link stays whole.

    The box of an item to tick is no word about it.
    """
    context = _BOX.sub("", context)
    if context.startswith(title):
        return context.removeprefix(title).strip(_JOINTS)
    cells = [cell.strip() for cell in context.split(" | ")]
    return " | ".join(cell for cell in cells if cell and cell != title)


def reader() -> DocumentReader:
    return Awesome()
