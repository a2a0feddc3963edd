"""Part G: no room, no rights, odd surroundings. Nothing acknowledged is lost, trouble is a sentence, work goes on."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.drill.invariants import at_rest, decisions, hold
from tests.drill.world import ROOT, World, limited

MOMENTS = (
    ("crawl", "--all"), ("triage", "ID", "done"), ("digest", "weekly"), ("backup", "COPY"), ("daemon", "--once"),
    ("note", "ID", "a thought"), ("undo",), ("export", "list"),
)  # fmt: skip
POWERLESS = ("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search")
TMPFS_MIB = 64


class Room:
    """A world in which commands are tried; `tried` and `refused` count them."""

    def __init__(self, world: World, untold: int = 0) -> None:
        """`untold`: decisions that parts before this one made and killed before they were told."""
        self.world, self.tried, self.refused = world, Counter[str](), Counter[str]()
        self._next, self._untold = 0, untold

    def each_moment(
        self, what: str, before: tuple[str, ...] = (), end: Callable[[], object] = bool, **environment: str
    ) -> None:
        """Every kind of command under a limit, until `end` lifts it; what was refused must not be done, what was said
        done must be."""
        for words in MOMENTS:
            self._next += 1
            (self.world.home / f"copy-{self._next}.db").unlink(missing_ok=True)
            asked = [self._word(word) for word in words]
            code, said = self.world.done(*asked, before=before, seconds=120, **environment)
            self.tried[what] += 1
            self.refused[what] += code != 0
            hold("G", "Traceback" not in said and "unexpected" not in said, f"{what}, {asked}: {said[-400:]}")
            hold("G", code in (0, 1, 2, 3), f"{what}, {asked} ended with {code}: {said[-300:]}")
            hold("G", code == 0 or said.strip(), f"{what}, {asked}: status {code} and not a word")
            (self.world.home / f"copy-{self._next}.db").unlink(missing_ok=True)
        end()
        self.sound(what)

    def _word(self, word: str) -> str:
        if word == "COPY":
            return str(self.world.home / f"copy-{self._next}.db")
        return str(self._next) if word == "ID" else word

    def sound(self, what: str) -> None:
        """Without the limit: whole, nothing lost, nothing doubled, and work goes on."""
        world = self.world
        at_rest(world, world.folder / "copy")
        decisions(world, world.folder / "copy", self._untold)
        said = world.doctor()
        hold("I1", said.get("sound"), f"after {what}: {said}")
        code, words = world.done("triage", "1", "star")
        code_back, words_back = world.done("triage", "1", "unstar")
        hold("G", code == code_back == 0, f"after {what} it does not go on: {words} {words_back}")


def no_room(world: World, folder: Path) -> dict[str, Any]:
    """All of part G; what could not be tried here is said by name."""
    at_rest(world, world.folder / "copy")
    room, left_out = Room(world, decisions(world, world.folder / "copy", sys.maxsize)), list[str]()
    for bytes_ in (0, 4096, 100_000, 1_000_000):
        room.each_moment(f"files of {bytes_} bytes at most", limited(fsize=bytes_))
    room.each_moment("64 open files", limited(nofile=64))
    room.each_moment("1 GiB of memory", limited(**{"as": 1 << 30}))
    room.each_moment("no HOME, LANG=C, TERM=dumb", HOME="", LANG="C", TERM="dumb")
    _log_that_cannot_grow(room)
    if os.geteuid() and not shutil.which("setpriv"):
        left_out.append("read-only")
    else:
        _read_only(room)
    _reader_leaves(world)
    for size, end in (((20, 5), "q"), ((100, 30), "hang up")):
        _terminal(world, size, end)
    room.sound("the terminals")
    asleep = _asleep(world)
    said = _tmpfs(folder)
    if said is None:
        left_out.append("full tmpfs (no mount in a user namespace here)")
    left_out.append("PRAGMA max_page_count (one connection's own; the full tmpfs gives the same error)")
    return {"tried": dict(room.tried), "refused with a sentence": dict(room.refused), "asleep": asleep,
            "tmpfs": said, "not tried": left_out}  # fmt: skip


def _log_that_cannot_grow(room: Room) -> None:
    """A daemon whose log and database have no room says so, keeps running, and works again after a restart."""
    world = room.world
    daemon = world.daemon(before=limited(fsize=64 << 10))
    time.sleep(6)
    hold("G", daemon.process.poll() is None, f"the daemon gave up: {daemon.lines[-5:]}")
    wrong = [line for line in daemon.lines if "Traceback" in line or "unexpected" in line]
    hold("G", not wrong, f"the daemon without room: {wrong[:3]}")
    daemon.kill(signal.SIGTERM)
    hold("G", daemon.ended(15) == 0, f"the daemon did not end well: {daemon.lines[-3:]}")
    room.tried["daemon"] += 1
    room.sound("a daemon without room")


def _read_only(room: Room) -> None:
    """A file, then a folder that may not be written."""
    world = room.world
    before = POWERLESS if os.geteuid() == 0 else ()
    database = world.home / "tracker.db"
    for what, path, mode in (("read-only file", database, 0o444), ("read-only folder", world.home, 0o555)):
        kept = path.stat().st_mode
        path.chmod(mode)
        try:
            for words in (("resources",), ("status",)):
                code, said = world.done(*words, before=before)
                hold("G", "Traceback" not in said and code in (0, 3), f"{what}, {words}: {code} {said[-300:]}")
            code, said = world.done("triage", "2", "shortlist", before=before)
            hold("G", "Traceback" not in said and "unexpected" not in said, f"{what}: {said[-300:]}")
            hold("G", code in (0, 3), f"{what}: a decision ended with {code}: {said[-300:]}")
            room.tried[what] += 3
            room.refused[what] += code == 3
        finally:
            path.chmod(kept)
        room.sound(what)


def _reader_leaves(world: World) -> None:
    """`tracker resources | head -1`."""
    line = [sys.executable, "-m", "tracker", "--home", str(world.home), "resources"]
    one = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert one.stdout is not None
    assert one.stderr is not None
    one.stdout.readline()
    one.stdout.close()
    said = one.stderr.read()
    hold("G", one.wait(30) == 0 and not said, f"a reader that leaves: {one.returncode} {said[-300:]}")
    one.stderr.close()


def _terminal(world: World, size: tuple[int, int], end: str) -> None:
    """The terminal interface in a terminal of that size, left by a key or by hanging up."""
    log = world.folder / "tui-acks"
    child, master = pty.fork()
    if child == 0:
        line = [sys.executable, "-m", "tracker", "--home", str(world.home), "tui"]
        surroundings = {"TERM": "xterm-256color", "TRACKER_ACK_LOG": str(log)}
        os.chdir(ROOT)
        os.execvpe(line[0], line, os.environ | world.environment | surroundings)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    shown = _read_until(master, 8.0)
    if end == "q":
        for key in ("j", "e", "u", *"q" * 20):  # a busy machine may still be drawing
            with suppress(OSError):
                os.write(master, key.encode())
            shown += _read_until(master, 0.7)
            if key == "q" and not _lives(child):
                break
    else:
        os.close(master)
    code = _end_of(child, 15.0)
    if end == "q":
        os.close(master)
    world.take_log(log)
    hold("G", shown and b"Traceback" not in shown, f"a terminal of {size}: {shown[-300:]!r}")
    hold("G", code is not None, f"a terminal of {size}, {end}: it lives on")


def _read_until(master: int, seconds: float) -> bytes:
    found, deadline = b"", time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([master], [], [], left)[0]:
            break
        try:
            found += os.read(master, 65536)
        except OSError:  # the other side is closed
            break
    return found


def _lives(child: int) -> bool:
    return Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def _end_of(child: int, seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _asleep(world: World, seconds: float = 20.0) -> dict[str, Any]:
    """A daemon that is stopped and goes on: no feed is asked more than usual, none twice at once."""
    daemon = world.daemon()
    time.sleep(5)
    daemon.kill(signal.SIGSTOP)
    time.sleep(seconds)
    asked = {n: len(times) for n, times in world.web.asked.items()}
    daemon.kill(signal.SIGCONT)
    time.sleep(4)
    burst = max(len(times) - asked[n] for n, times in world.web.asked.items())
    hold("G", burst <= 4, f"after {seconds} s of sleep a feed was asked {burst} times in 4 s, every 2 s is its rhythm")
    hold("I5", world.web.doubled == 0, f"{world.web.doubled} requests while another for the same feed ran")
    daemon.kill(signal.SIGTERM)
    hold("G", daemon.ended(12) == 0, f"after a sleep the daemon did not end well: {daemon.lines[-3:]}")
    return {"stopped s": seconds, "most requests of one feed after it, in 4 s": burst}


def _tmpfs(folder: Path) -> dict[str, Any] | None:
    """The same on a small disk that is really full, mounted in a namespace of its own; None where that may not be."""
    if not shutil.which("unshare"):
        return None
    place = folder / "small"
    place.mkdir(parents=True, exist_ok=True)
    mount = f'mount -t tmpfs -o size={TMPFS_MIB}m none "$1" && exec "$2" -m tests.drill.room "$1"'
    line = ["unshare", "-rm", "sh", "-c", mount, "sh", str(place), sys.executable]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        return None
    hold("G", done.returncode == 0, f"full disk: {done.stdout[-600:]}{done.stderr[-600:]}")
    return {"MiB": TMPFS_MIB, "said": done.stdout.strip().splitlines()[-1]}


def on_a_full_disk(place: Path) -> str:
    """A world on a disk of its own: filled to the last byte, made free again, filled while a daemon runs."""
    from tests.drill.kills import new_world

    world = new_world(place / "world", 7)
    room, filler = Room(world), place / "filler"
    try:
        for left in (0, 20_000, 300_000):
            _fill(filler, place, left)
            room.each_moment(f"{left} bytes left", end=filler.unlink, TMPDIR=str(world.home))
        daemon = world.daemon()
        _fill(filler, place, 0)
        time.sleep(8)
        hold("G", daemon.process.poll() is None, f"the daemon gave up: {daemon.lines[-5:]}")
        filler.unlink()
        free_again = _until(lambda: _asked_after(world, time.monotonic()), 60)
        hold("G", free_again, "with room again the daemon did not go on")
        daemon.kill(signal.SIGTERM)
        hold("G", daemon.ended(15) == 0, f"the daemon did not end well: {daemon.lines[-3:]}")
        wrong = [line for line in daemon.lines if "Traceback" in line or "unexpected" in line]
        hold("G", not wrong, f"the daemon on a full disk: {wrong[:3]}")
        room.sound("a disk that was full")
    finally:
        world.close()
    return f"{sum(room.tried.values())} commands, {sum(room.refused.values())} refused with a sentence"


def _fill(filler: Path, place: Path, left: int) -> None:
    """Take all room but `left` bytes."""
    with filler.open("wb") as out:
        size = max(0, shutil.disk_usage(place).free - left)
        with suppress(OSError):
            os.posix_fallocate(out.fileno(), 0, size)


def _asked_after(world: World, moment: float) -> bool:
    time.sleep(0.5)
    return any(times and times[-1] > moment for times in world.web.asked.values())


def _until(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
    return False


if __name__ == "__main__":
    print(on_a_full_disk(Path(sys.argv[1])))
