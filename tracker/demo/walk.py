"""The first walk: list in, crawl, triage, a second visit, digest; all over the miniature web, nothing pretended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from tracker.core.model import InboxState
from tracker.demo.pages import LIST
from tracker.demo.web import MiniWeb
from tracker.wiring import House, house_of, spoken_language

SOURCES = """version: 1
sources:
  - name: Kiln
    url: {base}/kiln/feed.xml
    topics: [KV cache]
    why: measures before it claims
  - name: 港口笔记
    url: {base}/harbour/atom.xml
    lang: zh
    why: 推理系统的中文笔记
  - name: Out of order
    url: {base}/broken/feed.xml
    why: shows what a source in trouble looks like
"""
Tell = Callable[[str], None]


def furnish(home: Path, web: MiniWeb) -> None:
    """Put settings and sources for the miniature web into an empty home."""
    home.mkdir(parents=True, exist_ok=True)
    opened = web.base.removeprefix("http://")
    (home / "config.toml").write_text(f'[network]\nallow_private = ["{opened}"]\nhost_spacing = 0.0\n', "utf-8")
    (home / "sources.yaml").write_text(SOURCES.format(base=web.base), "utf-8")
    (home / "reading-list.md").write_text(LIST.format(base=web.base), "utf-8")


def walk(home: Path, web: MiniWeb, tell: Tell) -> None:
    """Take the walk in `home`; `tell` gets a line per step. Raises what the services raise."""
    with house_of({"home": str(home), "sources": str(home / "sources.yaml")}) as house:
        _import(house, tell)
        _crawl(house, tell, "first visit")
        _triage(house, tell)
        web.visit = 2
        _crawl(house, tell, "second visit")
        tell(f"digest   {_digest(house)}")


def _import(house: House, tell: Tell) -> None:
    from tracker.documents import reader_for
    from tracker.services.documents import import_document

    path = house.home / "reading-list.md"
    text = path.read_text("utf-8")
    document = reader_for(text, path.name).read(text, path.name)
    report = import_document(house.store, house.person, document, now=house.clock(), path=str(path))
    tell(f"import   {path.name}: {report.resources} resources under {report.nodes} topics")


def _crawl(house: House, tell: Tell, visit: str) -> None:
    lines: list[str] = []
    summary = asyncio.run(
        house.crawl(
            everything=True,
            on_line=lambda line: lines.append(f"         {line.source}: {line.error or line.outcome} ({line.new} new)"),
        )
    )
    tell(f"crawl    {visit}: {summary.sources} sources, {summary.new} new, {summary.failed} failed")
    for line in sorted(lines):
        tell(line)


def _triage(house: House, tell: Tell) -> None:
    """Two decisions and one taken back, as a person would."""
    from tracker.services import actions, inbox

    store, person, now = house.store, house.person, house.clock()
    rows = inbox.page(store, person, limit=3).items
    filed = inbox.act(store, person, [rows[0].id], "file", topic="KV cache", now=now, made_by="demo")
    skipped = inbox.act(store, person, [row.id for row in rows[1:]], "skip", now=now, made_by="demo")
    actions.undo(store, person, now)
    tell(f"triage   {filed.label}; {skipped.label}, and that taken back")
    waiting = inbox.counts(store, person).get(InboxState.INBOX, 0)
    tell(f"inbox    {waiting} wait for a decision")


def _digest(house: House) -> Path:
    from tracker.core.digest import period_of
    from tracker.formats.digest import FORMS
    from tracker.services import digest
    from tracker.services.files import write_whole

    days = period_of("daily", house.clock().astimezone(house.zone).date())
    made = digest.make(house.store, house.person, days, house.zone)
    path = house.digest_folder / (days.stem + FORMS["log"].suffix)
    spoken = spoken_language(house.settings.digest.language, house.settings.ui.language)
    write_whole(path, digest.render(made, "log", spoken, house.home))
    return path
