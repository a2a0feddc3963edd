"""A large library: importing a long list, whole commands over it, searching it, and what the index costs."""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bench import peers
from bench.content import LAST_DAY, Words, listed_links, title
from bench.farmhand import Farmhand
from bench.home import Home
from bench.measured import run, size_of
from bench.report import OURS, Figure

LISTED = 100_000
ROW_CHARACTERS = 300


def measure_import(folder: Path) -> tuple[list[Figure], Home]:
    """A Markdown list of 100,000 links into an empty home."""
    home = Home(folder / "import")
    listed = folder / "list.md"
    listed.write_text("# A long list\n" + "\n".join(listed_links(LISTED)) + "\n")
    home.run("init", sampled=False)
    cost = home.run("import", str(listed))
    stored = home.counted("SELECT count(*) FROM resource")
    found = [
        Figure(
            f"import of {LISTED:,} links",
            OURS,
            cost.seconds,
            "s",
            cost.cpu,
            cost.peak,
            size_of(home.database),
            f"{stored} works",
        )
    ]
    first = home.run("search", "memory")
    label = f"first search after it ({LISTED:,} rows are indexed)"
    found.append(Figure(label, OURS, first.seconds, "s", first.cpu, first.peak, size_of(home.database)))
    for one in found:
        print(one, flush=True)
    return found, home


def fill(home: Home, rows: int) -> None:
    """Put `rows` works of about 300 characters into the tables, a tenth of them into the inbox; the index follows.

    Importing a million links would take minutes; the program's own tables are filled as an import would fill them.
    """
    home.run("init", sampled=False)
    with sqlite3.connect(home.database) as store:
        store.executemany(
            "INSERT INTO resource (url, canonical_url, work, kind, title, authors, site, lang, published_at, "
            "first_seen_at, summary, enclosures) VALUES (?, ?, ?, 'article', ?, '[]', ?, ?, ?, ?, ?, '[]')",
            _rows(rows),
        )
        store.execute(
            "INSERT INTO filing (person_id, resource_id, state, sort_at) "
            "SELECT 1, id, 'inbox', published_at FROM resource WHERE id % 10 = 0"
        )
    store.close()


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    dice, words = random.Random("library"), Words(3)
    for number in range(count):
        chinese = number % 3 == 0
        text = ""
        while len(text) < ROW_CHARACTERS:
            text += words.some(dice, chinese)
        address = f"https://site{number % 997}.example/{number}"
        at = str((LAST_DAY - timedelta(minutes=count - number)).replace(tzinfo=None))
        name = title(dice, chinese, f"k{number}")
        yield address, address, address, name, f"site{number % 997}.example", "zh" if chinese else "en", at, at, text


# In the program's own process, so that no start of an interpreter is in the figure.
_QUESTIONS = """
import json, statistics, sys, time
from datetime import UTC, datetime
from tracker.services import inbox, search
from tracker.wiring import house_of
out = {}
with house_of({"home": sys.argv[1]}) as house:
    search.catch_up(house.store)
    def took(act, rounds):
        times = []
        for _ in range(rounds):
            begun = time.perf_counter()
            found = act()
            times.append((time.perf_counter() - begun) * 1000)
        times.sort()
        return times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.95))], found
    for name, words, newest in json.loads(sys.argv[2]):
        now = datetime.now(UTC)
        asked = house.asked(words)
        ask = lambda: search.search(house.store, house.person, asked, zone=house.zone, now=now, newest=newest)
        middle, slow, found = took(ask, int(sys.argv[3]))
        out[name] = middle, slow, f"{len(found.hits)} of {found.total}{'+' if found.more else ''}"
    for name, words in json.loads(sys.argv[4]):
        ask = lambda: inbox.page(house.store, house.person, asked=house.asked(words), zone=house.zone)
        middle, slow, found = took(ask, int(sys.argv[3]))
        out[name] = middle, slow, f"{len(found.items)} shown"
print(json.dumps(out, ensure_ascii=False))
"""

QUESTIONS = (
    ("a common English word", "memory", False),
    ("a rare English word", "k77777", False),
    ("two English words", "memory cache", False),
    ("a phrase", '"in the"', False),
    ("a common Chinese word", "数据", False),
    ("one Han character", "模", False),
    ("four Han characters", "模型数据", False),
    ("a beginning", "me*", False),
    ("a rare beginning", "k7777*", False),
    ("a word and not another", "memory -cache", False),
    ("a word in a field", "title:memory lang:zh", False),
    ("a common word, newest first", "memory", True),
)
INBOX = (("inbox: nothing asked", ""), ("inbox: a common word", "memory"), ("inbox: a common beginning", "me*"),
         ("inbox: a common Chinese word", "数据"))  # fmt: skip


def measure_search(home: Home, rows: int, rounds: int = 40) -> list[Figure]:
    """Questions inside one process over `rows` works; the value is the 95th of 100."""
    words = [
        sys.executable,
        "-c",
        _QUESTIONS,
        str(home.folder / "home"),
        json.dumps(QUESTIONS),
        str(rounds),
        json.dumps(INBOX),
    ]
    cost = run(words, folder=home.folder, limit=1200)
    if cost.status:
        raise SystemExit(cost.output)
    said = json.loads(cost.output.splitlines()[-1])
    found = []
    for name, (middle, slow, proof) in said.items():
        found.append(Figure(f"search {rows:,} rows, {name}, median", OURS, middle, "ms"))
        found.append(Figure(f"search {rows:,} rows, {name}, p95", OURS, slow, "ms", holds=proof))
        print(found[-1], flush=True)
    return found


_REBUILD = """
import sys, time
from tracker.services import search
from tracker.wiring import house_of
with house_of({"home": sys.argv[1]}) as house:
    begun = time.perf_counter()
    search.rebuild(house.store)
    print(time.perf_counter() - begun)
"""

_READER = """
import sys, time
from reader import make_reader
found = make_reader(sys.argv[1])
for url in open(sys.argv[2]).read().split():
    found.add_feed(url)
found.update_feeds(workers=1, scheduled=False)
begun = time.perf_counter()
found.enable_search()
found.update_search()
print(time.perf_counter() - begun)
"""


def measure_index(farm: Farmhand, folder: Path) -> list[Figure]:
    """The index of all full texts: ours made again from the tables, and reader's search update, on the same entries."""
    home = Home(folder / "index")
    home.watch(farm.farm.feed_urls())
    home.run("init", sampled=False)
    home.run("crawl", "--all", "--without-texts", "--without-transcripts", sampled=False)
    rebuilt = run([sys.executable, "-c", _REBUILD, str(home.folder / "home")], folder=home.folder)
    label = f"index of {len(farm.farm.feed_urls()) * farm.farm.size.entries:,} full texts"
    found = [
        Figure(
            label, OURS, float(rebuilt.output), "s", rebuilt.cpu, rebuilt.peak, _index_size(home.database), home.holds()
        )
    ]
    if peers.where("reader"):
        urls, store = folder / "index" / "urls", folder / "index" / "reader.db"
        urls.write_text("\n".join(farm.farm.feed_urls()))
        cost = run([peers.where("reader"), "-c", _READER, str(store), str(urls)], folder=home.folder)
        size = (store.with_name("reader.db.search").stat().st_size / 1e6) if cost.status == 0 else 0.0
        found.append(Figure(label, "reader", float(cost.output.split()[-1]), "s", 0.0, cost.peak, size))
    for one in found:
        print(one, flush=True)
    return found


def _index_size(database: Path) -> float:
    """MB of the index's own tables."""
    with sqlite3.connect(database) as store:
        size = (
            store.execute("SELECT coalesce(sum(length(block)), 0) FROM search_index_data").fetchone()[0]
            + store.execute("SELECT coalesce(sum(length(sz)), 0) FROM search_index_docsize").fetchone()[0]
        )
    store.close()
    return float(size) / 1e6
