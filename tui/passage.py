"""What a reader shows: passages of plain text. A passage is clean by construction, whoever made its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.text import strip_unseen

_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_PICTURE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\s]{0,2000}[^)\n]{0,300}\)")
_LINK = re.compile(r"\[([^\]\n]{1,500})\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}[^)\n]{0,300}\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\1")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~])")
_ADDRESS = re.compile(r"\s*• https?://\S+")
_BULLET = re.compile(r"(\s*)[*+-]\s+(?=\S)")


class Tone(StrEnum):
    """What a passage is, for its colour: meaning, not look."""

    PLAIN = "plain"
    HEAD = "head"
    CODE = "code"
    DIM = "dim"
    ADDED = "added"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of the reader before it is folded. `lead` stands before it (a time), `second` is where a talk says it.

    `marks` are (offset in the text, second) for what is said further on in it.
    """

    text: str = ""
    lead: str = ""
    tone: Tone = Tone.PLAIN
    second: float | None = None
    marks: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        clean = strip_unseen(self.text).replace("\n", " ").replace("\t", "    ")
        object.__setattr__(self, "text", clean)
        if self.lead:
            object.__setattr__(self, "lead", strip_unseen(self.lead).replace("\n", " "))

    def second_at(self, offset: int) -> float | None:
        """The second where what stands at `offset` is said."""
        return max((at for start, at in self.marks if start <= offset), default=self.second)


def plain(lines: Iterable[str]) -> tuple[Passage, ...]:
    """Lines as they are."""
    return tuple(Passage(line) for line in lines)


def of_markdown(text: str) -> tuple[Passage, ...]:
    """Markdown as a person reads it: headings and code have their tone, links are their words, nothing acts."""
    return tuple(_markdown(text.split("\n")))


def _markdown(lines: Sequence[str]) -> Iterator[Passage]:
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            yield Passage(line, tone=Tone.CODE)
        elif head := _HEADING.match(line):
            yield Passage(_words(head[2]), tone=Tone.HEAD)
        elif line.startswith(">"):
            yield Passage(f"│ {_words(line.lstrip('> '))}", tone=Tone.DIM)
        else:
            yield Passage(_words(_BULLET.sub(r"\1• ", line, count=1)))


def _words(line: str) -> str:
    """A line of Markdown without its marks."""
    if "[" in line:
        line = _LINK.sub(r"\1", _PICTURE.sub(lambda found: f"▣ {found[1]}".rstrip(), line))
    if "*" in line or "__" in line:
        line = _STRONG.sub(r"\2", line)
    return _ESCAPED.sub(r"\1", line) if "\\" in line else line


def of_changes(text: str) -> tuple[Passage, ...]:
    """Lines of a difference: what was added and what was taken out stand out."""
    return tuple(_change(line) for line in text.split("\n"))


def _change(line: str) -> Passage:
    if line.startswith("+") and not line.startswith("+++"):
        return Passage(line, tone=Tone.ADDED)
    if line.startswith("-") and not line.startswith("---"):
        return Passage(line, tone=Tone.TAKEN)
    return Passage(line, tone=Tone.HEAD if line.startswith("@@") else Tone.PLAIN)


def noted(body: str) -> str:
    """A note without its marks, and without the bullet that is only the address, which stands above."""
    lines = (one.text for one in of_markdown(body.strip()))
    return "\n".join(line for line in lines if line and not _ADDRESS.fullmatch(line))
