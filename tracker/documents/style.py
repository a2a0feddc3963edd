"""The habits of a journal, read out of its text: marks, order, gaps; a new entry is written in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from tracker.core.document import DocumentNote
from tracker.core.journal import JournalStyle, is_newest_first

T = TypeVar("T")
_BULLET = re.compile(r"^( *)([+\-*]) +\S", re.M)
_LINK = re.compile(r"^(?P<mark>[+\-*] +)?(?:\[[^\]\n]*\]\()?https?://", re.M)
_DATES = ((r"\d{8}", "%Y%m%d"), (r"\d{4}-\d\d-\d\d", "%Y-%m-%d"), (r"\d{4}/\d\d/\d\d", "%Y/%m/%d"),
          (r"\d{4}\.\d\d\.\d\d", "%Y.%m.%d"))  # fmt: skip


def style_of(text: str, notes: Sequence[DocumentNote], talk: str = "") -> JournalStyle:
    """The habits of most entries; how parts are marked is taken from those about `talk` (an address) where there are any."""
    if not notes:
        return JournalStyle()
    lines = text.removeprefix("\ufeff").split("\n")
    heads = {note.key: lines[note.line - 1].rstrip("\r ") for note in notes}
    parted = [note for note in notes if note.part]
    own = [note for note in parted if talk and note.url == talk] or parted
    usual = JournalStyle()
    return JournalStyle(
        heading=_common((head.partition(" ")[0] for head in heads.values()), usual.heading),
        date=_common((_date(note.date_as_written) for note in notes), usual.date),
        bullets=_marks(notes),
        indent=_indent(notes),
        link_is_bullet=_common((bool(found["mark"]) for note in notes if (found := _LINK.search(note.body))), True),
        part_in_brackets=_common((heads[note.key].endswith(("）", ")")) for note in own), False),
        part_numbers=_common((note.part.isdigit() for note in own), False),
        gap=_common((_gap(note.body) for note in notes[:-1]), usual.gap),
        newline="\r\n" if "\r\n" in text else "\n",
        newest_first=is_newest_first(note.day.isoformat() for note in notes),
    )


def _common(values: Iterable[T], otherwise: T) -> T:
    """What most say; the first of those that tie."""
    found = Counter(values).most_common(1)
    return found[0][0] if found else otherwise


def _date(written: str) -> str:
    return next((form for pattern, form in _DATES if re.fullmatch(pattern, written)), "%Y%m%d")


def _gap(body: str) -> int:
    ends = body.replace("\r\n", "\n")
    return max(0, len(ends) - len(ends.rstrip("\n")) - 1)


def _indent(notes: Sequence[DocumentNote]) -> int:
    insets = Counter(len(found[1]) for note in notes for found in _BULLET.finditer(note.body) if found[1])
    return min((inset for inset, n in insets.items() if n * 20 >= insets.total()), default=4)


def _marks(notes: Sequence[DocumentNote]) -> tuple[str, str, str]:
    indent = _indent(notes)
    seen: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    for note in notes:
        for found in _BULLET.finditer(note.body):
            seen[min(len(found[1]) // indent, 2)][found[2]] += 1
    first, second, third = (counts.most_common(1)[0][0] if counts else "" for counts in seen)
    usual = JournalStyle().bullets
    return first or usual[0], second or usual[1], third or usual[2]
