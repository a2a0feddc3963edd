"""What a learner's own documents ask of journal, notes and digests: one test a row of the list, on the real seeds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tracker.cli.main import run

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
WEEK, DAY = "2026-01-05..2026-01-11", "2026-01-12"

pytestmark = pytest.mark.shared


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    if not SEEDS.is_dir():
        pytest.skip("the learner's documents are not here (../shared/seeds)")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("TRACKER_NOW", "2026-01-12T08:00:00+08:00")

    def go(*words: str, home: str = "home", codes: tuple[int, ...] = (0,)) -> str:
        assert run(["--home", str(tmp_path / home), *words]) in codes, capsys.readouterr().err
        return capsys.readouterr().out

    return go


@pytest.fixture
def seeded(tracker: Any) -> Any:
    tracker("import", *sorted(map(str, SEEDS.glob("*.txt"))))
    return tracker


def entries(tracker: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in tracker("journal", "--json").splitlines()]


def test_row_02_a_talk_over_several_days_has_its_parts(seeded: Any) -> None:
    found = entries(seeded)
    sessions: dict[Any, int] = {}
    for one in found:
        sessions[one["resource"]] = sessions.get(one["resource"], 0) + 1
    assert sorted(n for n in sessions.values() if n > 1) == [2, 2, 2, 2, 3]
    journal = next(SEEDS.glob("004*"))
    assert seeded("export", "document", journal.name, "--out", "-").encode() == journal.read_bytes()
    plain = next(one for one in found if sessions[one["resource"]] == 1 and one["part"] is None)
    seeded("note", str(plain["resource"]), "more of it")
    assert max(entries(seeded), key=lambda one: one["id"])["part"] == "下"


def test_row_04_every_bullet_of_three_levels_is_kept(seeded: Any) -> None:
    found = entries(seeded)
    levels = [sum(one["bullets"][f"level{n}"] for one in found) for n in (1, 2, 3)]
    assert levels == [298, 180, 19]
    for name in ("002", "004"):
        file = next(SEEDS.glob(f"{name}*"))
        assert seeded("export", "document", file.name, "--out", "-").encode() == file.read_bytes()
    seeded("note", str(found[0]["resource"]), "one **bold**\n  two\n    three")
    fresh = max(entries(seeded), key=lambda one: one["id"])
    assert fresh["bullets"] == {"level1": 1, "level2": 1, "level3": 1}
    assert "**bold**" in fresh["body"]


def test_row_05_words_in_a_screenshot_are_found(seeded: Any, tmp_path: Path) -> None:
    found = [json.loads(line) for line in seeded("search", '"CONTEXT ROT"', "--json").splitlines()]
    days = {one["id"]: one["date"] for one in entries(seeded)}
    assert "2026-01-02" in {days.get(one["id"]) for one in found if one["kind"] == "note"}


def test_row_31_an_explanation_in_three_lines_is_kept_and_shown(seeded: Any) -> None:
    seeded("note", "1", "--explain", "它是什么\n为什么\n怎么用")
    made = seeded("digest", DAY, "--language", "zh", "--out", "-")
    assert "三句话讲清楚" in made
    assert "\n        * 它是什么\n        * 为什么\n        * 怎么用\n" in made


def test_row_33_the_week_and_the_day_in_the_journals_own_form(seeded: Any) -> None:
    week = seeded("digest", WEEK, "--language", "zh", "--out", "-")
    assert week.startswith("# 20260111 周报 2026-01-05 – 2026-01-11\n")
    days = re.findall(r"^    - \[.*\]\(https?://\S+\) · (2026-01-\d\d)$", week, re.M)
    assert days == [f"2026-01-{n:02}" for n in range(5, 12)]
    assert "80/98" in week  # three never end, and never count as done
    day = seeded("digest", DAY, "--language", "zh", "--out", "-")
    assert day.startswith("# 20260112 日报\n")
    assert re.findall(r" · (2026-01-\d\d)$", day, re.M) == ["2026-01-12"]
    for text in (week, day):  # the three levels of the journal's bullets, and nothing else
        body = text.partition("\n")[2].partition("<!--")[0]
        assert all(re.match(r"\+ \*\*|    - |        \* ", line) for line in body.splitlines() if line)
        kinds = {token.type for token in MarkdownIt().parse(text)}
        assert kinds <= {
            "heading_open", "heading_close", "inline", "bullet_list_open", "bullet_list_close", "list_item_open",
            "list_item_close", "paragraph_open", "paragraph_close", "html_block"}  # fmt: skip


def test_row_33_a_day_of_imports_says_how_many_and_how_to_see_them(seeded: Any) -> None:
    for form in ("log", "blog", "obsidian", "html"):
        made = seeded("digest", DAY, "--form", form, "--language", "zh", "--out", "-")
        assert "163 条，来自 003" in made
        assert "LangGraph教程" not in made
    (command,) = re.findall(r"`tracker (.*003.*)`", seeded("digest", DAY, "--out", "-"))
    assert seeded(*command.replace('"', "").split()).count("\n") == 1 + 163
    assert "导入" not in seeded("digest", WEEK, "--language", "zh", "--out", "-")


def test_row_33_two_libraries_of_the_same_documents_give_the_same_bytes(seeded: Any) -> None:
    seeded("import", *sorted(map(str, SEEDS.glob("*.txt"))), home="other")
    for period in (WEEK, DAY):
        for form in ("log", "blog", "obsidian", "html", "atom", "ics"):
            wish = ("digest", period, "--form", form, "--out", "-")
            assert seeded(*wish) == seeded(*wish, home="other") != ""


def test_row_33_the_draft_names_the_source_of_everything(seeded: Any) -> None:
    draft = seeded("digest", WEEK, "--form", "blog", "--out", "-")
    text, _, sources = draft.partition("\n## Sources\n")
    numbers = re.findall(r"^(\d+)\. \[", sources, re.M)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert {*re.findall(r"\\\[(\d+)\\\]", text)} == {*numbers}


def test_row_40_what_has_no_address_shows_its_title_alone(tracker: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.md"
    path.write_text(
        "# L\n\n### Private\n\n- [ ] [Paid course](/home/me/course.pdf)\n- [ ] [Open](https://a.example/x)\n"
    )
    tracker("import", str(path), "--as", "list")
    made = tracker("digest", DAY, "--out", "-")
    assert "[Open](https://a.example/x)" in made
    assert "course.pdf" not in made
