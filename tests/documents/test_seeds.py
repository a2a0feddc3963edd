"""The five seed documents, field by field as far as their own text tells. Skipped where they are not there."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tracker.core.document import Document
from tracker.core.model import ResourceKind
from tracker.core.urls import canonical, work_id
from tracker.documents import reader_for

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared seeds are not here"),
]


@cache
def seed(number: str) -> tuple[str, Document]:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    text = path.read_text("utf-8")
    return text, reader_for(text, path.name).read(text, path.name)


def test_each_is_recognised() -> None:
    kinds = [seed(number)[1].kind for number in ("000", "001", "002", "003", "004")]
    assert kinds == ["list", "roadmap", "journal", "plan", "journal"]


def test_the_list_is_told_again_character_by_character() -> None:
    text, found = seed("000")
    line = text.split("\n")[6]
    parts = []
    for node in found.nodes:
        parts.append(f" {len(parts) + 1}. {node.title}")
        for m in found.mentions:
            if m.node == node.key:
                publisher = f"{m.publisher}：" if m.publisher else ""
                parts[-1] += f" {m.label}｜{publisher}{m.title} — {m.note}。链接：{m.url}"
    assert line.endswith("".join(parts))
    assert Counter(m.label for m in found.mentions) == {"文章": 6, "PDF": 6, "YouTube": 4, "文档": 4, "官方文档": 3}
    assert sum(bool(m.publisher) for m in found.mentions) == 8
    assert [sum(m.node == node.key for m in found.mentions) for node in found.nodes] == [4, 4, 4, 5, 6]
    assert found.header["Canonical"] == "https://social-archive.org/yena/GfzRznzfqQ"
    assert found.header["Original URL"] == "https://x.com/teach_fireworks/status/2053850607338078629"
    assert any(f.message.startswith("5 of 11 sections") for f in found.findings)


def test_the_roadmap_is_told_again_line_by_line() -> None:
    text, found = seed("001")
    boxes = [node for node in found.nodes if node.kind == "skill"]
    assert (len(boxes), sum(node.checked for node in boxes), sum(bool(node.remark) for node in boxes)) == (101, 83, 47)
    lines = text.split("\n")
    for node in boxes:
        mark = f"- [{'x' if node.checked else ' '}]"
        remark = f"（{node.remark}）" if node.remark else ""
        assert re.sub(r"\s+", "", lines[node.line - 1]) == re.sub(r"\s+", "", mark + remark + node.title)
    skills = {node.key for node in boxes}
    assert sum(node.parent in skills for node in boxes) == 52
    assert Counter(node.remark for node in boxes).most_common(5)[1:] == [
        ("跑通了Demo", 17), ("了解了概念，未实践", 10), ("听不懂，暂缓", 3), ("持续积累中", 3),
    ]  # fmt: skip
    assert not [m for m in found.mentions if 16 <= m.line <= 22]
    assert [m.line for m in found.mentions if m.url] == [80, 80, 205]
    assert len([m for m in found.mentions if not m.url]) == 27
    assert {f.line for f in found.findings} >= {39, 46, 59, 65, 66, 76, 77, 92, 102, 113, 114, 115}


DAY = re.compile(r"^\| \*\*(\d+)(?:-(\d+))?\*\* \|(.*)\|$")


def test_every_day_row_of_the_plan_is_told_again() -> None:
    text, found = seed("003")
    rows = {node.line: node for node in found.nodes if node.kind in ("day", "project", "task")}
    written = {n: m for n, line in enumerate(text.split("\n"), 1) if (m := DAY.match(line))}
    assert len(written) == len(rows) == 177
    assert written.keys() == rows.keys()
    linked = {m.line: m for m in found.mentions if m.url and m.day_from is not None}
    for number, match in written.items():
        node = rows[number]
        cells = [cell.strip() for cell in match[3].split("|")]
        assert (node.day_from, node.day_to) == (int(match[1]), int(match[2] or match[1]))
        assert node.title == cells[0].strip("*")
        if number <= 102 or 363 <= number <= 368:
            roles = dict(zip(("app", "algo", "fde"), cells[1:], strict=True))
            said = {role: cell for role, cell in roles.items() if cell not in ("-", "✅", "")}
            assert (dict(node.emphasis), node.tracks) == (said, ("app", "algo", "fde"))
            continue
        if number < 353:
            assert [node.target_depth, node.practice] == cells[1:3]
            assert node.tracks == (("app",) if number < 191 else ("algo",) if number < 264 else ("fde",))
        if cells[-1]:
            mention = linked[number]
            assert f"[{mention.title}]({mention.url})" == cells[-1]
            assert (mention.day_from, mention.day_to, mention.note) == (node.day_from, node.day_to, node.title)
            assert mention.track == (node.tracks[0] if number < 353 else "")
    assert Counter(node.kind for node in rows.values()) == {"day": 159, "project": 11, "task": 7}


def test_the_rest_of_the_plan() -> None:
    _, found = seed("003")
    links = [m for m in found.mentions if m.url]
    assert (len(links), len({canonical(m.url) for m in links})) == (151, 143)
    assert Counter(m.track for m in links) == {"app": 35, "algo": 40, "fde": 52, "": 24}
    named = [m for m in found.mentions if not m.url]
    assert Counter(m.kind for m in named) == {ResourceKind.COURSE: 6, ResourceKind.PAPER: 9, ResourceKind.BLOG: 5}
    assert [(m.title, m.publisher, m.note) for m in named][:1] == [("李沐《动手学深度学习》", "B站", "难度: 中")]
    by_line = {m.line: m for m in links}
    assert [(by_line[n].title, by_line[n].label, by_line[n].note) for n in (401, 437)] == [
        ("All-in-RAG", "在线教程", "RAG全栈"), ("LLaMA-Factory", "GitHub", "微调框架"),
    ]  # fmt: skip
    boxes = [node for node in found.nodes if node.kind == "deliverable"]
    assert (len(boxes), sum(node.line > 480 for node in boxes), sum(node.checked for node in boxes)) == (56, 23, 0)
    project = next(node for node in found.nodes if node.title.startswith("📝 项目1:"))
    assert sum(node.parent == project.key for node in boxes) == 5
    days = [f.message for f in found.findings if " plans: lines " in f.message]
    assert len(days) == 25
    assert "day 76 of track fde has 2 plans: lines 332 and 363" in days
    assert any(f.line == 52 and "25-75" in f.message for f in found.findings)
    assert {364, 377, 385, 422, 423, 507} <= {f.line for f in found.findings}


def test_the_journals() -> None:
    text, found = seed("004")
    notes = found.notes
    assert [sum(note.bullets[level] for note in notes) for level in range(3)] == [298, 180, 19]
    assert len(notes) == 26
    assert "".join(f"# {text.split(chr(10))[n.line - 1][2:]}\n{n.body}" for n in notes) == text
    assert len({work_id(n.url) or canonical(n.url) for n in notes}) == 20
    assert sum(len(n.images) for n in notes) == 8
    assert all(ocr and "<!--" not in ocr for n in notes for _, ocr in n.images)
    talks = Counter(n.url for n in notes)
    assert sorted(talks.values(), reverse=True)[:6] == [3, 2, 2, 2, 2, 1]
    by_day = {n.day: n for n in notes}
    odd = by_day[date(2026, 1, 6)]
    assert (odd.date_as_written, odd.line) == ("20250106", 470)
    effect = by_day[date(2026, 1, 14)]
    assert (effect.title.endswith("Cause & Effect 6"), effect.part, effect.start_seconds) == (True, "", 1231)
    assert effect.url == "https://www.youtube.com/watch?v=AVJIqQi11lM"
    parts = {n.day.day: n.part for n in notes if n.part}
    assert parts == {
        31: "下",
        30: "上",
        27: "下",
        26: "上",
        16: "2",
        15: "1",
        11: "下",
        4: "下",
        3: "中",
        2: "上",
        1: "下",
    }
    assert {338, 340, 341, 470, 594} <= {f.line for f in found.findings}
    small = seed("002")[1]
    assert [n.key for n in small.notes] == [n.key for n in notes[-7:]]
    assert [n.body for n in small.notes] == [n.body for n in notes[-7:]]
