"""Feeds, links, pages and talks: one home of the program that watches them all, told pass by pass what is stored."""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rig import Home, Ran, Rig

LINKS = "links.txt"
WORSE = ("ok", "moved", "unknown", "refused", "blocked", "soft404", "failing", "gone")
WALLS = (401, 402, 403, 407, 429, 451, 999)
READ = frozenset(("new", "unchanged", "not-modified"))
Case = dict[str, Any]
Record = dict[str, Any]


class Reader:
    """A home with the sources and links of some cases. `baseline_mib`: what the same commands need for healthy ones."""

    def __init__(self, rig: Rig, name: str, cases: Sequence[Case], baseline_mib: float = 0.0) -> None:
        self.rig, self.home, self.cases, self._baseline = rig, Home(rig, name), cases, baseline_mib
        self.alone = len(cases) == 1
        self.peak_mib = 0.0
        self._verdicts: dict[int, str] = {}
        self._links = [(case, url) for case in cases if case["kind"] in ("link", "page", "talk") for url in urls(case)]
        self.home.watch([(name_of(case), case["url"], "feed") for case in cases if case["kind"] == "feed"])
        if self._links:
            (self.home.path / LINKS).write_text("".join(url + "\n" for _, url in self._links), "utf-8")
            self._run("import", LINKS, "--as", "urls")

    def _run(self, *args: str, **more: Any) -> Ran:
        ran = self.home.run(*args, **more)
        self.peak_mib = max(self.peak_mib, ran.peak_mib)
        self._crash = self._crash or ran.crash if hasattr(self, "_crash") else ran.crash
        return ran

    def one_pass(self) -> list[Record]:
        """Do what is due at this pass and tell every case's state afterwards."""
        self._crash: str | None = None
        crawled = self._run("crawl", "--json")
        checked = self._run("check", "--due", "--json") if self._links else None
        if checked is not None and checked.code == 2:  # a program that checks no links of its library
            checked = self._run("check", LINKS, "--json")
        self._checked = {_bare(row["url"]): row for row in checked.lines()} if checked is not None else {}
        library = list(self._run("resources", "--json").lines())
        watched = self._watched()
        looked = {row["source"]: row for row in crawled.lines() if "source" in row}
        seconds = self._seconds()
        records = []
        for case in self.cases:
            try:
                if case["kind"] == "feed":
                    one = self._feed(case, looked.get(name_of(case)), watched.get(name_of(case), {}), library)
                else:
                    one = self._link(case, library) | {"seconds": round(seconds[case["id"]], 3)}
                record = {"id": case["id"], "pass": self.rig.number} | one | self._facts()
                self._deeper(case, record)
            except Exception:  # what cannot be told of one case must not silence the others
                traceback.print_exc()
                continue
            records.append(record)
        for ran in (crawled, checked):
            if ran is not None and ran.code not in (0, 1):
                print(f"pass {self.rig.number}: exit {ran.code}: {ran.err[-400:]}", file=sys.stderr, flush=True)
        return records

    def _watched(self) -> dict[str, Record]:
        """The sources as they stand. A person says yes to every move the program proposes, right or wrong."""
        for row in self._run("sources", "list", "--json").lines():
            if row["moved_to"]:
                self._run("sources", "accept", row["name"])
        return {row["name"]: row for row in self._run("sources", "list", "--json").lines()}

    def _facts(self) -> Record:
        facts: Record = {"crash": self._crash} if self._crash else {}
        if self.alone:
            facts["rss_delta_mib"] = max(0, round(self.peak_mib - self._baseline))
        return facts

    # ---- feeds -----------------------------------------------------------------------------------------------

    def _feed(self, case: Case, line: Record | None, row: Record, library: Iterable[Record]) -> Record:
        mine = list(_items(library, name_of(case)))
        if line is not None and line["outcome"] != "skipped":
            self._verdicts[case["id"]] = _feed_verdict(line)
        stopped = row.get("health") == "stopped"
        return {
            "verdict": "gone" if stopped else self._verdicts.get(case["id"], "unknown"),
            "reason": (line or {}).get("error") or row.get("reason") or "",
            "notes": " ".join(filter(None, (row.get("reason"), row.get("why_next")))),
            "entries_total": row.get("items", 0),
            "entries_new": line["new"] if line else 0,
            "seconds": line.get("seconds", 0.0) if line else 0.0,
            "titles": [seen["title"] or "" for _, seen in mine],
            "links": [seen["url"] or "" for _, seen in mine],
            "published": [seen.get("published") for _, seen in mine],
            "tags": [topic for work, _ in mine for topic in work["topics"]],
            "authors": [name for work, _ in mine for name in work["authors"]],
            "resources": len({work["id"] for work, _ in mine}),
            "sort_keys": [[work["id"], work["published"] or work["first_seen"]] for work, _ in mine],
            "language": next((work["lang"] for work, _ in mine if work["lang"]), None),
            "polling": "stopped" if stopped else "active",
            "next_poll_h": self._hours(row.get("next_poll")),
            "feed_url": row.get("url"),
        }

    def _hours(self, at: str | None) -> float | None:
        if at is None:
            return None
        return round((datetime.fromisoformat(at) - self.rig.now).total_seconds() / 3600, 3)

    # ---- links -----------------------------------------------------------------------------------------------

    def _link(self, case: Case, library: Iterable[Record]) -> Record:
        lines = {number for number, (owner, _) in enumerate(self._links, 1) if owner is case}
        found = [work for work in library if any(_stands(seen, lines) for seen in work["sightings"])]
        looks = [work["link"] for work in found if work["link"]]
        if not looks:
            looks = [self._checked[_bare(url)] for url in urls(case) if _bare(url) in self._checked]
        worst = max(looks, key=lambda look: WORSE.index(look["verdict"]), default=None)
        first = found[0] if found else {}
        return {
            "verdict": worst["verdict"] if worst else "unknown",
            "reason": (worst or {}).get("reason") or "",
            "final_url": (worst or {}).get("final_url"),
            "url": first.get("url") or case["url"],
            "titles": [work["title"] for work in found if work["title"]],
            "resources": len(found),
        }

    def _deeper(self, case: Case, record: Record) -> None:
        """The text of a page, the transcript of a talk: asked for by name, as a person does."""
        if case["kind"] == "page":
            ran = self._run("extract", case["url"], "--json")
            found = next(iter(ran.lines()), {})
            record["text"] = found.get("text") or ""
            record["language"] = found.get("lang")
            record["titles"] = list(filter(None, [found.get("title")])) or record["titles"]
        elif case["kind"] == "talk":
            ran = self._run("transcript", case["url"], "--json")
            found = next(iter(ran.lines()), {})
            record |= _talk(found, ran)
        else:
            return
        record["seconds"] = round(max(ran.seconds, record.get("seconds") or 0.0), 3)
        record |= self._facts()

    def _seconds(self) -> dict[int, float]:
        """The seconds the exchanges of each case took in this pass, from the request log."""
        log, out = self.rig.artefacts / "requests.jsonl", defaultdict[int, float](float)
        text = log.read_text("utf-8") if log.exists() else ""
        for line in text[getattr(self, "_read_to", 0) :].splitlines():
            row = json.loads(line)
            if at := re.search(r"//127\.0\.[12]\.(\d+)[:/]", row["url"]):
                out[int(at[1])] += row["seconds"]
        self._read_to = len(text)
        return out


def name_of(case: Case) -> str:
    """The source of a case in sources.yaml."""
    return f"case {case['id']}"


def _bare(url: str) -> str:
    """Without its user: the program masks those."""
    return re.sub(r"//[^/@]*@", "//", url)


def urls(case: Case) -> list[str]:
    """All addresses of a case."""
    return case.get("urls") or [case["url"]]


def _items(library: Iterable[Record], source: str) -> Iterable[tuple[Record, Record]]:
    """Each work a source brought, with how it was mentioned last."""
    for work in library:
        mine = [seen for seen in work["sightings"] if seen["origin"] == "source" and seen["name"] == source]
        if mine:
            yield work, mine[-1]


def _stands(seen: Record, lines: set[int]) -> bool:
    return seen["origin"] == "document" and seen["name"] == LINKS and seen["line"] in lines


def _feed_verdict(line: Record) -> str:
    if line["outcome"] in READ:
        return "ok"
    error = line["error"] or ""
    if line["status"] in WALLS or "login page" in error:
        return "blocked"
    return "refused" if "not public" in error else "failing"


_DONE = frozenset(("ok", "doubt"))
_BLOCKED = frozenset(("blocked", "locked"))


def _talk(found: Record, ran: Ran) -> Record:
    outcome = found.get("outcome", "")
    verdict = "ok" if outcome in _DONE | {"pending", "none-yet", "none"} else "blocked" if outcome in _BLOCKED else ""
    return {
        "verdict": verdict or ("gone" if outcome == "gone" else "failing"),
        "transcript": "done" if outcome in _DONE else "not_yet",
        "reason": found.get("why") or ran.err.strip()[-200:],
        "titles": list(filter(None, [found.get("title")])),
        "text": "\n".join(part["text"] for part in found.get("paragraphs") or ()),
        "language": found.get("language"),
    }
