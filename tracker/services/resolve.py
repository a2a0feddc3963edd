"""Addresses proposed for papers that are only named, and better pages for links to a front page. Nothing is changed:
each is a proposal with its evidence, which `services.merging` carries out when a person accepts it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from db import links, merging
from db import resolve as rows
from db.resources import by_ids
from db.store import Store, Tx
from tracker.core import resolve as fits
from tracker.core.errors import NotFound
from tracker.core.health import NewAddress
from tracker.core.html import host_of
from tracker.core.model import Origin, PersonId, Resource
from tracker.core.resolve import Fit, Page
from tracker.core.sameness import Offer
from tracker.core.text import fold
from tracker.core.urls import canonical, work_id
from tracker.core.web import Failed, Fetcher, Reason, Reply, Request
from tracker.documents.doctor import points_at_start
from tracker.documents.known import PAPERS
from tracker.services.look import read_whole
from tracker.services.preview import NOBODY, Reading, source_for
from tracker.sources.discover import site_maps

MOST_MAPS = 3  # site maps that one host names, and that are read
ARXIV = "https://arxiv.org/abs/"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was found for one work, by the name it was asked for; `problem` says why nothing could be asked."""

    work: Resource
    name: str
    fits: tuple[Fit, ...] = ()
    problem: str = ""

    @property
    def stars(self) -> int:
        """How many stars the lists that name the work gave it."""
        return fits.stars_in(one.note for one in self.work.sightings)


# ---- papers ----------------------------------------------------------------------------------------------------------


async def papers(
    store: Store, person: PersonId, fetcher: Fetcher, reading: Reading, now: datetime, only: Collection[int] = ()
) -> list[Resolved]:
    """Ask arXiv for papers without an address, those with most stars first, and propose what is called as they are.
    Names that were answered are not asked again unless they are among `only`. When it does not answer, the rest is not asked. Raises NotFound for one of `only` that is no such paper.
    """
    with store.read() as tx:
        wanted = _chosen(by_ids(tx, person, rows.unaddressed(tx)), only, "paper without an address")
        answered = rows.answered(tx)
    out = []
    for work in sorted(wanted, key=lambda one: -Resolved(one, "").stars):
        for name in fits.names_of(work.title):
            if (work.id, name) in answered and not only:
                continue
            found = await _asked(work, name, fetcher, reading)
            _propose_paper(store, person, found, now)
            out.append(found)
            if found.problem:  # the next would have to wait as long for nothing
                return out
    return out


def _chosen(works: Sequence[Resource], only: Collection[int], noun: str) -> list[Resource]:
    known = {one.id: one for one in works}
    if odd := next((id_ for id_ in only if id_ not in known), None):
        raise NotFound(noun, odd, "tracker resolve papers" if noun.startswith("paper") else "tracker resolve pages")
    return [one for one in works if not only or one.id in only]


async def _asked(work: Resource, name: str, fetcher: Fetcher, reading: Reading) -> Resolved:
    """A well-known paper by its number; any other, and one that is not there, by its title."""
    number = _known_number(name)
    if number:
        pages, problem = await _answered(fits.question(name, number, fits.ARXIV_API), fetcher, reading)
        known = _as_known(name, number, pages)
        if known or problem:
            return Resolved(work, name, known, problem)
    pages, problem = await _answered(fits.question(name, "", fits.ARXIV_API), fetcher, reading)
    return Resolved(work, name, fits.papers_called(name, pages), problem)


async def _answered(url: str, fetcher: Fetcher, reading: Reading) -> tuple[list[Page], str]:
    """The papers of an answer of arXiv's API, and why there are none."""
    answer = await fetcher.fetch(Request(url, purpose="feed"))
    if not isinstance(answer, Reply):
        why = f"{answer.reason.value}: {answer.detail or answer.status}" if isinstance(answer, Failed) else "no answer"
        return [], f"arXiv gave no answer ({why})"
    read = await reading.read("arxiv", source_for(fits.ARXIV_API, "arxiv"), answer, NOBODY)
    if not read.is_source:
        return [], f"the answer of arXiv could not be read ({read.error})"
    papers = [(work_id(one.url), one.title) for one in read.entries]
    return [Page(ARXIV + id_.partition(":")[2], title) for id_, title in papers if id_.startswith("arxiv:")], ""


def _known_number(name: str) -> str:
    """The number of a well-known paper that goes by this name, "" for any other."""
    said = {fold(name), fold(fits.spoken(name))}
    return next((number for number, (title, names) in PAPERS.items() if said & {fold(title), *map(fold, names)}), "")


def _as_known(name: str, number: str, pages: Iterable[Page]) -> tuple[Fit, ...]:
    """A well-known paper, when arXiv gives its number the title it should have."""
    head = fold(PAPERS[number][0].partition(":")[0])
    why = f"'{name}' is known as this paper; arXiv calls it "
    return tuple(
        Fit(page, 0.9, f"{why}'{page.title}'")
        for page in pages
        if page.url == ARXIV + number and fold(page.title).startswith(head)
    )


def _propose_paper(store: Store, person: PersonId, found: Resolved, now: datetime) -> None:
    several = len(fits.names_of(found.work.title)) > 1
    with store.write() as tx:
        for fit in found.fits:
            owner = links.holder(tx, fit.page.url)
            if owner is not None and not several:
                same = Offer(owner, found.work.id, f"{fit.why}, at the address of {owner}", fit.confidence)
                merging.put_offers(tx, person, [same], now)
            else:
                kind = rows.BESIDE if several else rows.PAPER
                _propose(tx, found.work, kind, found.name, fit, now)


def _propose(tx: Tx, work: Resource, kind: str, subject: str, fit: Fit, now: datetime) -> None:
    links.propose(tx, work.id, subject, NewAddress(kind, fit.page.url, fit.why, fit.confidence), now)


# ---- pages -----------------------------------------------------------------------------------------------------------


async def pages(
    store: Store, person: PersonId, fetcher: Fetcher, reading: Reading, now: datetime, only: Collection[int] = ()
) -> list[Resolved]:
    """Propose pages for what a plan links by a front page or the beginning of a documentation: from the library and
    the site maps of their hosts. Raises NotFound for one of `only` that is no such link.
    """
    with store.read() as tx:
        works = [one for one in by_ids(tx, person, rows.on_days(tx, person)) if points_at_start(one.url)]
        wanted = _chosen(works, only, "link to a front page")
        hosts = {host_of(one.url) for one in wanted}
        library = [Page(url, title, known=True) for url, title in rows.addressed(tx, hosts)]
    sites = list(dict.fromkeys(urljoin(one.url, "/") for one in wanted))
    listed = dict(zip(sites, await asyncio.gather(*(_mapped(one, fetcher, reading) for one in sites)), strict=True))
    found = [_found(one, library, *listed[urljoin(one.url, "/")]) for one in wanted]
    with store.write() as tx:
        for one in found:
            for fit in one.fits:
                if links.holder(tx, fit.page.url) in (None, one.work.id):
                    _propose(tx, one.work, rows.PAGE, one.work.url, fit, now)
    return found


def _found(work: Resource, library: Sequence[Page], listed: Sequence[Page], problem: str) -> Resolved:
    said = [work.title, *work.topics]
    for one in work.sightings:
        said += (one.title, one.note) if one.origin is Origin.DOCUMENT else ()
    own = canonical(work.url)
    others = [page for page in (*library, *listed) if not points_at_start(page.url) and canonical(page.url) != own]
    return Resolved(work, work.title, fits.pages_about(" ".join(said), work.url, others), problem)


async def _mapped(site: str, fetcher: Fetcher, reading: Reading) -> tuple[list[Page], str]:
    """The pages that the site maps of a host list, none when it has none; and why nothing could be asked."""
    robots = await fetcher.fetch(Request(urljoin(site, "/robots.txt"), purpose="robots", robots=True))
    if isinstance(robots, Failed) and robots.reason is not Reason.STATUS:
        return [], f"{host_of(site)} gave no answer ({robots.reason.value}: {robots.detail})"
    out: list[Page] = []
    for one in site_maps(site, robots.body if isinstance(robots, Reply) else b"")[:MOST_MAPS]:
        answer = await fetcher.fetch(Request(one.url, purpose="feed", robots=True))
        if isinstance(answer, Reply):
            source = source_for(one.url, "sitemap")
            harvest = await read_whole(source, NOBODY, answer, fetcher, reading)
            out += [Page(entry.url, entry.title) for entry in harvest.entries if entry.url]
    return out, ""
