"""The catalogues: both languages say everything, with the same values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tui.actions import actions_of, every_place
from tui.words import knows, language, say, speak, words

ROOM = Path(__file__).parents[2] / "tui"
AREAS = sorted(path.stem for path in (ROOM / "words").glob("*.py") if path.stem != "__init__")
_FIELD = re.compile(r"\{(\w+)[^}]*\}")
_HAN = re.compile("[\u4e00-\u9fff]")
# Names, signs and numbers that read the same in both.
SAME = re.compile(r"[\W\d_]*(?:\{\w+\}[\W\d_]*)*$")


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_the_same_with_the_same_values(area: str) -> None:
    for name, (english, chinese) in words(area).items():
        assert english, f"{area}.{name} says nothing"
        assert chinese, f"{area}.{name} says nothing"
        assert not _HAN.search(english), f"{area}.{name} is no English: {english}"
        assert _HAN.search(chinese) or SAME.match(chinese), f"{area}.{name} is no Chinese: {chinese}"
        fields = {frozenset(_FIELD.findall(form)) for form in (*english.split("|"), chinese)}
        assert len(fields) == 1, f"{area}.{name} takes other values in one language: {fields}"


@pytest.mark.parametrize("place", list(every_place()))
def test_every_action_has_its_words(place: str) -> None:
    for action in actions_of(place):
        assert knows(f"{action.area}.{action.name}"), f"{place}: {action.area}.{action.name}"
        assert knows(f"do.group.{action.group}")
        if action.foot:
            assert len(action.word) <= 12, f"{action.name}: the footer has no room for '{action.word}'"


def test_every_text_that_is_said_is_there() -> None:
    said = {
        (path.name, key)
        for path in ROOM.rglob("*.py")
        for key in re.findall(r'say\(\s*"([\w.-]+)"', path.read_text("utf-8"))
    }
    assert len(said) > 30
    assert not {(file, key) for file, key in said if not knows(key)}


@pytest.mark.parametrize(
    ("setting", "environ", "expected"),
    [
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("auto", {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ("auto", {"LC_MESSAGES": "zh_TW", "LANG": "de_DE.UTF-8"}, "zh"),
        ("auto", {"LANG": "de_DE.UTF-8"}, "en"),
        ("auto", {}, "en"),
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_follows_the_setting_then_the_locale(setting: str, environ: dict[str, str], expected: str) -> None:
    assert language(setting, environ) == expected


def test_one_and_many_read_as_people_say_it_and_values_are_no_templates() -> None:
    assert say("inbox.in-days", n=1) == "in 1 day"
    assert say("inbox.in-days", n=3) == "in 3 days"
    assert say("said.undone", what="{key} [b]x[/b]") == "undone: {key} [b]x[/b]"
    speak("zh")
    assert say("inbox.in-days", n=1) == "1 天后"
