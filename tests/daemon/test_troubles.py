"""Disks and servers that go wrong under a running daemon: a sentence, back-off, and it goes on by itself."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.drill.proxy import Proxy

ROOT = Path(__file__).parents[2]
CONFIG = """[network]
allow_private = ["127.0.0.1"]
host_spacing = 0.0
[crawl]
min_interval = 1
tick = 0.2
"""


class Life:
    """A home with one feed that has a new item at every request, and a daemon."""

    def __init__(self, home: Path, web: Any, answer: Any) -> None:
        self.home, self.web, self.log = home, web, home / "logs" / "daemon.log"
        home.mkdir(exist_ok=True)
        web.routes["/feed"] = lambda _: answer(body=self.feed(len(web.asked)))
        (home / "config.toml").write_text(CONFIG)
        (home / "sources.yaml").write_text(
            f"version: 1\ndefaults:\n  interval: 1s\nsources:\n  - name: A\n    url: {web.base}/feed\n    kind: feed\n"
        )
        self.daemon: subprocess.Popen[str] | None = None

    @staticmethod
    def feed(number: int) -> bytes:
        item = f"<item><guid>{number}</guid><title>Item {number}</title><link>https://a.example/{number}</link></item>"
        return f"<rss version='2.0'><channel><title>A</title>{item}</channel></rss>".encode()

    def line(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "tracker", "--home", str(self.home), "--sources",
                str(self.home / "sources.yaml"), *words]  # fmt: skip

    def start(self, *before: str, **environment: str) -> None:
        self.daemon = subprocess.Popen(
            [*before, *self.line("daemon")], cwd=ROOT, env=os.environ | environment, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *words: str, before: tuple[str, ...] = (), **environment: str) -> tuple[int, str]:
        done = subprocess.run(
            [*before, *self.line(*words)], cwd=ROOT, env=os.environ | environment, text=True, capture_output=True
        )
        return done.returncode, done.stdout + done.stderr

    def until(self, *words: str, seconds: float = 40, log: Path | None = None) -> None:
        """Wait until the log says these words, in this order."""
        assert self.daemon is not None
        file, deadline = log or self.log, time.monotonic() + seconds
        while time.monotonic() < deadline:
            text, place = file.read_text() if file.is_file() else "", 0
            for word in words:
                place = text.find(word, place) + 1
                if not place:
                    break
            if place:
                return
            assert self.daemon.poll() is None, text
            time.sleep(0.05)
        raise AssertionError(f"{words} not said: {file.read_text()}")

    def stop(self) -> None:
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGTERM)
        assert self.daemon.wait(20) == 0
        assert self.daemon.stderr is not None
        said = self.daemon.stderr.read()
        self.daemon.stderr.close()
        assert "Traceback" not in said


@pytest.fixture
def life(tmp_path: Path, web: Any, answer: Any) -> Iterator[Life]:
    life = Life(tmp_path / "home", web, answer)
    yield life
    if life.daemon is not None and life.daemon.poll() is None:
        life.daemon.kill()
        life.daemon.wait()


def test_a_second_daemon_says_so_and_leaves_with_3(life: Life, tmp_path: Path) -> None:
    life.start()
    life.until("A: 1 new")
    assert life.daemon is not None
    (tmp_path / "link").symlink_to(life.home)
    for home in (life.home, tmp_path / "link"):
        line = [sys.executable, "-m", "tracker", "--home", str(home), "daemon"]
        second = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=30)
        assert second.returncode == 3
        assert str(life.daemon.pid) in second.stderr
        assert "Traceback" not in second.stderr
    life.stop()


@pytest.mark.skipif(not shutil.which("prlimit"), reason="no prlimit here")
def test_a_full_disk_is_a_sentence_and_nothing_acknowledged_is_lost(life: Life) -> None:
    """A size limit on files takes the place of a full disk: SQLite and the log meet it the same way."""
    assert life.run("crawl")[0] == 0
    small = ("prlimit", "--fsize=4096", "--")
    code, said = life.run("triage", "1", "done", before=small)
    assert (code, "disk is full or a size limit" in said) == (3, True), said
    assert "ACK" not in said
    assert "inbox" in life.run("show", "1")[1]
    code, said = life.run("daemon", before=small)
    assert (code, "disk is full or a size limit" in said) == (3, True), said
    code, said = life.run("triage", "1", "done")
    assert (code, "ACK" in said) == (0, True), said


@pytest.mark.skipif(not shutil.which("prlimit"), reason="no prlimit here")
def test_a_disk_that_fills_under_a_daemon_and_has_room_again(life: Life) -> None:
    life.start()
    life.until("A: 1 new")
    assert life.daemon is not None
    limit = ["prlimit", "--pid", str(life.daemon.pid)]
    subprocess.run([*limit, "--fsize=4096:"], check=True)
    time.sleep(3)
    assert life.daemon.poll() is None
    asked = len(life.web.asked)
    subprocess.run([*limit, "--fsize=unlimited:"], check=True)
    life.until("A: 1 new", "crawl: works again", "A: 1 new")
    assert len(life.web.asked) > asked
    life.stop()


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everywhere")
def test_what_is_read_only_can_be_read_and_says_that_it_cannot_be_written(life: Life) -> None:
    plain = ("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search")
    before = plain if os.geteuid() == 0 else ()
    assert life.run("crawl")[0] == 0
    (life.home / "tracker.db").chmod(0o444)
    code, said = life.run("resources", before=before)
    assert (code, "Item" in said) == (0, True), said
    code, said = life.run("triage", "1", "done", before=before)
    assert (code, "read-only" in said) == (3, True), said
    (life.home / "tracker.db").chmod(0o600)
    assert life.run("triage", "1", "done", before=before)[0] == 0


def test_a_damaged_file_is_named_with_the_way_back(life: Life) -> None:
    assert life.run("crawl")[0] == 0
    assert life.run("backup", str(life.home / "copy.db"))[0] == 0
    database = life.home / "tracker.db"
    whole = database.read_bytes()
    database.write_bytes(whole[:4096] + b"\xff" * 4096 * 20 + whole[4096 * 21 :])
    for words in (("crawl", "--all"), ("daemon",), ("doctor",)):
        code, said = life.run(*words)
        assert code in (1, 3), said
        assert "Traceback" not in said
    code, said = life.run("resources")
    assert code == 3
    assert "restore" in said
    assert life.run("restore", str(life.home / "copy.db"))[0] == 0
    assert life.run("resources")[0] == 0


def test_a_mount_that_vanishes_and_comes_back(life: Life, tmp_path: Path) -> None:
    """The folder of the database is moved away as a whole: what a daemon wrote through old doors would be lost."""
    place = tmp_path / "mounted"
    place.mkdir()
    database = {"TRACKER_DATABASE_URL": f"sqlite:///{place}/t.db"}
    life.start(**database)
    life.until("A: 1 new")
    place.rename(tmp_path / "away")
    life.until("the file is gone")
    (tmp_path / "away").rename(place)
    life.until("the file is gone", "crawl: works again", "A: 1 new")
    life.stop()
    assert sqlite3.connect(place / "t.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(life.run("resources", "--json", **database)[1].splitlines()) >= 2


@pytest.mark.postgres
def test_postgres_is_lost_and_comes_back(life: Life, postgres: str) -> None:
    proxy = Proxy(Path(postgres.partition("?host=")[2]) / ".s.PGSQL.5432")
    try:
        life.start(TRACKER_DATABASE_URL=f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres")
        life.until("A: 1 new")
        proxy.cut()
        life.until("crawl: database", "unreachable")
        asked = len(life.web.asked)
        code, said = life.run("status", TRACKER_DATABASE_URL=f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres")
        assert (code, "unreachable" in said) == (3, True), said
        proxy.mode = "pass"
        life.until("unreachable", "crawl: works again", "A: 1 new", seconds=60)
        assert len(life.web.asked) > asked
        life.stop()
    finally:
        proxy.close()
