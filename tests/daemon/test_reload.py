"""Settings read again: on a change and on SIGHUP, the old kept when the new are wrong."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tracker.daemon.reload import SettingsFile
from tracker.wiring import house_of

LOG = logging.getLogger("test.reload")
ROOT = Path(__file__).parents[2]
GOOD = "[crawl]\ntick = 0.5\n"
WRONG = {
    "no TOML": "[crawl\n",
    "a word that is unknown": "[crawl]\ntik = 1\n",
    "a value of the wrong kind": '[crawl]\ntick = "often"\n',
    "an hour that is none": '[digest]\ndaily_at = "25:99"\n',
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_settings_are_said_once_and_the_old_stay(
    what: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(GOOD)
    house = house_of({"home": str(tmp_path)})
    file, before = SettingsFile(house), house.settings
    assert not file.taken(LOG)
    config.write_text(WRONG[what])
    assert not file.taken(LOG)
    assert house.settings == before
    assert "those before stay in force" in caplog.text
    caplog.clear()
    assert not file.taken(LOG)
    assert not caplog.text
    config.write_text("[crawl]\ntick = 7.0\n")
    assert file.taken(LOG)
    assert house.settings.crawl.tick == 7.0


def test_a_file_that_says_the_same_changes_nothing_unless_asked(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(GOOD)
    file = SettingsFile(house_of({"home": str(tmp_path)}))
    config.write_text(GOOD + "# a remark\n")
    assert not file.taken(LOG)
    assert file.taken(LOG, asked=True)


def test_a_running_daemon_takes_them(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("version: 1\nsources: []\n")
    config, log = tmp_path / "config.toml", tmp_path / "logs" / "daemon.log"
    config.write_text(GOOD)
    line = [sys.executable, "-m", "tracker", "--home", str(tmp_path), "--sources", str(tmp_path / "s.yaml"), "daemon"]
    daemon = subprocess.Popen(line, cwd=ROOT, env=os.environ, stderr=subprocess.DEVNULL)

    def until(word: str, times: int = 1) -> None:
        deadline = time.monotonic() + 25
        while time.monotonic() < deadline and not (log.is_file() and log.read_text().count(word) >= times):
            assert daemon.poll() is None
            time.sleep(0.05)
        assert log.read_text().count(word) >= times, log.read_text()

    try:
        until("started, pid")
        config.write_text("[crawl\n")
        until("settings were not taken")
        config.write_text("[crawl]\ntick = 3.0\n[log]\njson = true\n")
        until('"message": "started, pid')  # the new way to write the log is in force
        daemon.send_signal(signal.SIGHUP)
        until('"message": "started, pid', 2)
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(15) == 0
    assert log.read_text().count("settings were not taken") == 1
