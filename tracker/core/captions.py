"""Caption files into segments: json3, srv1-3, WebVTT, SRT, TTML, Bilibili's and podcasts' JSON, HTML, plain text. Pure.

The form is told from the bytes, never from the name. Nothing raises: what cannot be read is a `problem`. Learned from
real files: a recogniser's lines stay on screen while the next is painted, so every line comes three times in WebVTT
and its times overlap in the other forms; a one-word line has no word times; srv1 is escaped twice.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.core.caption_markup import Cue, TimesUnread, html_cues, xml_cues
from tracker.core.caption_text import subtitle_cues, text_cues
from tracker.core.text import clean_line, guess_language
from tracker.core.transcript import Segment, TrackOrigin, close_up

MAX_BYTES = 20 * 1024 * 1024
MOST_SEGMENTS = 200_000
LONGEST_LINE = 20_000
LONGEST_TALK = 200 * 3600.0
_NO_WIDTH = re.compile("[\u200b\u2060\ufeff]")
_CAPTCHA = re.compile(r"captcha|unusual traffic|<title>\s*sorry|not a robot|请求被拒绝", re.I)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_XML = re.compile(
    r"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}-->\s*)*<(?:\w+:)?(?:tt|transcript|timedtext)\b", re.S
)
_CUE_ROW = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d+)?\s*-->", re.M)


@dataclass(frozen=True, slots=True)
class Captions:
    """What a caption file holds. `problem` "" means it was read; else why not, and there are no segments.

    problem: empty, captcha, html, cut, no-cues, too-large, unknown
    """

    segments: tuple[Segment, ...] = ()
    origin: TrackOrigin = TrackOrigin.MANUAL
    lang: str = ""  # as the file says, else told from its words
    form: str = ""  # json3, srv, vtt, srt, ttml, bilibili, json, html, txt
    problem: str = ""


@dataclass(slots=True)
class _Found:
    """What a reader of one form took out, before it is put in order."""

    form: str
    cues: list[Cue]
    origin: TrackOrigin | None = None  # None = the form does not say
    lang: str = ""


def read_captions(body: bytes, *, text_too: bool = False) -> Captions:
    """The segments of a caption file, in order, without overlap. `text_too`: plain text and HTML count as well."""
    if len(body) > MAX_BYTES:
        return Captions(problem="too-large")
    text = _decoded(body).lstrip("\ufeff \t\r\n")
    if not text.strip("\x00 \t\r\n"):
        return Captions(problem="empty")
    try:
        found = _read(text, text_too)
    except TimesUnread as problem:
        return Captions(problem=str(problem))
    return _in_order(found)


def _decoded(body: bytes) -> str:
    """The text of a file people made: UTF-8, UTF-16 with a mark, GB 18030 (many Chinese SRT files), Windows-1252."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace")


def _read(text: str, text_too: bool) -> _Found:
    head = text[:4096]
    if head.startswith("WEBVTT") or _CUE_ROW.search(text[:200_000]):
        return _subtitles(text)
    if head[0] in "{[" and not _looks_spoken(head):
        return _json(text)
    if _XML.match(head):
        cues, auto, lang, form = xml_cues(text)
        return _Found(form, cues, auto, lang)
    if _HTML.search(head) or head[0] == "<":
        if _CAPTCHA.search(text[:100_000]):
            raise TimesUnread("captcha")
        if not text_too:
            raise TimesUnread("html")
        return _Found("html", html_cues(text))
    if not text_too:
        raise TimesUnread("unknown")
    return _Found("txt", text_cues(text))


def _looks_spoken(head: str) -> bool:
    """`[Music] Welcome back` and `[00:01] Hello` are text, not JSON."""
    return bool(re.match(r"\[\s*(?:[^\W\d_]|\d+:)", head))


def _subtitles(text: str) -> _Found:
    cues, rolls, lang = subtitle_cues(text)
    origin = TrackOrigin.AUTO if rolls else None
    return _Found("vtt" if text.startswith("WEBVTT") else "srt", cues, origin, lang)


# ---- JSON ------------------------------------------------------------------------------------------------------


def _json(text: str) -> _Found:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise TimesUnread("cut") from None
    if isinstance(data, dict):
        if isinstance(data.get("events"), list):
            return _json3(data["events"])
        if isinstance(data.get("body"), list):
            return _bilibili(data)
        rows = next((data[key] for key in ("segments", "transcript", "captions", "cues", "results")
                     if isinstance(data.get(key), list)), None)  # fmt: skip
        if rows is not None:
            lang, said = data.get("language") or data.get("lang"), str(data.get("origin") or "")
            origin = TrackOrigin(said) if said in TrackOrigin._value2member_map_ else None
            return _Found("json", list(_rows(rows)), origin, lang if isinstance(lang, str) else "")
    if isinstance(data, list):
        return _Found("json", list(_rows(data)))
    raise TimesUnread("unknown")


def _json3(events: Sequence[Any]) -> _Found:
    cues, auto = [], False
    for event in events:
        pieces = event.get("segs") if isinstance(event, dict) else None
        if not isinstance(pieces, list):
            continue
        auto = auto or bool(event.get("aAppend"))
        texts = []
        for piece in pieces:
            if isinstance(piece, dict) and isinstance(piece.get("utf8"), str):
                texts.append(piece["utf8"])
                auto = auto or "acAsrConf" in piece or "tOffsetMs" in piece
        start, length = _number(event.get("tStartMs")), _number(event.get("dDurationMs")) or 0.0
        if start is not None and (text := "".join(texts)).strip():
            cues.append(Cue(start / 1000, (start + length) / 1000, [text]))
    return _Found("json3", cues, TrackOrigin.AUTO if auto else TrackOrigin.MANUAL)


def _bilibili(data: dict[str, Any]) -> _Found:
    auto = data.get("type") == "AIsubtitle"
    lang = data.get("lang")
    origin = TrackOrigin.AUTO if auto else TrackOrigin.MANUAL
    return _Found("bilibili", list(_rows(data["body"])), origin, lang if isinstance(lang, str) else "")


def _rows(rows: Sequence[Any]) -> Iterator[Cue]:
    """Rows of Bilibili, of the podcast namespace, of recognisers and of our own `transcript --json`."""
    for row in rows:
        if not isinstance(row, dict):
            continue
        text = next((row[key] for key in ("content", "body", "text", "utf8") if isinstance(row.get(key), str)), "")
        start = next(
            (n for key in ("from", "startTime", "start", "offset") if (n := _number(row.get(key))) is not None), None
        )
        end = next((n for key in ("to", "endTime", "end") if (n := _number(row.get(key))) is not None), None)
        if start is None or not text.strip():
            continue
        if end is None:
            end = start + (
                next((n for key in ("duration", "dur") if (n := _number(row.get(key))) is not None), None) or 0.0
            )
        yield Cue(start, end, [text])


def _number(value: Any) -> float | None:
    """A finite number, also one written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


# ---- in order --------------------------------------------------------------------------------------------------


def _in_order(found: _Found) -> Captions:
    rows = [segment for cue in found.cues[:MOST_SEGMENTS] if (segment := _segment(cue)) is not None]
    if not rows:
        return Captions(form=found.form, problem="no-cues")
    rows.sort(key=lambda one: one.start)
    merged: list[Segment] = []
    seen: dict[str, int] = {}
    for row in rows:
        at = seen.get(row.text)
        if at is not None and merged[at].start == row.start and found.form not in ("txt", "html"):
            merged[at] = replace(merged[at], end=max(row.end, merged[at].end))
            continue
        seen[row.text] = len(merged)
        merged.append(row)
    origin = found.origin or _guessed_origin(merged)
    segments = close_up(_cut(merged))
    lang = clean_line(found.lang, 35) or guess_language(" ".join(one.text for one in segments[:200]))
    return Captions(tuple(segments), origin, lang, found.form)


def _segment(cue: Cue) -> Segment | None:
    """The cue as a segment; None when it has no words or no time a talk can have."""
    text = clean_line(_NO_WIDTH.sub(" ", " ".join(cue.lines)), LONGEST_LINE)
    if not text or not 0 <= cue.start <= LONGEST_TALK:
        return None
    end = min(max(cue.end, cue.start), LONGEST_TALK)
    return Segment(round(cue.start, 3), round(end, 3), text)


def _cut(rows: Sequence[Segment]) -> list[Segment]:
    """A line that stays on screen while the next is said ends where that begins."""
    out = []
    for i, row in enumerate(rows):
        following = rows[i + 1].start if i + 1 < len(rows) else row.end
        out.append(replace(row, end=following) if row.start < following < row.end else row)
    return out


def _guessed_origin(rows: Sequence[Segment]) -> TrackOrigin:
    """Told from the times alone: a recogniser's lines overlap, or follow each other without a gap and without marks."""
    pairs = max(1, len(rows) - 1)
    overlapping = sum(a.end > b.start + 0.001 for a, b in itertools.pairwise(rows))
    touching = sum(abs(a.end - b.start) < 0.002 for a, b in itertools.pairwise(rows))
    unmarked = sum(one.text[-1] not in '.!?…。！？,，、;；:："”)' for one in rows)
    if overlapping > 0.6 * pairs or (touching > 0.8 * pairs and unmarked > 0.5 * len(rows) and len(rows) > 3):
        return TrackOrigin.AUTO
    return TrackOrigin.MANUAL


def read_from(body: bytes, text_too: bool) -> Captions:
    """`read_captions` by position, for the reading room."""
    return read_captions(body, text_too=text_too)
