"""Checking links: every program gets the same list; what it calls bad is held against the truth."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import peers
from bench.content import FATES
from bench.farmhand import Farmhand
from bench.home import POLITE, QUICK, Home
from bench.measured import Cost, run
from bench.report import OURS, Figure


def measure(farm: Farmhand, folder: Path, names: Sequence[str], latency: float) -> list[Figure]:
    """One turn of every program at a latency in seconds."""
    shutil.rmtree(folder / "links", ignore_errors=True)
    place = folder / "links"
    place.mkdir(parents=True)
    for part in (folder, place):
        part.chmod(0o755)  # linkchecker gives up the powers of root
    urls = farm.farm.link_urls()
    (place / "links.md").write_text("# Links\n\n" + "".join(f"- [a link]({url})\n" for url in urls))
    (place / "links.html").write_text("<title>links</title>" + "".join(f'<p><a href="{url}">x</a>\n' for url in urls))
    farm.steer(f"set?latency={latency}")
    label = f"check of {len(urls):,} links" + (f" at {latency * 1000:.0f} ms" if latency else "")
    found = [_ours(farm, folder, place, label, OURS, QUICK)]
    for name in _chosen(names):
        command, judge = _PEERS[name]
        farm.steer("seen")
        cost = run(command(place, farm), folder=place, env={"HOME": str(place)})
        found.append(_figure(label, name, cost, judge(cost, place, farm), farm))
    if not latency:
        found.append(_ours(farm, folder, place, label, f"{OURS}, polite defaults", POLITE))
    farm.steer("set?latency=0")
    return found


def _chosen(names: Sequence[str]) -> list[str]:
    """The runs of the programs that are there; of one program there may be several."""
    there = peers.installed(name for name in names if name in _PEERS)
    return [name for name in _PEERS if name.partition(" ")[0] in there]


def _ours(farm: Farmhand, folder: Path, place: Path, label: str, name: str, settings: str) -> Figure:
    home = Home(folder / "links-home", settings)
    farm.steer("seen")
    cost = home.run("check", "--json", str(place / "links.md"))
    return _figure(label, name, cost, _judged_by_tracker(cost, farm), farm)


def _figure(label: str, name: str, cost: Cost, proof: str, farm: Farmhand) -> Figure:
    requests = sum(farm.steer("seen").values())
    found = Figure(label, name, cost.seconds, "s", cost.cpu, cost.peak, 0.0, f"{proof}; {requests} requests")
    print(found, flush=True)
    return found


def _judged_by_tracker(cost: Cost, farm: Farmhand) -> str:
    """How many verdicts differ from the truth: bad ones, moved ones and well ones each by their own word."""
    truth = farm.farm.truth()
    words = {"moved": ("moved",), "well": ("ok",), "slow": ("ok",), "headless": ("ok",)}
    said = {}
    for line in cost.output.splitlines():
        if line.startswith("{") and '"url"' in line:
            one = json.loads(line)
            said[one["url"]] = one["verdict"]
    wrong = sum(
        said.get(url) not in words[fate] if fate in words else said.get(url) not in ("failing", "gone", "unknown")
        for url, fate in truth.items()
    )
    return f"{_bad(farm)} bad, {wrong} wrong of {len(said)}"


def _bad(farm: Farmhand) -> int:
    return sum(FATES[fate].bad for fate in farm.farm.truth().values())


def _lychee(place: Path, farm: Farmhand) -> list[str]:
    return [peers.where("lychee"), "--no-progress", "--format", "json", "--output", str(place / "lychee.json"),
            "--max-retries", "0", "--accept", "200..=299", str(place / "links.md")]  # fmt: skip


def _judged_by_lychee(cost: Cost, place: Path, farm: Farmhand) -> str:
    said = json.loads((place / "lychee.json").read_text())
    return f"{said['errors']} of {_bad(farm)} bad, of {said['total']}"


def _linkchecker(threads: int) -> Callable[[Path, Farmhand], list[str]]:
    def command(place: Path, farm: Farmhand) -> list[str]:
        (place / "linkchecker.ini").write_text("[checking]\nmaxrequestspersecond=1000\ntimeout=20\n")
        return [peers.where("linkchecker"), "-f", str(place / "linkchecker.ini"), "--no-robots", "--check-extern",
                "-r", "1", "-t", str(threads), "--no-status", "--no-warnings", "-o", "text",
                str(place / "links.html")]  # fmt: skip

    return command


def _judged_by_linkchecker(cost: Cost, place: Path, farm: Farmhand) -> str:
    found = re.search(r"That's it\. (\d+) links?.*?(\d+) errors? found", cost.output, re.S)
    return f"{found[2]} of {_bad(farm)} bad, of {found[1]}" if found else "no verdict"


def _linkinator(place: Path, farm: Farmhand) -> list[str]:
    page = f"http://127.0.0.1:{farm.port}/links.html"
    return [peers.where("linkinator"), page, "--concurrency", "100", "--format", "json"]


def _judged_by_linkinator(cost: Cost, place: Path, farm: Farmhand) -> str:
    links = json.loads(cost.output[cost.output.index("{") :])["links"]
    return f"{sum(one['state'] == 'BROKEN' for one in links)} of {_bad(farm)} bad, of {len(links)}"


_PEERS = {
    "lychee": (_lychee, _judged_by_lychee),
    "linkchecker": (_linkchecker(10), _judged_by_linkchecker),
    "linkchecker (100 threads)": (_linkchecker(100), _judged_by_linkchecker),
    "linkinator": (_linkinator, _judged_by_linkinator),
}
