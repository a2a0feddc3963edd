"""Plain lists of addresses: one a line, words beside it are its title, `#` starts a heading or a remark."""

from __future__ import annotations

from tracker.core.document import Document, DocumentReader, Mention
from tracker.core.text import clean_line
from tracker.documents.marks import bare
from tracker.documents.pieces import Tree, mention, numbered

SAMPLE_LINES = 400


class Urls:
    """Reader of such a list."""

    name = "urls"

    def likeness(self, text: str, name: str) -> float:
        """Nearly every line holds one bare address and little else."""
        lines = [line for line in text.splitlines()[:SAMPLE_LINES] if line.strip() and not line.startswith("#")]
        with_one = sum(1 for line in lines if line.strip().lower().startswith(("http://", "https://")))
        return 0.8 if lines and with_one >= 0.8 * len(lines) else 0.0

    def read(self, text: str, name: str) -> Document:
        """Addresses in their order; a line that starts with `#` heads those below it."""
        tree, found = Tree(), list[Mention]()
        section: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("#"):
                section = (clean_line(line.lstrip("# "), 200),) if line.strip("# ") else ()
                continue
            for url in bare(line):
                words = clean_line(line.replace(url, " ").strip(" -–—:：|,;\t"), 500)
                found.append(mention(url, words, number, section=section, node=tree.at(section, number)))
        return Document(name, self.name, name, text, {}, numbered(found), tuple(tree.nodes.values()))


def reader() -> DocumentReader:
    return Urls()
