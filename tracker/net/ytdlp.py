"""yt-dlp behind a wall: one child process a site, a hard deadline a talk, values out and never an exception.

A dripping server is not bounded by any socket time-out, and a stuck call cannot be cancelled: only killing the process
group ends it. The child reaches the sites of talks alone (`net.ytdlp_child.Fence`), through the proxy and with the
certificates the environment names, reads no configuration and no plugins, and gets a private copy of the cookies,
since yt-dlp writes them back.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tracker.core.captions import MAX_BYTES
from tracker.core.errors import ConfigError
from tracker.core.outcome import Asked, Fetched
from tracker.core.talks import BILIBILI, Talk, Track, facts_of
from tracker.core.transcript import TrackOrigin

SPENT_AFTER = 50  # talks, then a child is replaced: what yt-dlp leaks stays small
MOST_REQUESTS = {BILIBILI: 10}
FEW_REQUESTS = 4  # of a talk elsewhere
MOST_LISTED = 500
LISTING_REQUESTS = 12
LONGEST_LINE = 64 * 1024 * 1024
STARTING = 30.0  # seconds a child may take to start, apart from the deadline of a talk
HOSTS = ("youtube.com", "youtu.be", "youtube-nocookie.com", "ytimg.com", "googlevideo.com", "youtubei.googleapis.com",
         "bilibili.com", "b23.tv", "hdslb.com", "bilivideo.com")  # fmt: skip
_ENVIRONMENT = frozenset(
    ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "PYTHONPATH",
     "PYTHONHASHSEED", "SSL_CERT_FILE", "SSL_CERT_DIR", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG",
     "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "REPLAY_CA")
)  # fmt: skip
_PROXIES = frozenset(("http_proxy", "https_proxy", "all_proxy", "no_proxy"))


class TalkSettings(Protocol):
    """The settings that are needed; `config.settings.Youtube` has them."""

    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def also(self) -> tuple[str, ...]: ...
    @property
    def cookies_file(self) -> str: ...
    @property
    def tls(self) -> str: ...
    @property
    def deadline(self) -> float: ...
    @property
    def request_spacing(self) -> float: ...
    @property
    def player_client(self) -> tuple[str, ...]: ...
    @property
    def allow_hosts(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a listing; `at` is a near time (seconds since 1970), 0 when not said."""

    url: str
    title: str
    duration: float
    at: float
    live: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest entries of a channel or playlist. `problem` "" = it was read."""

    title: str = ""
    id: str = ""
    entries: tuple[Listed, ...] = ()
    problem: str = ""
    tool: str = ""


class Ytdlp:
    """Asks for talks. One a process; `await close()` it at the end. Talks of one site are asked one after the other."""

    def __init__(self, settings: TalkSettings, opened: Sequence[str] = ()) -> None:
        self._settings, self._opened = settings, tuple(opened)
        self._children: dict[str, _Child] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def ask(self, talk: Talk) -> Asked:
        """All that came of asking for `talk`. Costs at most the deadline."""
        job = {"what": "talk", "most_requests": MOST_REQUESTS.get(talk.site, FEW_REQUESTS)}
        answer = await self._answered(talk.site, talk.url, job)
        return _asked(talk.site, answer)

    async def listing(self, site: str, url: str, most: int) -> Listing:
        """The newest `most` entries behind `url`; at most 500."""
        job = {"what": "listing", "most": max(1, min(most, MOST_LISTED)), "most_requests": LISTING_REQUESTS}
        return _listing(await self._answered(site, url, job))

    async def close(self) -> None:
        """End the children."""
        for child in self._children.values():
            await child.end()
        self._children.clear()

    async def _answered(self, site: str, url: str, job: Mapping[str, Any]) -> Mapping[str, Any]:
        async with self._turns.setdefault(site, asyncio.Lock()):
            with _private_copy(self._settings.cookies_file) as cookies:
                return await self._carried_out(site, {**self._common(), **job, "url": url, "cookies": cookies})

    def _common(self) -> dict[str, Any]:
        s = self._settings
        return {
            "languages": list(s.languages), "also": list(s.also), "player_client": list(s.player_client),
            "tls": s.tls, "request_spacing": s.request_spacing, "most_bytes": MAX_BYTES,
            "hosts": [*HOSTS, *s.allow_hosts], "opened": list(self._opened),
        }  # fmt: skip

    async def _carried_out(self, site: str, job: Mapping[str, Any]) -> Mapping[str, Any]:
        child = self._children.pop(site, None)
        if child is None or child.done >= SPENT_AFTER:
            if child is not None:
                await child.end()
            try:
                child = await _Child.born()
            except OSError as refused:
                return {"ended": f"yt-dlp could not be started: {refused}"}
            answer = await child.answer(job, STARTING)
            if "ended" in answer:
                await child.end()
                return answer
        answer = await child.answer(job, self._settings.deadline)
        if "ended" in answer:
            await child.end()
        else:
            self._children[site] = child
        return answer


class _Child:
    """One child process in a group of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.done = 0

    @classmethod
    async def born(cls) -> _Child:
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", _program(), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL, env=_environment(), limit=LONGEST_LINE, start_new_session=True,
            )
        )  # fmt: skip

    async def answer(self, job: Mapping[str, Any], deadline: float) -> Mapping[str, Any]:
        """The answer to one job; `{"ended": why}` when there is none."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            line = await asyncio.wait_for(self._process.stdout.readline(), deadline)
            found = json.loads(line)
        except TimeoutError:
            return {"ended": f"took more than {deadline:.0f} s and was ended"}
        except (ValueError, OSError):  # no line, a cut one, one too long: the child is gone or of no use
            return {"ended": "yt-dlp ended without an answer"}
        except BaseException:
            await self.end()
            raise
        self.done += 1
        return found if isinstance(found, dict) else {"ended": "yt-dlp gave no answer"}

    async def end(self) -> None:
        """Kill it with all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()


def _program() -> str:
    root = str(Path(__file__).resolve().parents[2])
    return f"import sys; sys.path.insert(0, {root!r})\nfrom tracker.net.ytdlp_child import serve\nserve()\n"


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k in _ENVIRONMENT or k.lower() in _PROXIES}
    return kept | {"YTDLP_NO_PLUGINS": "1", "PYTHONIOENCODING": "utf-8"}


@contextlib.contextmanager
def _private_copy(cookies_file: str) -> Any:
    """The path of a copy that only we may read, "" without cookies. Raises ConfigError when they cannot be read."""
    if not cookies_file:
        yield ""
        return
    folder = tempfile.mkdtemp(prefix="tracker-")
    try:
        copy = Path(folder) / "cookies.txt"
        try:
            shutil.copyfile(Path(cookies_file).expanduser(), copy)
        except OSError as error:
            message = f"'{cookies_file}' cannot be read ({error.strerror})"
            raise ConfigError("config.toml", 0, "youtube.cookies_file", message) from error
        copy.chmod(0o600)
        yield str(copy)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _asked(site: str, answer: Mapping[str, Any]) -> Asked:
    info = answer.get("info")
    rows = [row for row in answer.get("fetched") or () if isinstance(row, dict)]
    return Asked(
        site=site,
        facts=facts_of(info) if isinstance(info, dict) else None,
        fetched=tuple(_fetched(row) for row in rows),
        said=tuple(str(line) for line in answer.get("said") or ()),
        ended=str(answer.get("ended") or ""),
        tool=str(answer.get("tool") or ""),
        requests=int(answer.get("requests") or 0),
    )


def _fetched(row: Mapping[str, Any]) -> Fetched:
    track = Track(str(row["key"]), str(row["lang"]), TrackOrigin(row["origin"]), form=str(row["form"]))
    try:
        body = base64.b64decode(str(row["body"]), validate=True)
    except (binascii.Error, ValueError):
        body = b""
    return Fetched(track, body, int(row["status"]), str(row["error"]))


def _listing(answer: Mapping[str, Any]) -> Listing:
    entries = tuple(
        Listed(
            str(row.get("url") or ""), str(row.get("title") or ""), _number(row.get("duration")),
            _number(row.get("timestamp")), str(row.get("live_status") or ""),
        )
        for row in answer.get("entries") or ()
        if row.get("url")
    )  # fmt: skip
    said = [str(line) for line in answer.get("said") or ()]
    problem = str(answer.get("ended") or "") or ("" if entries else "; ".join(said[-1:]))
    return Listing(
        str(answer.get("title") or ""), str(answer.get("id") or ""), entries, problem, str(answer.get("tool") or "")
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
