"""Reasons and mistakes made in English elsewhere are told in Chinese there; what strangers wrote stays."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tracker.core import query
from tracker.core.errors import NotFound, StoreBusy, TrackerError
from tui.told import told
from tui.words import speak, words

from .houses import fill, made_house, numbered, opened, typed

ROOT = Path(__file__).parents[2]
# Whatever of these is put into a reason or a hint; `why` of a proposal and of a text are facts of theirs.
MADE_IN = {
    "tracker/core/pace.py": ("why", "stopped"),
    "tracker/core/health.py": ("reason", "why_next"),
    "tracker/core/look.py": ("reason", "said"),
}
LATIN = re.compile(r"[a-z]{4,}")
NAMES = re.compile(r"sources\.yaml|https|PLACE|robots\.txt")


def pieces(path: str, names: tuple[str, ...]) -> set[str]:
    """Sentences given to these names, each value of theirs as PLACE, parted where `told` parts them."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        target = getattr(node, "arg", None) or next(
            (one.id for one in getattr(node, "targets", ()) if isinstance(one, ast.Name)), None
        )
        if isinstance(node, ast.keyword | ast.Assign) and target in names and isinstance(node.value, ast.JoinedStr):
            parts = (
                str(one.value) if isinstance(one, ast.Constant) else spoken_value(one) for one in node.value.values
            )
            found |= set("".join(parts).split("; "))
    return {one for one in found if LATIN.search(one)}


def spoken_value(node: ast.AST) -> str:
    """A number for a value; the `s` of a plural for a choice."""
    return "s" if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.IfExp) else "7"


@pytest.fixture(autouse=True)
def _chinese() -> None:
    speak("zh")


@pytest.mark.parametrize("path", MADE_IN)
def test_every_reason_made_of_parts_is_known(path: str) -> None:
    found = pieces(path, MADE_IN[path])
    assert found
    assert {one for one in found if LATIN.search(NAMES.sub("", told(one)))} == set()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("failed 2 times; next try after 2 h", "失败 2 次；2 小时后再试"),
        ("it brings something every 3 d; it does not want to be asked before", "每 3 天有新内容；它不希望更早被抓取"),
        ("set to 30 min in sources.yaml", "在 sources.yaml 中设为 30 分钟"),
        ("timeout: no answer within 20 s", "超时：20 秒内没有响应"),
        ("moved for good: seen 3 times since 2026-01-02", "已永久搬迁：自 2026-01-02 起见到 3 次"),
        (
            "another page stands there now ('connect: timeout; gone')",
            "那里现在是另一个页面（“connect: timeout; gone”）",
        ),
        ("3 of 4 from Kiln went here", "来自 Kiln 的 4 条中有 3 条归入这里"),
        ("what nobody foresaw", "what nobody foresaw"),
        ("", ""),
    ],
)
def test_a_sentence_is_told_with_its_values(sentence: str, expected: str) -> None:
    assert told(sentence) == expected
    speak("en")
    assert told(sentence) == sentence


@pytest.mark.parametrize(
    "text",
    ["kind:nothing", "state:inbx", "nofield:1", "topic:", "minutes:many", "after:soon", "OR a", "-(", "(a", "a)", '"a',
     "(" * 60 + "a" + ")" * 60, " ".join("a" * 600)],
)  # fmt: skip
def test_every_mistake_of_a_query_is_told(text: str) -> None:
    with pytest.raises(query.QueryError) as caught:
        query.parse(text, date(2026, 1, 12))
    said = told(caught.value.sentence())
    assert said.startswith("第 ")
    kept = {
        *text.split(":"),
        *query.FIELDS,
        *(one for some in query.CHOICES.values() for one in some),
        "today",
        "inbox",
    }
    assert [word for word in LATIN.findall(said) if word not in kept] == []


@pytest.mark.parametrize(
    "error", [NotFound("resource", 12, "tracker resources"), StoreBusy("x.db", "database is locked")]
)
def test_errors_of_the_store_are_told(error: TrackerError) -> None:
    assert told(error.sentence())[0] > "\u4e00"


def test_no_two_forms_are_one() -> None:
    english = [re.sub(r"\{\w+\}", "{}", form) for form, _ in words("told").values()]
    assert len(english) == len(set(english))


VERB = re.compile(r'deciding\(\s*store, person, "([\w-]+)"(?: if off else "([\w-]+)")?')
NOT_FROM_HERE = {
    "count", "plan-add", "plan-edit", "plan-drop", "result", "questions", "round", "holiday", "choose", "alias",
}  # fmt: skip  # commands alone decide so; an undo here shows their own words


def test_what_the_interface_decides_is_said_in_both_languages() -> None:
    found = {
        verb
        for path in (ROOT / "tracker" / "services").glob("*.py")
        for pair in VERB.findall(path.read_text("utf-8"))
        for verb in pair
        if verb
    }
    assert len(found) > 15
    assert {verb for verb in found - NOT_FROM_HERE if verb not in words("said")} == set()


async def test_a_tick_a_note_and_a_mute_are_said_in_chinese(tmp_path: Path) -> None:
    house = made_house(tmp_path)
    house.settings = replace(house.settings, ui=replace(house.settings.ui, language="zh"))
    fill(house, numbered(2))
    async with opened(house) as (app, pilot):
        steps = (("iworth it⎋", "写了笔记"), ("m", "更改了规则"), ("3e", "勾选 1 条"), ("u", "已撤销：勾选 1 条"))
        for keys, said in steps:
            await typed(pilot, keys)
            assert said in " ".join(note.message for note in app._notifications)
