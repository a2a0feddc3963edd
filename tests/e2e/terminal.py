"""A real terminal for tests: tmux on a socket of its own, keys sent as a person's keyboard sends them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
GLANCE = 0.03  # seconds between two looks
PATIENCE = 25.0  # seconds for a screen to show something, on a machine that is busy with other things


class Terminal:
    """One window of tmux in which the program runs."""

    def __init__(self, socket: Path, width: int, height: int) -> None:
        self._socket, self.width, self.height = socket, width, height

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-S", str(self._socket), "-f", "/dev/null", *words]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=20, check=True).stdout

    def start(self, command: str) -> None:
        """Run a command in a new window."""
        self._tmux("new-session", "-d", "-x", str(self.width), "-y", str(self.height), command)

    def keys(self, *names: str) -> None:
        """Press named keys: Enter, Escape, Up, F2."""
        self._tmux("send-keys", *names)

    def type(self, text: str) -> None:
        """Send characters, full-width ones too."""
        self._tmux("send-keys", "-l", text)

    def click(self, column: int, row: int, *, times: int = 1) -> None:
        """Press and let go of the left button (SGR mouse report); the first cell is 1, 1."""
        reports = "".join(f"\x1b[<0;{column};{row}{end}" for end in "Mm" * times).encode()
        self._tmux("send-keys", "-H", *(f"{byte:02x}" for byte in reports))

    def resize(self, width: int, height: int) -> None:
        """Make the window another size."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def screen(self) -> str:
        """What stands on the screen."""
        return self._tmux("capture-pane", "-p")

    def place(self, text: str) -> tuple[int, int]:
        """Column and row of a text on the screen, in cells from 1."""
        for row, line in enumerate(self.screen().splitlines(), 1):
            if text in line:
                return cell_len(line[: line.index(text)]) + 1, row
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen()}")

    def wait(self, text: str, *, gone: bool = False) -> str:
        """The screen once it shows `text` (or no more). Fails with what it shows instead."""
        end = time.monotonic() + PATIENCE
        while True:
            shown = self.screen()
            if (text in shown) is not gone:
                return shown
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} {'stays' if gone else 'does not come'}:\n{shown}")
            time.sleep(GLANCE)

    def stop(self) -> None:
        """End this server of tmux, and what runs in it."""
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], capture_output=True, timeout=20, check=False)


@contextmanager
def interface(home: Path, *, size: tuple[int, int] = (120, 40), **environment: str) -> Iterator[Terminal]:
    """`tracker tui` of a home in a terminal."""
    terminal = Terminal(home / "tmux", *size)
    clean = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": str(home), **environment}
    settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in clean.items())
    sources = shlex.quote(str(home / "sources.yaml"))
    program = f"{shlex.quote(sys.executable)} -m tracker --home {shlex.quote(str(home))} --sources {sources} tui"
    try:
        terminal.start(f"cd {shlex.quote(str(Path.cwd()))} && env -i TERM=screen-256color {settings} {program}")
        yield terminal
    finally:
        terminal.stop()
