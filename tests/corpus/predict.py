"""Answers of the program to the shared test corpora, in the form their scorer reads.

    python -m tests.corpus.predict SET [FOLDER] > answers.jsonl
    python ../shared/tools/score_corpus.py SCORER ../shared/corpus/SET answers.jsonl

SET: one of PREDICTORS below, or feeds-series (`series.py`). Feeds are what `sources preview --json` prints, pages what
`sources discover` names by link tags, lists what `import` reads.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tracker.cli.previews import shape as preview_shape
from tracker.core.dates import parse_date
from tracker.core.urls import canonical, strip_tracking, work_id
from tracker.core.weburl import parse, parse_host
from tracker.documents import reader_for
from tracker.net.robots import rules
from tracker.services.preview import discover_in, preview_file, source_for
from tracker.services.reading import ReadingRoom

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
Row = dict[str, Any]


def expected(folder: Path, name: str = "expected.jsonl") -> list[Row]:
    """The rows of a set; what they expect is for the scorer alone."""
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines() if line.strip()]


def unpacked(folder: Path, into: Path) -> Path:
    """The item files of a set, as files."""
    with zipfile.ZipFile(folder / "files.zip") as archive:
        archive.extractall(into)
    return into


async def feeds(folder: Path, kind: str = "", rows: Iterable[Row] | None = None) -> AsyncIterator[Row]:
    """Every file as `sources preview FILE --json` prints it."""
    room = ReadingRoom(2, cpu_seconds=10)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            files = unpacked(folder, Path(temporary))
            for row in rows or expected(folder):
                meta = row.get("meta") or {}
                base = meta.get("content_location") or meta.get("base_url") or ""
                source = source_for(base, kind or "feed")
                type_ = meta.get("content_type") or ""
                found = await preview_file(files / row["file"], room, source, guess=not kind, type_=type_)
                yield {"file": row["file"], **preview_shape(found, [])}
    finally:
        await room.close()


async def parsed(folder: Path) -> AsyncIterator[Row]:
    """The scorer's names for what a preview holds."""
    async for row in feeds(folder):
        entries = [_scored(entry) | {"link": entry["url"]} for entry in row["entries"]]
        feed = {key: row[key] for key in ("title", "link", "language", "id", "summary", "published", "updated")}
        yield {"file": row["file"], "feed": feed | {"author": ", ".join(row["authors"])}, "entries": entries}


def _scored(entry: Row) -> Row:
    plain = ("title", "id", "published", "updated", "summary", "content", "enclosures", "tags", "language")
    return {key: entry[key] for key in plain} | {"author": ", ".join(entry["authors"])}


async def sitemaps(folder: Path) -> AsyncIterator[Row]:
    """Site maps, read as such: an index gives the files it names."""
    room = ReadingRoom(2, cpu_seconds=10)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            files = unpacked(folder, Path(temporary))
            for row in expected(folder):
                source = source_for("https://site.example/sitemap.xml", "sitemap")
                found = await preview_file(files / row["file"], room, source, guess=False)
                harvest = found.harvest
                assert harvest is not None
                days = {one.url: one.updated or one.published for one in harvest.entries}
                urls = [{"loc": url, "lastmod": days[url] and days[url].isoformat()} for url in days]
                urls += [{"loc": url, "lastmod": None} for url in harvest.follow if url not in days]
                yield {"file": row["file"], "urls": urls}
    finally:
        await room.close()


async def discovery(folder: Path) -> AsyncIterator[Row]:
    """What `sources discover FILE --url ADDRESS` names by link tags."""
    room = ReadingRoom(2, cpu_seconds=10)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            files = unpacked(folder, Path(temporary))
            for row in expected(folder, "discovery.jsonl"):
                found, _ = await discover_in(files / row["file"], row["url"], room)
                yield {"file": row["file"], "feeds": [{"url": one.url} for one in found if one.how == "link"]}
    finally:
        await room.close()


def dates(folder: Path) -> Iterator[Row]:
    """Each string as a feed's date."""
    for row in expected(folder):
        found = parse_date(row["input"])
        yield {"id": row["id"], "output": found and found.isoformat()}


def robots(folder: Path) -> Iterator[Row]:
    """What each robots.txt allows."""
    with zipfile.ZipFile(folder / "files.zip") as archive:
        for row in expected(folder):
            told = rules(archive.read(row["file"]).decode("utf-8-sig", "replace"))
            yield {"file": row["file"], "allowed": [told.can_fetch(q["url"], q["agent"]) for q in row["queries"]]}


def _resolved(row: Row) -> str | None:
    base = row["options"].get("base")
    known = parse(base) if base else None
    found = None if base and known is None else parse(row["input"], known)
    return str(found) if found else None


def _video(row: Row) -> Row | None:
    """The work an address names, in yt-dlp's words."""
    site, _, rest = work_id(row["input"]).partition(":")
    if site == "bilibili":
        number, _, part = rest.partition(":")
        number = number.removeprefix("BV")  # as yt-dlp writes it
        return {"id": number if part == "1" else f"{number}_p{part}", "site": "bilibili"}
    return {"id": rest, "site": site} if site else None


VECTORS: dict[str, Callable[[Row], Any]] = {  # the groups whose policy is ours
    "wpt.resolve": _resolved,
    "wpt.toascii": lambda row: parse_host(row["input"], True),
    "yt-dlp.video_id": _video,
    "yt-dlp.list_id": _video,
    "miniflux.remove_tracking": lambda row: strip_tracking(row["input"]),
}


def urls(folder: Path) -> Iterator[Row]:
    """Addresses, for the groups of VECTORS."""
    for row in expected(folder):
        if row["group"] in VECTORS:
            yield {"id": row["id"], "output": VECTORS[row["group"]](row)}


def pairs(folder: Path) -> Iterator[Row]:
    """The canonical form of every address of a pair: what makes two one resource."""
    for url in {row[side] for row in expected(folder, "pairs.jsonl") for side in "ab"}:
        yield {"url": url, "canonical": canonical(url) or url}


def lists(folder: Path) -> Iterator[Row]:
    """Curated lists as `import` reads them."""
    with zipfile.ZipFile(folder / "files.zip") as archive:
        for row in expected(folder):
            text = archive.read(row["file"]).decode("utf-8-sig", "replace")
            found = reader_for(text, row["file"], "list").read(text, row["file"])
            items = [{"url": m.url, "title": m.title, "section": list(m.section)} for m in found.mentions if m.url]
            yield {"file": row["file"], "items": items}


def texts(folder: Path) -> Iterator[Row]:
    """The main text of every page, as `extract` finds it. Named `texts` here: the set is `extraction`."""
    from tracker.texts.reading import read_text

    with zipfile.ZipFile(folder / "files.zip") as archive:
        for row in expected(folder):
            yield {"file": row["file"], "text": read_text(archive.read(row["file"]), row.get("url") or "").text}


PREDICTORS: dict[str, Callable[[Path], Any]] = {
    "feeds-conformance": parsed,
    "feeds-real": parsed,
    "sitemaps": sitemaps,
    "extraction": discovery,
    "texts": texts,
    "dates": dates,
    "robots": robots,
    "urls": urls,
    "pairs": pairs,
    "lists": lists,
}


def write(name: str, folder: Path, out: Any) -> None:
    """Write the answers to set `name` in `folder` as lines of JSON."""
    if name == "feeds-series":
        from tests.corpus.series import series

        found: Any = series(folder)
    else:
        found = PREDICTORS[name](folder)

    async def all_of() -> None:
        async for row in found:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")

    if hasattr(found, "__aiter__"):
        asyncio.run(all_of())
    else:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found)


def folder_of(name: str) -> Path:
    """Where the set lies."""
    return CORPUS / {"pairs": "urls", "texts": "extraction"}.get(name, name)


if __name__ == "__main__":
    wishes = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wishes.add_argument("set", choices=[*PREDICTORS, "feeds-series"])
    wishes.add_argument("folder", nargs="?", type=Path)
    given = wishes.parse_args()
    write(given.set, given.folder or folder_of(given.set), sys.stdout)
