"""Refreshing feeds: each program on a store of its own, through cold, unchanged, edited and without validators."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bench import peers
from bench.farmhand import Farmhand
from bench.home import POLITE, QUICK, Home
from bench.measured import Cost, run, size_of
from bench.report import OURS, Figure

PHASES = ("cold", "second", "unchanged (304)", "5 % edited", "unchanged, no validators")
LATENCY = 0.1


class Tracker:
    """`tracker crawl --all`, texts and transcripts of single pages left out: no peer fetches them."""

    def __init__(self, folder: Path, farm: Farmhand, settings: str = QUICK) -> None:
        self._home = Home(folder, settings)
        self._home.watch(farm.farm.feed_urls())
        self._home.run("init", sampled=False)
        self.store = self._home.database

    def refresh(self) -> Cost:
        return self._home.run("crawl", "--all", "--without-texts", "--without-transcripts")

    def holds(self) -> str:
        return self._home.holds()


class Peer:
    """Another program: its folder, its command, and what it holds afterwards."""

    def __init__(self, folder: Path, farm: Farmhand) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder, self.urls, self.store, self.command = folder, farm.farm.feed_urls(), folder / "store", [""]
        self.prepare()

    def prepare(self) -> None:
        """Write its lists and settings; set `store` and `command`."""
        raise NotImplementedError

    def refresh(self) -> Cost:
        env = {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder)}
        return run(self.command, folder=self.folder, env=env)

    def holds(self) -> str:
        raise NotImplementedError

    def rows(self, table: str) -> str:
        with contextlib.closing(sqlite3.connect(self.store)) as found:
            return f"{found.execute(f'SELECT count(*) FROM {table}').fetchone()[0]} entries"


class Newsboat(Peer):
    """One reload thread: without latency more are no faster."""

    def prepare(self) -> None:
        (self.folder / "urls").write_text("".join(f"{url}\n" for url in self.urls))
        (self.folder / "config").write_text("reload-threads 1\ncleanup-on-quit no\ndownload-retries 1\n")
        self.command = [peers.where("newsboat"), "-u", "urls", "-c", str(self.store), "-C", "config", "-x", "reload"]

    def holds(self) -> str:
        return self.rows("rss_item")


class Sfeed(Peer):
    """Eight jobs at a time, curl with kept ETags and compression, as its README proposes."""

    def prepare(self) -> None:
        (self.folder / "etags").mkdir()
        feeds = "".join(f'\tfeed "{number}" "{url}"\n' for number, url in enumerate(self.urls))
        (self.folder / "sfeedrc").write_text(
            f'sfeedpath="{self.store}"\nmaxjobs=8\nfetch() {{\n\tkept="$HOME/etags/$(basename "$3")"\n'
            '\tcurl -L --max-redirs 0 -H "User-Agent:" -f -s -m 15 --compressed --etag-save "$kept" '
            f'--etag-compare "$kept" "$2" 2>/dev/null\n}}\nfeeds() {{\n{feeds}}}\n'
        )
        self.command = [peers.where("sfeed"), "sfeedrc"]

    def holds(self) -> str:
        return f"{sum(len(file.read_bytes().splitlines()) for file in self.store.iterdir())} entries"


_READER = """
import sys
from reader import make_reader
found = make_reader(sys.argv[1])
for url in sys.argv[3:] and open(sys.argv[3]).read().split():
    found.add_feed(url)
sys.argv[3:] or found.update_feeds(workers=int(sys.argv[2]), scheduled=False)
"""


class Reader(Peer):
    """lemon24/reader: threads retrieve, one thread parses and stores."""

    workers = 1

    def prepare(self) -> None:
        (self.folder / "urls").write_text("".join(f"{url}\n" for url in self.urls))
        (self.folder / "refresh.py").write_text(_READER)
        self.command = [peers.where("reader"), "refresh.py", str(self.store), str(self.workers)]
        run([*self.command, "urls"], folder=self.folder, sampled=False)

    def holds(self) -> str:
        return self.rows("entries")


class WideReader(Reader):
    """With as many threads as pay at a latency."""

    workers = 32


class Rss2email(Peer):
    """Into a maildir, one message an entry; one feed after the other by design."""

    def prepare(self) -> None:
        for name in ("new", "cur", "tmp"):
            (self.store / "inbox" / name).mkdir(parents=True)
        feeds = "".join(f"[feed.f{number}]\nurl = {url}\n" for number, url in enumerate(self.urls))
        (self.folder / "r2e.cfg").write_text(
            "[DEFAULT]\nto = a@example.org\nfrom = b@example.org\nemail-protocol = maildir\nmaildir-mailbox = inbox\n"
            f"maildir-path = {self.store}\nhtml-mail = True\n{feeds}"
        )
        self.command = [peers.where("rss2email"), "-c", "r2e.cfg", "-d", "r2e.json", "run"]

    def holds(self) -> str:
        return f"{sum(1 for _ in (self.store / 'inbox/new').iterdir())} entries"


_PEERS = {"sfeed": Sfeed, "newsboat": Newsboat, "reader": Reader, "rss2email": Rss2email}


def measure(farm: Farmhand, folder: Path, names: Sequence[str]) -> list[Figure]:
    """One turn of every program; load from elsewhere then hits all alike."""
    found = _phases("refresh", Tracker(folder / "refresh", farm), OURS, farm, PHASES)
    for name in peers.installed(name for name in names if name in _PEERS):
        found += _phases("refresh", _PEERS[name](folder / "refresh", farm), name, farm, PHASES)
    return found


def measure_polite(farm: Farmhand, folder: Path) -> list[Figure]:
    """The same with the settings as they come: one request at a time and host, a second apart."""
    program = Tracker(folder / "refresh", farm, POLITE)
    return _phases("refresh", program, f"{OURS}, polite defaults", farm, PHASES[:1])


def measure_far(farm: Farmhand, folder: Path, names: Sequence[str]) -> list[Figure]:
    """With a latency of 100 ms: cold and unchanged."""
    farm.steer(f"set?latency={LATENCY}")
    label = f"refresh at {LATENCY * 1000:.0f} ms"
    found = _phases(label, Tracker(folder / "refresh", farm), OURS, farm, PHASES[:3])
    if "reader" in peers.installed(name for name in names if name == "reader"):
        found += _phases(label, WideReader(folder / "refresh", farm), "reader (32 threads)", farm, PHASES[:3])
    farm.steer("set?latency=0")
    return found


def _phases(label: str, program: Tracker | Peer, name: str, farm: Farmhand, phases: Sequence[str]) -> list[Figure]:
    found = []
    for phase in phases:
        if phase == "5 % edited":
            farm.steer("edit?percent=5")
        farm.steer(f"set?validators={int(phase != 'unchanged, no validators')}")
        cost = program.refresh()
        seen = farm.steer("seen")
        answers = ", ".join(f"{count}×{status}" for status, count in sorted(seen.items()))
        found.append(
            Figure(f"{label}: {phase}", name, cost.seconds, "s", cost.cpu, cost.peak, size_of(program.store),
                   f"{program.holds()}; {answers}" + (f"; status {cost.status}" if cost.status else ""))
        )  # fmt: skip
        print(found[-1], flush=True)
    farm.steer("set?validators=1")
    return found
