"""A small proxy before PostgreSQL whose line can be cut, slowed and held half-open."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

DELAY_SECONDS = 0.1


class Proxy:
    """Listens on loopback; `mode` is pass, cut (nobody gets through), delay, or hold (open, and nothing moves)."""

    def __init__(self, target: Path) -> None:
        self._target, self.mode = target, "pass"
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Close every line; new ones are closed at once until `mode` is set again."""
        self.mode = "cut"
        for pair in self._pairs:
            _close(*pair)
        self._pairs.clear()

    def close(self) -> None:
        self.cut()
        self._server.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:  # closed
                return
            if self.mode == "cut":
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self._target))
            except OSError:  # the server is down
                _close(client, server)
                continue
            self._pairs.append((client, server))
            for here, there in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=(here, there), daemon=True).start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                while self.mode == "hold":
                    time.sleep(0.05)
                if self.mode == "delay":
                    time.sleep(DELAY_SECONDS)
                there.sendall(data)
        _close(here, there)


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
