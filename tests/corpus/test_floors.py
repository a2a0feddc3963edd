"""What the program reaches on the shared corpora, as floors that no change may go under. Reasons: docs/sources.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.corpus import predict
from tests.corpus.predict import CORPUS, folder_of, write
from tracker.core.urls import canonical

SCORER = CORPUS.parent / "tools" / "score_corpus.py"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SCORER.exists(), reason="the shared material is not beside the repository"),
]


def scored(scorer: str, name: str, tmp_path: Path, *wishes: str) -> dict[str, Any]:
    """The scorer's figures for our answers to one set."""
    answers = tmp_path / "answers.jsonl"
    with answers.open("w", encoding="utf-8") as out:
        write(name, folder_of(name), out)
    command = [sys.executable, str(SCORER), scorer, str(folder_of(name)), str(answers), "--json", *wishes]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# A field: (conformance, real). feedparser's own: title .985 .999, link .970 .998, id .856 1, published .704 .974,
# updated .917 1, author .947 .961, summary .9935 .992, content .941 -, enclosures .942 1, tags .786 -.
FIELDS = {
    "title": (0.997, 0.9995), "link": (0.986, 0.999), "id": (0.988, 1), "published": (0.996, 0.9998),
    "updated": (1, 1), "author": (0.991, 1), "summary": (1, 0.997), "content": (0.988, 0.999),
    "enclosures": (0.98, 1), "tags": (0.857, 0.9996),
}  # fmt: skip


@pytest.mark.parametrize(("name", "place"), [("feeds-conformance", 0), ("feeds-real", 1)])
def test_feeds_are_read_better_than_by_the_best_reader(name: str, place: int, tmp_path: Path) -> None:
    found = scored("feeds", name, tmp_path)
    reached = {field: row["right"] for field, row in found["entry_fields"].items() if field in FIELDS}
    assert {field: right for field, right in reached.items() if right < FIELDS[field][place]} == {}
    assert found["entry_count_right"] >= (1, 0.9968)[place]
    assert found.get("sanitize_unsafe_output", 0) == 0


@pytest.mark.timeout(400)  # 70 s of reading, on a machine that does nothing else
def test_nothing_is_doubled_lost_or_new_again_over_time(tmp_path: Path) -> None:
    found = scored("series", "feeds-series", tmp_path)
    assert found["new"]["recall"] == 1
    assert found["new"]["precision"] >= 0.998
    rows = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text("utf-8").splitlines()]
    again: list[tuple[str, str]] = []
    works: dict[str, dict[str, int]] = {}
    for row in rows:
        name = row["id"].partition("/")[0]
        for work, title, url, _ in row["known"].values():
            known = works.setdefault(name, {}).setdefault(f"{title.casefold()} {url}", work)
            if known != work:
                again.append((name, url))
    assert again == []  # the same title at the same address is one work, in every step


def test_site_maps_robots_dates_and_link_tags(tmp_path: Path) -> None:
    assert scored("sitemaps", "sitemaps", tmp_path)["loc"]["f1"] == 1
    assert scored("discovery", "extraction", tmp_path)["feeds"]["f1"] == 1
    robots = scored("robots", "robots", tmp_path)
    assert (robots["agree"], robots["files_all_right"]) == (1, 1)
    assert scored("dates", "dates", tmp_path)["total"] >= 117 / 120


# The best library on each: trafilatura .947, .926; readability-lxml .954, 1; newspaper4k .956.
TEXTS = {"aeb": 0.955, "trafilatura": 0.93, "readability": 0.958, "gne-silver": 1, "newspaper4k": 0.96}


@pytest.mark.timeout(500)
def test_main_texts_are_found_better_than_by_the_best_library_for_each_kind_of_page(tmp_path: Path) -> None:
    found = scored("extraction", "texts", tmp_path)
    assert {source: row["f1"] for source, row in found.items() if row["f1"] < TEXTS[source]} == {}


@pytest.mark.parametrize(
    ("group", "floor"),
    [("wpt.resolve", 1), ("wpt.toascii", 1), ("miniflux.remove_tracking", 1), ("yt-dlp.video_id", 0.96)],
)
def test_addresses(group: str, floor: float, tmp_path: Path) -> None:
    assert scored("urls", "urls", tmp_path, "--only", group)["by_group"][group]["right"] >= floor


def test_every_address_not_answered_as_other_suites_want_has_its_reason() -> None:
    """A reason a row (or a group), and no reason for what is right by now."""
    reasons = YAML(typ="safe").load(Path(__file__).parents[1].joinpath("cases/vector_reasons.yaml").read_text("utf-8"))
    told = {row["id"]: row["output"] for row in predict.urls(CORPUS / "urls")}
    rows = [row for row in predict.expected(CORPUS / "urls") if row["group"] != "yt-dlp.list_id"]
    wrong = {row["input"] for row in rows if row["id"] in told and told[row["id"]] != row["expected"]}
    assert wrong == set(reasons["rows"])
    assert {row["group"] for row in rows} - set(predict.VECTORS) == set(reasons["groups"])
    pairs = predict.expected(CORPUS / "urls", "pairs.jsonl")
    assert {one["b"] for one in pairs if (canonical(one["a"]) == canonical(one["b"])) != one["same"]} == set(
        reasons["pairs"]
    )


def test_pairs_of_addresses(tmp_path: Path) -> None:
    found = scored("pairs", "pairs", tmp_path)
    assert (found["recall"], found["precision"] >= 0.966) == (1, True)


def test_lists(tmp_path: Path) -> None:
    found = scored("lists", "lists", tmp_path)
    assert (found["urls"]["f1"] >= 0.9997, found["url+section"]["f1"] >= 0.9996) == (True, True)
