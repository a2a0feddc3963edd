"""Links of files and of the command line, looked at side by side; and files mended where a link moved for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tracker.core.errors import DocumentError
from tracker.core.health import Judgement, Verdict, judge, our_network
from tracker.core.urls import fetchable
from tracker.core.web import Fetcher, Request
from tracker.documents.marks import links

MAX_FILE = 64 * 1024 * 1024
LOOK_BYTES = 256 * 1024  # of a page: its head is enough


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link stands."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A link with its verdict and all its places."""

    judgement: Judgement
    where: tuple[Place, ...] = ()


def gather(inputs: Sequence[str]) -> dict[str, list[Place]]:
    """The links meant by addresses and files, in order, each once. Raises DocumentError."""
    found: dict[str, list[Place]] = {}
    for one in inputs:
        if one.startswith(("http://", "https://")):
            found.setdefault(one, [])
            continue
        for link in links(read_text(one)):
            found.setdefault(link.url, []).append(Place(one, link.line))
    return found


def read_text(name: str) -> str:
    """The text of a file, line ends as they are. Raises DocumentError."""
    try:
        path = Path(name)
        if path.stat().st_size > MAX_FILE:
            raise DocumentError(name, 0, f"is larger than {MAX_FILE >> 20} MiB", "Split it")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(name, 0, "is not UTF-8", "Save it as UTF-8 and try again") from error
    except OSError as error:
        raise DocumentError(name, 0, f"cannot be read ({error.strerror})", "Check the path") from error


async def check(
    wanted: dict[str, list[Place]], fetcher: Fetcher, at_once: int, on_step: Callable[[], None] = lambda: None
) -> list[Checked]:
    """A verdict on every link, in order; one look an address however often it is written."""
    room, answers = asyncio.Semaphore(at_once), dict[str, asyncio.Task[object]]()

    async def look(address: str) -> object:
        async with room:
            answer = await fetcher.fetch(Request(address, max_bytes=LOOK_BYTES, cut=True, robots=True, purpose="link"))
        on_step()
        return answer

    for url in wanted:
        answers.setdefault(fetchable(url) or url, asyncio.create_task(look(url)))
    looks = [(url, await answers[fetchable(url) or url]) for url in wanted]
    judged = [(judge(url, answer), answer) for url, answer in looks]  # type: ignore[arg-type]
    if our_network(judged):  # type: ignore[arg-type]
        reason = "no host could be reached: it is the network here, not the links"
        judged = [(replace(one, verdict=Verdict.UNKNOWN, reason=reason), answer) for one, answer in judged]
    return [Checked(one, tuple(wanted[one.url])) for one, _ in judged]


def mended(text: str, name: str, checked: Sequence[Checked]) -> tuple[str, int]:
    """`text` of the file `name` with the addresses of moved links replaced; nothing but those bytes changes."""
    lines = text.split("\n")
    count = 0
    for one in checked:
        old, new = one.judgement.url, one.judgement.replacement
        for place in one.where if new else ():
            if place.file == name and place.line <= len(lines):
                fixed = _replaced(lines[place.line - 1], old, new)
                count += fixed != lines[place.line - 1]
                lines[place.line - 1] = fixed
    return "\n".join(lines), count


def _replaced(line: str, old: str, new: str) -> str:
    """Every whole occurrence of `old`: not the beginning of a longer address."""
    out, rest = "", line
    while old in rest:
        head, _, tail = rest.partition(old)
        whole = not tail or not (
            tail[0].isalnum() or (tail[0] in "/?&=%_-~+.#:@" and len(tail) > 1 and tail[1].isalnum())
        )
        out, rest = out + head + (new if whole else old), tail
    return out + rest
