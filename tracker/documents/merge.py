"""A document, what a person changed of it here, and the file as it is now: put together, in both directions.

On the way out (`written`) the file is what is edited, so it wins a conflict; on the way in (`read_again`) what stands
here wins. Both report it, and nothing is lost: the other value stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.core.document import WARNING, Document, DocumentNode, DocumentNote, Finding, Here
from tracker.core.journal import note_key
from tracker.core.plan import NodeState
from tracker.core.threeway import Named, Side, renamed, settle
from tracker.documents.pen import Move, Rewrite, edit_notes, move_links, same_body, set_states
from tracker.documents.pieces import link_key
from tracker.documents.style import style_of

STATE = ("checked", "remark", "level")


@dataclass(frozen=True, slots=True)
class Clash:
    """Here and the file changed one thing differently. `key` is the file's; `line` is 0 when it left the file."""

    key: str
    field: str
    line: int
    base: object
    here: object
    file: object

    def finding(self, kept: str) -> Finding:
        """The sentence for a person; `kept` is what was done about it."""
        if not self.line:
            said = f"'{self.here}' was changed here, but it is no longer in the file"
            return Finding(1, WARNING, said, "What stands here stays here")
        said = f"{self.field} is {_shown(self.here)} here, {_shown(self.file)} in the file (it was {_shown(self.base)})"
        return Finding(self.line, WARNING, said, kept)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "ticked" if value else "not ticked"
    if value in (None, ""):
        return "empty"
    text = str(value)
    return f"'{text if len(text) <= 60 else text[:57] + '…'}'"


@dataclass(frozen=True, slots=True)
class Written:
    """The text to be written, and the conflicts in which the file's own words were kept."""

    text: str
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A file read again, with what was changed here meanwhile; old keys by new names; what both changed."""

    document: Document
    names: Mapping[str, str]
    clashes: tuple[Clash, ...]


def state_of(node: DocumentNode) -> NodeState:
    """What a person may change about a node."""
    return NodeState(node.checked, node.remark, node.level)


# ---- out -------------------------------------------------------------------------------------------------------------


def written(base: Document, here: Here, file: Document, *, mine: bool = False) -> Written:
    """The file's text with what was changed here since `base`. With `mine` conflicts are settled for what stands here."""
    names = new_names(base, here, file)
    states, clashes = _states(base, here, file, names)
    moves, stuck = _moves(base, here, file, names)
    edits, new, torn = _notes(base, here, file, names)
    found = [*clashes, *stuck, *torn]
    if mine:
        states, edits = _for_here(states, clashes, file), [*edits, *_rewrites(torn, here, file, names)]
        found = [one for one in found if not one.line]
    lines = {node.key: node.line for node in file.nodes}
    text = set_states(file.text, {lines[key]: state for key, state in states.items()})
    text, missed = move_links(text, moves)
    found += [Clash(m.mention.key, "address", m.mention.line, m.mention.url, m.to, m.mention.url) for m in missed]
    styled = [(note, style_of(file.text, file.notes, note.url)) for note in new]
    return Written(edit_notes(text, file.notes, edits, styled), tuple(found))


# ---- in --------------------------------------------------------------------------------------------------------------


def read_again(base: Document, here: Here, file: Document) -> ReadAgain:
    """The file as it was read, each piece with the value that holds; conflicts are settled for what stands here."""
    names = new_names(base, here, file)
    states, clashes = _states(base, here, file, names)
    states = _for_here(states, clashes, file)
    nodes = tuple(_stated(node, states.get(node.key)) for node in file.nodes)
    moves, _ = _moves(base, here, file, names)
    addresses = {move.mention.key: move.to for move in moves}
    mentions = tuple(replace(one, url=addresses[one.key]) if one.key in addresses else one for one in file.mentions)
    edits, _, torn = _notes(base, here, file, names)
    edited = {edit.old.key: edit.note for edit in [*edits, *_rewrites(torn, here, file, names)]}
    notes = tuple(_noted(note, edited.get(note.key, note)) for note in file.notes if edited.get(note.key, note))
    document = replace(file, nodes=nodes, mentions=mentions, notes=_as_here(notes, here, names))
    return ReadAgain(document, names, (*clashes, *torn))


def _noted(there: DocumentNote, mine: DocumentNote | None) -> DocumentNote:
    """The entry where the file has it, with the words of `mine`."""
    if mine is None or mine is there:
        return there
    return replace(there, title=mine.title, body=mine.body, images=mine.images, bullets=mine.bullets)


def _as_here(notes: Sequence[DocumentNote], here: Here, names: Mapping[str, str]) -> tuple[DocumentNote, ...]:
    """Entries that say the same here and in the file keep their body as it is here: its end depends on its place."""
    mine = {names.get(key, key): note for key, note in here.notes.items()}
    same = ((note, mine.get(note.key)) for note in notes)
    return tuple(replace(note, body=own.body) if own and _same(note, own) else note for note, own in same)


def _stated(node: DocumentNode, state: NodeState | None) -> DocumentNode:
    return replace(node, checked=state.checked, remark=state.remark, level=state.level) if state else node


# ---- nodes -----------------------------------------------------------------------------------------------------------


def new_names(base: Document, here: Here, file: Document) -> dict[str, str]:
    """Keys by what they are called in `file`: pieces whose words were edited, here or there, keep what was decided."""
    if base.text == file.text:
        return {}
    nodes = renamed([_named(node) for node in base.nodes], [_named(node) for node in file.nodes])
    notes = renamed([_entry(note) for note in base.notes], [_entry(note) for note in file.notes])
    return nodes | notes | dict(_names_from_here(base, here, file))


def _names_from_here(base: Document, here: Here, file: Document) -> Iterator[tuple[str, str]]:
    """What the file calls entries and addresses that were renamed here, once they have been written into it."""
    notes, mentions = {note.key for note in file.notes}, {one.key for one in file.mentions}
    for key, note in here.notes.items():
        if note and key not in notes and (new := note_key(note.date_as_written, note.title, note.part)) in notes:
            yield key, new
    for one in base.mentions:
        to = here.links.get(one.key, one.url)
        if to != one.url and one.key not in mentions:
            new = link_key(to, "") + one.key.removeprefix(link_key(one.url, ""))  # with its number, #2
            if new in mentions:
                yield one.key, new


def _named(node: DocumentNode) -> Named:
    days = (
        f"{node.kind} {node.day_from}-{node.day_to}" if node.day_from is not None and node.kind == "day" else node.kind
    )
    return Named(node.key, node.parent, f"{days} {node.title}")


def _entry(note: DocumentNote) -> Named:
    return Named(note.key, note.url, f"{note.day} {note.title} {note.part} {note.body[:400]}")


def _states(
    base: Document, here: Here, file: Document, names: Mapping[str, str]
) -> tuple[dict[str, NodeState], list[Clash]]:
    """States by the file's keys where they differ from the file's; conflicts keep the file's value."""
    before, now = {node.key: node for node in base.nodes}, {node.key: node for node in file.nodes}
    states: dict[str, NodeState] = {}
    clashes: list[Clash] = []
    for key, state in here.states.items():
        old, new = before.get(key), now.get(names.get(key, key))
        if old is None or (state_of(old) == state and not any((key, name) in here.disputed for name in STATE)):
            continue
        if new is None:
            clashes.append(Clash(key, "gone", 0, None, old.title, None))
            continue
        settled, both = _settled(key, old, state, new, here)
        clashes += both
        if settled != state_of(new):
            states[new.key] = settled
    return states, clashes


def _settled(
    key: str, old: DocumentNode, state: NodeState, new: DocumentNode, here: Here
) -> tuple[NodeState, list[Clash]]:
    out, clashes = state_of(new), list[Clash]()
    for name in STATE:
        was = here.disputed.get((key, name), getattr(old, name))
        mine, theirs = getattr(state, name), getattr(new, name)
        side = settle(was, mine, theirs)
        torn = name == "level" and any(one.field == "remark" for one in clashes)  # the level is part of what it says
        if side is Side.HERE and not torn:
            out = replace(out, **{name: mine})
        elif side is Side.NEITHER or (torn and mine != theirs):
            clashes.append(Clash(new.key, name, new.line, was, mine, theirs))
    return out, clashes


def _for_here(states: Mapping[str, NodeState], clashes: Sequence[Clash], file: Document) -> dict[str, NodeState]:
    """The states with their conflicts settled for what stands here."""
    out, now = dict(states), {node.key: state_of(node) for node in file.nodes}
    for one in clashes:
        if one.field in STATE:
            out[one.key] = replace(out.get(one.key, now[one.key]), **{one.field: one.here})  # type: ignore[arg-type]
    return out


# ---- links -----------------------------------------------------------------------------------------------------------


def _moves(base: Document, here: Here, file: Document, names: Mapping[str, str]) -> tuple[list[Move], list[Clash]]:
    """Addresses that were moved here and stand in the file as they did."""
    before, now = {one.key: one for one in base.mentions}, {one.key: one for one in file.mentions}
    addresses = {one.url for one in file.mentions}
    escaped = file.kind == "opml" or (file.kind == "bookmarks" and "&amp;" in file.text)
    moves, stuck = [], []
    for key, to in here.links.items():
        old, new = before.get(key), now.get(names.get(key, key))
        if old is None or old.url == to:
            continue
        if new is not None and new.url == old.url:
            moves.append(Move(new, to, escaped))
        elif to not in addresses:
            stuck.append(Clash(key, "address", new.line if new else 0, old.url, to, new.url if new else None))
    return moves, stuck


# ---- notes -----------------------------------------------------------------------------------------------------------


def _notes(
    base: Document, here: Here, file: Document, names: Mapping[str, str]
) -> tuple[list[Rewrite], list[DocumentNote], list[Clash]]:
    """Entries to rewrite, entries to put in, and those that both changed."""
    before, now = {note.key: note for note in base.notes}, {note.key: note for note in file.notes}
    edits, new, clashes = list[Rewrite](), list[DocumentNote](), list[Clash]()
    for key, mine in here.notes.items():
        old, there = before.get(key), now.get(names.get(key, key))
        if there is None:
            if mine is not None and old is None:
                new.append(mine)
            elif mine is not None and old is not None and not _same(old, mine):
                clashes.append(Clash(key, "gone", 0, None, mine.title, None))
            continue
        side = _side(key, old, mine, there, here)
        if side is Side.HERE:
            edits.append(Rewrite(there, mine))
        elif side is Side.NEITHER:
            was = old.body if old else None
            clashes.append(Clash(there.key, "note", there.line, was, mine.body if mine else None, there.body))
    return edits, new, clashes


def _side(key: str, old: DocumentNote | None, mine: DocumentNote | None, there: DocumentNote, here: Here) -> Side:
    if mine is not None and _same(mine, there):
        return Side.BOTH
    if old is None or (key, "note") in here.disputed:
        return Side.NEITHER
    if mine is None:
        return Side.HERE if _same(old, there) else Side.NEITHER
    return settle(old, mine, there, _same)


def _same(one: DocumentNote, other: DocumentNote) -> bool:
    return one.title == other.title and same_body(one.body, other.body)


def _rewrites(clashes: Sequence[Clash], here: Here, file: Document, names: Mapping[str, str]) -> Iterator[Rewrite]:
    """Conflicts of entries settled for what stands here."""
    old_names = {new: old for old, new in names.items()}
    now = {note.key: note for note in file.notes}
    for one in clashes:
        if one.field == "note":
            yield Rewrite(now[one.key], here.notes[old_names.get(one.key, one.key)])
