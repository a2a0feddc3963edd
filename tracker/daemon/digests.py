"""Digests at their hour: due when the hour has come and the day's stamp is not there yet, so that a daemon that was
down, asleep or under a wrong clock at the hour still writes each once."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from db import memos
from tracker.core.digest import Period, period_of
from tracker.core.errors import ConfigError
from tracker.core.hours import Hour, daily, last_due, weekly
from tracker.daemon.jobs import Crew
from tracker.services import digest
from tracker.wiring import House


class Digests:
    """Writes the digest of the day and of the week."""

    name, every = "digest", 30.0

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._hours = hours_of(crew.house)

    async def run(self) -> str:
        """Says which files were written."""
        written = [path for period, hour in self._hours.items() if (path := await self._one(period, hour))]
        for path in written:
            await self._crew.bell.ring("Digest", f"written: {path.name}", path)
        return f"written: {', '.join(str(path) for path in written)}" if written else ""

    async def _one(self, period: str, hour: Hour) -> Path | None:
        return await asyncio.to_thread(self._due, period, hour)

    def _due(self, period: str, hour: Hour) -> Path | None:
        house, now = self._crew.house, self._crew.house.clock()
        today, day = now.astimezone(house.zone).date(), last_due(hour, now, house.zone)
        kept = self._kept(period, today)
        done = date.fromisoformat(kept["day"]) if kept else None
        if done is None and day != today:  # the first time: nobody waits for digests of before
            self._keep(period, day, None, kept)
            return None
        if done is not None and day <= done:
            return None
        if done is not None and done < day:
            self._complete(period_of(period, done), kept)
        path = write_digest(house, period_of(period, day))
        self._keep(period, day, path, kept)
        return path

    def _kept(self, period: str, today: date) -> dict[str, Any]:
        """The stamp of the last digest. One of tomorrow is of a clock that ran ahead: then the one before it."""
        house = self._crew.house
        with house.store.read() as tx:
            kept = memos.recall(tx, f"digest.{period}.{house.person}") or {}
        ahead = bool(kept) and date.fromisoformat(kept["day"]) > today
        return dict(kept.get("before", {}) if ahead else kept)

    def _complete(self, days: Period, kept: dict[str, Any]) -> None:
        """What came after the hour belongs to that day's digest as well, unless a person has edited the file since."""
        path = Path(kept.get("file") or "-")
        if path.is_file() and _sum(path) == kept.get("sha256"):
            write_digest(self._crew.house, days)

    def _keep(self, period: str, day: date, path: Path | None, before: dict[str, Any]) -> None:
        house = self._crew.house
        kept: dict[str, Any] = {"day": day.isoformat()}
        if path:
            kept |= {"file": str(path), "sha256": _sum(path)}
        if before:
            kept["before"] = {key: value for key, value in before.items() if key != "before"}
        with house.store.write() as tx:
            memos.keep(tx, f"digest.{period}.{house.person}", kept)


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_digest(house: House, days: Period) -> Path:
    """Write the digest of a period where digests go."""
    from tracker.formats.digest import FORMS
    from tracker.services.files import write_whole
    from tracker.wiring import spoken_language

    made = digest.make(house.store, house.person, days, house.zone)
    path = house.digest_folder / (days.stem + FORMS["log"].suffix)
    spoken = spoken_language(house.settings.digest.language, house.settings.ui.language)
    write_whole(path, digest.render(made, "log", spoken, house.home))
    return path


def hours_of(house: House) -> dict[str, Hour]:
    """The hours of the digests that are wanted. Raises ConfigError for a time that is none."""
    wishes = house.settings.digest
    rows = (("daily", wishes.daily_at, daily, "20:00"), ("weekly", wishes.weekly_at, weekly, "sun 20:00"))
    out: dict[str, Hour] = {}
    for period, text, read, example in rows:
        if text:
            hour = read(text)
            if hour is None:
                raise ConfigError("config.toml", 0, f"digest.{period}_at", f"'{text}' is no time; write {example}")
            out[period] = hour
    return out
