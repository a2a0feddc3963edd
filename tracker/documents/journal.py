"""Journals of talk notes: `# YYYYMMDD title [part]`, one link, images with their recognised text, bullets; newest first.

Text is kept byte for byte. A date that cannot be meant (a year off, between two neighbours) is kept as written, read as
meant, and reported with its evidence; nothing else is repaired.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone

from tracker.core.document import INFO, WARNING, Document, DocumentNote, DocumentReader, Finding, Mention
from tracker.core.text import clean_line, fold
from tracker.core.url_start import split_time
from tracker.core.urls import canonical, work_id
from tracker.documents.pieces import Lines, link_key, numbered

_HEADING = re.compile(r"^# +(\d{8})(?!\d)[ \t\u3000]*(.*?)[ \t]*\r?$", re.M)
_LINK = re.compile(r"\[[^\]\n]*\]\((https?://[^)\s]+)\)|(?<![(\[])(https?://[^\s)\]]+)")
_IMAGE = re.compile(r"(?:<!--(?P<remark>(?:(?!-->).)*)-->\s*)?!\[(?P<alt>[^\]]*)\]\((?P<url>[^)\s]*)\)", re.S)
_OCR = re.compile(r"^.*?(?:ocr\s*内容为|ocr)\s*[：:]\s*", re.I | re.S)
_BULLET = re.compile(r"^( *)[+\-*] +(?!\[?https?://\S+\s*$)\S", re.M)  # says something; the talk's link alone does not
_PART_WORD = re.compile(r"(?:\s+|[（(])(上|中|下)[）)]?$")
_PART_NUMBER = re.compile(r"\s+([1-9])$")
_STAMP = re.compile(r"/(1[5-9]\d{11})-")
_FONT = re.compile(r"</?font\b", re.I)
_DIARY_ZONE = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One heading and what stands under it."""

    line: int
    written: str
    heading: str
    body: str

    @property
    def link(self) -> str:
        body = _IMAGE.sub("", self.body)
        found = _LINK.search(body)
        return (found[1] or found[2]) if found else ""


class Journal:
    """Reader of such a journal."""

    name = "journal"

    def likeness(self, text: str, name: str) -> float:
        """Dated headings tell it."""
        found = len(_HEADING.findall(text[:400_000]))
        return 1.0 if found >= 2 else 0.5 if found else 0.0

    def read(self, text: str, name: str) -> Document:
        """Entries in the order of the file."""
        entries = _entries(text)
        days, findings = _days(entries)
        notes, mentions = [], []
        shared = Counter(_work(entry) for entry in entries if entry.link)
        for entry, day in zip(entries, days, strict=True):
            note, mention = _read(entry, day, shared)
            notes.append(note)
            mentions.append(mention)
        findings += [finding for entry in entries for finding in _oddities(entry)] + _lonely_parts(notes)
        findings.sort(key=lambda finding: finding.line)
        return Document(
            name, self.name, f"Journal {min(days)} to {max(days)}" if days else name, text, {}, _tied(mentions), (),
            _told_apart(notes, mentions), tuple(findings),
        )  # fmt: skip


def reader() -> DocumentReader:
    return Journal()


def _entries(text: str) -> list[_Entry]:
    text = text.removeprefix("\ufeff")
    heads, lines = list(_HEADING.finditer(text)), Lines(text)
    out = []
    for head, after in zip(heads, [*heads[1:], None], strict=False):
        end = after.start() if after else len(text)
        line = lines.of(head.start())
        out.append(_Entry(line, head[1], head[2], text[head.end() : end].removeprefix("\n")))
    return out


def _work(entry: _Entry) -> str:
    url, _ = split_time(entry.link)
    return work_id(url) or canonical(url)


def _read(entry: _Entry, day: date, shared: Counter[str]) -> tuple[DocumentNote, Mention]:
    title, part = _parted(entry, shared)
    written, (url, start) = entry.link, split_time(entry.link)
    images = tuple((m["url"], _ocr(m["remark"] or "")) for m in _IMAGE.finditer(entry.body))
    levels = Counter(min(len(m[1]) // 4, 2) for m in _BULLET.finditer(entry.body))
    name = title or f"{entry.written} (no title)"
    key = link_key(url, name)
    note = DocumentNote(
        key=f"{entry.written} {fold(title)} {part}".rstrip(),
        line=entry.line,
        day=day,
        date_as_written=entry.written,
        title=title,
        body=entry.body,
        part=part,
        url=url,
        start_seconds=start,
        images=images,
        bullets=(levels[0], levels[1], levels[2]),
        mention=key,
    )
    return note, Mention(key, entry.line, name, written, start_seconds=start)


def _parted(entry: _Entry, shared: Counter[str]) -> tuple[str, str]:
    """Title and part. A number is a part only where the talk has several entries ("Cause & Effect 6" is none)."""
    title = entry.heading.strip().strip("*").strip()
    word = _PART_WORD.search(title)
    if word:
        return clean_line(title[: word.start()], 500), word[1]
    number = _PART_NUMBER.search(title)
    if number and entry.link and shared[_work(entry)] > 1:
        return clean_line(title[: number.start()], 500), number[1]
    return clean_line(title, 500), ""


def _ocr(remark: str) -> str:
    return _OCR.sub("", remark).strip()


def _tied(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    return numbered(mentions)


def _told_apart(notes: Sequence[DocumentNote], mentions: Sequence[Mention]) -> tuple[DocumentNote, ...]:
    """Keys of the notes made unique, and each tied to its own mention."""
    seen: Counter[str] = Counter()
    out = []
    for note, mention in zip(notes, _tied(mentions), strict=True):
        seen[note.key] += 1
        key = note.key if seen[note.key] == 1 else f"{note.key}#{seen[note.key]}"
        out.append(replace(note, key=key, mention=mention.key))
    return tuple(out)


# ---- dates -----------------------------------------------------------------------------------------------------------


def _days(entries: Sequence[_Entry]) -> tuple[list[date], list[Finding]]:
    """The day of each entry as meant; a year off between two neighbours is the only thing that is read otherwise."""
    written = [_date(entry.written) for entry in entries]
    days, findings = [], []
    for entry, day, (above, below) in zip(entries, written, _neighbours(written), strict=True):
        meant = _meant(day, above, below)
        if day is None or meant != day:
            said = f"'{entry.written}' is read as {meant}: {_evidence(entry, above, below, meant)}"
            findings.append(
                Finding(entry.line, WARNING, said, "It stays as written; mend it in the file if that is right.")
            )
        days.append(meant)
    return days, findings


def _date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _neighbours(written: Sequence[date | None]) -> list[tuple[date | None, date | None]]:
    """For each entry the nearest readable dates above and below it."""
    above, below = list[date | None](), list[date | None]()
    for dates, out in ((written, above), (list(reversed(written)), below)):
        last: date | None = None
        for day in dates:
            out.append(last)
            last = day or last
    return list(zip(above, reversed(below), strict=True))


def _meant(day: date | None, above: date | None, below: date | None) -> date:
    if day is None:
        return below or above or date(1970, 1, 1)
    if above is None or below is None or _between(day, above, below):
        return day
    for year in {above.year, below.year} - {day.year}:
        other = _date(f"{year:04}{day:%m%d}")
        if other and _between(other, above, below):
            return other
    return day


def _between(day: date, above: date, below: date) -> bool:
    return min(above, below) <= day <= max(above, below)


def _evidence(entry: _Entry, above: date | None, below: date | None, meant: date) -> str:
    said = f"it stands between {above} and {below}"
    stamp = _STAMP.search(entry.body)
    if stamp:
        taken = datetime.fromtimestamp(int(stamp[1]) / 1000, UTC).astimezone(_DIARY_ZONE)
        if taken.date() == meant:
            said += f", and its image was stored on {taken:%Y-%m-%d %H:%M} (UTC+8)"
    return said


# ---- oddities --------------------------------------------------------------------------------------------------------


def _oddities(entry: _Entry) -> list[Finding]:
    out = []
    for offset, line in enumerate(entry.body.split("\n"), 1):
        number = entry.line + offset
        if _FONT.search(line):
            out.append(Finding(number, INFO, "leftover of an editor (<font>)", "Kept as it is."))
        elif re.fullmatch(r"\s*[+\-*]\s*", line):
            out.append(Finding(number, INFO, "an empty bullet", "Kept as it is."))
    if not entry.link:
        out.append(Finding(entry.line, WARNING, "this entry names no address", "Its title stands for the talk."))
    return out


def _lonely_parts(notes: Sequence[DocumentNote]) -> list[Finding]:
    """下 without 上: the first part may stand unmarked, or be missing."""
    talks = Counter(work_id(note.url) or note.url for note in notes if note.url)
    said = "part {} without a part before it"
    return [
        Finding(note.line, WARNING, said.format(note.part), "Kept as it is.")
        for note in notes
        if note.part in ("下", "中", "2") and talks[work_id(note.url) or note.url] < 2
    ]
