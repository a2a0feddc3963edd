"""Notes written here: entries in the habits of the journal they go into, the part of the talk told from its history."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from db import notes as rows
from db import reviews, standing
from db.notes import Earlier
from db.resources import by_ids
from db.standing import Kept
from db.store import Store, Tx
from tracker.core.document import DocumentNote
from tracker.core.errors import NotFound, UsageError
from tracker.core.inbox import Done
from tracker.core.journal import JournalStyle, body, bullets_of, entry, entry_title, note_key, part_marks
from tracker.core.model import NodeId, PersonId, ResourceId
from tracker.core.text import clean_line
from tracker.core.url_start import at_second
from tracker.documents.style import style_of
from tracker.services.actions import Deciding, deciding
from tracker.services.documents import read_text
from tracker.services.plans import find_node

QUESTION, EXPLAIN = "question", "explain"  # kinds of notes that are no entries of the journal
EXPLAINED = 3  # lines, in one's own words
TOLD = ("", "上", "中", "下")  # marks the program tells; other words are the person's own


@dataclass(frozen=True, slots=True)
class Subject:
    """What a note is about: a resource, or a place of a plan."""

    title: str
    url: str
    resource: ResourceId | None = None
    node: NodeId | None = None


def write(
    store: Store, person: PersonId, about: str, text: str, *, day: date, at: int | None = None, part: str | None = None,
    picture: str = "", now: datetime, made_by: str,
) -> Done:  # fmt: skip
    """An entry of `day` about a resource (a number) or a place of a plan (`#12`, or its title), from second `at` on.

    `picture` are the lines of an image (see `services.attachments`). Entries of one talk that stand in no file yet get their part marks anew. Raises NotFound, UsageError for a note
    without words or a name that could be several places.
    """
    text = f"{picture}\n{text}" if picture else text
    if not bullets_of(text):
        raise UsageError("a note needs words", "Write 'tracker note RESOURCE TEXT'")
    with deciding(store, person, "note", now=now, made_by=made_by) as changes:
        subject = _subject(changes.tx, person, about)
        before = rows.about(changes.tx, person, subject.resource, subject.node)
        if before:
            subject = replace(subject, title=before[-1].title, url=before[-1].url or subject.url)
        journal = max(standing.kept_of_kind(changes.tx, person, "journal"), key=_last_day, default=None)
        style = _style(journal, subject.url)
        mark = _parts(changes, person, before, day, style) if part is None else part
        one = _entry(subject, mark, day, at, text, style, rows.keys(changes.tx, person))
        owner = journal.id if journal else None
        rows.add(changes, person, _read(one, style), owner, subject.resource, subject.node, now)
        changes.label = f"wrote a note about '{subject.title}'"
    return changes.done


def write_card(
    store: Store, person: PersonId, about: str, kind: str, text: str, question: str = "", *, day: date, now: datetime,
    made_by: str,
) -> Done:  # fmt: skip
    """A note that is no entry of the journal: a `question` with its answer, which comes back in reviews, or what one can
    `explain` in three lines. Raises NotFound, UsageError for one without words.
    """
    lines = [one.text for one in bullets_of(text)]
    asked = clean_line(question, 500)
    if kind == QUESTION and not asked:
        raise UsageError("a question needs words", "Write 'tracker note RESOURCE --question QUESTION ANSWER'")
    if kind == EXPLAIN and not 1 <= len(lines) <= EXPLAINED:
        raise UsageError(f"{len(lines)} lines explain nothing in {EXPLAINED}", f"Write one to {EXPLAINED} lines")
    with deciding(store, person, kind, now=now, made_by=made_by) as changes:
        subject = _subject(changes.tx, person, about)
        body_ = "".join(f"+ {line}\n" for line in ([asked] if asked else []))
        body_ += "".join(f"{'    - ' if asked else '+ '}{line}\n" for line in lines)
        one = DocumentNote("", 0, day, day.isoformat(), subject.title, body_, "", subject.url)
        rows.add(changes, person, one, None, subject.resource, subject.node, now, kind)
        if asked:
            _comes_back(changes, person, subject, asked, " ".join(lines), now)
        changes.label = f"wrote a {kind} card about '{subject.title}'"
    return changes.done


def _comes_back(
    changes: Deciding, person: PersonId, subject: Subject, question: str, answer: str, now: datetime
) -> None:
    what = "resource" if subject.resource else "node"
    id_ = int(subject.resource or subject.node or 0)
    if not reviews.there(changes.tx, person, what, id_, question):
        reviews.add(changes, person, what, id_, question, clean_line(answer, 2000), now)


def _subject(tx: Tx, person: PersonId, about: str) -> Subject:
    if not (about.isascii() and about.isdigit()):
        place = find_node(tx, person, about)
        return Subject(entry_title(place.title), "", node=place.id)
    found = by_ids(tx, person, [ResourceId(int(about))])
    if not found:
        raise NotFound("resource", about, "tracker resources")
    return Subject(entry_title(found[0].title), found[0].url, found[0].id)


def _parts(changes: Deciding, person: PersonId, before: Sequence[Earlier], day: date, style: JournalStyle) -> str:
    """The mark of a new entry of `day`; those that stand in no file yet are marked to fit."""
    index = sum(1 for one in before if one.day <= day)
    held = [one.part if one.in_file or not _is_told(one.part) else None for one in before]
    told = part_marks([*held[:index], None, *held[index:]], numbers=style.part_numbers)
    mine = told.pop(index)
    for one, mark in zip(before, told, strict=True):
        if mark != one.part:
            key = note_key(one.date_as_written, one.title, mark)
            rows.mark(changes, one.id, mark, _unused(key, rows.keys(changes.tx, person)))
    return mine


def _is_told(part: str) -> bool:
    return part in TOLD or part.isdigit()


def _entry(
    subject: Subject, mark: str, day: date, at: int | None, text: str, style: JournalStyle, taken: Collection[str]
) -> DocumentNote:
    written, url = day.strftime(style.date), subject.url
    timed = at_second(url, at)
    key = _unused(note_key(written, subject.title, mark), taken)
    return DocumentNote(key, 0, day, written, subject.title, body(timed, bullets_of(text), style), mark, url, at)


def _unused(key: str, taken: Collection[str]) -> str:
    """`key`, with a number behind it when several entries are called so, as readers do."""
    number, out = 1, key
    while out in taken:
        number += 1
        out = f"{key}#{number}"
    return out


def _last_day(kept: Kept) -> date:
    return max((note.day for note in read_text(kept.text, kept.name, kept.kind).notes), default=date.min)


def _style(journal: Kept | None, url: str) -> JournalStyle:
    if journal is None:
        return JournalStyle()
    return style_of(journal.text, read_text(journal.text, journal.name, journal.kind).notes, url)


def _read(one: DocumentNote, style: JournalStyle) -> DocumentNote:
    """The entry with what a reader would find in it: bullets counted, images, the talk's link and start.

    Raises UsageError for a body that would not be one entry.
    """
    found = read_text(entry(one, style), "note", "journal").notes
    if len(found) != 1:
        raise UsageError("a line of the note looks like the heading of another entry", "Write it without # and a date")
    return replace(
        one, url=found[0].url, start_seconds=found[0].start_seconds, bullets=found[0].bullets, images=found[0].images
    )


def text_of(store: Store, person: PersonId, id_: int) -> str:
    """What stands below the heading of an entry. Raises NotFound."""
    with store.read() as tx:
        return _standing(tx, person, id_).body.rstrip() + "\n"


def edit(store: Store, person: PersonId, id_: int, text: str, *, now: datetime, made_by: str) -> Done:
    """An entry gets another text, kept as it is written. Raises NotFound, UsageError for one without words."""
    if not text.strip():
        raise UsageError("a note needs words", f"'tracker note {id_} --remove' takes it out")
    with deciding(store, person, "note", now=now, made_by=made_by) as changes:
        one = _standing(changes.tx, person, id_)
        plain = text.replace("\r\n", "\n").rstrip()
        end = one.body[len(one.body.rstrip()) :] or "\n"
        rows.change(changes, id_, _read(replace(one, body=plain + end), JournalStyle()), now)
        changes.label = f"changed the note about '{one.title}'"
    return changes.done


def remove(store: Store, person: PersonId, id_: int, *, now: datetime, made_by: str) -> Done:
    """Take an entry out of the journal, undoable; the next export takes it out of the file. Raises NotFound."""
    with deciding(store, person, "unnote", now=now, made_by=made_by) as changes:
        one = _standing(changes.tx, person, id_, rows.ANY)
        rows.remove(changes, id_, now)
        changes.label = f"took the note about '{one.title}' out"
    return changes.done


def _standing(tx: Tx, person: PersonId, id_: int, kinds: Collection[str] = (rows.JOURNAL,)) -> DocumentNote:
    found = rows.entry(tx, person, id_, kinds)
    if found is None:
        raise NotFound("note", str(id_), "tracker journal --json")
    return found
