"""What a learner's own documents ask of plan, today and review: a test a row of the list, named after it, on the seeds.

Rows 2, 4, 5, 31, 33 and 40 stand in test_acceptance_digest.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
PLAN, ROADMAP = "003_100ce0a2ae1c0126.txt", "001_21bc516c50600ab5.txt"

pytestmark = pytest.mark.shared


class Person:
    """Runs commands in a home of its own; `at` sets the clock of the next ones."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self._capsys, self._env = home, capsys, monkeypatch
        monkeypatch.setenv("TZ", "Asia/Shanghai")
        self.at("2026-01-12T08:00:00+08:00")

    def at(self, moment: str) -> None:
        self._env.setenv("TRACKER_NOW", moment)

    def __call__(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        code = run(["--home", str(self.home), *words])
        told = self._capsys.readouterr()
        assert code in codes, told.err
        return told.out

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*words, "--json").splitlines()]


@pytest.fixture
def person(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Person:
    if not SEEDS.is_dir():
        pytest.skip("the learner's documents are not here (../shared/seeds)")
    return Person(tmp_path / "home", capsys, monkeypatch)


@pytest.fixture
def seeded(person: Person) -> Person:
    person("import", *sorted(map(str, SEEDS.glob("*.txt"))))
    return person


def places(person: Person, document: str) -> list[dict[str, Any]]:
    """Every place of a document, flat."""
    out, waiting = [], person.rows("plan", "show", document)
    while waiting:
        one = waiting.pop(0)
        out.append(one)
        waiting[:0] = one["children"]
    return out


def test_row_14_what_cannot_go_on_is_found_with_its_reason(seeded: Person) -> None:
    found = seeded.rows("plan", "show", "--state", "blocked")
    assert [one["line"] for one in found] == [92, 102, 113, 114, 115]
    assert [one["reason"] for one in found][1] == "显存要求太高，玩不起"
    seeded("plan", "pause", f"#{found[0]['id']}", "--why", "等新显卡", "--until", "2026-02-01")
    (one,) = seeded.rows("plan", "show", "--state", "paused")
    assert (one["line"], one["reason"], one["wake"]) == (92, "等新显卡", "2026-01-31T16:00:00Z")
    seeded.at("2026-02-01T00:00:00+08:00")
    assert seeded.rows("plan", "show", "--state", "paused") == []
    seeded("undo")
    assert seeded.rows("plan", "show", "--state", "blocked")[0]["line"] == 92


def test_row_15_remarks_say_priority_and_focus(seeded: Person) -> None:
    assert [one["line"] for one in seeded.rows("plan", "show", "--priority", "low")] == [43, 76]
    assert [one["line"] for one in seeded.rows("plan", "show", "--priority", "high")] == [78]
    (focus,) = seeded.rows("plan", "show", "--focus")
    assert focus["line"] == 105
    seeded("plan", "priority", f"#{focus['id']}", "high")
    assert [one["line"] for one in seeded.rows("plan", "show", "--priority", "high")] == [78, 105]


def test_row_18_days_with_two_rows_and_the_choice_that_is_kept(seeded: Person) -> None:
    found = seeded.rows("plan", "conflicts", PLAN)
    assert [one["day"] for one in found if one["track"] == "algo"] == list(range(76, 86))
    assert [one["day"] for one in found if one["track"] == "fde"] == list(range(76, 91))
    assert len(found) == 25
    phase = next(one for one in places(seeded, PLAN) if one["title"].startswith("🏁"))
    seeded("plan", "choose", f"#{phase['id']}")
    chosen = seeded.rows("plan", "conflicts", PLAN)
    lines = {row["id"]: row["line"] for one in chosen for row in one["rows"]}
    assert all(lines[one["chosen"]] > 355 for one in chosen)
    seeded("plan", "schedule", PLAN, "--start", "2025-10-29", "--tracks", "fde")  # 2026-01-12 is day 76
    (today,) = seeded.rows("today")
    assert [lines[row] for row in today["plans"][0]["rows"]] == [363]
    seeded("import", str(SEEDS / PLAN))
    assert seeded.rows("plan", "conflicts", PLAN) == [one for one in chosen if one["track"] == "fde"]
    seeded("undo")
    seeded("undo")
    assert seeded.rows("plan", "conflicts", PLAN) == found


def test_row_20_a_row_closed_below_its_depth_leaves_a_gap(seeded: Person) -> None:
    row = next(one for one in places(seeded, PLAN) if one["day_from"] == 27 and one["tracks"] == ["app"])
    assert (row["target_depth"], row["target_level"]) == ("精通", 4)
    seeded("plan", "tick", f"#{row['id']}")
    seeded("plan", "level", f"#{row['id']}", "掌握")
    (gap,) = seeded.rows("plan", "gaps", PLAN)
    assert (gap["id"], gap["wanted"], gap["reached"], gap["checked"]) == (row["id"], 4, 3, True)
    seeded("plan", "level", f"#{row['id']}", "精通")
    assert seeded.rows("plan", "gaps", PLAN) == []


def test_row_21_a_practice_is_ticked_and_has_its_result(seeded: Person) -> None:
    (row,) = (one for one in places(seeded, PLAN) if one["practice"] == "加载10种格式")
    assert (row["day_from"], row["tracks"], row["checked"]) == (22, ["app"], False)
    seeded("plan", "result", f"#{row['id']}", "https://github.com/me/loaders")
    seeded("plan", "tick", f"#{row['id']}")
    (now,) = (one for one in places(seeded, PLAN) if one["id"] == row["id"])
    assert (now["checked"], now["results"]) == (True, ["https://github.com/me/loaders"])


def test_row_22_a_project_has_its_days_and_its_boxes(seeded: Person) -> None:
    project = next(one for one in places(seeded, PLAN) if one["title"].startswith("📝 项目1"))
    assert (project["kind"], project["day_from"], project["day_to"]) == ("project", 32, 35)
    assert [one["kind"] for one in project["children"]] == ["deliverable"] * 5


def test_row_23_boxes_and_percent_of_every_track_and_phase(seeded: Person) -> None:
    found = seeded.rows("plan", "progress", PLAN)
    whole = found[0]
    assert (whole["boxes"], whole["done"], whole["total"], whole["percent"]) == (33 + 23, 0, 177, 0)
    tracks = {one["name"]: one["total"] for one in found if one["kind"] == "track"}
    assert tracks == {"app": 20 + 38 + 16, "algo": 20 + 45 + 16, "fde": 20 + 58 + 16}
    phases = [one["total"] for one in found if one["kind"] == "phase"]
    assert phases == [20, 38 + 45 + 58, 16]
    for one in [one for one in places(seeded, PLAN) if one["day_from"] in range(1, 11) and one["kind"] == "day"]:
        seeded("plan", "tick", f"#{one['id']}")
    found = seeded.rows("plan", "progress", PLAN)
    assert [(one["name"], one["percent"]) for one in found if one["kind"] == "track"] == [
        ("app", 12), ("algo", 11), ("fde", 9),
    ]  # fmt: skip


def test_row_32_the_widest_gap_comes_first(seeded: Person) -> None:
    found = seeded.rows("plan", "gaps")
    assert [one["gap"] for one in found] == sorted((one["gap"] for one in found), reverse=True)
    assert {"精通", "熟悉"} <= {one["target_depth"] for one in found}


def test_row_43_what_never_ends_never_counts_as_done(seeded: Person) -> None:
    assert [one["line"] for one in seeded.rows("plan", "show", "--state", "ongoing")] == [119, 120, 122]
    whole = seeded.rows("plan", "progress", ROADMAP)[0]
    assert (whole["done"], whole["total"], whole["ongoing"]) == (83 - 3, 101 - 3, 3)


def test_the_coverage_report_names_every_row_without_a_link(seeded: Person) -> None:
    lines = (SEEDS / PLAN).read_text("utf-8").split("\n")
    bare = [n for n, line in enumerate(lines, 1) if line.startswith("| **") and line[4].isdigit() and "](" not in line]
    found = [one for one in seeded.rows("plan", "coverage", PLAN) if one["lack"] == "none"]
    assert [one["line"] for one in found] == bare
    assert any(one["offers"] for one in found)


def test_the_forecast_follows_what_was_ticked(seeded: Person) -> None:
    seeded("plan", "schedule", PLAN, "--start", "2026-01-05", "--tracks", "app")
    assert {one["likely"] for one in seeded.rows("plan", "forecast", PLAN)} == {None}
    rows = [one for one in places(seeded, PLAN) if one["day_from"] in range(1, 21) and one["kind"] in ("day", "task")]
    for day, row in enumerate(rows[:14]):
        seeded.at(f"2026-01-{5 + day:02}T21:00:00+08:00")
        seeded("plan", "tick", f"#{row['id']}")
    seeded.at("2026-01-19T08:00:00+08:00")
    (whole, track, *boxes) = seeded.rows("plan", "forecast", PLAN)
    assert (whole["left"], track["name"], whole["planned"]) == (100 - 14, "app", "2026-04-14")
    assert whole["early"] <= "2026-04-14" <= whole["late"]
    assert all(one["late"] <= whole["late"] for one in boxes if one["left"])
    half = seeded.rows("plan", "forecast", PLAN, "--hours", "2.6")[0]
    assert half["likely"] > "2026-06-25"
    assert seeded.rows("plan", "forecast", PLAN)[0] == whole
