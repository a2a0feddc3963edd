"""`python -m bench`: the whole bench, or the groups that are named. See README.md."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import tracker
from bench import library, links, peers, refresh, report, start, terminal
from bench.content import Size
from bench.farmhand import Farmhand
from bench.home import Home
from bench.report import Figure

PEERS = (
    "sfeed", "newsboat", "reader", "rss2email", "lychee", "linkchecker", "linkinator",
)  # fmt: skip


def _refresh(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    with Farmhand(size) as farm:
        return refresh.measure(farm, folder, names)


def _far(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    with Farmhand(size) as farm:
        return refresh.measure_far(farm, folder, names)


def _polite(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    with Farmhand(size) as farm:
        return refresh.measure_polite(farm, folder)


def _growth(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    """A tenth of the feeds: what ten times as many cost is read from the two."""
    with Farmhand(Size(**(vars(size) | {"feeds": size.feeds // 10}))) as farm:
        return [
            Figure(**(vars(one) | {"measure": one.measure.replace("refresh", f"refresh of {size.feeds // 10}")}))
            for one in refresh.measure(farm, folder, [])
        ]


def _links(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    with Farmhand(Size(**(vars(size) | {"feeds": 1}))) as farm:
        return [*links.measure(farm, folder, names, 0.0), *links.measure(farm, folder, names, 0.1)]


def _library(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    found, home = library.measure_import(folder)
    found += start.measure_commands(home, library.LISTED)
    found += library.measure_search(home, library.LISTED)
    return found


def _inbox(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    home = Home(folder / "filled")
    library.fill(home, library.LISTED)
    home.run("search", "memory")
    return [*start.measure_commands(home, library.LISTED), *terminal.measure(home, library.LISTED)]


def _million(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    home = Home(folder / "million")
    library.fill(home, 10 * library.LISTED)
    return [*library.measure_search(home, 10 * library.LISTED), *terminal.measure(home, 10 * library.LISTED)]


def _index(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    with Farmhand(size) as farm:
        return library.measure_index(farm, folder)


def _start(size: Size, folder: Path, names: list[str]) -> list[Figure]:
    return start.measure_help(folder)


GROUPS: dict[str, Callable[[Size, Path, list[str]], list[Figure]]] = {
    "start": _start,
    "refresh": _refresh,
    "far": _far,
    "growth": _growth,
    "polite": _polite,
    "links": _links,
    "library": _library,
    "inbox": _inbox,
    "index": _index,
    "million": _million,
}
ONCE = ("polite", "million")  # minutes each, and their spread tells nothing


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m bench", description="Measure tracker beside its peers.")
    asked.add_argument("groups", nargs="*", help=f"of {', '.join(GROUPS)}; all when none is named")
    asked.add_argument("--repeat", type=int, default=3)
    asked.add_argument("--feeds", type=int, default=Size().feeds)
    asked.add_argument("--peers", default=",".join(PEERS), help="which to run, by name")
    asked.add_argument("--keep", type=Path, help="write the figures as JSON lines")
    asked.add_argument("--results", type=Path, help="write the table with machine and versions (bench/RESULTS.md)")
    given = asked.parse_args()
    if unknown := [name for name in given.groups if name not in GROUPS]:
        asked.error(f"no group {unknown[0]}; there are {', '.join(GROUPS)}")
    peers.folder().mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="runs-", dir=peers.folder()))  # of this process: two benches may run
    figures: list[Figure] = []
    for turn in range(given.repeat):
        for name in given.groups or GROUPS:
            if turn == 0 or name not in ONCE:
                figures += GROUPS[name](Size(feeds=given.feeds), folder, given.peers.split(","))
    shutil.rmtree(folder, ignore_errors=True)
    print("\n" + report.table(figures))
    if given.keep:
        report.keep(figures, given.keep)
    if given.results:
        given.results.write_text(_page(figures))


def _page(figures: list[Figure]) -> str:
    versions = ", ".join(f"{name} {peers.version(name)}" for name in PEERS if peers.where(name))
    return (
        f"# Results of {tracker.__version__}\n\n{datetime.now(UTC):%Y-%m-%d}; {report.machine()}.\n"
        f"Peers: {versions}.\nMade by `make bench`; README.md says what each row is.\n\n{report.table(figures)}"
    )


if __name__ == "__main__":
    main()
