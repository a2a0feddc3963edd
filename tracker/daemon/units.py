"""Units for the system's own supervisor: systemd (user) or launchd. Written only where nothing stands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from tracker.core.errors import Conflict, UsageError
from tracker.services.files import write_whole

NAME = "tracker"
_SYSTEMD = """\
[Unit]
Description=tracker: watches sources and link health, writes digests
Documentation=man:tracker(1)
After=network-online.target

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=10
RestartPreventExitStatus=2
WatchdogSec=120
TimeoutStopSec=15
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""
_LAUNCHD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>{name}</string>
  <key>ProgramArguments</key><array>{words}</array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>ExitTimeOut</key><integer>15</integer>
  <key>Umask</key><integer>63</integer>
</dict>
</plist>
"""


def command_line(flags: dict[str, str]) -> list[str]:
    """How the daemon of these flags is started; paths absolute, since a supervisor starts it from elsewhere."""
    words = [sys.executable, "-m", "tracker"]
    for key in ("home", "database", "sources", "config"):
        if value := flags.get(key):
            absolute = value if "://" in value else str(Path(value).expanduser().resolve())
            words += [f"--{key}", absolute]
    return [*words, "daemon"]


def unit(kind: str, words: Sequence[str]) -> str:
    """The text of a unit of this kind: systemd or launchd."""
    if kind == "systemd":
        return _SYSTEMD.format(command=" ".join(_quoted(word) for word in words))
    return _LAUNCHD.format(name=NAME, words="".join(f"<string>{escape(word)}</string>" for word in words))


def _quoted(word: str) -> str:
    """A word as systemd reads it: % and $ stand for themselves, spaces do not part it."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if any(c in word for c in " \t\"'\\;") else plain


def place(kind: str) -> Path:
    """Where the supervisor looks for units of this person."""
    if kind == "systemd":
        config = os.environ.get("XDG_CONFIG_HOME", "")
        return (Path(config) if config else Path.home() / ".config") / "systemd" / "user" / f"{NAME}.service"
    return Path.home() / "Library" / "LaunchAgents" / f"{NAME}.plist"


def kind_here() -> str:
    """The supervisor of this system. Raises UsageError where there is none we know."""
    if sys.platform == "darwin":
        return "launchd"
    if sys.platform.startswith("linux"):
        return "systemd"
    raise UsageError("no unit is known for this system", "Name one with --for, or start 'tracker daemon' yourself")


def install(kind: str, words: Sequence[str], *, force: bool = False) -> tuple[Path, bool]:
    """Write the unit; returns where, and whether it was written (False: it stands there as it is).

    Raises Conflict when another text stands there, unless `force`.
    """
    path, text = place(kind), unit(kind, words)
    if path.exists():
        if path.read_text("utf-8", "replace") == text:
            return path, False
        if not force:
            raise Conflict(f"{path} is there already and differs", "Nothing was written; look at it, then use --force")
    write_whole(path, text)
    return path, True
