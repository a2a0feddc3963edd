"""The bench itself: the farm repeats itself, answers as it should, and the table says what the figures say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import links, refresh, report, terminal
from bench.content import FATES, Farm, Size
from bench.farm import Site
from bench.farmhand import Farmhand
from bench.home import Home
from bench.report import Figure
from tracker.sources.syndication.fast import parse_fast

SMALL = Size(feeds=4, entries=3, links=40, hosts=5)


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_feed_repeats_itself_and_is_read_by_the_quick_reader(number: int) -> None:
    body = Farm(SMALL, 8000).feed(number)
    assert body == Farm(SMALL, 8000).feed(number)
    raw = parse_fast(body.decode(), "http://127.1.0.1:8000/")
    assert raw is not None
    assert [one.title.rpartition(" ")[2] for one in raw.entries] == [f"n{number}e{place}" for place in (2, 1, 0)]
    assert all(len(one.content.encode()) > 2000 for one in raw.entries)


def test_an_edit_brings_one_entry_and_another_validator() -> None:
    site = Site(Farm(SMALL, 8000))
    before = site.answer("GET", "/feeds/1", {})
    assert site.answer("GET", "/feeds/1", {"if-none-match": before.headers["ETag"]}).status == 304
    site.answer("GET", "/-/edit?percent=100", {})
    after = site.answer("GET", "/feeds/1", {"if-none-match": before.headers["ETag"]})
    assert (after.status, b"n1e3" in after.body, b"n1e0" in after.body) == (200, True, False)
    site.answer("GET", "/-/set?validators=0", {})
    bare = site.answer("GET", "/feeds/1", {"if-none-match": after.headers["ETag"]})
    assert (bare.status, bare.body == after.body, "ETag" in bare.headers) == (200, True, False)


def test_links_meet_their_fate() -> None:
    site = Site(Farm(Size(feeds=1, links=400, hosts=5), 8000))
    met = set()
    for url, fate in site.farm.truth().items():
        met.add(fate)
        path = url.partition(":8000")[2]
        assert site.answer("GET", path, {}).status == FATES[fate].status
        assert site.delay(path) == (1.0 if fate == "slow" else 0.0)
    assert met == set(FATES)
    headless = next(url for url, fate in site.farm.truth().items() if fate == "headless")
    assert site.answer("HEAD", headless.partition(":8000")[2], {}).status == 405


def test_the_table_gives_spread_and_ratio() -> None:
    figures = [Figure("cold", "tracker", value) for value in (2.0, 4.0, 3.0)] + [
        Figure("cold", "other", 6.0, holds="9")
    ]
    rows = report.table(figures).splitlines()
    assert rows[2].startswith("| cold | tracker | 2.00 / 3.00 / 4.00 s |  |")
    assert rows[3] == "| cold | other | 6.00 / 6.00 / 6.00 s | 0.50 |  |  |  | 9 |"


def test_figures_are_kept(tmp_path: Path) -> None:
    figures = [Figure("cold", "tracker", 2.0, holds="25 件")]
    report.keep(figures, tmp_path / "kept")
    assert report.kept(tmp_path / "kept") == figures


def test_the_program_is_measured_on_a_live_farm(tmp_path: Path) -> None:
    with Farmhand(SMALL) as farm:
        found = refresh.measure(farm, tmp_path, [])
        checked = links.measure(farm, tmp_path, [], 0.0)
    cold, second, *_, same = found
    assert cold.holds.startswith("12 entries, 12 searchable; 4×200")
    assert second.holds.endswith("4×304")
    assert same.holds.endswith("; 4×200")
    assert all(one.value > 0 and one.peak > 1 for one in found)
    assert f"{sum(FATES[fate].bad for fate in farm.farm.truth().values())} bad, 0 wrong of 40" in checked[0].holds


def test_the_terminal_is_timed_from_key_to_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    listed = tmp_path / "list.md"
    listed.write_text("# A list\n" + "".join(f"- [Work k{n}](https://site.example/{n})\n" for n in range(50)))
    home.run("import", str(listed))
    home.run("triage", *(str(number) for number in range(1, 51)), "inbox")
    for name, times in (("STARTS", 1), ("KEYS", 10), ("OPENED", 2), ("TYPED", 1)):
        monkeypatch.setattr(terminal, name, times)
    found = {one.measure + one.program: one.value for one in terminal.measure(home, 50)}
    assert len(found) > 6
    assert all(value > 0 for value in found.values())


def test_a_run_that_was_refused_ends_the_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_NO_SUCH_SETTING", "1")
    with pytest.raises(SystemExit, match="status 2; mend that first"):
        Home(tmp_path / "refused").run("init", sampled=False)
