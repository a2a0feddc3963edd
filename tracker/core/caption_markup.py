"""Cues of XML captions (YouTube's srv1 to srv3, TTML) and of HTML transcripts. Pure; no entity is ever expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from tracker.core.text import unescape
from tracker.core.transcript import TrackOrigin

TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
SHORTEST_CUE = 5.0  # seconds of a cue whose end nobody wrote
SPOKEN_A_SECOND = 8.0  # characters, slowly
FRAMES = 30.0  # a second, where a TTML file does not say
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,6}))?$")
_FRAMED = re.compile(r"(\d{1,3}):(\d{1,2}):(\d{1,2}):(\d{1,4})$")
_METRIC = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)(h|m|s|ms|f|t)?$")
_BLOCKS = frozenset(("p", "div", "li", "section", "article", "blockquote", "h1", "h2", "h3", "h4"))


class TimesUnread(Exception):
    """The bytes are no captions; the text is the `problem` of `core.captions.Captions`."""


@dataclass(slots=True)
class Cue:
    """What stands on the screen for a while, line by line; seconds."""

    start: float
    end: float
    lines: list[str]


def clock(text: str) -> float:
    """Seconds of `1:02:03.5`, `02:03,500`, which the caller has seen to be a time."""
    found = _CLOCK.match(text.strip())
    assert found is not None
    rest = float(f"0.{found[4]}") if found[4] else 0.0
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]) + rest


def xml_cues(text: str) -> tuple[list[Cue], TrackOrigin | None, str, str]:
    """Cues, who wrote them if the form tells, the language named, and the form. Raises TimesUnread."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise TimesUnread("cut") from None
    name = _name(root)
    if name == "tt":
        lang = root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        return list(_ttml(root)), None, lang, "ttml"
    if name == "timedtext" and next(_all(root, "p"), None) is not None:
        painted = any(True for _ in _all(root, "s"))
        return list(_srv3(root)), TrackOrigin.AUTO if painted else TrackOrigin.MANUAL, "", "srv"
    if name in ("transcript", "timedtext"):
        return list(_srv1(root)), None, "", "srv"
    raise TimesUnread("unknown")


def _name(node: Any) -> str:
    return str(node.tag).rpartition("}")[2].lower()


def _all(root: Any, name: str) -> Iterator[Any]:
    return (node for node in root.iter() if isinstance(node.tag, str) and _name(node) == name)


def _srv1(root: Any) -> Iterator[Cue]:
    """`start` and `dur` in seconds (srv1), or `t` and `d` in milliseconds (srv2). The text is escaped twice."""
    for node in _all(root, "text"):
        scale = 1.0 if node.get("start") is not None else 1000.0
        start = _float(node.get("start") or node.get("t"))
        if start is not None:
            length = _float(node.get("dur") or node.get("d")) or 0.0
            yield Cue(start / scale, (start + length) / scale, [_unescaped("".join(node.itertext()))])


def _srv3(root: Any) -> Iterator[Cue]:
    for node in _all(root, "p"):
        start = _float(node.get("t"))
        text = "".join(node.itertext())
        if start is not None and text.strip():
            yield Cue(start / 1000, (start + (_float(node.get("d")) or 0.0)) / 1000, [_unescaped(text)])


def _unescaped(text: str) -> str:
    return TAG.sub("", unescape(text))


def _ttml(root: Any) -> Iterator[Cue]:
    names = {key.rpartition("}")[2]: value for key, value in root.attrib.items()}
    frames = _float(names.get("frameRate")) or FRAMES
    ticks = _float(names.get("tickRate")) or frames
    for node in _all(root, "p"):
        start = _ttml_time(node.get("begin") or "", frames, ticks)
        if start is None:
            continue
        end = _ttml_time(node.get("end") or "", frames, ticks)
        if end is None:
            end = start + (_ttml_time(node.get("dur") or "", frames, ticks) or 0.0)
        yield Cue(start, end, "".join(_spoken(node)).split("\n"))


def _spoken(node: Any) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        yield "\n" if isinstance(child.tag, str) and _name(child) == "br" else "".join(_spoken(child))
        yield child.tail or ""


def _ttml_time(text: str, frames: float, ticks: float) -> float | None:
    """A TTML time: clock, clock with frames, or a number with its unit."""
    text = text.strip()
    if found := _FRAMED.match(text):
        return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) + int(found[4]) / frames
    if _CLOCK.match(text):
        return clock(text)
    if found := _METRIC.match(text):
        unit = {"h": 3600.0, "m": 60.0, "ms": 0.001, "f": 1 / frames, "t": 1 / ticks}.get(found[2] or "s", 1.0)
        return float(found[1]) * unit
    return None


def _float(text: str | None) -> float | None:
    found = _METRIC.match(text.strip()) if text else None
    return float(found[1]) if found and not found[2] else None


def html_cues(text: str) -> list[Cue]:
    """A podcast's HTML transcript: `<time>` starts a cue, `<cite>` names who speaks; without times its paragraphs."""
    root = etree.fromstring(text.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8", no_network=True))
    if root is None:
        raise TimesUnread("html")
    cues: list[Cue] = []
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag == "time":
            words = "".join(map(str, node.itertext())).strip()
            if _CLOCK.match(words):
                cues.append(Cue(clock(words), 0.0, []))
        elif node.tag in _BLOCKS and not any(child.tag in _BLOCKS for child in node.iterdescendants()):
            words = " ".join("".join(_without_times(node)).split())
            if words and cues and not cues[-1].lines:
                cues[-1].lines.append(words)
            elif words:
                cues.append(Cue(cues[-1].start if cues else 0.0, 0.0, [words]))
    cues = [cue for cue in cues if cue.lines]
    give_ends(cues)
    return cues


def give_ends(cues: Sequence[Cue]) -> None:
    """Ends for cues that only have a beginning: when their words are said, at the latest when the next begins."""
    timed = any(cue.start for cue in cues)
    for i, cue in enumerate(cues):
        said = cue.start + max(SHORTEST_CUE, sum(map(len, cue.lines)) / SPOKEN_A_SECOND)
        following = cues[i + 1].start if i + 1 < len(cues) else said
        cue.end = min(said, max(following, cue.start)) if timed else 0.0


def _without_times(node: Any) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        if child.tag not in ("time", "cite", "script", "style"):
            yield from _without_times(child)
        yield child.tail or ""
