"""The only place where parts meet: settings, home, store, fetcher, clock. Commands start with `house_of(flags)`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.config.load import load_settings
from tracker.config.settings import Settings
from tracker.core.errors import ConfigError
from tracker.core.model import FIRST_PERSON, PersonId, ResourceId

if TYPE_CHECKING:
    from db.store import Store
    from tracker.core.query import All
    from tracker.net.http import HttpFetcher
    from tracker.net.ytdlp import Ytdlp
    from tracker.services.crawl import Summary
    from tracker.services.links import Pass
    from tracker.services.listing import Filled
    from tracker.services.reading import ReadingRoom
    from tracker.services.texts import Kept
    from tracker.services.texts import Tools as TextTools
    from tracker.services.transcripts import Tools as TalkTools

# Reading processes are started before the first answer comes for so many sources that were never read, or for a list
# of so many bytes when there are no sources yet.
MANY_UNREAD, LONG_LIST = 8, 4000


@dataclass
class House:
    """What a command works with. The store and the fetcher are made when first asked for."""

    flags: Mapping[str, str]
    home: Path
    settings: Settings
    zone: ZoneInfo
    frozen: datetime | None = None  # TRACKER_NOW
    _person: PersonId | None = field(default=None, repr=False)
    _store: Store | None = field(default=None, repr=False)
    _opening: RLock = field(default_factory=RLock, repr=False, compare=False)  # threads of the terminal open it once

    def clock(self) -> datetime:
        """Now, in UTC; TRACKER_NOW freezes it."""
        return self.frozen or datetime.now(UTC)

    def asked(self, query: str, *, typing: bool = False, begun: bool = False) -> All:
        """A query in words, read as of today in the person's zone. Raises QueryError."""
        from tracker.core.query import parse

        return parse(query, self.clock().astimezone(self.zone).date(), typing=typing, begun=begun)

    @property
    def database(self) -> str:
        """The address of the database: flag, environment, settings, HOME/tracker.db."""
        return (
            self.flags.get("database")
            or os.environ.get("TRACKER_DATABASE_URL")
            or self.settings.database
            or str(self.home / "tracker.db")
        )

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database; None for PostgreSQL."""
        from db.engine import file_of, parse_url

        return file_of(parse_url(self.database))

    @property
    def store(self) -> Store:
        """The open store. Raises StoreError; makes the home and the database when they are not there."""
        with self._opening:
            if self._store is None:
                from db.store import open_store

                if "://" not in self.database:
                    self.make_home()
                self._store = open_store(self.database)
            return self._store

    @property
    def person(self) -> PersonId:
        """Whose inbox, plan and notes: the settings' `person`, made at the first use of the name. Raises StoreError."""
        with self._opening:
            if self._person is None:
                self._person = FIRST_PERSON if self.settings.person == "me" else self._named()
            return self._person

    def _named(self) -> PersonId:
        from db.people import find, person_named

        with self.store.read() as tx:
            found = find(tx, self.settings.person)
        if found is not None:
            return found
        with self.store.write() as tx:
            return person_named(tx, self.settings.person, self.clock())

    def make_home(self) -> Path:
        """Make the home's folder, private to its owner. Raises ConfigError when that is not possible."""
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise ConfigError(
                str(self.home), 0, "", f"cannot be made ({error.strerror}). Name another --home"
            ) from error
        return self.home

    @property
    def sources_file(self) -> Path:
        """The list of sources: flag, environment, ./sources.yaml, HOME/sources.yaml."""
        named = self.flags.get("sources") or os.environ.get("TRACKER_SOURCES")
        if named:
            return Path(named)
        here = Path("sources.yaml")
        return here if here.is_file() else self.home / "sources.yaml"

    def folder(self, name: str) -> Path:
        """A folder of the home (exports, digests, logs), made when it is not there."""
        path = self.make_home() / name
        path.mkdir(exist_ok=True)
        return path

    @property
    def digest_folder(self) -> Path:
        """Where digests are written."""
        return Path(self.settings.digest.folder) if self.settings.digest.folder else self.folder("digests")

    @asynccontextmanager
    async def fetcher(self, **changes: Any) -> AsyncIterator[HttpFetcher]:
        """The one way to the network, closed at the end of the block. On PostgreSQL all share turns at hosts."""
        from tracker.net.http import open_fetcher

        network, limits = replace(self.settings.network, **changes), None
        if self._store is not None and not self._store.is_sqlite:
            from tracker.services.turns import SharedTurns

            limits = SharedTurns(self._store, network)
        async with open_fetcher(network, log_file=self.flags.get("log_requests"), limits=limits) as fetcher:
            yield fetcher

    def reading(self) -> ReadingRoom:
        """The processes that read strangers' bytes. The caller closes it."""
        from tracker.services.reading import ReadingRoom

        crawl = self.settings.crawl
        return ReadingRoom(crawl.parse_processes or os.cpu_count() or 1, cpu_seconds=max(1, int(crawl.parse_seconds)))

    @asynccontextmanager
    async def talk_tools(self, fetcher: HttpFetcher, reading: ReadingRoom) -> AsyncIterator[TalkTools]:
        """What asking for transcripts needs. yt-dlp starts with the first talk, and ends with the block."""
        from tracker.services.transcripts import Tools

        async with self.lister() as asker:
            yield Tools(asker, fetcher, reading, self.clock, self.settings.youtube)

    @asynccontextmanager
    async def own_talk_tools(self) -> AsyncIterator[TalkTools]:
        """The same with a fetcher and a reading room of its own, for one command."""
        reading = self.reading()
        try:
            async with self.fetcher() as fetcher, self.talk_tools(fetcher, reading) as tools:
                yield tools
        finally:
            await reading.close()

    @asynccontextmanager
    async def lister(self) -> AsyncIterator[Ytdlp]:
        """Who asks for talks and lists those of channels, ended with the block."""
        from tracker.net.ytdlp import Ytdlp

        asker = Ytdlp(self.settings.youtube, self.settings.network.allow_private)
        try:
            yield asker
        finally:
            await asker.close()

    async def listings(self, **wishes: Any) -> list[Filled]:
        """List the channels whose feeds left a gap, or that are to be read further back (see `services.listing`)."""
        from tracker.services.listing import fill, wanted

        if not wanted(self.store):
            return []
        async with self.lister() as lister:
            return await fill(self.store, lister, self.clock, self.settings.crawl.daily_cap, **wishes)

    async def transcripts(self, **wishes: Any) -> int:
        """Ask for the transcripts that are due (see `services.transcripts.work`); how many talks were asked for."""
        from tracker.services.transcripts import due, work

        if not due(self.store, self.clock(), self.settings.youtube):
            return 0
        async with self.own_talk_tools() as tools:
            return await work(self.store, tools, **wishes)

    def text_tools(self, fetcher: HttpFetcher, reading: ReadingRoom) -> TextTools:
        """What fetching readable texts needs."""
        from tracker.services.texts import Tools

        return Tools(fetcher, reading, self.clock, self.settings.texts)

    @asynccontextmanager
    async def own_text_tools(self) -> AsyncIterator[TextTools]:
        """The same with a fetcher and a reading room of its own, for one command."""
        reading = self.reading()
        try:
            async with self.fetcher() as fetcher:
                yield self.text_tools(fetcher, reading)
        finally:
            await reading.close()

    async def texts(self, **wishes: Any) -> int:
        """Fetch the readable texts that are due (see `services.texts.work`); how many were asked for."""
        from tracker.services.texts import due, work

        if not due(self.store, self.clock(), self.settings.texts):
            return 0
        async with self.own_text_tools() as tools:
            return await work(self.store, tools, **wishes)

    async def fetch_text(self, id_: ResourceId) -> Kept:
        """Fetch the readable text of one resource now. Raises NotFound."""
        from tracker.services.texts import fetch_one

        store = self.store
        async with self.own_text_tools() as tools:
            return await fetch_one(store, tools, id_)

    async def crawl(self, **wishes: Any) -> Summary:
        """One pass over what is due, or what `wishes` name (see `services.crawl.crawl`), with all that it needs."""
        from tracker.services.crawl import crawl
        from tracker.services.source_list import sync_file

        reading = self.reading()
        try:
            if not wishes.get("names") and self._much_to_read():
                await reading.warm()  # while the list is read here
            sync_file(self.store, self.sources_file, self.clock())
            async with self.fetcher() as fetcher:
                return await crawl(
                    self.store, fetcher, reading, self.clock, settings=self.settings, zone=self.zone, **wishes
                )
        finally:
            await reading.close()

    def _much_to_read(self) -> bool:
        """Whether a pass will most likely bring much to read: sources that never were, a new list."""
        from db.polling import unread
        from db.sources import any_known

        with self.store.read() as tx:
            if any_known(tx):
                return unread(tx, MANY_UNREAD)
        with suppress(OSError):
            return self.sources_file.stat().st_size >= LONG_LIST
        return False

    async def check_links(self, **wishes: Any) -> Pass:
        """One pass over the links that are due, or what `wishes` name (see `services.links.check_library`)."""
        from tracker.services.links import check_library

        store = self.store
        async with self.fetcher() as fetcher:
            return await check_library(store, fetcher, self.clock, self.settings, person=self.person, **wishes)

    def close(self) -> None:
        """Give the store back."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def house_of(flags: Mapping[str, str]) -> House:
    """The house these flags and this environment ask for. Raises ConfigError; touches no database yet."""
    home = _home(flags)
    config = flags.get("config")
    settings = load_settings(Path(config) if config else home / "config.toml", os.environ, must_exist=bool(config))
    _arm_drill(os.environ.get("TRACKER_CRASH_AT", ""))
    return House(flags, home, settings, _zone(settings.timezone), _frozen(os.environ.get("TRACKER_NOW", "")))


def _arm_drill(wish: str) -> None:
    """TRACKER_CRASH_AT=POINT:N ends this process by SIGKILL at the n-th pass of a point (docs/operations.md)."""
    if not wish:
        return
    import signal

    from tracker.core.drill import arm

    point, _, passes = wish.rpartition(":")
    try:
        arm(point, int(passes), lambda: os.kill(os.getpid(), signal.SIGKILL))
    except ValueError as error:
        raise ConfigError("environment", 0, "TRACKER_CRASH_AT", str(error)) from None


def _home(flags: Mapping[str, str]) -> Path:
    named = flags.get("home") or os.environ.get("TRACKER_HOME")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("tracker", appauthor=False)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or _machine_zone())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if name:
            raise ConfigError(
                "config.toml", 0, "timezone", f"'{name}' is no time zone; write e.g. Asia/Shanghai"
            ) from None
        return ZoneInfo("UTC")


def _machine_zone() -> str:
    """The machine's zone by name: TZ, else where /etc/localtime points, else UTC."""
    if named := os.environ.get("TZ", "").removeprefix(":"):
        return named
    target = os.path.realpath("/etc/localtime")
    return target.partition("zoneinfo/")[2] or "UTC"


def _frozen(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            "environment", 0, "TRACKER_NOW", f"'{text}' is no time; write 2026-01-12T08:00:00+08:00"
        ) from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def spoken_language(*wishes: str) -> str:
    """`en` or `zh`: the first wish that is not `auto`, else what the machine's locale speaks."""
    for wish in wishes:
        if wish != "auto":
            return wish
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.lower().startswith("zh") else "en"
