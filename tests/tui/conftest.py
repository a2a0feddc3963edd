"""The interface speaks English in tests, whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tui.words import speak


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("COLORFGBG", raising=False)
    speak("en")
    yield
    speak("en")
