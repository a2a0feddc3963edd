"""Settings read again while the daemon runs: when their file changed, or when asked by SIGHUP."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.config.load import load_settings
from tracker.core.errors import ConfigError
from tracker.daemon.digests import hours_of

if TYPE_CHECKING:
    from tracker.wiring import House


class SettingsFile:
    """The settings file of a house and the state of it that is in force."""

    def __init__(self, house: House) -> None:
        self._house = house
        named = house.flags.get("config")
        self._path, self._named = Path(named) if named else house.home / "config.toml", bool(named)
        self._state = self._look()

    def _look(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0, 0
        return found.st_mtime_ns, found.st_size, found.st_ino

    def taken(self, log: logging.Logger, *, asked: bool = False) -> bool:
        """Whether new settings were taken: the house has them then. Wrong ones are said once, the old stay in force."""
        state = self._look()
        if state == self._state and not asked:
            return False
        self._state = state
        old = self._house.settings
        try:
            self._house.settings = load_settings(self._path, os.environ, must_exist=self._named)
            hours_of(self._house)
        except ConfigError as error:
            self._house.settings = old
            log.error("settings were not taken, those before stay in force: %s", error.sentence())
            return False
        return self._house.settings != old or asked
