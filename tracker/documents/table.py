"""CSV and TSV with a header line: the column of addresses is found by its name, else by what stands in it."""

from __future__ import annotations

import csv
import io

from tracker.core.document import WARNING, Document, DocumentReader, Finding, Mention
from tracker.core.text import clean_line, fold
from tracker.documents.pieces import Tree, mention, numbered

_NAMES = {
    "url": ("url", "link", "href", "address", "链接", "地址", "网址"),
    "title": ("title", "name", "标题", "名称"),
    "note": ("note", "notes", "description", "comment", "excerpt", "备注", "说明"),
    "section": ("section", "topic", "folder", "category", "tags", "分类", "主题"),
}


class Csv:
    """Reader of such a table."""

    name = "csv"

    def likeness(self, text: str, name: str) -> float:
        """A header that names a column of addresses."""
        if name.lower().endswith((".csv", ".tsv")):
            return 0.9
        head = [fold(cell) for cell in next(iter(_rows(text[:20_000])), [])]
        return 0.7 if len(head) > 1 and any(cell in _NAMES["url"] for cell in head) else 0.0

    def read(self, text: str, name: str) -> Document:
        """A mention a row; rows without an address are kept by their title."""
        tree, found, findings = Tree(), list[Mention](), list[Finding]()
        columns: dict[str, int] = {}
        for number, row in enumerate(_rows(text), 1):
            if number == 1 and (columns := _columns(row)):
                continue
            cells = {field: row[i].strip() for field, i in columns.items() if i < len(row)}
            url = cells.get("url") or next((c.strip() for c in row if c.strip().startswith(("http:", "https:"))), "")
            title = cells.get("title", "")
            if not url and not title:
                if any(row):
                    findings.append(Finding(number, WARNING, "this row has neither address nor title", "Left out"))
                continue
            section = (clean_line(cells["section"], 200),) if cells.get("section") else ()
            note = clean_line(cells.get("note", ""), 1000)
            found.append(mention(url, title, number, section=section, note=note, node=tree.at(section, number)))
        return Document(
            name, self.name, name, text, {}, numbered(found), tuple(tree.nodes.values()), (), tuple(findings)
        )


def _rows(text: str) -> list[list[str]]:
    text = text.removeprefix("\ufeff")
    delimiter = max("\t;,", key=text.partition("\n")[0].count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:  # a field larger than the reader takes, or a bare NUL
        return [line.split(delimiter) for line in text.splitlines()]


def _columns(head: list[str]) -> dict[str, int]:
    """Which field stands in which column; empty when the first row is no header."""
    names = [fold(cell) for cell in head]
    if any(cell.startswith(("http:", "https:")) for cell in names):
        return {}
    return {field: names.index(word) for field, words in _NAMES.items() for word in reversed(words) if word in names}


def reader() -> DocumentReader:
    return Csv()
