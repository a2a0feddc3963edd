"""Every setting with its default and its sentence; the manual's table is made from here.

Order of precedence: command-line flag, environment (`TRACKER_<SECTION>__<KEY>`), `config.toml`, default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def _setting(default: Any, about: str, *, choices: tuple[str, ...] = (), low: float = 0, high: float = 1e12) -> Any:
    metadata = {"about": about, "choices": choices, "low": low, "high": high}
    if isinstance(default, tuple):
        return field(default=default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Ui:
    """How the program speaks and looks."""

    language: str = _setting("auto", "interface language", choices=("auto", "en", "zh"))
    theme: str = _setting("auto", "colours of the terminal interface", choices=("auto", "dark", "light"))
    keys: str = _setting("", "file that remaps keys; empty = HOME/keys.toml if it exists")


@dataclass(frozen=True, slots=True)
class Network:
    """What may be reached, how fast, and under which name."""

    allow_private: tuple[str, ...] = _setting((), "hosts or networks (CIDR) the address guard opens")
    user_agent: str = _setting("", "sent with every request; empty = tracker/VERSION")
    concurrency: int = _setting(8, "exchanges in flight at once", low=1, high=512)
    per_host: int = _setting(1, "exchanges in flight with one host", low=1, high=64)
    host_spacing: float = _setting(1.0, "seconds between two starts at one host", high=3600)
    deadline: float = _setting(30.0, "seconds for one exchange, redirects included", low=0.1, high=600)
    max_bytes: int = _setting(10 * 1024 * 1024, "largest body, inflated", low=1024, high=1 << 30)
    robots_override: tuple[str, ...] = _setting((), "hosts whose robots.txt you decided not to follow for link checks")


@dataclass(frozen=True, slots=True)
class Crawl:
    """How sources are watched."""

    min_interval: int = _setting(900, "never look at a source more often, seconds", low=1)
    max_interval: int = _setting(7 * 86400, "never wait longer for a source, seconds", low=60)
    daily_cap: int = _setting(30, "new items one source may put into the inbox a day; the rest is counted", low=1)
    parse_seconds: float = _setting(10.0, "CPU seconds one answer may cost to read", low=0.5, high=300)
    parse_processes: int = _setting(0, "processes that read answers; 0 = one a core", high=64)
    tick: float = _setting(30.0, "seconds between two looks of the daemon for due work", low=0.2, high=3600)


@dataclass(frozen=True, slots=True)
class Links:
    """How links are checked."""

    daily_budget: int = _setting(500, "links of the library looked at a day")
    concurrency: int = _setting(384, "links looked at at once by 'tracker check FILE'", low=1, high=512)
    per_host: int = _setting(4, "of them at one host; one when a file has more than 20 links of it", low=1, high=64)
    host_spacing: float = _setting(
        0.05, "seconds between two starts at one host for 'tracker check FILE'; 0.25 with more than 20 links", high=3600
    )
    archive: bool = _setting(False, "ask the Wayback Machine for copies of dead links")


@dataclass(frozen=True, slots=True)
class Texts:
    """Which readable texts are fetched unasked."""

    automatic: str = _setting(
        "wanted", "fetch texts of: nothing, wanted (filed, starred, noted) or all", choices=("nothing", "wanted", "all")
    )
    daily_budget: int = _setting(200, "texts fetched a day")


@dataclass(frozen=True, slots=True)
class Youtube:
    """YouTube and Bilibili talks."""

    feeds: bool = _setting(True, "poll the channels' feeds (YouTube's robots.txt disallows them to robots; readers do)")
    languages: tuple[str, ...] = _setting(("en", "zh"), "wished caption languages, in order")
    also: tuple[str, ...] = _setting((), "a second, hand-made track in one of these languages")
    cookies_file: str = _setting("", "cookies for talks that need sign-in; read from a private copy; risks the account")
    tls: str = _setting("system", "trust the system's certificates or yt-dlp's own", choices=("system", "bundled"))
    spacing: float = _setting(10.0, "seconds between two talks of one site", high=3600)
    request_spacing: float = _setting(1.0, "seconds between two requests of yt-dlp for one talk", high=60)
    hourly: int = _setting(60, "talks an hour and site", low=1)
    daily: int = _setting(150, "talks a day and site", low=1)
    deadline: float = _setting(90.0, "seconds for one talk, then the child is ended", low=1, high=900)
    player_client: tuple[str, ...] = _setting(("default", "web"), "yt-dlp's YouTube clients")
    allow_hosts: tuple[str, ...] = _setting((), "further hosts yt-dlp may ask")


@dataclass(frozen=True, slots=True)
class Digest:
    """What digests look like and where they go."""

    folder: str = _setting("", "where digests are written; empty = HOME/digests")
    language: str = _setting("auto", "language of the digest's frame", choices=("auto", "en", "zh"))
    daily_at: str = _setting("", "HH:MM of the daily digest by the daemon; empty = none")
    weekly_at: str = _setting("", "e.g. 'sun 20:00' for the weekly digest by the daemon; empty = none")


@dataclass(frozen=True, slots=True)
class Study:
    """The learning side."""

    minutes: int = _setting(45, "minutes a day", low=1, high=1440)
    review_minutes: int = _setting(15, "of them at most for reviews", low=1, high=1440)
    retention: float = _setting(0.9, "wished share of remembered reviews", low=0.7, high=0.99)
    counters: tuple[str, ...] = _setting((), "what you count with 'tracker count'; empty = nothing is counted")


@dataclass(frozen=True, slots=True)
class Log:
    """What is logged."""

    level: str = _setting("info", "least level written to HOME/logs", choices=("debug", "info", "warning", "error"))
    json: bool = _setting(False, "one JSON object a line")


@dataclass(frozen=True, slots=True)
class Serve:
    """What the daemon shows on loopback when asked for."""

    metrics_port: int = _setting(0, "port for metrics and health on 127.0.0.1; 0 = off", high=65535)
    notify: tuple[str, ...] = _setting((), "notification addresses (extra 'notify')")


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections. `timezone` and `person` stand at the top of the file, outside any section."""

    timezone: str = _setting("", "zone that decides what a day is; empty = the machine's")
    person: str = _setting("me", "whose inbox and plan")
    database: str = _setting("", "sqlite:///FILE or postgresql://...; empty = HOME/tracker.db")
    ui: Ui = field(default_factory=Ui)
    network: Network = field(default_factory=Network)
    crawl: Crawl = field(default_factory=Crawl)
    links: Links = field(default_factory=Links)
    texts: Texts = field(default_factory=Texts)
    youtube: Youtube = field(default_factory=Youtube)
    digest: Digest = field(default_factory=Digest)
    study: Study = field(default_factory=Study)
    log: Log = field(default_factory=Log)
    serve: Serve = field(default_factory=Serve)
