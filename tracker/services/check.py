"""Links of files and of the command line, looked at side by side; and files mended where a link moved for good.

Works without a home and a database. Files are read and written as bytes: whatever is not an address stays as it was.
"""

from __future__ import annotations

import asyncio
import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from tracker.core.errors import DocumentError, UsageError
from tracker.core.health import Judgement, Verdict, first_judgement
from tracker.core.look import Known, Seen
from tracker.core.outage import Attempt, outages
from tracker.core.urls import fetchable, host_key
from tracker.core.web import Fetcher
from tracker.documents.addresses import HTML, MARKDOWN, addresses
from tracker.documents.anchors import anchors
from tracker.services.files import write_whole
from tracker.services.looking import Looker, Wish

MAX_FILE = 64 * 1024 * 1024
TEXT = (".txt", ".text", ".rst", ".org", ".adoc")
LEFT_OUT = frozenset(("node_modules", "__pycache__", "venv"))
STDIN = "-"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_TEMPLATE = re.compile(r"\{\{|\$\{|\{%|<%")


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


@dataclass
class Wanted:
    """What is to be looked at: addresses of the web, and links into files, each with its places."""

    web: dict[str, list[Place]] = field(default_factory=dict)
    local: dict[tuple[str, str], list[Place]] = field(default_factory=dict)  # (file, link as written)
    labels: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.web) + len(self.local)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which addresses count: one of `include` matches (or there is none), and none of `exclude`."""

    include: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()

    def lets_in(self, url: str) -> bool:
        """Whether `url` is to be looked at."""
        wished = not self.include or any(one.search(url) for one in self.include)
        return wished and not any(one.search(url) for one in self.exclude)


def patterns(texts: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Regular expressions of the command line. Raises UsageError."""
    out = []
    for text in texts:
        try:
            out.append(re.compile(text))
        except re.error as error:
            raise UsageError(f"'{text}' is no pattern ({error})", "Write a regular expression") from None
    return tuple(out)


def is_address(text: str) -> bool:
    """Whether an argument is an address and no file."""
    return text.lower().startswith(("http://", "https://"))


def gather(inputs: Sequence[str], wanted: Filter = Filter(), stdin: bytes = b"") -> Wanted:
    """The links meant by addresses, files, folders, patterns and `-`, in order, each once. Raises DocumentError."""
    found = Wanted()
    for one in inputs:
        if is_address(one):
            found.web.setdefault(one, [])
            continue
        for name in (one,) if one == STDIN else _files(one):
            found.files.append(name)
            _gather_file(found, name, stdin if name == STDIN else read_bytes(name), wanted)
    return found


def _gather_file(found: Wanted, name: str, data: bytes, wanted: Filter) -> None:
    for one in addresses(text_of(data, name), "" if name == STDIN else name):
        if not wanted.lets_in(one.url) or _TEMPLATE.search(one.url):
            continue
        place = Place(name, one.line)
        if is_address(one.url) or one.url.startswith("//"):
            places = found.web.setdefault(one.url, [])
            if place not in places:
                places.append(place)
            if one.label:
                found.labels.setdefault(one.url, one.label)
        elif one.form != "bare" and not _SCHEME.match(one.url) and not one.url.startswith("/"):
            found.local.setdefault((name, one.url), []).append(place)


def _files(name: str) -> list[str]:
    """The file, the files of a folder, or the files a pattern matches."""
    path = Path(name)
    if path.is_dir():
        return _inside(path)
    if any(sign in name for sign in "*?[") and not path.exists():
        root = Path(path.anchor or ".")
        matches = root.glob(str(path.relative_to(path.anchor or ".")))
        found = sorted(str(one) for one in matches if one.is_file() and not one.name.startswith("."))
        if not found:
            raise DocumentError(name, 0, "matches no file", "Check the pattern")
        return found
    return [name]


def _inside(folder: Path) -> list[str]:
    """Texts below a folder; hidden folders and those of other programs are left out."""
    found = (one for one in folder.rglob("*") if one.suffix.lower() in MARKDOWN + HTML + TEXT and one.is_file())
    parts = ((one, one.relative_to(folder).parts) for one in found)
    return sorted(str(one) for one, of in parts if not any(p in LEFT_OUT or p.startswith(".") for p in of))


def read_bytes(name: str) -> bytes:
    """The bytes of a file. Raises DocumentError."""
    try:
        path = Path(name)
        if path.stat().st_size > MAX_FILE:
            raise DocumentError(name, 0, f"is larger than {MAX_FILE >> 20} MiB", "Split it")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(name, 0, f"cannot be read ({error.strerror})", "Check the path") from error


def text_of(data: bytes, name: str) -> str:
    """The characters of a file; bytes that are not UTF-8 are carried through unchanged. Raises DocumentError."""
    if b"\0" in data[:8192]:
        raise DocumentError(name, 0, "is no text (or UTF-16)", "Name a text file; save it as UTF-8")
    return data.decode("utf-8", "surrogateescape")


# ---- looking ---------------------------------------------------------------------------------------------------


async def check(
    wanted: Wanted, fetcher: Fetcher, wish: Wish, per_host: int, on_step: Callable[[int], None] = lambda n: None
) -> list[Checked]:
    """A verdict on every link of the web, in order; one look an address however often it is written."""
    looker, seen, attempts = Looker(fetcher, wish), dict[str, Seen](), list[tuple[list[str], Attempt]]()
    by_address: dict[str, list[str]] = defaultdict(list)
    for url in wanted.web:
        by_address[fetchable(url) or url].append(url)
    by_host: dict[str, list[list[str]]] = defaultdict(list)
    for address, urls in by_address.items():
        by_host[host_key(address)].append(urls)

    async def at_host(waiting: list[list[str]]) -> None:
        while waiting:
            urls = waiting.pop()
            found, attempt = await looker.look(urls, [Known(wanted.labels.get(url, "")) for url in urls])
            seen.update(zip(urls, found, strict=True))
            attempts.append((urls, attempt))
            on_step(len(urls))

    async with asyncio.TaskGroup() as group:
        for waiting in by_host.values():
            waiting.reverse()
            for _ in range(min(per_host, len(waiting))):
                group.create_task(at_host(waiting))
    judged = {url: first_judgement(one) for url, one in seen.items()}
    for i, why in outages([attempt for _, attempt in attempts]).items():
        for url in attempts[i][0]:
            judged[url] = replace(judged[url], verdict=Verdict.UNKNOWN, reason=why, replacement="")
    return [Checked(judged[url], tuple(places)) for url, places in wanted.web.items()]


def check_local(wanted: Wanted) -> list[Checked]:
    """A verdict on every link into a file: is the file there, and the heading or id it names?"""
    offered: dict[Path, frozenset[str]] = {}
    return [Checked(_local(name, link, offered), tuple(places)) for (name, link), places in wanted.local.items()]


def _local(name: str, link: str, offered: dict[Path, frozenset[str]]) -> Judgement:
    path_part, _, anchor = link.partition("#")
    own = Path() if name == STDIN else Path(name).parent
    target = own / unquote(path_part.partition("?")[0]) if path_part else Path(name)
    try:
        if path_part and not target.exists():
            return Judgement(link, Verdict.GONE, reason=f"no such file: {target}")
    except (OSError, ValueError):
        return Judgement(link, Verdict.GONE, reason="no file can be called so")
    if not anchor or name == STDIN or not target.is_file() or target.suffix.lower() not in MARKDOWN + HTML:
        return Judgement(link, Verdict.OK)
    if target not in offered:
        offered[target] = anchors(read_bytes(str(target)).decode("utf-8", "surrogateescape"), str(target))
    wished = {anchor, unquote(anchor), unquote(anchor).lower()}
    if wished & offered[target] or anchor.startswith(":~:") or anchor == "top":
        return Judgement(link, Verdict.OK)
    return Judgement(link, Verdict.FAILING, reason=f"no fragment: {target} has no heading or id '{anchor}'")


# ---- mending ---------------------------------------------------------------------------------------------------


def mended(data: bytes, name: str, checked: Sequence[Checked]) -> tuple[bytes, int]:
    """`data` of the file `name` with the addresses of moved links replaced, and how many; no other byte changes."""
    new = {one.judgement.url: one.judgement.replacement for one in checked if one.judgement.replacement}
    text = text_of(data, name)
    pieces, at, count = [], 0, 0
    for one in addresses(text, name):
        if one.url in new and one.start >= at:
            pieces += [text[at : one.start], _written(new[one.url], one.form, text[one.start - 1 : one.start])]
            at, count = one.end, count + 1
    return "".join([*pieces, text[at:]]).encode("utf-8", "surrogateescape"), count


def _written(url: str, form: str, before: str) -> str:
    """An address as it must be written where it goes: what would end it there is encoded."""
    url = url.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    if form == "html":
        return url.replace("&", "&amp;").replace('"', "%22").replace("'", "%27")
    if form in ("inline", "reference") and before != "<" and url.count("(") != url.count(")"):
        return url.replace("(", "%28").replace(")", "%29")
    return url


def mend_file(name: str, checked: Sequence[Checked]) -> int:
    """Mend a file as it is now: what was written to it meanwhile stays. Returns how many addresses were replaced."""
    data, count = mended(read_bytes(name), name, checked)
    if count:
        write_whole(Path(name), data)
    return count


def patch_of(name: str, before: bytes, after: bytes) -> list[str]:
    """What mending would change, as a unified diff that `patch` takes; [] for nothing."""
    old, new = text_of(before, name).split("\n"), text_of(after, name).split("\n")
    lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="", n=3)
    return [line.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for line in lines]
