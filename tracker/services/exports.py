"""Documents on their way out: their own text with what a person changed here, and with what they edited in the file.

Nothing of a person's file is overwritten unseen: what file and tracker changed differently stays as the file says it
and is reported; a file that is in the way is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from db import plans, resources, sources, standing
from db.standing import Kept
from db.store import Store
from tracker.core.document import Document, Finding
from tracker.core.errors import Conflict, DocumentError
from tracker.core.model import PersonId
from tracker.documents.charset import decode, encode
from tracker.documents.merge import written
from tracker.formats import opml, topics
from tracker.formats.journal import journal as journal_text
from tracker.services import handmade
from tracker.services.documents import import_document, read_text
from tracker.services.files import write_whole
from tracker.services.plans import document_named

KEPT = "The file's own words were kept; make both say the same, or export with --mine"


@dataclass(frozen=True, slots=True)
class Exported:
    """One document on its way out. `file` names what was merged; `findings` are its conflicts, by its lines."""

    name: str
    text: str
    encoding: str
    file: str
    findings: tuple[Finding, ...] = ()

    @property
    def data(self) -> bytes:
        """The bytes to be written."""
        return encode(self.text, self.encoding)


def named(store: Store, person: PersonId, name: str) -> Kept:
    """The document meant by `name`. Raises NotFound."""
    with store.read() as tx:
        found = standing.kept(tx, person, document_named(tx, person, name))
        assert found is not None  # it was named a moment ago, in this transaction
        return found


def document(store: Store, person: PersonId, kept: Kept, *, mine: bool = False, file: Path | None = None) -> Exported:
    """The document with what was changed here, on top of the file as it lies on disk (`file`, else where it was read).

    With `mine` conflicts are settled for what stands here. Raises DocumentError when the file cannot be read.
    """
    if kept.made_here:
        return Exported(kept.name, handmade.text(store, person, kept.name), kept.encoding, kept.name)
    place = file or Path(kept.path or kept.name)
    agreed = _agreed(store, kept, file)
    base = read_text(agreed, kept.name, kept.kind)
    text, codec = _on_disk(place) or (agreed, kept.encoding)
    there = base if text == agreed or not text.strip() else read_text(text, kept.name, kept.kind)
    if not text.strip() or not _akin(base, there):  # another text lies at its path now
        text, codec, there = agreed, kept.encoding, base
    with store.read() as tx:
        here = standing.here(tx, person, kept.id, {note.key for note in base.notes}, kept.disputed)
    out = written(base, here, there, mine=mine)
    return Exported(kept.name, out.text, codec, str(place), tuple(clash.finding(KEPT) for clash in out.clashes))


def _agreed(store: Store, kept: Kept, file: Path | None) -> str:
    """The text that file and tracker last agreed on: as it was read, or as it was written there by an export."""
    if file is None or _same_place(file, kept.path):
        return kept.text
    with store.read() as tx:
        return standing.written_to(tx, str(file.resolve())) or kept.text


def _on_disk(path: Path) -> tuple[str, str] | None:
    try:
        return decode(path.read_bytes(), str(path)) if path.is_file() else None
    except OSError as error:
        raise DocumentError(str(path), 0, f"cannot be read ({error.strerror})", "Check its rights") from error


def _same_place(path: Path, other: str) -> bool:
    return bool(other) and path.resolve() == Path(other).resolve()


def _akin(one: Document, other: Document) -> bool:
    """Whether two texts are states of one document: they share a piece, or neither has any."""
    mine, theirs = _keys(one), _keys(other)
    return bool(mine & theirs) or not mine


def _keys(one: Document) -> set[str]:
    return {node.key for node in one.nodes} | {seen.key for seen in one.mentions} | {note.key for note in one.notes}


def write_document(store: Store, person: PersonId, kept: Kept, path: Path, now: datetime, *, mine: bool) -> Exported:
    """Write the document to `path`. Written where it was read, it is read again at once, so that both agree.

    Raises Conflict for a file that is in the way, ConfigError when it cannot be written.
    """
    if kept.made_here:
        out = document(store, person, kept)
        write_made(store, path, out.text)
        return out
    if _same_place(path, kept.path):
        out = document(store, person, kept, mine=mine)
        write_whole(path, out.data)
        found = replace(read_text(out.text, kept.name, kept.kind), encoding=out.encoding)
        import_document(store, person, found, now=now, path=kept.path)
        return out
    out = document(store, person, kept, mine=mine, file=_beside(store, kept, path))
    write_whole(path, out.data)
    with store.write() as tx:
        standing.remember_written(tx, str(path.resolve()), out.text)
    return out


def _beside(store: Store, kept: Kept, path: Path) -> Path | None:
    """The file to merge with: `path` when a person edited what was written there, None for where it was read."""
    there = _on_disk(path)
    if there is None:
        return None
    with store.read() as tx:
        last = standing.written_to(tx, str(path.resolve()))
    if there[0] in (last, kept.text):
        return None
    if last is None:
        raise Conflict(f"{path} is there already and was not written by tracker", "Name another file, or move it away")
    return path


def write_made(store: Store, path: Path, text: str, known: Callable[[str], bool] = lambda _: False) -> None:
    """Write a text that was made here. Raises Conflict when `path` holds what was not written by us, or was edited."""
    there = _on_disk(path)
    with store.read() as tx:
        last = standing.written_to(tx, str(path.resolve()))
    if there is not None and there[0] not in (last, text) and not known(there[0]):
        why = "was edited since it was written" if last else "is there already and was not written by tracker"
        raise Conflict(f"{path} {why}", "Name another file, or move it away")
    write_whole(path, text)
    with store.write() as tx:
        standing.remember_written(tx, str(path.resolve()), text)


def of_kind(store: Store, person: PersonId, kind: str) -> list[Kept]:
    """The documents of a kind; a copy that another one holds whole is left out."""
    with store.read() as tx:
        found = standing.kept_of_kind(tx, person, kind)
    return [one for one in found if not any(one.text in other.text for other in found if other is not one)] or found[:1]


def own_journal(store: Store, person: PersonId) -> str:
    """The entries written here that belong to no imported journal, as one; "" when there is none."""
    with store.read() as tx:
        return journal_text(standing.own_notes(tx, person))


def own(store: Store, person: PersonId, kind: str) -> str:
    """What of a kind was made here and belongs to no document; "" when there is none.

    Notes as a journal, topics made by hand with what is filed under them as a list, watched sources as OPML.
    """
    if kind == "journal":
        return own_journal(store, person)
    if kind == "list":
        return _own_topics(store, person)
    return _own_sources(store) if kind == "opml" else ""


def _own_topics(store: Store, person: PersonId) -> str:
    with store.read() as tx:
        mine = [one for one in plans.nodes(tx, person) if not one.document and one.kind == "topic"]
        found = [(one.title, resources.by_ids(tx, person, list(one.resources))) for one in mine]
    return topics.render(found, "Topics") if found else ""


def _own_sources(store: Store) -> str:
    with store.read() as tx:
        found = sources.watched(tx)
    return opml.render(found, "Watched sources") if found else ""
