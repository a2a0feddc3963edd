"""How a person's journal is written: its marks and order, the parts of a talk, and bullets out of plain lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.core.document import DocumentNote
from tracker.core.text import clean_line, fold

DEEPEST_BULLET = 2  # levels count from 0
TAB = 4


@dataclass(frozen=True, slots=True)
class JournalStyle:
    """The habits of one journal; the defaults are those of a new one."""

    heading: str = "#"
    date: str = "%Y%m%d"  # of strftime
    bullets: tuple[str, str, str] = ("+", "-", "*")
    indent: int = 4  # blanks a level
    link_is_bullet: bool = True  # the talk's link is the first bullet, not a line of its own
    part_in_brackets: bool = False  # （下）, not a blank and 下
    part_numbers: bool = False  # 1, 2, not 上, 下
    gap: int = 1  # blank lines between entries
    newline: str = "\n"
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class Bullet:
    """One line of a note. `level` 0 to 2; None = kept as it is, without a mark (an image)."""

    text: str
    level: int | None


def note_key(date_as_written: str, title: str, part: str) -> str:
    """What an entry of a journal is known by when the file is read again."""
    return f"{date_as_written} {fold(title)} {part}".rstrip()


def next_part(history: Sequence[str], *, numbers: bool = False) -> str:
    """The mark of a talk's next entry, by the marks of those before it (oldest first, "" = none).

    The first has none; the second is 下 after 上 or after an unmarked one; numbers go on counting, and go on where
    上 中 下 end.
    """
    if not history:
        return ""
    counted = [int(mark) for mark in history if mark.isdigit()]
    if counted:
        return str(max(counted) + 1)
    open_ended = "下" not in history and len(history) < 3
    return "下" if open_ended and not numbers else str(len(history) + 1)


PARTS = {1: ("",), 2: ("上", "下"), 3: ("上", "中", "下")}


def part_marks(marks: Sequence[str | None], *, numbers: bool = False) -> list[str]:
    """The marks of a talk's entries in their order; None = to be told. Marks that stand already are not changed.

    Two are 上 下, three 上 中 下, more are numbered; the first may stand without a mark. Where those that stand do not
    fit, each new one follows from those before it.
    """
    count = len(marks)
    told = PARTS[count] if count in PARTS and (count == 1 or not numbers) else tuple(map(str, range(1, count + 1)))
    if all(
        mark in (None, wanted) or (mark == "" and not i)
        for i, (mark, wanted) in enumerate(zip(marks, told, strict=True))
    ):
        return [wanted if mark is None else mark for mark, wanted in zip(marks, told, strict=True)]
    stand = [mark for mark in marks if mark is not None]
    out = []
    for mark in marks:
        out.append(next_part(stand, numbers=numbers) if mark is None else mark)
        stand += [out[-1]] if mark is None else []
    return out


def clock_seconds(text: str) -> int | None:
    """Seconds of `1231`, `20:31` or `1:02:03`, also with an s behind; None for what is no time."""
    if not re.fullmatch(r"\d{1,6}s?|\d{1,3}:[0-5]?\d|\d{1,2}:[0-5]?\d:[0-5]?\d", text, re.ASCII):
        return None
    seconds = 0
    for part in text.removesuffix("s").split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


def bullets_of(text: str) -> list[Bullet]:
    """Lines to bullets: by how far they stand in or, when none does, by their marks (`+`, `-`, `*` for one to three).

    Blank lines are left out; images and comments keep their form.
    """
    lines = [line.expandtabs(TAB) for line in text.splitlines() if line.strip()]
    insets = sorted({_inset(line) for line in lines})
    by_marks = len(insets) == 1 and {line.strip()[:2] for line in lines} > {"+ "}
    out = []
    for line in lines:
        words = line.strip()
        if words.startswith(("![", "<!--")):
            out.append(Bullet(words, None))
            continue
        marked = words[:2] in ("+ ", "- ", "* ")
        level = "+-*".index(words[0]) if by_marks and marked else insets.index(_inset(line))
        out.append(Bullet(words[2:].strip() if marked else words, min(level, DEEPEST_BULLET)))
    return out


def _inset(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def entry_title(title: str) -> str:
    """A title as it can stand in a heading."""
    return clean_line(title, 500).strip("#* ").strip()


def place_of(days: Sequence[str], day: str, *, newest_first: bool) -> int:
    """Where an entry of `day` goes among entries of `days`, in the order of the file: the index it stands before.

    Entries of one day stay in the order in which they were written, so that names of a day are told apart as before.
    """
    if newest_first:
        return next((i for i, other in enumerate(days) if other < day), len(days))
    return next((i for i, other in enumerate(days) if other > day), len(days))


def is_newest_first(days: Iterable[str]) -> bool:
    """Whether most neighbours go from newer to older; so for a journal without any order."""
    listed = list(days)
    falls = sum(1 for above, below in pairwise(listed) if above > below)
    rises = sum(1 for above, below in pairwise(listed) if above < below)
    return falls >= rises


QUESTION = ("?", "？")


def questions_of(text: str) -> list[tuple[str, str]]:
    """Questions of a note with their answers: a bullet that ends in a question mark, and the deeper bullets below it.

    A question without bullets below it has no answer yet and is left out.
    """
    found, asked = list[tuple[Bullet, list[str]]](), False
    for one in bullets_of(text):
        if one.level is None:
            continue
        if asked and one.level > (found[-1][0].level or 0):
            found[-1][1].append(one.text)
            continue
        asked = one.text.rstrip("*").endswith(QUESTION)
        if asked:
            found.append((one, []))
    return [(clean_line(one.text, 500), " ".join(answer)) for one, answer in found if answer]


def heading(note: DocumentNote, style: JournalStyle) -> str:
    """The line that opens an entry, without its end."""
    in_brackets = style.part_in_brackets and not note.part.isdigit()
    part = f"（{note.part}）" if note.part and in_brackets else f" {note.part}" if note.part else ""
    return f"{style.heading} {note.date_as_written} {note.title}{part}"


def body(url: str, bullets: Iterable[Bullet], style: JournalStyle) -> str:
    """What stands below the heading: the talk's link, then the bullets; ends with the gap before the next entry."""
    link = f"[{url}]({url})"
    lines = [f"{style.bullets[0]} {link}" if style.link_is_bullet else link] if url else []
    for one in bullets:
        inset = "" if one.level is None else " " * (style.indent * one.level) + style.bullets[one.level] + " "
        lines.append(inset + one.text)
    return style.newline.join([*lines, ""]) + style.newline * style.gap


def entry(note: DocumentNote, style: JournalStyle) -> str:
    """The whole entry, with the gap behind it and the line ends of its journal."""
    written = note.body.replace("\r\n", "\n").rstrip().replace("\n", style.newline)
    text = written + style.newline if written else ""
    return heading(note, style) + style.newline + text + style.newline * style.gap
