"""Colours, each with one meaning: accent for keys and what is chosen, secondary for kinds, success for what is well or
filed, warning for what asks to be looked at, error for what is broken, muted for what
stands beside (a grey of its own: Textual's is drawn brighter than the text)."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="tracker-dark", dark=True,
    primary="#2d6f8e", secondary="#86b3c9", accent="#e8b75d", success="#93c47d", warning="#e69b5b", error="#ea7a74",
    foreground="#d9dde5", background="#13161c", surface="#191d25", panel="#222834",
    variables={"muted": "#8b94a5"},
)  # fmt: skip
LIGHT = Theme(
    name="tracker-light", dark=False,
    primary="#9cc8dd", secondary="#2f6684", accent="#8a5200", success="#2c7338", warning="#a65300", error="#b3261e",
    foreground="#1f242b", background="#fcfbf8", surface="#f4f2ed", panel="#e7e4dc",
    variables={"muted": "#676d76"},
)  # fmt: skip
LIGHT_GROUNDS = ("7", "15")


def theme_of(setting: str, environ: Mapping[str, str]) -> str:
    """The theme `ui.theme` means; `auto` follows the ground the terminal tells in COLORFGBG, else dark."""
    if setting == "auto":
        setting = "light" if environ.get("COLORFGBG", "").rpartition(";")[2] in LIGHT_GROUNDS else "dark"
    return f"tracker-{setting}"
