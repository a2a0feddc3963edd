"""Cues of WebVTT and SRT, rolling ones included, and of plain text with or without times. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from tracker.core.caption_markup import TAG, Cue, clock, give_ends
from tracker.core.text import unescape

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,6})?"
_ROW = re.compile(rf"\s*({_TIME})\s*-->\s*({_TIME})")
_PAINTED = re.compile(r"<(?:\d{1,3}:)?\d{2}:\d{2}[.,]\d{3}>")
_STYLE = re.compile(r"\{\\[^{}]{0,80}\}")
_LANGUAGE = re.compile(r"^Language:\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})\s*$", re.M)
_BREAK_TAG = re.compile(r"<br\s*/?>", re.I)
_LINE_START = re.compile(rf"\s*[\[(（【]?\s*({_TIME})\s*[\])）】]?(?:\s*[-–—|]\s*|\s+|$)")


def subtitle_cues(text: str) -> tuple[list[Cue], bool, str]:
    """The cues, whether they roll as a recogniser's do, and the language the head names."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    vtt = text.startswith("WEBVTT")
    cues: list[Cue] = []
    painted = False
    for row, words in _blocks(lines, vtt):
        painted = painted or any(_PAINTED.search(line) for line in words)
        start, end = clock(row[1]), clock(row[2])
        cues.append(Cue(start, end, [plain for line in words if (plain := _plain(line))]))
    found = _LANGUAGE.search(text[:500]) if vtt else None
    cues = [cue for cue in cues if cue.lines]
    rolls = painted or _rolls(cues)
    return (_unrolled(cues) if rolls else cues), rolls, found[1] if found else ""


def _blocks(lines: Sequence[str], vtt: bool) -> list[tuple[re.Match[str], list[str]]]:
    """Timing rows, each with its lines. In WebVTT an empty line ends a cue; in SRT the next number and row do."""
    marks = [(i, row) for i, line in enumerate(lines) if "-->" in line and (row := _ROW.match(line))]
    out = []
    for at, (i, row) in enumerate(marks):
        until = marks[at + 1][0] if at + 1 < len(marks) else len(lines)
        words = list(lines[i + 1 : until])
        if vtt:
            words = words[: words.index("")] if "" in words else words
        elif until < len(lines) and words and words[-1].strip().isdigit() and _numbered(lines, marks, at, words):
            words.pop()
        out.append((row, words))
    return out


def _numbered(lines: Sequence[str], marks: Sequence[tuple[int, re.Match[str]]], at: int, words: Sequence[str]) -> bool:
    """Whether the last line is the number of the next cue: an empty line before it, or one more than this one's."""
    if len(words) == 1 or not words[-2].strip():
        return True
    own = lines[marks[at][0] - 1].strip() if marks[at][0] else ""
    return own.isdigit() and len(own) < 10 and words[-1].strip() == str(int(own) + 1)


def _plain(line: str) -> str:
    """A line without tags and styles, entities decoded, blanks folded."""
    if "<" in line:
        line = TAG.sub("", _PAINTED.sub("", _BREAK_TAG.sub(" ", line)))
    if "{" in line:
        line = _STYLE.sub("", line)
    return " ".join((unescape(line) if "&" in line else line).split())


def _overlap(before: Sequence[str], lines: Sequence[str]) -> int:
    """How many lines at the end of `before` stand again at the beginning of `lines`."""
    for size in range(min(len(before), len(lines)), 0, -1):
        if before[-size:] == lines[:size]:
            return size
    return 0


def _rolls(cues: Sequence[Cue]) -> bool:
    """Whether lines scroll though no word is painted (a rolling file turned into SRT): most cues repeat the one before.

    A cue that only repeats proves nothing ("No." - "No."); one that repeats a line and adds another does.
    """
    repeated = grown = 0
    for before, cue in itertools.pairwise(cues):
        size = _overlap(before.lines, cue.lines) if cue.start - before.end < 1.0 else 0
        repeated += size > 0
        grown += 0 < size < len(cue.lines)
    return grown > 0 and repeated * 2 > len(cues) - 1 and (grown > 1 or len(cues) < 6)


def _unrolled(cues: Sequence[Cue]) -> list[Cue]:
    """Each line once, from when it is painted."""
    out: list[Cue] = []
    before: list[str] = []
    for cue in cues:
        fresh = cue.lines[_overlap(before, cue.lines) :]
        before = cue.lines
        if fresh:
            out.append(Cue(cue.start, cue.end, fresh))
    return out


def text_cues(text: str) -> list[Cue]:
    """Plain text: lines that begin with a time start a cue (as copied from a player); without times, its paragraphs."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    timed: list[Cue] = []
    for line in lines:
        mark = _LINE_START.match(line)
        if mark:
            timed.append(Cue(clock(mark[1]), 0.0, [line[mark.end() :]]))
        elif timed and line:
            timed[-1].lines.append(line)
    if len(timed) > 1 or (timed and len([line for line in lines if line]) < 3):
        give_ends(timed)
        return timed
    blocks = re.split(r"\n\s*\n", "\n".join(lines))
    return [Cue(0.0, 0.0, block.split("\n")) for block in blocks if block.strip()]
