"""What a learner's own documents ask of plan, today and review: a test a row of the list, named after it, on the seeds.

Rows 2, 4, 5, 31, 33 and 40 stand in test_acceptance_digest.py; of links (25, 26, 29) and noise (38) the tests of their
own rooms speak. Row 36 asks for nothing that is on by default.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
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
        monkeypatch.chdir(home.parent)  # sources.yaml of a folder goes before that of the home
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
    (shown,) = seeded.rows("today")[0]["focus"]
    lifted = {one["id"]: one["title"] for one in seeded.rows("resources")}
    assert shown["place"] == focus["id"]
    assert "数据准备" in [lifted[id_] for id_ in shown["resources"]]
    seeded("plan", "focus", f"#{focus['id']}", "--off", codes=(2,))  # its remark says so
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


# ---- today, journal, sessions ----------------------------------------------------------------------------------------


def test_row_01_today_shows_the_entry_of_the_day_and_one_thing_to_begin_with(seeded: Person) -> None:
    (today,) = seeded.rows("today")
    (entry,) = (one for one in seeded.rows("journal") if one["date"] == "2026-01-12")
    assert (today["day"], [one["id"] for one in today["noted"]]) == ("2026-01-12", [entry["id"]])
    assert (today["pick"]["key"], today["pick"]["title"]) == ("talk", entry["title"])
    assert "begin     Manus" in seeded("today")
    seeded("triage", str(today["talk"]["resource"]), "done")
    seeded("plan", "schedule", PLAN, "--start", "2026-01-12", "--tracks", "app")
    (today,) = seeded.rows("today")
    assert (today["talk"], today["pick"]["title"]) == (None, "Python类型系统与类型提示")


def test_row_02_sittings_of_a_talk_have_positions(seeded: Person) -> None:
    talk = next(one for one in seeded.rows("journal") if one["date"] == "2026-01-02")["resource"]
    seeded("session", "start", str(talk))
    seeded.at("2026-01-12T08:30:00+08:00")
    seeded("session", "stop", "--at", "20:31")
    (session,) = seeded.rows("session")
    assert (session["resource"], session["minutes"], session["to_seconds"]) == (talk, 30, 1231)
    assert "20:31" in seeded("session")


def test_row_03_a_talk_opens_at_the_second_of_its_note(seeded: Person) -> None:
    talk = next(one for one in seeded.rows("journal") if one["start_seconds"])
    seeded.at("2026-01-14T20:00:00+08:00")
    (begun,) = seeded.rows("session", "start", str(talk["resource"]))[-1:]
    assert begun["from_seconds"] == 1231
    assert begun["url"].endswith("t=1231s")


def test_row_06_days_and_gaps_without_blame(seeded: Person) -> None:
    seeded.at("2026-02-01T08:00:00+08:00")
    streak = seeded.rows("today")[0]["streak"]
    assert (streak["days"], streak["longest"]) == (26, 16)
    assert streak["gaps"] == [f"2026-01-{day}" for day in (17, 21, 22, 24, 28)]


def test_row_07_a_typed_date_that_is_wrong_is_reported_with_its_line_and_kept(person: Person) -> None:
    for number, line in (("004", 470), ("002", 16)):
        path = next(SEEDS.glob(f"{number}_*"))
        (report,) = person.rows("import", str(path))
        (found,) = (one for one in report["findings"] if one["line"] == line)
        assert "2026-01-06" in found["message"]
    (entry,) = (one for one in person.rows("journal") if one["date"] == "2026-01-06")
    assert entry["date_as_written"] == "20250106"


def test_row_08_a_day_is_a_day_in_the_persons_zone(seeded: Person) -> None:
    seeded.at("2026-01-05T23:17:00+00:00")
    seeded("note", "1", "a word")
    assert max(seeded.rows("journal"), key=lambda one: one["id"])["date"] == "2026-01-06"


def test_row_09_a_second_import_changes_nothing(seeded: Person) -> None:
    before = [len(seeded.rows(*words)) for words in (("resources",), ("journal",), ("plan", "show", "--all"))]
    for report in seeded.rows("import", *sorted(map(str, SEEDS.glob("*.txt")))):
        assert (report["created"], report["updated"]) == (0, 0)
    assert [len(seeded.rows(*words)) for words in (("resources",), ("journal",), ("plan", "show", "--all"))] == before


# ---- lists, works, topics --------------------------------------------------------------------------------------------


def test_row_10_what_a_list_says_of_its_works_is_kept(seeded: Person) -> None:
    name = next(SEEDS.glob("000_*")).name
    seen = [s for one in seeded.rows("resources") for s in one["sightings"] if s["name"] == name]
    assert len(seen) == 23
    assert all(s["label"] and s["note"] and s["section"] for s in seen)
    assert sum(s["publisher"] is not None for s in seen) == 8


def test_row_11_a_list_that_says_it_has_more_parts_is_not_called_whole(person: Person) -> None:
    (report,) = person.rows("import", str(next(SEEDS.glob("000_*"))))
    assert any("5 of 11" in one["message"] for one in report["findings"])


def test_row_16_a_skill_called_like_a_tool_has_its_works(seeded: Person) -> None:
    found = seeded.rows("topics", "show", "verl")
    assert "verl" in {one["title"] for one in found}
    skill = next(one for one in places(seeded, ROADMAP) if one["title"].startswith("verl"))
    seeded("plan", "attach", f"#{skill['id']}", "1")
    (now,) = (one for one in places(seeded, ROADMAP) if one["id"] == skill["id"])
    assert 1 in now["resources"]


def test_row_24_starred_papers_without_an_address_are_a_wish_list(seeded: Person) -> None:
    papers = [one for one in seeded.rows("resources") if one["kind"] == "paper" and not one["url"]]
    assert len(papers) == 9
    assert all("★" in s["note"] for one in papers for s in one["sightings"] if s["name"] == PLAN)


def test_row_27_unofficial_copies_are_told(person: Person) -> None:
    (report,) = person.rows("import", str(SEEDS / PLAN))
    told = {one["line"] for one in report["findings"] if "unofficial copy" in one["message"]}
    assert told == {127, 144, 147, 148, 293, 402, 403}


def test_row_28_and_42_blogs_and_repositories_have_their_sources(seeded: Person) -> None:
    seeded("init")
    sources = seeded.rows("sources", "list")
    names = " | ".join(one["name"] for one in sources)
    blogs = ("Anthropic Engineering", "OpenAI Research", "Google Research Blog", "Lil'Log", "Sebastian Raschka")
    assert all(blog in names for blog in blogs)
    repos = [one["url"] for one in seeded.rows("resources") if one["kind"] == "repo" and any(
        s["name"] == PLAN and 433 < (s["line"] or 0) < 441 for s in one["sightings"])]  # fmt: skip
    wanted = {f"{url.lower()}/releases.atom" for url in repos if "datawhale" not in url.lower()}
    missing = wanted - {one["url"].lower() for one in sources}
    assert (len(wanted), missing) == (6, {"https://github.com/langchain-ai/langchain/releases.atom"})
    for address in missing:
        seeded("sources", "add", address, "--name", "langchain releases", "--no-look")
    assert wanted <= {one["url"].lower() for one in seeded.rows("sources", "list")}


def test_row_41_one_topic_over_all_documents(seeded: Person) -> None:
    title = next(one["title"] for one in places(seeded, next(SEEDS.glob("000_*")).name) if "KV cache" in one["title"])
    seeded("topics", "alias", title, "KV cache", "vLLM", "RadixAttention", "批处理")
    told = seeded("topics", "show", "KV cache")
    for part in (
        "000_",
        "001_",
        "vLLM深度解析",
        "SGLang与RadixAttention",
        "请求批处理",
        "连续批处理(Continuous Batching)",
    ):
        assert part in told


# ---- skills and rounds -----------------------------------------------------------------------------------------------


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
    waits = [(date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairwise(due)]
    assert waits == sorted(waits)
    assert waits[-1] > 3 * waits[0] > 0


# ---- plans -----------------------------------------------------------------------------------------------------------


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
