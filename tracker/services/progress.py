"""How far a plan is and where it ends: tallies, gaps of depth, and the forecast. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db import plans as rows
from db import sessions, standing
from db import settings as kept
from db.store import Store, Tx
from tracker.core.choices import Choices
from tracker.core.errors import NotFound, UsageError
from tracker.core.model import PersonId
from tracker.core.outlook import Forecast, WhatIf, forecast
from tracker.core.plan import PlanNode
from tracker.core.progress import Gap, Tally, gaps, tallies, unsaid, work_of
from tracker.core.roles import Profile, profiles
from tracker.core.today import Pace
from tracker.documents.roles import abilities
from tracker.services.plans import document_named
from tracker.services.schedule import choices_in, known_tracks, pace_in, tracks_in

LEARNED_FROM = ("plan", "roadmap")  # kinds of documents that are worked through
HOURS_FROM = 28  # days of sessions that say how many hours a week go into study


@dataclass(frozen=True, slots=True)
class Followed:
    """A plan as a person follows it."""

    name: str
    nodes: Sequence[PlanNode]
    tracks: tuple[str, ...]
    choices: Choices
    pace: Pace | None


def followed(tx: Tx, person: PersonId, name: str = "") -> list[Followed]:
    """The plan or roadmap called `name`, or all of them. Raises NotFound, UsageError for a document of another kind."""
    kinds = {one: kind for one, kind, _ in rows.documents(tx, person)}
    names = [document_named(tx, person, name)] if name else [one for one, kind in kinds.items() if kind in LEARNED_FROM]
    if name and kinds[names[0]] not in LEARNED_FROM:
        raise UsageError(
            f"'{names[0]}' is a {kinds[names[0]]}, not a plan or roadmap", "'tracker plan list' names them"
        )
    if not names:
        raise NotFound("plan", name, "tracker plan new")
    values = kept.of_plans(tx, person)
    return [
        Followed(
            one,
            rows.nodes(tx, person, one),
            tracks_in(values.get(one, {})),
            choices_in(values.get(one, {})),
            pace_in(values, one),
        )
        for one in names
    ]


def progress(store: Store, person: PersonId, name: str, now: datetime) -> list[tuple[str, list[Tally]]]:
    """How far each plan, its phases and its tracks are. Raises NotFound, UsageError."""
    with store.read() as tx:
        found = followed(tx, person, name)
    return [(one.name, tallies(one.nodes, one.tracks, one.choices, now)) for one in found]


def short_of_depth(store: Store, person: PersonId, name: str, now: datetime) -> tuple[list[Gap], int]:
    """Places where the level reached is below the depth wanted, and how many ticked ones do not say a level."""
    with store.read() as tx:
        nodes = [node for one in followed(tx, person, name) for node in one.nodes]
    return gaps(nodes, now), unsaid(nodes)


def role_profiles(store: Store, person: PersonId, name: str = "") -> list[Profile]:
    """What the roles of the plan `name` (or of the first plan that has such a table) want, beside one's own skills.

    Raises NotFound when no plan has a table of abilities by role.
    """
    with store.read() as tx:
        kept_ = standing.kept_of_kind(tx, person, "plan")
        wanted = document_named(tx, person, name) if name else ""
        found = next((table for one in kept_ if one.name == wanted or not name if (table := abilities(one.text))), None)
        if found is None:
            raise NotFound("table of abilities by role", name or "any plan", "tracker plan list")
        skills = [node for node in rows.nodes(tx, person) if node.kind == "skill"]
    return profiles(found, skills)


def outlook(
    store: Store, person: PersonId, name: str, *, now: datetime, zone: ZoneInfo, minutes: int, hours: float | None = None,
    rest: Sequence[int] | None = None, tracks: Sequence[str] | None = None,
) -> list[Forecast]:  # fmt: skip
    """The forecast of the plan `name`, or of all. `hours` a week, days off and tracks are tried, not kept.

    `minutes` a day is what is set for study: what `hours` is compared with until sessions say how many there are.
    Raises NotFound, UsageError.
    """
    out = []
    with store.read() as tx:
        for one in followed(tx, person, name):
            if not work_of(one.nodes, (), {}):
                continue
            wish = None if tracks is None else tuple(known_tracks(tx, person, one.name, tracks))
            faster = 1.0
            if hours is not None:
                faster = hours / (_hours(tx, person, now.astimezone(zone).date()) or minutes * 7 / 60)
            what = WhatIf(faster, None if rest is None else frozenset(rest), wish)
            out.append(forecast(one.name, one.nodes, one.pace, one.tracks, one.choices, now, zone, what))
    return out


def _hours(tx: Tx, person: PersonId, today: date) -> float:
    """Hours of study a week by the sessions of the last weeks; 0.0 when they are too few to tell."""
    spent = sessions.minutes(tx, person, today - timedelta(days=HOURS_FROM - 1), today)
    if len(spent) < 3:
        return 0.0
    days = max(7, (today - min(spent)).days + 1)
    return sum(spent.values()) / 60 / days * 7
