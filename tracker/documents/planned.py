"""A plan made by hand as a text: headings, tables of days, boxes, in the form the reader of plans reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from tracker.core.choices import ROWS
from tracker.core.document import Document, DocumentNode
from tracker.core.plan import NodeState
from tracker.core.text import clean_line
from tracker.documents.boxes import write_state
from tracker.documents.plan import Plan

DEEPEST = 6  # levels of headings
SAME = ("title", "day_from", "day_to", "emphasis", "target_depth", "practice", "checked", "remark", "level")
Links = Mapping[str, Sequence[tuple[str, str]]]  # title and address of works, by the key of their place


def in_order(nodes: Iterable[DocumentNode]) -> list[DocumentNode]:
    """The places in the order of the text: under each heading its rows by day, its boxes, then the headings below."""
    under: dict[str, list[DocumentNode]] = {}
    listed = list(nodes)
    known = {one.key for one in listed}
    for one in listed:
        under.setdefault(one.parent if one.parent in known else "", []).append(one)

    def walk(parent: str) -> Iterable[DocumentNode]:
        for one in sorted(under.get(parent, ()), key=_place):
            yield one
            yield from walk(one.key)

    return list(walk(""))


def _place(one: DocumentNode) -> tuple[int, int, int]:
    if one.kind in ROWS:
        return 0, one.day_from or 0, one.day_to or 0
    return (1 if one.kind == "deliverable" else 2), 0, 0


def text_of(nodes: Sequence[DocumentNode], links: Links) -> str:
    """The text of places as `in_order` gives them, the title first."""
    depth: dict[str, int] = {}
    blocks: list[str] = []
    for shape, some in groupby(nodes, key=_shape):
        if shape == "heading":
            for one in some:
                depth[one.key] = min(DEEPEST, depth.get(one.parent, 0) + 1)
                blocks.append(f"{'#' * depth[one.key]} {one.title}")
        else:
            of_one_heading = (list(mine) for _, mine in groupby(some, key=lambda one: one.parent))
            blocks += [_table(mine, links) if shape == "row" else "\n".join(map(_box, mine)) for mine in of_one_heading]
    return "\n\n".join(blocks) + "\n"


def _shape(one: DocumentNode) -> str:
    return "row" if one.kind in ROWS else "box" if one.kind == "deliverable" else "heading"


def _table(rows: Sequence[DocumentNode], links: Links) -> str:
    """A table with the columns its rows use."""
    tracks = list(dict.fromkeys(track for one in rows for track in one.emphasis))
    columns = {
        "Depth": [one.target_depth for one in rows],
        "Practice": [one.practice for one in rows],
        "Reference": [_links(links.get(one.key, ())) for one in rows],
    }
    heads = ["Day", "Topic", *tracks, *(name for name, cells in columns.items() if any(cells))]
    lines = [_row(heads), "|" + "---|" * len(heads)]
    for n, one in enumerate(rows):
        more = [cells[n] for cells in columns.values() if any(cells)]
        cells = [_escaped(one.title), *(_escaped(one.emphasis.get(track, "")) for track in tracks), *more]
        days = f"{one.day_from}" if one.day_to in (None, one.day_from) else f"{one.day_from}-{one.day_to}"
        lines.append(write_state(_row([days, *cells]), NodeState(one.checked, one.remark, one.level)))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _escaped(words: str) -> str:
    return words.replace("|", "\\|")


def _links(works: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"[{_escaped(clean_line(title, 200)).translate(_BRACKETS)}]({url})" for title, url in works if url)


_BRACKETS = str.maketrans("[]", "()")


def _box(one: DocumentNode) -> str:
    return write_state(f"- [ ] {one.title}", NodeState(one.checked, one.remark, one.level))


def read_back(text: str, name: str, wanted: Sequence[DocumentNode]) -> Document | DocumentNode:
    """The text as it will be read again; or the first of the wanted places that would not come back as it is."""
    found = Plan().read(text, name)
    for there, one in zip(found.nodes, wanted, strict=False):
        if any(_said(one, field) != _said(there, field) for field in SAME) or _shape(there) != _shape(one):
            return one
    return found if len(found.nodes) == len(wanted) else wanted[-1]


def _said(one: DocumentNode, field: str) -> object:
    if _shape(one) == "heading" and field != "title":
        return None
    return (one.day_to or one.day_from) if field == "day_to" else getattr(one, field)
