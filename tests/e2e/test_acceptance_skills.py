"""What a learner's own documents ask of skills, levels, gaps, reviews: a test a row of the list, named after it, on the seeds."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from tests.e2e.learner import PLAN, ROADMAP, Person, places

pytestmark = pytest.mark.shared


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
    (shown,) = seeded.rows("today")[0]["focus"]
    lifted = {one["id"]: one["title"] for one in seeded.rows("resources")}
    assert shown["place"] == focus["id"]
    assert "数据准备" in [lifted[id_] for id_ in shown["resources"]]
    seeded("plan", "focus", f"#{focus['id']}", "--off", codes=(2,))  # its remark says so
    seeded("plan", "priority", f"#{focus['id']}", "high")
    assert [one["line"] for one in seeded.rows("plan", "show", "--priority", "high")] == [78, 105]


def test_row_20_a_row_closed_below_its_depth_leaves_a_gap(seeded: Person) -> None:
    row = next(one for one in places(seeded, PLAN) if one["day_from"] == 27 and one["tracks"] == ["app"])
    assert (row["target_depth"], row["target_level"]) == ("精通", 4)
    seeded("plan", "tick", f"#{row['id']}")
    seeded("plan", "level", f"#{row['id']}", "掌握")
    (gap,) = seeded.rows("plan", "gaps", PLAN)
    assert (gap["id"], gap["wanted"], gap["reached"], gap["checked"]) == (row["id"], 4, 3, True)
    seeded("plan", "level", f"#{row['id']}", "精通")
    assert seeded.rows("plan", "gaps", PLAN) == []


def test_row_32_the_widest_gap_comes_first(seeded: Person) -> None:
    found = seeded.rows("plan", "gaps")
    assert [one["gap"] for one in found] == sorted((one["gap"] for one in found), reverse=True)
    assert {"精通", "熟悉"} <= {one["target_depth"] for one in found}


def test_row_43_what_never_ends_never_counts_as_done(seeded: Person) -> None:
    assert [one["line"] for one in seeded.rows("plan", "show", "--state", "ongoing")] == [119, 120, 122]
    whole = seeded.rows("plan", "progress", ROADMAP)[0]
    assert (whole["done"], whole["total"], whole["ongoing"]) == (83 - 3, 101 - 3, 3)
    assert "80/98" in seeded("digest", "daily", "--out", "-")


def test_row_12_a_level_that_changes_keeps_the_old_one(seeded: Person) -> None:
    skills = [one for one in places(seeded, ROADMAP) if one["kind"] == "skill"]
    assert (len(skills), sum(one["remark"] is not None for one in skills)) == (101, 47)
    one = next(skill for skill in skills if skill["level"] == 2)
    seeded("plan", "level", f"#{one['id']}", "4")
    (entry,) = seeded.rows("plan", "history", f"#{one['id']}")
    assert (entry["field"], entry["old"], entry["new"]) == ("level", 2, 4)


def test_row_13_a_second_round_proposes_the_weak_ones_and_tells_what_moved(seeded: Person) -> None:
    found = seeded.rows("review", "round", ROADMAP)
    weak = [(one["level"] or 0) <= 2 for one in found]
    assert (len(found), weak, found[0]["round"]) == (83, sorted(weak, reverse=True), 2)
    seeded("review", "round", ROADMAP, "--begin", "10")
    assert len(seeded.rows("review", "--all")) == 10
    seeded.at("2026-01-13T08:00:00+08:00")
    seeded("plan", "level", f"#{found[0]['id']}", "3")
    (moved,) = seeded.rows("review", "round", ROADMAP, "--moved")
    assert (moved["id"], moved["to"], moved["round"]) == (found[0]["id"], 3, 2)


def test_row_30_what_is_known_comes_back_later_each_time(seeded: Person) -> None:
    seeded("review", "add", "verl")
    (card,) = seeded.rows("review")
    due = ["2026-01-12"]
    for _ in range(4):
        seeded.at(f"{due[-1]}T08:00:00+08:00")
        assert [one["id"] for one in seeded.rows("review")] == [card["id"]]
        (after,) = seeded.rows("review", "grade", str(card["id"]), "good")[-1:]
        due.append(after["due"][:10])
        assert seeded.rows("review") == []
    assert seeded.told("review") == "no card comes back today\n"
    waits = [(date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairwise(due)]
    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0] > 0


def test_row_35_what_three_roles_want_beside_ones_own_skills(seeded: Person) -> None:
    found = seeded.rows("plan", "roles", PLAN)
    assert len(found) == 14 * 3
    said = {(one["ability"], one["role"]): one for one in found}
    assert said["模型微调", "algo"]["words"] == "★★★★★ 精通"
    assert [said["模型微调", role]["wanted"] for role in ("app", "algo", "fde")] == [3, 4, 3]
    assert [said["学历要求", role]["wanted"] for role in ("app", "algo", "fde")] == [None] * 3
    rag = said["RAG技术", "app"]
    assert (rag["wanted"], rag["gap"]) == (4, 4 - rag["reached"])
    titles = {one["id"]: one["title"] for one in places(seeded, ROADMAP)}
    assert all("RAG" in titles[id_] or "技术" in titles[id_] for id_ in rag["skills"])


def test_row_36_community_work_is_counted_when_it_is_wanted_and_only_here(seeded: Person) -> None:
    assert seeded.rows("count") == []
    assert "no counter is kept" in seeded.told("count")
    seeded("count", "github", codes=(2,))  # off by default
    (seeded.home / "config.toml").write_text('[study]\ncounters = ["GitHub", "community"]\n')
    seeded("count", "github", "2")
    seeded("count", "community", "--day", "2026-01-10")
    seeded("count", "github", "5", "--day", "2025-11-01")
    found = {one["counter"]: one for one in seeded.rows("count")}
    assert [*found] == ["GitHub", "community", "notes", "minutes"]
    sums = [[one[part] for part in ("week", "week_before", "four_weeks", "total")] for one in found.values()]
    assert sums == [[2, 0, 2, 7], [0, 1, 1, 1], [1, 7, 12, 26], [0, 0, 0, 0]]
    assert found["community"]["last"] == "2026-01-10"
    seeded("count", "github", "-9")
    assert seeded.rows("count", "community")[0]["week"] == 0
    seeded("undo")
    seeded("undo")
    assert seeded.rows("count")[0]["week"] == 2
    assert "GitHub" in seeded("count")
    assert "GitHub" not in str(seeded.rows("today")) + seeded("digest", "2026-01-12", "--out", "-")
    (seeded.home / "config.toml").unlink()
    assert seeded.rows("count") == []
