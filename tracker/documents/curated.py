"""Curated lists: `label｜publisher：title — note。链接：address`, in numbered sections, all on one line or on many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.core.document import INFO, WARNING, Document, DocumentNode, DocumentReader, Finding, Mention
from tracker.core.model import ResourceKind
from tracker.core.text import clean_line
from tracker.core.url_start import split_time
from tracker.documents.pieces import Lines, link_key, numbered

_HEADER = re.compile(r"^(Canonical|Original URL|Author|Platform|Source|Date|Published)\s*[:：]\s*(.+)$", re.M)
_ITEM = re.compile(r"(?:(?<=\s)|^)(?P<label>[^\s｜|：:]{1,24})｜", re.M)
_ADDRESS = re.compile(r"(?:链接|连接|地址|Link|URL)\s*[：:]\s*(?P<url>\S+)", re.I)
_SECTION = re.compile(r"(?:^|\s)(?P<number>\d{1,3})[.、．]\s+(?P<title>\S[^\n]{0,200}?)\s*$")
_COUNT = re.compile(r"(?:一共|共|总共)\s*(\d{1,3})\s*(?:个)?(?:部分|章|节|类)")
_DASH = re.compile(r"\s+[—–]\s+|\s+——\s*")
_KINDS = (
    ("youtube", ResourceKind.VIDEO), ("视频", ResourceKind.VIDEO), ("bilibili", ResourceKind.VIDEO),
    ("文档", ResourceKind.DOCS), ("doc", ResourceKind.DOCS), ("论文", ResourceKind.PAPER), ("paper", ResourceKind.PAPER),
    ("文章", ResourceKind.ARTICLE), ("课程", ResourceKind.COURSE), ("course", ResourceKind.COURSE),
    ("书", ResourceKind.BOOK), ("播客", ResourceKind.PODCAST), ("博客", ResourceKind.BLOG), ("工具", ResourceKind.TOOL),
)  # fmt: skip


@dataclass
class _Place:
    """Where in the text we are: the section, and what it is called."""

    number: int = 0
    title: str = ""

    @property
    def key(self) -> str:
        return f"section:{self.number}:{self.title}" if self.title else ""


class Curated:
    """Reader of such a list."""

    name = "list"

    def likeness(self, text: str, name: str) -> float:
        """Sure when items with label and address stand in it."""
        return 0.95 if len(_ITEM.findall(text[:200_000])) >= 2 and _ADDRESS.search(text) else 0.0

    def read(self, text: str, name: str) -> Document:
        """Items with their section, label, publisher, title and note; the header says where the list came from."""
        lines = Lines(text)
        header = {m[1]: m[2].strip() for m in _HEADER.finditer(text[:20_000])}
        mentions, nodes, findings = _walk(text, lines)
        findings += _missing_sections(text, nodes, lines)
        title = clean_line(text.lstrip("\ufeff").lstrip().partition("\n")[0].lstrip("# "), 300)
        return Document(name, self.name, title, text, header, tuple(mentions), tuple(nodes), (), tuple(findings))


def reader() -> DocumentReader:
    return Curated()


def _walk(text: str, lines: Lines) -> tuple[list[Mention], list[DocumentNode], list[Finding]]:
    place, mentions, findings = _Place(), list[Mention](), list[Finding]()
    nodes: dict[str, DocumentNode] = {}
    starts = list(_ITEM.finditer(text))
    _enter(place, text[: starts[0].start()] if starts else text, 0, lines, nodes)
    for label, start, body in _pieces(text, starts):
        mention, rest = _item(label, body, place, lines.of(start))
        mentions.append(mention)
        if not mention.url:
            findings.append(Finding(mention.line, WARNING, f"'{mention.title[:60]}' names no address", "Kept as named"))
        _enter(place, rest, start + len(body) - len(rest), lines, nodes)
    return list(numbered(mentions)), list(nodes.values()), findings


def _pieces(text: str, starts: list[re.Match[str]]) -> Iterator[tuple[str, int, str]]:
    for this, after in zip(starts, [*starts[1:], None], strict=False):
        yield this["label"], this.end(), text[this.end() : after.start() if after else len(text)]


def _enter(place: _Place, tail: str, offset: int, lines: Lines, nodes: dict[str, DocumentNode]) -> None:
    """A numbered heading between two items opens a section."""
    heading = _SECTION.search(tail.rstrip())
    found = None
    while heading:  # the last one counts: numbers stand in sentences before it
        found, heading = heading, _SECTION.search(tail.rstrip(), heading.end("number"))
    if found:
        place.number, place.title = int(found["number"]), clean_line(found["title"].strip("#* "), 200)
        line = lines.of(offset + found.start("number"))
        nodes.setdefault(place.key, DocumentNode(place.key, "section", place.title, line))


def _item(label: str, body: str, place: _Place, line: int) -> tuple[Mention, str]:
    address = _ADDRESS.search(body)
    said, rest = (body[: address.start()], body[address.end() :]) if address else (body, "")
    url = address["url"].rstrip("。，；,;") if address else ""
    plain, start = split_time(url)
    head, note = _split_note(said)
    publisher, _, title = head.partition("：") if "：" in head else ("", "", head)
    kind = next((kind for word, kind in _KINDS if word in label.lower()), None)
    mention = Mention(
        key=link_key(plain, title),
        line=line,
        title=clean_line(title, 300),
        url=url,
        section=(place.title,) if place.title else (),
        label=label,
        publisher=clean_line(publisher, 200),
        note=clean_line(note, 2000),
        kind=kind,
        start_seconds=start,
        node=place.key,
    )
    return mention, rest


def _split_note(said: str) -> tuple[str, str]:
    parts = _DASH.split(said.strip(), maxsplit=1)
    return parts[0], parts[1].rstrip("。 ") if len(parts) > 1 else ""


def _missing_sections(text: str, nodes: list[DocumentNode], lines: Lines) -> list[Finding]:
    said = _COUNT.search(text)
    if said is None or int(said[1]) <= len(nodes):
        return []
    sentence = f"{len(nodes)} of {said[1]} sections found: the text itself says that there are {said[1]}"
    return [Finding(lines.of(said.start()), INFO, sentence, "The others are not in this file.")]
