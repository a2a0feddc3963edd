"""Units for systemd and launchd: they start this home's daemon, whatever its name, and write over nothing."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tracker.cli.main import run as command
from tracker.core.errors import Conflict
from tracker.daemon import units

ODD = ["/usr/bin/python3", "-m", "tracker", "--home", '/home/me/my "links" & 100% $HOME\\x', "daemon"]


def service_of(text: str) -> dict[str, str]:
    found = RawConfigParser(strict=True)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(text)
    return dict(found["Service"])


def test_a_systemd_unit_starts_these_words_and_tells_when_it_is_ready() -> None:
    service = service_of(units.unit("systemd", ODD))
    plain = service["ExecStart"].replace("%%", "%").replace("$$", "$")
    assert shlex.split(plain) == ODD
    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")
    assert float(service["WatchdogSec"]) > 0
    assert "HUP" in service["ExecReload"]
    assert service["RestartPreventExitStatus"] == "2"  # wrong settings do not mend by starting again


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_has_nothing_to_say_about_it(tmp_path: Path) -> None:
    file = tmp_path / "tracker.service"
    file.write_text(units.unit("systemd", units.command_line({"home": str(tmp_path)})))
    done = subprocess.run(["systemd-analyze", "verify", "--user", str(file)], capture_output=True, text=True)
    assert "tracker.service" not in done.stderr, done.stderr


def test_a_launchd_unit_starts_these_words() -> None:
    found = plistlib.loads(units.unit("launchd", ODD).encode())
    assert found["ProgramArguments"] == ODD
    assert (found["RunAtLoad"], found["KeepAlive"]) == (True, {"SuccessfulExit": False})


def test_paths_are_absolute_since_a_supervisor_starts_it_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = units.command_line({"home": "here", "database": "postgresql://host/name", "sources": "list.yaml"})
    assert words[words.index("--home") + 1] == str(tmp_path / "here")
    assert words[words.index("--database") + 1] == "postgresql://host/name"
    assert words[words.index("--sources") + 1] == str(tmp_path / "list.yaml")
    assert words[-1] == "daemon"


@pytest.mark.parametrize("kind", ["systemd", "launchd"])
def test_it_is_written_once_and_never_over_another(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    path, written = units.install(kind, ODD)
    assert written
    assert path.is_relative_to(tmp_path)
    assert units.install(kind, ODD) == (path, False)
    path.write_text("mine")
    with pytest.raises(Conflict, match="differs"):
        units.install(kind, ODD)
    assert path.read_text() == "mine"
    assert units.install(kind, ODD, force=True) == (path, True)
    assert path.read_text() == units.unit(kind, ODD)


def test_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    line = ["--home", str(tmp_path / "home"), "daemon", "install", "--for", "systemd"]
    assert command([*line, "--print"]) == 0
    shown = capsys.readouterr().out
    assert str(tmp_path / "home") in service_of(shown)["ExecStart"]
    assert command(line) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.read_text().rstrip("\n") == shown.rstrip("\n")
    path.write_text("mine")
    assert command(line) == 2
    assert "differs" in capsys.readouterr().err
