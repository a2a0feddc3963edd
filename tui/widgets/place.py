"""What is said of a place of a plan: its days, level, remarks, practice, how far its parts are, its history."""

from __future__ import annotations

from datetime import tzinfo

from tracker.core.plan import DEEPEST, Branch
from tracker.core.tally import counts
from tui.desks.plan import Detail, Grown
from tui.plain import fit
from tui.widgets.bars import bar
from tui.widgets.outlook import beside, pace
from tui.words import say

BAR = 16
MOST_HISTORY = 5


def about(branch: Branch, found: Detail | None, grown: Grown, zone: tzinfo, cells: int = 44) -> list[tuple[str, str]]:
    """The words, each with its style, charts `cells` wide; without `found` those that need no reading."""
    node = branch.node
    parts = [(f"{node.title}\n", "bold")]
    if len(branch.path) > 1:
        parts.append((f"{' › '.join(branch.path[:-1])}\n", "$muted"))
    if node.day_from is not None:
        same = node.day_to in (None, node.day_from)
        days = say("plan.day", n=node.day_from) if same else say("plan.days", first=node.day_from, last=node.day_to)
        parts.append((f"\n{days}", "$accent" if node.id in grown.today else ""))
        parts.append((f"  {' · '.join(node.tracks)}\n" if node.tracks else "\n", "$secondary"))
    if node.level is not None:
        full, left = "■ " * node.level, "□ " * (DEEPEST - node.level)
        level = say("plan.levelled", n=node.level)
        parts += [("\n", ""), (full, "$success"), (left, "$muted"), (f" {level}\n", "")]
    for word, text in (("remarked", node.remark), ("wants", node.target_depth), ("practice", node.practice)):
        parts += [(f"\n{say(f'plan.{word}', words=text)}\n", "")] if text else []
    parts += [(f"\n{track}: {words}", "$secondary") for track, words in node.emphasis.items()]
    parts += [("\n", "")] if node.emphasis else []
    parts += _charts(branch, grown, cells)
    if len(branch.path) == 1:
        parts += beside(found.forecasts if found else (), pace([branch], grown.day), cells)
    if found and found.history:
        parts.append((f"\n{say('plan.history')}\n", "bold $muted"))
        for at, field, old, new in found.history[:MOST_HISTORY]:
            when = f"{at.astimezone(zone):%m-%d %H:%M}"
            parts.append((f"{when}  {field}: {old} → {new}\n", "$muted"))
    return parts


def _charts(branch: Branch, grown: Grown, cells: int) -> list[tuple[str, str]]:
    """Progress of a document's tracks at its top, of the parts of a heading below it."""
    parts = list[tuple[str, str]]()
    on_tracks = grown.tracks.get(branch.node.document, {}) if len(branch.path) == 1 else {}
    below = {one.node.title: grown.below[one.node.id] for one in branch.children if one.node.id in grown.below}
    for heading, found in (("tracks", on_tracks), ("parts", below if not counts(branch) else {})):
        if found:
            parts.append((f"\n{say(f'plan.{heading}')}\n", "bold $muted"))
        for name, tally in found.items():
            full, left = bar(tally.share, BAR)
            count = f" {tally.share:4.0%} {f'{tally.done}/{tally.total}':<9}"
            words = fit(name, max(8, cells - BAR - len(count))).rstrip()
            parts += [(full, "$success"), (left, "$muted"), (count, "$muted"), (f"{words}\n", "")]
    return parts
