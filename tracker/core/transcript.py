"""What was said in a talk: segments with times, the paragraphs a person reads, chapters. Pure.

Segments keep every word as the caption file has it; paragraphs are made for reading: sound labels are left out,
speakers' marks (`>>`) become breaks, Chinese and Japanese are joined without blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.text import clean_line

PAUSE = 2.0  # seconds of silence that end a paragraph
LONG_ENOUGH = 500  # characters after which the end of a sentence ends the paragraph
TOO_LONG = 900  # characters after which anything ends it
FEWEST_CHAPTERS = 2
MOST_CHAPTERS = 5000
MAX_TITLE = 200


class TrackOrigin(StrEnum):
    """Who wrote a track."""

    MANUAL = "manual"
    AUTO = "auto"  # a recogniser
    TRANSLATED = "translated"  # a machine, from another track


@dataclass(frozen=True, slots=True)
class Segment:
    """One line as it stood on the screen. Seconds from the start of the talk; 0 to 0 where a file has no times."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch to read; `start` is the second its first word is said."""

    start: float
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a talk its maker named."""

    start: float
    title: str


_LABEL = re.compile(
    r"[♪♫\s]+|[♪♫][^♪♫]{0,200}[♪♫]|\[(?!\s*_)[^\[\]]{1,60}\]|【[^【】]{1,60}】|"
    r"\((?:[^\W\d_]+[ ,'-]{0,2}){1,4}\)|（[^（）]{1,12}）"
)
_INNER_LABEL = re.compile(r"\s*\[[^\W\d_][^\W\d_ ]{2,20}(?: [^\W\d_]{2,20}){0,2}\]\s*")
_TURN = re.compile(r"\s*(?:>>+|»)\s*")
_ENDS = re.compile(r"[.!?…。！？]['\"”’」』）)\]]*$")
_WIDE = (
    "\u2e80-\u303f\u3041-\u30ff\u31c0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff"
)
_WIDE_CHAR = re.compile(f"[{_WIDE}]")
_MARK = re.compile("[\u3000-\u3004\u3008-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65…—“”‘’·]")
_SPACED = re.compile(f"(?<=[{_WIDE}]) +(?=[{_WIDE}])")
_TOUCHING = re.compile(f"[{_WIDE}] *(?=[{_WIDE}])")


def paragraphs(
    segments: Sequence[Segment], *, origin: TrackOrigin = TrackOrigin.MANUAL, chapters: Sequence[Chapter] = ()
) -> tuple[Paragraph, ...]:
    """`segments` as a person reads them. Breaks: chapter, speaker, pause, the end of a sentence when long enough.

    What has no times comes in the paragraphs of its file.
    """
    marks = [chapter.start for chapter in chapters]
    out: list[Paragraph] = []
    words, start, ended, chapter = "", 0.0, None, 0
    for piece, turn in _pieces(segments):
        here = chapter
        while here < len(marks) and marks[here] <= piece.start + 0.5:
            here += 1
        pause = ended is not None and (piece.start - ended >= PAUSE or piece.start == piece.end == 0)
        if words and (turn or pause or here > chapter or _full(words)):
            out.append(Paragraph(start, words))
            words = ""
        if not words:
            start = piece.start
        words = _joined(words, piece.text, origin)
        ended, chapter = piece.end, here
    return (*out, Paragraph(start, words)) if words else tuple(out)


def _pieces(segments: Sequence[Segment]) -> Iterator[tuple[Segment, bool]]:
    """What is said, without sound labels; True where another speaker begins."""
    for segment in segments:
        if _LABEL.fullmatch(segment.text):
            continue
        for i, text in enumerate(_TURN.split(segment.text)):
            said = _INNER_LABEL.sub(" ", text).strip()
            if said:
                yield Segment(segment.start, segment.end, said), i > 0


def _full(words: str) -> bool:
    return len(words) >= TOO_LONG or (len(words) >= LONG_ENOUGH and bool(_ENDS.search(words)))


def _joined(left: str, right: str, origin: TrackOrigin) -> str:
    """Two pieces in a row. Between Han characters no blank, but one where a hand-made line ends without a mark."""
    if not left:
        return right
    before, after = left[-1], right[0]
    if _MARK.match(before) or (_MARK.match(after) and _WIDE_CHAR.match(after)):
        wide = _WIDE_CHAR.match(before) or _WIDE_CHAR.match(after)
        return left + ("" if wide else " ") + right
    if _WIDE_CHAR.match(before) and _WIDE_CHAR.match(after) and origin is not TrackOrigin.MANUAL:
        return left + right
    return f"{left} {right}"


def close_up(segments: Sequence[Segment]) -> list[Segment]:
    """Chinese written with a blank after each character is closed up, where most of a track is written so."""
    touching = spaced = 0
    for segment in segments:
        spaced += len(_SPACED.findall(segment.text))
        touching += len(_TOUCHING.findall(segment.text))
    if not spaced or spaced * 2 < touching:
        return list(segments)
    return [Segment(one.start, one.end, _SPACED.sub("", one.text)) for one in segments]


def plain_text(found: Iterable[Paragraph]) -> str:
    """Paragraphs as text with empty lines between."""
    return "\n\n".join(one.text for one in found)


# ---- chapters --------------------------------------------------------------------------------------------------

_CLOCK = re.compile(r"(?<![\d:.])(?:(\d{1,2}):)?([0-5]?\d):([0-5]\d)(?![\d:])")
_TRIM = " \t-–—:|·•*()[]（）【】►▶>."


def chapters_in(text: str, duration: float = 0.0) -> tuple[Chapter, ...]:
    """Chapters written as lines of times and titles in a description; () when there are fewer than two in order."""
    found: list[Chapter] = []
    for line in text[:200_000].splitlines():
        mark = _CLOCK.search(line[:400])
        if mark is None or len(found) >= MOST_CHAPTERS:
            continue
        before, after = line[: mark.start()].strip(_TRIM), line[mark.end() :].strip(_TRIM)
        title = after or before
        if title and len(before) <= 60:
            seconds = int(mark[1] or 0) * 3600 + int(mark[2]) * 60 + int(mark[3])
            found.append(Chapter(float(seconds), clean_line(title, MAX_TITLE)))
    return tidy_chapters(found, duration) if found and found[0].start <= 60 else ()


def tidy_chapters(found: Iterable[Chapter], duration: float = 0.0) -> tuple[Chapter, ...]:
    """`found` as far as their times rise and lie within the talk; () when fewer than two are left."""
    kept: list[Chapter] = []
    for one in found:
        if one.title and (not kept or one.start > kept[-1].start) and (not duration or one.start < duration):
            kept.append(one)
    return tuple(kept[:MOST_CHAPTERS]) if len(kept) >= FEWEST_CHAPTERS else ()
