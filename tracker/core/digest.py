"""A digest: a period, chosen and grouped, before any format. Pure; the same data and period give the same digest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.errors import UsageError
from tracker.core.health import LOST, Verdict
from tracker.core.journal import Bullet, bullets_of
from tracker.core.model import InboxState, Origin, Resource
from tracker.core.plan import PlanNode
from tracker.core.progress import Tally
from tracker.core.text import fold


@dataclass(frozen=True, slots=True)
class Period:
    """Days `first` to `last`, both included, in the person's zone."""

    first: date
    last: date
    name: str  # daily, weekly, or period

    @property
    def stem(self) -> str:
        """The file name without suffix, made from dates alone."""
        if self.name == "daily":
            return f"{self.first:%Y-%m-%d}"
        if self.name == "weekly":
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.first:%Y-%m-%d}..{self.last:%Y-%m-%d}"


def period_of(words: str, today: date) -> Period:
    """`daily` is today, `weekly` this ISO week from Monday, FROM..TO any days, a date that day. Raises UsageError."""
    if words == "daily":
        return Period(today, today, "daily")
    if words == "weekly":
        monday = today - timedelta(days=today.weekday())
        return Period(monday, monday + timedelta(days=6), "weekly")
    first, _, last = words.partition("..")
    try:
        start = date.fromisoformat(first)
        end = date.fromisoformat(last) if last else start
    except ValueError:
        raise UsageError(
            f"'{words}' is no period", "Write daily, weekly, 2026-01-05 or 2026-01-05..2026-01-11"
        ) from None
    if end < start:
        raise UsageError(f"the period {words} ends before it begins", "Turn the two dates round")
    if end == start:
        return Period(start, end, "daily")
    whole_week = start.weekday() == 0 and end - start == timedelta(days=6)
    return Period(start, end, "weekly" if whole_week else "period")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that needs a person: what, and why."""

    name: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """Resources under one heading, in the order they are to be read."""

    name: str
    items: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many works of a period came with one document, where they are counted and not listed."""

    document: str
    count: int


@dataclass(frozen=True, slots=True)
class Noted:
    """A note of the period. `kind` is journal, question, or another card's; `quotes` are its first words."""

    day: date
    kind: str
    title: str
    part: str
    url: str
    start_seconds: int | None
    quotes: tuple[Bullet, ...]


@dataclass(frozen=True, slots=True)
class LinkNews:
    """A link whose verdict changed in the period. `to` is where it lives now, "" = not told."""

    title: str
    url: str
    verdict: Verdict
    to: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A watched page that changed, with the topics it is about that are finished."""

    item: Resource
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one is with a plan or roadmap, as 'plan progress' counts: done when the period began, done at its end, of
    how many; and of the boxes of its deliverables, which are counted apart.
    """

    name: str
    before: int
    done: int
    total: int
    boxes_before: int = 0
    boxes_done: int = 0
    boxes: int = 0


@dataclass(frozen=True, slots=True)
class Reviews:
    """Repetitions: how many by grade (1 to 4), and how many come due in as many days after the period as it has."""

    grades: Mapping[int, int]
    due: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """A place of a plan that comes next."""

    plan: str
    title: str
    day: int | None = None
    date: date | None = None  # of that day, when the plan has a start


@dataclass(frozen=True, slots=True)
class Digest:
    """What a period brought. Every resource stands in one group of `new` at most; all as it stood at the end."""

    period: Period
    new: tuple[Group, ...] = ()  # came in the period, by topic; "" = no topic yet
    decided: tuple[Group, ...] = ()  # decided in the period, by state
    more_new: int = 0  # of what came, not listed
    more_decided: int = 0
    waiting: int = 0  # in the inbox at the end
    troubles: tuple[Trouble, ...] = ()
    noted: tuple[Noted, ...] = ()
    cards: tuple[Noted, ...] = ()
    links: tuple[LinkNews, ...] = ()
    changed: tuple[Changed, ...] = ()
    transcripts: tuple[Resource, ...] = ()
    progress: tuple[Progress, ...] = ()
    reviews: Reviews | None = None
    shortlist: tuple[Resource, ...] = ()
    opens: tuple[Open, ...] = ()
    imported: tuple[Imported, ...] = ()  # came in the period, with long documents

    @property
    def is_empty(self) -> bool:
        """Whether nothing came and nothing was done."""
        return not any(
            (self.new, self.imported, self.decided, self.noted, self.cards, self.links, self.changed, self.transcripts)
        )


ORDER = (InboxState.FILED, InboxState.SHORTLIST, InboxState.DONE, InboxState.SNOOZED, InboxState.SKIPPED)
JOURNAL = "journal"  # the kind of plain notes
LISTED = 100  # resources of a section; the rest is counted
IMPORTED = 10  # works of one document in a period; where there are more they were read in, not found
QUOTES = 3  # top-level bullets of a note that are quoted
NEXT = 3  # open places of each plan that are named
FINISHED = 3  # a topic at this level is learned, ticked or not
BARE_LINK = re.compile(r"\[?https?://\S+|!?\[[^\]]*\]\(\S*\)")
COMMENT = re.compile(r"<!--.*?-->", re.S)
UNTICKED = ("plan", "phase", "track", "week", "section")  # headings: they are done when what stands under them is


def first_of(groups: Iterable[Group], most: int) -> tuple[tuple[Group, ...], int]:
    """The first `most` resources of all groups, and how many were left out: a long list is read by nobody."""
    out, left, rest = [], most, 0
    for group in groups:
        told = group.items[:left]
        rest += len(group.items) - len(told)
        left -= len(told)
        if told:
            out.append(Group(group.name, told))
    return tuple(out), rest


def without_imports(new: Iterable[Resource]) -> tuple[list[Resource], tuple[Imported, ...]]:
    """What came, without what long documents brought; and how much that was, by document in order of first sight.

    The first mention of a work tells how it came: what mentions it later changes no past digest.
    """
    found = [(one, _brought_by(one)) for one in new]
    counts = Counter(name for _, name in found if name)
    long = {name: count for name, count in counts.items() if count > IMPORTED}
    return [one for one, name in found if name not in long], tuple(Imported(*pair) for pair in long.items())


def _brought_by(one: Resource) -> str:
    """The document that mentioned a work first, "" when that was a source."""
    first = min(one.sightings, key=lambda seen: seen.id, default=None)
    return first.name if first is not None and first.origin is Origin.DOCUMENT else ""


def by_topic(new: Iterable[Resource]) -> tuple[Group, ...]:
    """What came, by topic: the first topic counts, topics in order of first sight, those without one last."""
    topics: dict[str, list[Resource]] = {}
    for one in new:
        topics.setdefault(one.topics[0] if one.topics else "", []).append(one)
    untold = topics.pop("", [])
    groups = [Group(name, tuple(items)) for name, items in topics.items()]
    return (*groups, Group("", tuple(untold))) if untold else tuple(groups)


def by_state(decided: Iterable[Resource]) -> tuple[Group, ...]:
    """What was decided, by where it stands."""
    done = list(decided)
    states = (Group(state.value, tuple(one for one in done if one.state is state)) for state in ORDER)
    return tuple(group for group in states if group.items)


def quotes_of(body: str) -> tuple[Bullet, ...]:
    """The first words of a note: its first top-level bullets without links alone, images and comments."""
    found = bullets_of(COMMENT.sub("", body))
    told = [one for one in found if one.level == 0 and one.text and not BARE_LINK.fullmatch(one.text)]
    return tuple(told[:QUOTES])


def link_news(looks: Sequence[Verdict], before: Verdict | None) -> Verdict | None:
    """The verdict a period ended with, when it is news: lost or moved, and not so before. `looks` are oldest first."""
    last = looks[-1]
    return last if last in (*LOST, Verdict.MOVED) and last is not before else None


def finished_topics(nodes: Iterable[PlanNode]) -> dict[str, str]:
    """Titles and aliases of what is learned, folded, with the title."""
    done = [one for one in nodes if one.checked or (one.level or 0) >= FINISHED]
    return {fold(name): one.title for one in done for name in (one.title, *one.aliases)}


def touched(topics: Iterable[str], finished: Mapping[str, str]) -> tuple[str, ...]:
    """Those of `topics` that are learned, each once."""
    return tuple(dict.fromkeys(finished[fold(name)] for name in topics if fold(name) in finished))


def progress_of(name: str, begun: Tally, ended: Tally) -> Progress | None:
    """How far a plan came in a period, by how far it was at both ends; None where nothing is done yet."""
    if not ended.done and not ended.boxes_done:
        return None
    return Progress(name, begun.done, ended.done, ended.total, begun.boxes_done, ended.boxes_done, ended.boxes)


def open_places(
    then: Iterable[PlanNode], names: Mapping[str, str], dates: Callable[[str, int], date | None] = lambda _, __: None
) -> tuple[Open, ...]:
    """The first open places of every document, `NEXT` each: those with days first, by day, then the others in their
    order; `dates` is the date of a document's day.
    """
    out: list[Open] = []
    told: Counter[str] = Counter()
    listed = list(then)
    place = {name: n for n, name in enumerate(dict.fromkeys(one.document for one in listed))}
    for one in sorted(listed, key=lambda one: (place[one.document], one.day_from is None, one.day_from or 0)):
        if one.kind in UNTICKED or one.checked or not one.document or told[one.document] == NEXT:
            continue
        told[one.document] += 1
        on = dates(one.document, one.day_from) if one.day_from is not None else None
        out.append(Open(names[one.document], one.title, one.day_from, on))
    return tuple(out)
