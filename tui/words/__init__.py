"""Every word of the interface, in English and Simplified Chinese: `say("inbox.empty")`.

A catalogue a place, `tui/words/PLACE.py`, holds `WORDS`: the name of a text and the text in both languages, side by
side. It is read when the place first speaks. `{name}` takes a value; `one|many` chooses by `{n}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

LANGUAGES = ("en", "zh")
_spoken = 0


def language(setting: str, environ: Mapping[str, str]) -> str:
    """What `ui.language` means: `auto` follows the locale, Chinese of any kind is zh, all else en."""
    if setting != "auto":
        return setting
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def speak(name: str) -> None:
    """Use this language from now on."""
    global _spoken
    _spoken = LANGUAGES.index(name)


def spoken() -> str:
    """The language in use."""
    return LANGUAGES[_spoken]


def say(key: str, /, **values: object) -> str:
    """The text `key` ("place.name") in the language in use. Values are put in as they are, never read as templates."""
    return _template(key, values.get("n")).format_map(values)


def knows(key: str) -> bool:
    """Whether there is such a text."""
    area, _, name = key.partition(".")
    return name in words(area)


def words(area: str) -> dict[str, tuple[str, str]]:
    """A catalogue: names, with the text in each language."""
    found: dict[str, tuple[str, str]] = import_module(f"tui.words.{area}").WORDS
    return found


def _template(key: str, n: object) -> str:
    area, _, name = key.partition(".")
    one, bar, many = words(area)[name][_spoken].partition("|")
    return many if bar and n != 1 else one
