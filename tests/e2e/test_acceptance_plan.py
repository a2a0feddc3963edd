"""What a learner's own documents ask of plans, their days and progress: a test a row, named after it, on the seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.learner import PLAN, SEEDS, Person, places

pytestmark = pytest.mark.shared


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


def test_a_plan_without_a_start_is_told_how_to_get_dates(seeded: Person) -> None:
    assert "next: 'tracker plan add \"My plan.md\" TITLE'" in seeded.told(
        "plan", "new", "My plan", "--template", "skill"
    )
    assert "'tracker plan schedule \"My plan.md\" --start DATE' gives" in seeded("plan", "forecast", "My plan")
    assert 'tracker plan schedule "My plan.md" --start DATE' in seeded("today")
    seeded("plan", "schedule", "My plan", "--start", "2026-01-12")
    assert "the dates are those of the plan itself" in seeded("plan", "forecast", "My plan")
    seeded("plan", "new", "solo")
    seeded("plan", "add", "solo", "Only box")
    seeded("plan", "tick", "Only box")
    assert "nothing is left to do" in seeded("plan", "forecast", "solo")


def test_row_17_day_4_stresses_something_else_for_every_track(seeded: Person) -> None:
    seeded("plan", "schedule", PLAN, "--start", "2026-01-09")
    (plan,) = seeded.rows("today")[0]["plans"]
    (stress,) = plan["emphasis"].values()
    assert (plan["day"], stress) == (4, {"app": "API数据模型", "algo": "数据处理", "fde": "配置管理"})
    seeded("plan", "schedule", PLAN, "--tracks", "algo")
    (plan,) = seeded.rows("today")[0]["plans"]
    assert list(plan["emphasis"].values()) == [{"algo": "数据处理"}]


def test_row_19_a_shift_moves_later_days_and_leaves_what_is_done(seeded: Person) -> None:
    seeded("plan", "schedule", PLAN, "--start", "2026-01-05", "--rest", "sun", "--tracks", "app")
    before = calendar_days(seeded("export", "ics", PLAN, "--out", "-"))
    done = next(one for one in places(seeded, PLAN) if one["day_from"] == 1 and one["kind"] == "day")
    seeded("plan", "tick", f"#{done['id']}")
    seeded("plan", "schedule", PLAN, "--shift", "3")
    after = calendar_days(seeded("export", "ics", PLAN, "--out", "-"))
    assert len(before) == len(after) == 100
    assert before[:6] == after[:6] == [f"202601{day:02}" for day in range(5, 11)]
    assert all(new > old for old, new in zip(before[6:], after[6:], strict=True))
    assert after[6] == "20260115"
    assert next(one for one in places(seeded, PLAN) if one["id"] == done["id"])["checked"]


def calendar_days(text: str) -> list[str]:
    return sorted(line.partition(":")[2] for line in text.splitlines() if line.startswith("DTSTART"))


def test_row_34_the_days_of_the_interview_are_open(seeded: Person) -> None:
    rows = [one for one in places(seeded, PLAN) if one["kind"] == "day" and (one["day_from"] or 0) > 90]
    assert [one["day_from"] for one in rows] == list(range(91, 101))
    assert not any(one["checked"] for one in rows)
    seeded("note", f"#{rows[0]['id']}", "两数之和?", "--question", "复杂度是多少？")
    assert [one["question"] for one in seeded.rows("review")] == ["复杂度是多少？"]


def test_row_37_two_people_have_one_plan_and_each_their_own_progress(
    seeded: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = next(one for one in places(seeded, PLAN) if one["day_from"] == 1 and one["kind"] == "day")
    seeded("plan", "tick", f"#{row['id']}")
    monkeypatch.setenv("TRACKER_PERSON", "other")
    seeded("import", str(SEEDS / PLAN))
    assert seeded.rows("plan", "progress", PLAN)[0]["done"] == 0
    theirs = [one for one in places(seeded, PLAN) if one["day_from"] in (1, 2) and one["kind"] == "day"]
    for one in theirs:
        seeded("plan", "tick", f"#{one['id']}")
    assert seeded.rows("plan", "progress", PLAN)[0]["done"] == 2
    monkeypatch.delenv("TRACKER_PERSON")
    assert seeded.rows("plan", "progress", PLAN)[0]["done"] == 1


def test_row_39_the_projects_own_checks_ask_for_types_cover_and_style() -> None:
    root = Path(__file__).parents[2]
    asked = (root / "Makefile").read_text() + (root / "tests" / "coverage.sh").read_text()
    assert all(word in asked for word in ("mypy", "ruff check", "lint-imports"))
    assert int(asked.partition("ALL=")[2].split()[0]) > 70


def test_row_14_what_is_paused_is_asked_for_by_no_day_and_no_digest(seeded: Person) -> None:
    seeded("plan", "schedule", PLAN, "--start", "2026-01-12", "--tracks", "algo,app")
    first, second, third = (
        next(one for one in places(seeded, PLAN) if one["kind"] == "day" and one["day_from"] == day)
        for day in (1, 2, 3)
    )
    seeded("plan", "pause", f"#{first['id']}", "--until", "2026-01-20")
    seeded("plan", "block", f"#{second['id']}", "--why", "没时间")
    assert seeded.rows("today")[0]["plans"][0]["rows"] == []
    seeded.at("2026-01-13T08:00:00+08:00")
    today = seeded("today")
    assert first["title"] not in today
    assert second["title"] not in today
    made = seeded("digest", "2026-01-12", "--out", "-")
    assert f"{third['title']} (day 3 · 2026-01-14)" in made
    assert first["title"] not in made.partition("What comes next")[2]
    before = seeded("digest", "2026-01-11", "--out", "-").partition("What comes next")[2]
    assert first["title"] in before  # nothing was paused then
    seeded.at("2026-01-21T08:00:00+08:00")
    assert first["title"] in seeded("digest", "2026-01-20", "--out", "-").partition("What comes next")[2]


def test_row_17_what_comes_next_is_of_the_tracks_one_follows_by_day(seeded: Person) -> None:
    seeded("plan", "schedule", PLAN, "--start", "2026-01-12", "--tracks", "algo,fde")
    for one in (
        one
        for one in places(seeded, PLAN)
        if one["kind"] in ("day", "project", "task") and (one["day_from"] or 99) < 21
    ):
        seeded("plan", "tick", f"#{one['id']}")
    made = seeded("digest", "daily", "--out", "-")
    whole = seeded.rows("plan", "progress", PLAN)[0]  # of these tracks
    assert f"{whole['done']}/{whole['total']} (+{whole['done']}) " in made
    assert f" · boxes 0/{whole['boxes']}" in made
    coming = made.partition("What comes next")[2]
    rows = [one for one in places(seeded, PLAN) if one["day_from"] in (21, 22) and one["kind"] == "day"]
    said = [one["title"] for one in rows if one["title"] in coming.replace("\\", "")]
    assert len(said) == 3
    assert {one["tracks"][0] for one in rows if one["title"] in said} == {"algo", "fde"}


def test_row_19_when_it_ends_and_where_it_pauses_is_told(seeded: Person) -> None:
    seeded("plan", "schedule", PLAN, "--start", "2026-01-12", "--rest", "sun", "--tracks", "app")
    assert "day 100, the last one, is 2026-05-07" in seeded("plan", "schedule", PLAN)
    told = seeded("plan", "schedule", PLAN, "--shift", "3")
    assert "paused from 2026-01-12 for 3 days" in told
    (now,) = seeded.rows("plan", "schedule", PLAN)
    assert (now["last_day"], now["ends"]) == (100, "2026-05-11")
