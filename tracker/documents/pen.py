"""Edits of a document's own text: states into their lines, addresses moved, entries replaced, taken out, put in.

Nothing but the bytes of the edit changes. Lines count from 1, as readers count them; a byte order mark is no part of
the first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

from tracker.core.document import DocumentNote, Mention
from tracker.core.journal import JournalStyle, entry, place_of
from tracker.core.plan import NodeState
from tracker.core.url_start import split_time
from tracker.documents.boxes import write_state

MARK = "\ufeff"
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\（）]+", re.I)
_SCHEME = len("https://")
_TIME = re.compile(r"[?&#](?:t|start|time_continue|at)=[^&#\s]*", re.I)


@dataclass(frozen=True, slots=True)
class Move:
    """An address that is another one now. `mention` says where it stands and how it was written.

    `escaped` tells that the text is markup in which `&` is written `&amp;`.
    """

    mention: Mention
    to: str
    escaped: bool = False


@dataclass(frozen=True, slots=True)
class Rewrite:
    """An entry with another text or title; `note` None takes it out."""

    old: DocumentNote
    note: DocumentNote | None


def set_states(text: str, states: Mapping[int, NodeState]) -> str:
    """States by line into their lines."""
    lines = _Lines(text)
    for number, state in states.items():
        lines.put(number, write_state(lines.at(number), state))
    return lines.text()


def move_links(text: str, moves: Sequence[Move]) -> tuple[str, list[Move]]:
    """Addresses moved wherever they stand in the mention's line, else where the text defines it; and what was not found."""
    lines, missed = _Lines(text), []
    for move in moves:
        number = next((n for n in _places(lines, move.mention) if _moved(lines.at(n), move) != lines.at(n)), 0)
        if number:
            lines.put(number, _moved(lines.at(number), move))
        else:
            missed.append(move)
    return lines.text(), missed


class _Lines:
    """A text by lines, each without its line feed."""

    def __init__(self, text: str) -> None:
        self._mark = MARK if text.startswith(MARK) else ""
        self._lines = text.removeprefix(MARK).split("\n")

    def __len__(self) -> int:
        return len(self._lines)

    def at(self, number: int) -> str:
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def put(self, number: int, line: str) -> None:
        if 0 < number <= len(self._lines):
            self._lines[number - 1] = line

    def text(self) -> str:
        return self._mark + "\n".join(self._lines)


def _places(lines: _Lines, mention: Mention) -> Iterator[int]:
    """Its own line, then those below it (a link may be long), then any (a reference is defined at the end)."""
    yield from range(mention.line, len(lines) + 1)
    yield from range(1, mention.line)


def _moved(line: str, move: Move) -> str:
    """The line with every form of the old address replaced; a start time stays."""
    out, at = "", 0
    while found := _ADDRESS.search(line, at):
        length = _length(found[0], move.mention.url)
        written = found[0][:length]
        out += line[at : found.start()] + (_as_written(written, move) if length else found[0][:_SCHEME])
        at = found.start() + (length or _SCHEME)
    return out + line[at:]


def _length(token: str, url: str) -> int:
    """How many characters of `token` are the address `url`, in any form it may be written in; 0 when it is another."""
    for length in range(len(token), _SCHEME, -1):
        if length == len(token) or _may_end(token, length):
            written = unescape(token[:length])
            if url in (written, split_time(written)[0]):
                return length
    return 0


def _may_end(token: str, length: int) -> bool:
    """Whether an address may end here: before a sign that ends sentences, brackets or cells."""
    return token[length] in ").,;:!?*_~'\"]>}[" or ord(token[length]) > 0x2E7F


def _as_written(written: str, move: Move) -> str:
    """The new address as the old one was written: with its start time, where the new site knows one, and escaped."""
    to = move.to
    time = _TIME.search(unescape(written)) if split_time(unescape(written))[1] is not None else None
    if time and split_time(to)[1] is None:
        forms = (to + sign + time[0][1:] for sign in ("&" if "?" in to else "?", "#"))
        to = next((timed for timed in forms if split_time(timed)[1] is not None), to)
    return escape(to) if move.escaped or "&amp;" in written else to


@dataclass(frozen=True, slots=True)
class _Patch:
    """Characters `start` to `end` of a text are `new` instead."""

    start: int
    end: int
    new: str


def edit_notes(
    text: str,
    notes: Sequence[DocumentNote],
    edits: Sequence[Rewrite],
    new: Sequence[tuple[DocumentNote, JournalStyle]],
) -> str:
    """Entries replaced, taken out and put in at their days. `notes` are all of the text, in its order."""
    mark, plain = (MARK, text[1:]) if text.startswith(MARK) else ("", text)
    starts = [0, *(found.end() for found in re.finditer("\n", plain))]
    heads = [starts[note.line - 1] for note in notes]
    offsets = dict(zip((note.key for note in notes), heads, strict=True))
    patches = [_rewritten(plain, offsets[edit.old.key], edit) for edit in edits]
    patches += _inserted(plain, [note.day.isoformat() for note in notes], heads, new)
    for patch in sorted(patches, key=lambda one: (one.start, one.end), reverse=True):
        plain = plain[: patch.start] + patch.new + plain[patch.end :]
    return mark + plain


def _rewritten(text: str, at: int, edit: Rewrite) -> _Patch:
    below = text.find("\n", at) + 1 or len(text)
    newline = "\r\n" if text[at:below].endswith("\r\n") else "\n"
    new = _heading(text[at:below], edit.old, edit.note) + _body(edit.old, edit.note, newline) if edit.note else ""
    return _Patch(at, below + len(edit.old.body), new)


def _heading(line: str, old: DocumentNote, new: DocumentNote) -> str:
    """The heading with another title, its date, part and marks as they were."""
    at = line.rfind(old.title)
    return line if old.title == new.title or at < 0 else line[:at] + new.title + line[at + len(old.title) :]


def _body(old: DocumentNote, new: DocumentNote, newline: str) -> str:
    """The new body with the old one's end, so that the gap before the next entry stays as it is."""
    if same_body(old.body, new.body):
        return old.body
    end = old.body[len(old.body.rstrip()) :] or newline
    return new.body.replace("\r\n", "\n").rstrip().replace("\n", newline) + end


def same_body(one: str, other: str) -> bool:
    """Whether two texts of an entry say the same: line ends and the gap behind them do not count."""
    return one.replace("\r\n", "\n").rstrip() == other.replace("\r\n", "\n").rstrip()


def _inserted(
    text: str, days: Sequence[str], heads: Sequence[int], new: Sequence[tuple[DocumentNote, JournalStyle]]
) -> Iterator[_Patch]:
    """New entries before the first one that comes after them; several at one place in their own order."""
    places: dict[int, list[tuple[str, JournalStyle]]] = {}
    for note, style in sorted(new, key=lambda one: one[0].day, reverse=bool(new) and new[0][1].newest_first):
        index = place_of(days, note.day.isoformat(), newest_first=style.newest_first)
        offset = heads[index] if index < len(heads) else len(text)
        places.setdefault(offset, []).append((entry(note, style), style))
    for offset, found in places.items():
        block = "".join(piece for piece, _ in found)
        yield _Patch(offset, offset, block if offset < len(text) else _appended(text, block, found[0][1]))


def _appended(text: str, block: str, style: JournalStyle) -> str:
    """An entry for the end of the text: the gap goes before it, none behind it."""
    block = block.rstrip("\r\n") + style.newline
    if not text.strip():
        return block
    have = len(text.replace("\r\n", "\n")) - len(text.replace("\r\n", "\n").rstrip("\n"))
    return style.newline * max(0, 1 + style.gap - have) + block
