"""Plans made by hand: begun empty or from a template, added to, changed, and given out as a text like any other.

A plan made here keeps its own text beside its places, in the form the reader of plans reads. Once that text lies in a
file and is imported, it is the file's, and is changed there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db import handmade as rows
from db import plans
from db.resources import by_ids
from db.store import Store, Tx
from tracker.core.document import DocumentNode
from tracker.core.errors import Conflict, NotFound, UsageError
from tracker.core.inbox import Done
from tracker.core.model import NodeId, PersonId, ResourceId
from tracker.core.plan import PlanNode
from tracker.core.progress import below
from tracker.core.text import clean_line
from tracker.documents.plan import Plan
from tracker.documents.planned import in_order, read_back, text_of
from tracker.services.actions import Deciding, deciding
from tracker.services.plans import HEADINGS, document_named, find_node

MOST_DAYS = 999


@dataclass(frozen=True, slots=True)
class Wish:
    """What a place of a plan is to be; None = as it is. Without days, and no heading, it is a box to tick."""

    title: str | None = None
    days: tuple[int, int] | None = None
    depth: str | None = None
    practice: str | None = None
    emphasis: Mapping[str, str] | None = None
    heading: bool = False


def new(
    store: Store, person: PersonId, name: str, *, title: str = "", template: str = "", now: datetime, made_by: str
) -> tuple[str, Done]:
    """A plan of one's own, empty or from the text of a template; returns its name too. Raises Conflict, UsageError."""
    name = clean_line(name, 200).replace("/", "-")
    name = name if "." in name else f"{name}.md"
    title = clean_line(title, 200) or name.rpartition(".")[0]
    if not title:
        raise UsageError("a plan needs a name", "Write 'tracker plan new NAME'")
    with deciding(store, person, "plan", now=now, made_by=made_by) as changes:
        if any(name == known for known, _, _ in plans.documents(changes.tx, person)):
            raise Conflict(f"there is a document '{name}' already", "Choose another name")
        owner = rows.add_document(changes, person, name, title, now)
        places = Plan().read(template, name).nodes if template else ()
        drafts = places or (DocumentNode("plan", "plan", title, 1),)
        drafts = (replace(drafts[0], title=title), *drafts[1:])
        _write(changes, person, owner, name, drafts, {}, now)
        changes.label = f"began the plan '{title}'"
    return name, changes.done


def add(
    store: Store, person: PersonId, plan: str, wish: Wish, *, under: str = "", track: str = "",
    resources: Sequence[int] = (), now: datetime, made_by: str,
) -> Done:  # fmt: skip
    """A place of `plan`: under the heading that is named, or in a track (whose heading is made when missing), else under
    the heading whose days hold its own, else at the end of the plan itself.

    Raises NotFound, UsageError for words that would be read as something else, and for a plan that a file holds.
    """
    with deciding(store, person, "plan-add", now=now, made_by=made_by) as changes:
        name = document_named(changes.tx, person, plan)
        owner = _own(changes.tx, person, name)
        drafts, ids = _drafts(plans.nodes(changes.tx, person, name))
        parent = _under(changes.tx, person, name, under, drafts) if under else _holding(wish, drafts)
        if track:
            parent, drafts = _in_track(track, drafts)
        fresh = _wished(DocumentNode("new", "section", "", 0, parent), wish)
        made = _write(changes, person, owner, name, [*drafts, fresh], ids, now)
        for id_ in resources:
            rows.attach(changes, made["new"], _resource(changes.tx, person, id_))
        changes.label = f"added '{fresh.title}' to '{name}'"
    return changes.done


def edit(store: Store, person: PersonId, place: str, wish: Wish, *, now: datetime, made_by: str) -> Done:
    """Change a place of a plan made here. Raises as `add`."""
    with deciding(store, person, "plan-edit", now=now, made_by=made_by) as changes:
        one = find_node(changes.tx, person, place)
        owner = _own(changes.tx, person, one.document)
        drafts, ids = _drafts(plans.nodes(changes.tx, person, one.document))
        drafts = [_wished(draft, wish) if draft.key == str(one.id) else draft for draft in drafts]
        _write(changes, person, owner, one.document, drafts, ids, now)
        changes.label = f"changed '{one.title}'"
    return changes.done


def drop(store: Store, person: PersonId, place: str, *, now: datetime, made_by: str) -> Done:
    """Take a place, and all under it, out of a plan made here. Raises as `add`, UsageError for the plan itself."""
    with deciding(store, person, "plan-drop", now=now, made_by=made_by) as changes:
        one = find_node(changes.tx, person, place)
        owner = _own(changes.tx, person, one.document)
        if one.parent is None:
            raise UsageError(f"'{one.title}' is the plan itself", "Name a place of it")
        nodes = plans.nodes(changes.tx, person, one.document)
        gone = {other.id for other in below(nodes, one.id)}
        for id_ in sorted(gone):
            rows.let_go(changes, id_, now)
        drafts, ids = _drafts([other for other in nodes if other.id not in gone])
        _write(changes, person, owner, one.document, drafts, ids, now)
        changes.label = f"took '{one.title}' out of '{one.document}'"
    return changes.done


def text(store: Store, person: PersonId, name: str) -> str:
    """The text of a plan made here as it stands now, with its ticks, levels and works."""
    with store.read() as tx:
        nodes = plans.nodes(tx, person, name)
        drafts, _ = _drafts(nodes)
        return text_of(in_order(drafts), _links(tx, person, nodes))


def _own(tx: Tx, person: PersonId, name: str) -> int:
    owner = rows.made_here(tx, person, name)
    if owner is None:
        raise UsageError(f"'{name}' was read from a file", "Change it there and import it again; ticks and levels stay")
    return owner


def _drafts(nodes: Sequence[PlanNode]) -> tuple[list[DocumentNode], dict[str, NodeId]]:
    """The places as a text holds them, known by their numbers."""
    drafts = [
        DocumentNode(
            str(one.id), one.kind, one.title, one.line, str(one.parent or ""), one.plan, one.day_from, one.day_to,
            one.tracks, dict(one.emphasis), one.target_depth, one.target_level, one.practice, one.checked, one.remark,
            one.level,
        )
        for one in nodes
    ]  # fmt: skip
    return drafts, {str(one.id): one.id for one in nodes}


def _under(tx: Tx, person: PersonId, name: str, words: str, drafts: Sequence[DocumentNode]) -> str:
    """The key of the heading meant."""
    one = find_node(tx, person, words, name)
    if one.kind in ("day", "project", "task", "deliverable"):
        raise UsageError(f"'{one.title}' is no heading", "Name a heading, or leave --under out")
    return str(one.id)


def _holding(wish: Wish, drafts: Sequence[DocumentNode]) -> str:
    """The key of the smallest heading whose days hold those wished for; of the plan itself where none does."""
    first, last = wish.days or (0, 0)
    fit = [
        (one.day_to - one.day_from, one.key)
        for one in drafts
        if one.kind in HEADINGS and one.day_from is not None and one.day_to is not None
        and first and one.day_from <= first and last <= one.day_to
    ]  # fmt: skip
    return min(fit)[1] if fit else drafts[0].key


def _in_track(track: str, drafts: list[DocumentNode]) -> tuple[str, list[DocumentNode]]:
    for one in drafts:
        if one.kind == "track" and one.tracks == (track,):
            return one.key, drafts
    return "track", [*drafts, DocumentNode("track", "track", f"Track: {track}", 0, drafts[0].key)]


def _wished(one: DocumentNode, wish: Wish) -> DocumentNode:
    """The place with what is wished. Raises UsageError for days that are none."""
    first, last = wish.days or (one.day_from, one.day_to)
    if first is not None and last is not None and not 1 <= first <= last <= MOST_DAYS:
        raise UsageError(f"{first}-{last} are no days of a plan", f"Write 7 or 32-35, up to {MOST_DAYS}")
    kind = one.kind
    if one.key == "new":
        kind = "section" if wish.heading else "day" if first is not None else "deliverable"
    return replace(
        one, kind=kind, title=one.title if wish.title is None else clean_line(wish.title, 300), day_from=first,
        day_to=last, target_depth=one.target_depth if wish.depth is None else clean_line(wish.depth, 300),
        practice=one.practice if wish.practice is None else clean_line(wish.practice, 300),
        emphasis=one.emphasis if wish.emphasis is None else dict(wish.emphasis),
    )  # fmt: skip


def _write(
    changes: Deciding, person: PersonId, owner: int, name: str, drafts: Sequence[DocumentNode],
    ids: Mapping[str, NodeId], now: datetime,
) -> dict[str, NodeId]:  # fmt: skip
    """Make text and rows say what the drafts say; returns the numbers of the places by the keys of the drafts."""
    if empty := [one for one in drafts if not one.title]:
        raise UsageError("a place of a plan needs a title", f"This one is a {empty[0].kind}")
    order = in_order(drafts)
    works = _links(changes.tx, person, plans.nodes(changes.tx, person, name))
    found = read_back(written := text_of(order, works), name, order)
    if isinstance(found, DocumentNode):
        raise UsageError(f"'{found.title}' would be read as something else", "Leave marks of Markdown and brackets out")
    values = {"text": written, "base_text": written, "sha256": hashlib.sha256(written.encode()).hexdigest()}
    rows.change_document(changes, owner, **values, title=found.title)
    return rows.put(changes, person, owner, list(zip((one.key for one in order), found.nodes, strict=True)), ids, now)


def _links(tx: Tx, person: PersonId, nodes: Sequence[PlanNode]) -> dict[str, list[tuple[str, str]]]:
    """Titles and addresses of the works of each place."""
    known = {one.id: one for one in by_ids(tx, person, [id_ for node in nodes for id_ in node.resources])}
    out: dict[str, list[tuple[str, str]]] = {}
    for node in nodes:
        out[str(node.id)] = [
            (known[id_].title or known[id_].url, known[id_].url) for id_ in node.resources if id_ in known
        ]
    return out


def _resource(tx: Tx, person: PersonId, id_: int) -> ResourceId:
    found = by_ids(tx, person, [ResourceId(id_)])
    if not found:
        raise NotFound("resource", str(id_), "tracker resources")
    return found[0].id
