"""Starting, steering and stopping a farm."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from types import TracebackType
from typing import Any
from urllib.request import urlopen

from bench.content import Farm, Size


class Farmhand:
    """A farm in a process of its own, for the length of a `with` block."""

    def __init__(self, size: Size) -> None:
        self.port = _free_port()
        self.farm = Farm(size, self.port)
        options = [word for name, value in vars(size).items() for word in (f"--{name}", str(value))]
        command = [sys.executable, "-m", "bench.farm", "--port", str(self.port), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise SystemExit("the farm did not start")

    def steer(self, what: str) -> dict[str, Any]:
        """One of the farm's own addresses (`set?latency=0.1`, `edit?percent=5`, `seen`); what was answered so far."""
        with urlopen(f"http://127.0.0.1:{self.port}/-/{what}", timeout=120) as reply:
            return dict(json.loads(reply.read()))

    def __enter__(self) -> Farmhand:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
