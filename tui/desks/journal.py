"""What the journal screen shows: entries, the days they stand on, digests."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.core.digest import period_of
from tracker.core.inbox import Done
from tracker.core.plan import JournalEntry
from tracker.services import ack, digest, notes, plans
from tracker.services.files import write_whole

if TYPE_CHECKING:
    from tracker.wiring import House


class JournalDesk:
    """Reads, writes and changes notes. Methods raise TrackerError."""

    def __init__(self, house: House) -> None:
        self._house = house

    def today(self) -> date:
        """The day it is for the person."""
        return self._house.clock().astimezone(self._house.zone).date()

    async def entries(self) -> list[JournalEntry]:
        """All entries, the newest first."""
        return await asyncio.to_thread(plans.journal, self._house.store, self._house.person)

    async def write(self, about: str, text: str, day: date) -> Done:
        """A new entry about a resource (its number) or a place (`#12`); on disk when this returns."""
        house = self._house
        done = await asyncio.to_thread(
            lambda: notes.write(house.store, house.person, about, text, day=day, now=house.clock(), made_by="tui")
        )
        ack.acknowledge(done)
        return done

    async def change(self, id_: int, text: str) -> Done:
        """An entry gets another text; on disk when this returns."""
        house = self._house
        done = await asyncio.to_thread(
            lambda: notes.edit(house.store, house.person, id_, text, now=house.clock(), made_by="tui")
        )
        ack.acknowledge(done)
        return done

    async def remove(self, id_: int) -> Done:
        """Take an entry out; undoable."""
        house = self._house
        done = await asyncio.to_thread(
            lambda: notes.remove(house.store, house.person, id_, now=house.clock(), made_by="tui")
        )
        ack.acknowledge(done)
        return done

    async def digest(self, day: date, name: str, form: str) -> str:
        """The digest of a day (`daily`) or of its week (`weekly`), as text."""
        return await asyncio.to_thread(lambda: self._digest(day, name, form)[0])

    async def write_digest(self, day: date, name: str, form: str) -> Path:
        """The same as a file of the digests' folder; returns where."""
        return await asyncio.to_thread(self._write_digest, day, name, form)

    def _write_digest(self, day: date, name: str, form: str) -> Path:
        from tracker.formats.digest import FORMS

        text, stem = self._digest(day, name, form)
        path = self._house.digest_folder / (stem + FORMS[form].suffix)
        write_whole(path, text)
        return path

    def _digest(self, day: date, name: str, form: str) -> tuple[str, str]:
        from tracker.wiring import spoken_language

        house = self._house
        made = digest.make(house.store, house.person, period_of(name, day), house.zone)
        spoken = spoken_language(house.settings.digest.language, house.settings.ui.language)
        return digest.render(made, form, spoken, house.home), made.period.stem
