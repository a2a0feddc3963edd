"""Sources, proposals, links in trouble and talks without a transcript, as lines and in detail."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

from tui.desks.sources import Job, LinkRow, Waiting, Watched
from tui.plain import titled
from tui.told import told
from tui.when import near
from tui.widgets.bars import bar
from tui.widgets.detail import Detail, Fact, Part
from tui.widgets.lines import Cell, Lines
from tui.words import say

Item = Watched | Waiting | LinkRow | Job
STATE_CELLS = 10
BAR_CELLS, BAR_LONG = 10, 24
WIDE = 66
INKS = {"ok": "good", "quiet": "warn", "unsure": "warn", "failing": "bad", "stopped": "bad", "moved": "warn",
        "gone": "bad", "soft404": "bad", "blocked": "warn", "locked": "warn"}  # fmt: skip
STYLES = {"good": "$text-success", "warn": "$text-warning", "bad": "$text-error", "": ""}


def url_of(item: Item) -> str:
    """The address an item is about; a talk is known by its site's own number."""
    if isinstance(item, Watched):
        return item.health.url
    if isinstance(item, Waiting):
        return item.url or next((url for _, _, url in item.works), "")
    return item.health.url if isinstance(item, LinkRow) else ""


class Watchlist(Lines[Item]):
    """One list for the four views; an item is drawn by what it is."""

    now: datetime

    def key_of(self, item: Item) -> Hashable:
        if isinstance(item, Watched):
            return item.health.name
        return item.id if isinstance(item, Waiting) else item.resource

    def cells(self, item: Item, width: int) -> list[Cell]:
        state, name, middle, right = self._pieces(item)
        middle = middle if width >= WIDE else []
        right_cells = 12
        used = STATE_CELLS + sum(cells for _, cells, _ in middle) + right_cells
        return [
            (say(f"sources.{state}"), STATE_CELLS, INKS.get(state.removeprefix("talk."), "dim")),
            (name, max(4, width - used), ""),
            *middle,
            (f" {right}", right_cells, "dim"),
        ]

    def _pieces(self, item: Item) -> tuple[str, str, list[Cell], str]:
        """State, name, what stands between, and the time on the right."""
        if isinstance(item, Watched):
            health = item.health
            middle = [(f" {health.kind}", 9, "kind"), *_rate_cells(item.rate)]
            return ("moved" if health.moved_to else health.health), health.name, middle, self._next(health.next_poll_at)
        if isinstance(item, Waiting):
            title = " = ".join(titled(title, url) for _, title, url in item.works) or f"{item.subject} → {item.url}"
            return "moved" if item.url else "unsure", title, [], near(item.made_at, self.now)
        if isinstance(item, LinkRow):
            middle = [(f" {item.host}", 24, "dim")]
            label = titled(item.label, item.health.url)
            return item.health.verdict.value, label, middle, near(item.health.checked_at, self.now)
        outcome = item.outcome.value if item.outcome else ""
        return (
            f"talk.{outcome}",
            titled(item.title, item.talk),
            [(f" {told(item.why)}", 28, "dim")],
            self._next(item.next_try),
        )

    def _next(self, at: datetime | None) -> str:
        """A time to come; one that is past is due now."""
        return near(max(at, self.now), self.now) if at else ""


def _rate_cells(rate: float | None) -> list[Cell]:
    if rate is None:
        return [("", BAR_CELLS + 7, "")]
    done, left = bar(rate, BAR_CELLS)
    return [(" ", 1, ""), (done, len(done), "good"), (left, len(left), "dim"), (f" {rate:4.0%}", 6, "dim")]


class WatchDetail(Detail):
    """All that is known of one of them."""

    def draw(self, item: Item, now: datetime) -> None:
        """Show an item."""
        if isinstance(item, Watched):
            self.show(item.health.name, _of_source(item, now))
        elif isinstance(item, Waiting):
            self.show(" = ".join(title for _, title, _ in item.works) or item.subject, _of_proposal(item, now))
        elif isinstance(item, LinkRow):
            self.show(titled(item.label, item.health.url), _of_link(item, now))
        else:
            self.show(titled(item.title, item.talk), _of_talk(item, now))


def _of_source(item: Watched, now: datetime) -> list[Fact]:
    one = item.health
    ink = STYLES[INKS.get(one.health, "")]
    return [
        (say("sources.health"), [(say(f"sources.{one.health}"), ink)]),
        (say("sources.error"), [(told(one.reason), ink)]),
        (say("sources.kept"), _kept(item)),
        (say("sources.next"), _time(one.next_poll_at, now)),
        (say("sources.why-next"), [(told(one.why_next), "")]),
        (say("sources.last-ok"), _time(one.ok_at, now) if one.ok_at else [(say("sources.never"), "$muted")]),
        (say("sources.works"), [(say("sources.items", n=one.items), "")]),
        (say("sources.held-back"), [(say("sources.held", n=one.held_back), "")] if one.held_back else []),
        (say("sources.moved-to"), [(one.moved_to, "$text-warning")]),
        (say("sources.address"), [(one.url, "$secondary")]),
        (say("sources.topics"), [(", ".join(one.topics), "")]),
        (say("sources.why-watched"), [(one.why, "")]),
    ]


def _kept(item: Watched) -> list[Part]:
    if item.rate is None:
        return [(say("sources.undecided"), "$muted")]
    done, left = bar(item.rate, BAR_LONG)
    said = say("sources.kept-of", kept=item.kept, n=item.kept + item.skipped)
    return [(done, "$text-success"), (left, "$muted"), (f" {item.rate:.0%}  {said}", "")]


def _of_proposal(item: Waiting, now: datetime) -> list[Fact]:
    works = [part for id_, title, url in item.works for part in ((f"{id_}  {title}\n", ""), (f"{url}\n", "$secondary"))]
    return [
        (say("sources.address"), [(item.subject if item.url else "", "")]),
        (say("sources.moved-to"), [(item.url, "$text-warning")]),
        (say("sources.why"), [(told(item.why), "")]),
        (say("sources.sure"), [(f"{item.confidence:.0%}" if item.confidence else "", "")]),
        (say("sources.proposed"), _time(item.made_at, now)),
        (say("sources.works"), [("\n", ""), *works] if works else []),
    ]


def _of_link(item: LinkRow, now: datetime) -> list[Fact]:
    one = item.health
    return [
        (say("sources.verdict"), [(say(f"sources.{one.verdict.value}"), STYLES[INKS.get(one.verdict.value, "")])]),
        (say("sources.why"), [(told(one.reason), "")]),
        (say("sources.failing-since"), _time(one.failing_since, now)),
        (say("sources.last-ok"), _time(one.ok_at, now)),
        (say("sources.next"), _time(one.next_check_at, now)),
        (say("sources.why-next"), [(told(one.why_next), "")]),
        (say("sources.moved-to"), [(one.moved_to or one.final_url, "$text-warning")]),
        (say("sources.address"), [(one.url, "$secondary")]),
    ]


def _of_talk(item: Job, now: datetime) -> list[Fact]:
    outcome = item.outcome.value if item.outcome else ""
    return [
        (say("sources.verdict"), [(say(f"sources.talk.{outcome}"), STYLES[INKS.get(outcome, "")])]),
        (say("sources.why"), [(told(item.why), "")]),
        (say("sources.tries"), [(say("sources.times", n=item.tries), "")] if item.asked_at else []),
        (say("sources.next"), _time(item.next_try, now)),
        (say("sources.address"), [(f"{item.site}:{item.talk}", "$secondary")]),
    ]


def _time(at: datetime | None, now: datetime) -> list[Part]:
    return [(f"{at:%Y-%m-%d %H:%M}", ""), (f"   {near(at, now)}", "$muted")] if at else []
