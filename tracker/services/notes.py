"""Notes written here: entries in the habits of the journal they go into, the part of the talk told from its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from db import notes as rows
from db import standing
from db.resources import by_ids
from db.standing import Kept
from db.store import Store
from tracker.core.document import DocumentNote
from tracker.core.errors import NotFound, UsageError
from tracker.core.inbox import Done
from tracker.core.journal import JournalStyle, body, bullets_of, entry, entry_title, next_part, note_key
from tracker.core.model import NoteId, PersonId, ResourceId
from tracker.documents.style import style_of
from tracker.services.actions import deciding
from tracker.services.documents import read_text


def write(
    store: Store, person: PersonId, id_: int, text: str, *, day: date, at: int | None = None, part: str | None = None,
    now: datetime, made_by: str,
) -> Done:  # fmt: skip
    """An entry of `day` about a resource, from second `at` on. Raises NotFound, UsageError for a note without words."""
    if not bullets_of(text):
        raise UsageError("a note needs words", "Write 'tracker note RESOURCE TEXT'")
    with deciding(store, person, "note", now=now, made_by=made_by) as changes:
        found = by_ids(changes.tx, person, [ResourceId(id_)])
        if not found:
            raise NotFound("resource", str(id_), "tracker resources")
        before = rows.about(changes.tx, person, found[0].id)
        kept = standing.kept_of_kind(changes.tx, person, "journal")
        title, url = (before[-1][0], before[-1][2]) if before else (entry_title(found[0].title), found[0].url)
        journal = max(kept, key=_last_day, default=None)
        style = _style(journal, url)
        mark = next_part([one[1] for one in before], numbers=style.part_numbers) if part is None else part
        written = day.strftime(style.date)
        timed = f"{url}{'&' if '?' in url else '?'}t={at}s" if at and url else url
        key = note_key(written, title, mark)
        one = DocumentNote(key, 0, day, written, title, body(timed, bullets_of(text), style), mark, url, at)
        rows.add(changes, person, _read(one, style), journal.id if journal else None, found[0].id, now)
        changes.label = f"wrote a note about '{title}'"
    return changes.done


def _last_day(kept: Kept) -> date:
    return max((note.day for note in read_text(kept.text, kept.name, kept.kind).notes), default=date.min)


def _style(journal: Kept | None, url: str) -> JournalStyle:
    if journal is None:
        return JournalStyle()
    return style_of(journal.text, read_text(journal.text, journal.name, journal.kind).notes, url)


def _read(one: DocumentNote, style: JournalStyle) -> DocumentNote:
    """The entry with what a reader would find in it: bullets counted, images, the start of the talk."""
    found = read_text(entry(one, style), "note", "journal").notes[0]
    return replace(one, url=found.url, start_seconds=found.start_seconds, bullets=found.bullets, images=found.images)


def remove(store: Store, person: PersonId, id_: int, *, now: datetime, made_by: str) -> Done:
    """Take an entry out of the journal, undoable; the next export takes it out of the file. Raises NotFound."""
    from db.plans import entries

    with deciding(store, person, "unnote", now=now, made_by=made_by) as changes:
        one = next((entry for entry in entries(changes.tx, person) if entry.id == id_), None)
        if one is None:
            raise NotFound("note", str(id_), "tracker journal --json")
        rows.remove(changes, NoteId(id_), now)
        changes.label = f"took the note about '{one.title}' out"
    return changes.done
