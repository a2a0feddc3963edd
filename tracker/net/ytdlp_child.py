"""The other end of `net.ytdlp`: the one place that imports yt-dlp. Lines of JSON in, lines of JSON out.

The process reaches nothing but the sites of talks: an audit hook judges every address it connects to and every host a
request or a redirect names, and refuses to start programs. It leaves at once when its input ends, so that it never
outlives the program, and is killed with its group when a talk takes too long.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import queue
import socket
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO
from urllib.parse import urlsplit

from tracker.core.talks import choose, facts_of, tracks_of
from tracker.net.guard import Guard

MOST_REDIRECTED = 3  # documents that only point to another
MEMORY_BYTES = 1536 * 1024 * 1024  # address space
MOST_SAID = 40
LONGEST_SAID = 600
_LISTED = ("id", "url", "title", "duration", "timestamp", "live_status", "channel", "channel_id", "availability")
_FACTS = ("id", "title", "duration", "channel", "uploader", "channel_id", "uploader_id", "timestamp", "upload_date",
          "live_status", "release_timestamp", "language", "availability", "extractor")  # fmt: skip


class Refused(OSError):
    """This process may not do that."""


class Fence:
    """What the process may reach. Installed once as an audit hook, it cannot be taken off again."""

    def __init__(self, hosts: Sequence[str], opened: Sequence[str]) -> None:
        self._hosts = tuple(host.lower().lstrip(".") for host in hosts)
        self._guard = Guard(opened)
        self._proxies = frozenset(_proxy_addresses())
        self.left = 0  # requests this job may still make, redirects counted
        self.made = 0

    def give(self, most: int) -> None:
        """A new job: so many requests, none made yet."""
        self.left, self.made = most, 0

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            self._connect(args[1])
        elif event == "urllib.Request":
            self._ask(str(args[0]))
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile"):
            raise Refused(f"{event}: no program is started from here")

    def _connect(self, address: Any) -> None:
        if not isinstance(address, tuple):
            raise Refused("only the internet is asked from here")
        host, port = str(address[0]), int(address[1])
        if not self.made:
            raise Refused("a connection nobody asked for by urllib")
        if (host, port) not in self._proxies and not self._guard.allows(host, port, host):
            raise Refused(f"{host} is not public")

    def _ask(self, url: str) -> None:
        host = (urlsplit(url).hostname or "").lower()
        if not any(host == one or host.endswith("." + one) for one in self._hosts):
            raise Refused(f"{host} is not on the list of hosts yt-dlp may ask")
        if self.left <= 0:
            raise Refused("no further request is given to this talk")
        self.left, self.made = self.left - 1, self.made + 1


def _proxy_addresses() -> list[tuple[str, int]]:
    """Where the proxies the person set are."""
    from urllib.request import getproxies  # noqa: TID251  (reads the environment, asks nobody)

    found = []
    for address in getproxies().values():
        parts = urlsplit(address if "://" in address else f"http://{address}")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 1080 if "socks" in parts.scheme else 80)
            rows = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, ValueError, UnicodeError):
            continue
        found += [(str(row[4][0]), port) for row in rows]
    return found


class Said:
    """yt-dlp's logger: nothing reaches the terminal, warnings and errors are kept."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def debug(self, text: str) -> None:
        pass

    info = debug

    def warning(self, text: str) -> None:
        if len(self.lines) < MOST_SAID and (line := _line(text)) not in self.lines:
            self.lines.append(line)

    error = warning


def _line(text: object) -> str:
    return " ".join(str(text).split())[:LONGEST_SAID]


def _downloader(job: Mapping[str, Any], said: Said, **more: Any) -> Any:
    """A YoutubeDL that writes nothing, starts nothing, and asks for nothing but documents and captions."""
    from yt_dlp import YoutubeDL

    class Fenced(YoutubeDL):  # type: ignore[misc]
        """Asks by urllib alone: what requests or curl ask, where they are installed, no fence sees."""

        def build_request_director(self, handlers: Iterable[Any], preferences: Any = None) -> Any:
            """The handlers of yt-dlp that the fence can count."""
            return super().build_request_director([one for one in handlers if one.RH_KEY == "Urllib"], preferences)

    extractor_args = {
        "youtube": {
            "skip": ["hls", "dash", "translated_subs"],
            "player_skip": ["configs", "js"],
            "player_client": list(job["player_client"]),
        }
    }
    options = {
        "quiet": True, "logger": said, "noprogress": True, "skip_download": True, "noplaylist": True,
        "ignore_no_formats_error": True, "writesubtitles": True, "writeautomaticsub": True, "socket_timeout": 15,
        "retries": 0, "extractor_retries": 0, "sleep_interval_requests": job["request_spacing"], "cachedir": False,
        "cookiefile": job.get("cookies") or None, "js_runtimes": {}, "extractor_args": extractor_args,
        "allowed_extractors": ["youtube.*", "[Bb]ili[Bb]ili.*"], "color": "never", "usenetrc": False,
        "compat_opts": {"no-certifi"} if job.get("tls") == "system" else set(),
    }  # fmt: skip
    return Fenced(options | more)


def talk(job: Mapping[str, Any], fence: Fence) -> dict[str, Any]:
    """Ask for one talk: its document, then the track we choose. Nothing an extractor raises gets out."""
    said = Said()
    out: dict[str, Any] = {"info": None, "fetched": []}
    downloader = _downloader(job, said)
    fence.give(int(job["most_requests"]) - 1)  # one is kept for the captions
    try:
        info = _document(downloader, str(job["url"]))
        if info is not None:
            out["info"] = slim(info)
            fence.left += 1
            chosen = choose(tracks_of(info), job["languages"], facts_of(info).spoken, job["also"])
            out["fetched"] = [_file(downloader, track, int(job["most_bytes"])) for track in chosen]
    except Exception as fault:  # extractors raise anything, a bare TypeError included
        said.warning(f"{type(fault).__name__}: {fault}")
    _close(downloader)
    return out | {"said": said.lines}


def _close(downloader: Any) -> None:
    with contextlib.suppress(Exception):
        downloader.close()


def _document(downloader: Any, url: str) -> Mapping[str, Any] | None:
    for _ in range(MOST_REDIRECTED + 1):
        info = downloader.extract_info(url, download=False, process=False)
        if not isinstance(info, Mapping) or info.get("_type") not in ("url", "url_transparent"):
            return info if isinstance(info, Mapping) else None
        url = str(info.get("url"))
    return None


def slim(info: Mapping[str, Any]) -> dict[str, Any]:
    """The few fields that are kept, as JSON. Addresses of tracks stay here: they hold this machine's address."""
    out: dict[str, Any] = {key: value for key in _FACTS if isinstance(value := info.get(key), str | int | float)}
    out["description"] = str(info.get("description") or "")[:64_000]
    out["chapters"] = [
        {"start_time": row.get("start_time"), "title": row.get("title")}
        for row in (info.get("chapters") or ())[:5000]
        if isinstance(row, Mapping)
    ]
    formats = info.get("formats")
    if isinstance(formats, list):
        out["formats"] = [
            {"url": "there", "protocol": one.get("protocol")}
            for one in formats
            if isinstance(one, Mapping) and one.get("url")
        ][:50]
    return out


def _file(downloader: Any, track: Any, most: int) -> dict[str, Any]:
    """One caption file, cut off at `most` bytes."""
    out = {
        "key": track.key,
        "lang": track.lang,
        "origin": track.origin.value,
        "form": track.form,
        "status": 200,
        "error": "",
    }
    if track.data:
        return out | {"body": _packed(track.data.encode("utf-8", "replace")[:most])}
    try:
        response = downloader.urlopen(_request(track.url))
        body = response.read(most + 1)
    except Exception as fault:
        return out | {
            "status": getattr(fault, "status", 0) or 0,
            "error": _line(f"{type(fault).__name__}: {fault}"),
            "body": "",
        }
    return out | {"body": _packed(body)}


def _packed(body: bytes) -> str:
    return base64.b64encode(body).decode("ascii")


def _request(url: str) -> Any:
    from yt_dlp.networking import Request

    return Request(url)


def listing(job: Mapping[str, Any], fence: Fence) -> dict[str, Any]:
    """The newest entries of a channel, a playlist or a video with parts; dates there are near ones."""
    said = Said()
    out: dict[str, Any] = {"entries": [], "title": "", "id": ""}
    downloader = _downloader(
        job, said, noplaylist=False, extract_flat="in_playlist", playlistend=int(job["most"]), lazy_playlist=True,
        extractor_args={"youtubetab": {"approximate_date": [""]}},
    )  # fmt: skip
    fence.give(int(job["most_requests"]))
    try:
        found = downloader.extract_info(str(job["url"]), download=False)
        if isinstance(found, Mapping):
            out |= {"title": str(found.get("title") or ""), "id": str(found.get("channel_id") or found.get("id") or "")}
            rows = [one for one in found.get("entries") or () if isinstance(one, Mapping)]
            out["entries"] = [
                {key: value for key in _LISTED if isinstance(value := one.get(key), str | int | float)} for one in rows
            ]
    except Exception as fault:
        said.warning(f"{type(fault).__name__}: {fault}")
    _close(downloader)
    return out | {"said": said.lines}


def serve() -> None:
    """Work until the input ends. The first line says what may be reached; it is answered when all is ready."""
    sink = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints must not write into the answers
    jobs: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    first = json.loads(jobs.get())
    _limit_memory()
    from yt_dlp.version import __version__ as tool

    _close(_downloader(first, Said()))  # yt-dlp looks at the machine when it is first made: before the fence stands
    fence = Fence(first["hosts"], first["opened"])
    sys.addaudithook(fence)
    _write(sink, {"tool": tool})
    while True:
        job = json.loads(jobs.get())
        answer = (listing if job["what"] == "listing" else talk)(job, fence)
        _write(sink, answer | {"tool": tool, "requests": fence.made})


def _write(sink: TextIO, answer: Mapping[str, Any]) -> None:
    sink.write(json.dumps(answer) + "\n")
    sink.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover  (Windows has no such limits)
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _listen(jobs: queue.Queue[str]) -> None:
    for line in sys.stdin:
        jobs.put(line)
    os._exit(0)  # the program is gone


if __name__ == "__main__":
    serve()
