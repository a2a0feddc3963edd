"""Plans and journals as they stand, and what a person decides about a place of a plan: tick, remark, level, resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from db import nodes
from db import plans as rows
from db.resources import by_ids
from db.store import Store, Tx
from tracker.core.errors import NotFound, UsageError, nearest
from tracker.core.inbox import Done
from tracker.core.model import NodeId, PersonId, Resource, ResourceId
from tracker.core.plan import DEEPEST, Branch, JournalEntry, NodeState, PlanNode, grow
from tracker.core.standing import OPEN, PRIORITIES, in_focus
from tracker.core.text import clean_line, fold
from tracker.documents.boxes import plain_remark, read_remark
from tracker.documents.depth import level_of
from tracker.services.actions import deciding

HEADINGS = ("plan", "phase", "track", "week", "section")
Edit = Callable[[NodeState], NodeState]


def plan_names(store: Store, person: PersonId) -> list[tuple[str, str, str]]:
    """Name, kind and title of the documents that hold a tree (plans, roadmaps, lists)."""
    with store.read() as tx:
        return [one for one in rows.documents(tx, person) if one[1] != "journal"]


def plan(store: Store, person: PersonId, name: str = "") -> tuple[Branch, ...]:
    """The trees of all documents, or of the one meant by `name`. Raises NotFound."""
    with store.read() as tx:
        return grow(rows.nodes(tx, person, document_named(tx, person, name) if name else ""))


def journal(store: Store, person: PersonId) -> list[JournalEntry]:
    """Every entry, newest first."""
    with store.read() as tx:
        return rows.entries(tx, person)


def document_named(tx: Tx, person: PersonId, name: str) -> str:
    """A document by its file's name, its title, or the start of either when only one begins so. Raises NotFound."""
    known = rows.documents(tx, person)
    for wanted in (
        lambda one: name in (one[0], one[2]),
        lambda one: one[0].startswith(name) or one[2].startswith(name),
    ):
        found = [one[0] for one in known if wanted(one)]
        if len(found) == 1:
            return found[0]
    raise NotFound("document", name, "tracker plan list", nearest(name, [one[0] for one in known]))


# ---- decisions -------------------------------------------------------------------------------------------------------


def tick(store: Store, person: PersonId, places: Sequence[str], *, on: bool, now: datetime, made_by: str) -> Done:
    """Tick places, or take their ticks away. Raises NotFound, UsageError for a heading: it has no tick of its own."""
    return _edit(store, person, places, "tick" if on else "untick", lambda state: replace(state, checked=on),
                 "ticked" if on else "took the tick off", now, made_by)  # fmt: skip


def set_level(
    store: Store, person: PersonId, places: Sequence[str], level: int | None, *, now: datetime, made_by: str
) -> Done:
    """How far one is, 0 to 5; None leaves it to the words of the remark. Raises NotFound, UsageError."""
    if level is not None and not 0 <= level <= DEEPEST:
        raise UsageError(f"{level} is no level", f"There are 0 (nothing) to {DEEPEST}, and - for what the remark says")
    return _edit(store, person, places, "level", lambda state: _levelled(state, level),
                 f"set level {'by the remark' if level is None else level} of", now, made_by)  # fmt: skip


def _levelled(state: NodeState, level: int | None) -> NodeState:
    return replace(state, level=level_of(state.remark) if level is None else level)


def set_remark(
    store: Store, person: PersonId, places: Sequence[str], words: str, *, now: datetime, made_by: str
) -> Done:
    """What one says of a place, in one's own words; "" for nothing. The level follows where the words say one."""
    said, level = read_remark(plain_remark(clean_line(words, 500)))
    return _edit(store, person, places, "remark", lambda state: _remarked(state, said, level),
                 f"remarked '{said}' on" if said else "took the remark off", now, made_by)  # fmt: skip


def _remarked(state: NodeState, words: str, level: int | None) -> NodeState:
    own = state.level if state.level != level_of(state.remark) else None  # set by itself, not by the words before
    return replace(state, remark=words, level=own if level is None else level)


def _edit(
    store: Store, person: PersonId, places: Sequence[str], verb: str, edit: Edit, said: str, now: datetime, made_by: str
) -> Done:
    with deciding(store, person, verb, now=now, made_by=made_by) as changes:
        found = [find_node(changes.tx, person, place) for place in places]
        if heading := next((one for one in found if verb != "level" and one.kind in HEADINGS), None):
            raise UsageError(f"'{heading.title}' is a heading ({heading.kind})", "Name what stands under it")
        for one in found:
            nodes.set_state(changes, one.id, edit(one.state), now)
        changes.label = f"{said} {_named(found)}"
    return changes.done


def set_standing(
    store: Store, person: PersonId, places: Sequence[str], state: str, *, why: str = "", wake: datetime | None = None,
    now: datetime, made_by: str,
) -> Done:  # fmt: skip
    """Pause or block places (until `wake`), go on with them, or say that they never end.

    Raises NotFound, UsageError for a heading, and for a day that is over.
    """
    if wake is not None and wake <= now:
        raise UsageError(f"{wake:%Y-%m-%d} is no day to come", "Name a later day, or leave --until out")
    values = {"state": state, "state_reason": clean_line(why, 500), "wake_at": wake}
    until = f" until {wake:%Y-%m-%d}" if wake else ""
    return _set(store, person, places, state, values, f"{'opened' if state == OPEN else state}{until}", now, made_by)


def set_priority(
    store: Store, person: PersonId, places: Sequence[str], priority: str, *, now: datetime, made_by: str
) -> Done:
    """How pressing places are: low, normal or high. Raises NotFound, UsageError for a heading."""
    values = {"priority": PRIORITIES[priority]}
    return _set(store, person, places, "priority", values, f"{priority} priority for", now, made_by)


def set_focus(store: Store, person: PersonId, places: Sequence[str], *, on: bool, now: datetime, made_by: str) -> Done:
    """Put places into focus, or take them out. Raises NotFound, UsageError for a heading, and where a remark says it."""
    if not on:
        with store.read() as tx:
            found = [find_node(tx, person, place) for place in places]
        said_so = [one for one in found if in_focus(replace(one, focus=False))]
        if said_so:
            raise UsageError(f"the remark of '{said_so[0].title}' says so", "Change it with 'tracker plan remark'")
    said = "put into focus" if on else "took out of focus"
    return _set(store, person, places, "focus", {"focus": on}, said, now, made_by)


def _set(
    store: Store, person: PersonId, places: Sequence[str], verb: str, values: Mapping[str, object], said: str,
    now: datetime, made_by: str,
) -> Done:  # fmt: skip
    with deciding(store, person, verb, now=now, made_by=made_by) as changes:
        found = [find_node(changes.tx, person, place) for place in places]
        if heading := next((one for one in found if one.kind in HEADINGS), None):
            raise UsageError(f"'{heading.title}' is a heading ({heading.kind})", "Name what stands under it")
        for one in found:
            nodes.set_fields(changes, one.id, values, now)
        changes.label = f"{said} {_named(found)}"
    return changes.done


def set_results(
    store: Store, person: PersonId, place: str, links: Sequence[str], *, off: bool, now: datetime, made_by: str
) -> Done:
    """Where what came of a place lies: addresses or files. Raises NotFound, UsageError for an empty one."""
    wanted = [clean_line(link, 2000) for link in links]
    if not all(wanted):
        raise UsageError("a result needs an address or a file", "Write 'tracker plan result PLACE LINK'")
    with deciding(store, person, "result", now=now, made_by=made_by) as changes:
        one = find_node(changes.tx, person, place)
        kept = [link for link in one.results if link not in wanted]
        nodes.set_fields(changes, one.id, {"results": kept if off else [*kept, *wanted]}, now)
        changes.label = f"{'took off' if off else 'kept'} {len(wanted)} results of '{one.title}'"
    return changes.done


def attach(
    store: Store, person: PersonId, place: str, ids: Sequence[int], *, now: datetime, made_by: str, off: bool = False
) -> Done:
    """Give a place resources to learn it from (or with `off` take them back). Raises NotFound."""
    with deciding(store, person, "detach" if off else "attach", now=now, made_by=made_by) as changes:
        one = find_node(changes.tx, person, place)
        found = [_resource(changes.tx, person, id_) for id_ in ids]
        for work in found:
            (nodes.detach if off else nodes.attach)(changes, one.id, work.id)
        what = f"'{found[0].title}'" if len(ids) == 1 else f"{len(ids)} resources"
        changes.label = f"took {what} off '{one.title}'" if off else f"attached {what} to '{one.title}'"
    return changes.done


def _resource(tx: Tx, person: PersonId, id_: int) -> Resource:
    found = by_ids(tx, person, [ResourceId(id_)])
    if not found:
        raise NotFound("resource", str(id_), "tracker resources")
    return found[0]


def _named(found: Sequence[PlanNode]) -> str:
    return f"'{found[0].title}'" if len(found) == 1 else f"{len(found)} places"


def find_node(tx: Tx, person: PersonId, words: str, document: str = "") -> PlanNode:
    """The place meant by `words`: its number, its title or alias, or the only one whose title holds the words.

    With `document` only its places are looked at.

    Raises NotFound, UsageError when several could be meant.
    """
    known = rows.nodes(tx, person, document)
    number = words.removeprefix("#")
    if number.isascii() and number.isdigit():
        found = [one for one in known if one.id == int(number)]
    else:
        wanted = fold(words)
        found = [one for one in known if wanted in map(fold, (one.title, *one.aliases))]
        found = found or [one for one in known if wanted and wanted in fold(one.title)]
    if len(found) > 1:
        some = ", ".join(f"#{one.id} '{one.title[:40]}'" for one in found[:5])
        raise UsageError(f"'{words}' could mean {some}", "Write the number")
    if found:
        return found[0]
    raise NotFound("place", words, "tracker plan show --ids", nearest(words, [one.title for one in known]))


def node(store: Store, person: PersonId, words: str) -> tuple[Branch, list[tuple[datetime, str, object, object]]]:
    """A place with what hangs on it, and the history of what was decided about it. Raises NotFound, UsageError."""
    with store.read() as tx:
        one = find_node(tx, person, words)
        return branch_of(grow(rows.nodes(tx, person)), one.id), nodes.history(tx, one.id)


def history(store: Store, id_: NodeId) -> list[tuple[datetime, str, object, object]]:
    """What was decided about a place, oldest first: when, which field, from what to what."""
    with store.read() as tx:
        return nodes.history(tx, id_)


def branch_of(trees: Sequence[Branch], id_: NodeId) -> Branch:
    """The branch of a place that is there."""
    stack = list(trees)
    while stack[-1].node.id != id_:
        stack.extend(stack.pop().children)
    return stack[-1]
