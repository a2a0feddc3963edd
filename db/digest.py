"""What a period holds, for the digest: ids and plain rows; the services make values of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import and_, func, or_, select

from db.plans import entry
from db.store import Tx
from db.tables import action, document, filing, look, note, polling, resource, review, review_log, sighting, source
from db.tables import transcript as transcripts
from tracker.core.actions import from_json
from tracker.core.digest import Trouble
from tracker.core.health import Verdict
from tracker.core.model import InboxState, PersonId, ResourceId
from tracker.core.past import Acted
from tracker.core.plan import JournalEntry

INBOX, SHORTLIST = InboxState.INBOX.value, InboxState.SHORTLIST.value
MOST = 2000  # of each list; more than that nobody reads in one digest


def acted(tx: Tx, person: PersonId, since: datetime) -> list[Acted]:
    """The decisions that were made or taken back since, oldest first."""
    mine = (action.c.person_id == person) & or_(action.c.at >= since, action.c.undone_at >= since)
    rows = tx.execute(select(action).where(mine).order_by(action.c.id))
    return [Acted(row.at, from_json(row.forward), row.undone_at if row.undone else None) for row in rows]


def came(tx: Tx, person: PersonId, start: datetime, end: datetime) -> list[ResourceId]:
    """What first came in [start, end), in order; backlog that never stood in the inbox is left out."""
    rows = tx.execute(
        select(resource.c.id)
        .join(filing, and_(filing.c.resource_id == resource.c.id, filing.c.person_id == person))
        .where(resource.c.first_seen_at >= start, resource.c.first_seen_at < end, resource.c.merged_into.is_(None))
        .order_by(resource.c.first_seen_at, resource.c.id)
        .limit(MOST)
    )
    return [ResourceId(row[0]) for row in rows]


def decided_since(tx: Tx, person: PersonId, start: datetime) -> list[ResourceId]:
    """What was decided since and stands decided now."""
    mine = (filing.c.person_id == person) & (filing.c.decided_at >= start)
    rows = tx.execute(select(filing.c.resource_id).where(mine).order_by(filing.c.decided_at, filing.c.resource_id))
    return [ResourceId(row[0]) for row in rows]


def shortlisted(tx: Tx, person: PersonId) -> list[ResourceId]:
    """What stands on the shortlist now."""
    mine = (filing.c.person_id == person) & (filing.c.state == SHORTLIST)
    return [
        ResourceId(row[0])
        for row in tx.execute(select(filing.c.resource_id).where(mine).order_by(filing.c.resource_id))
    ]


def waiting(tx: Tx, person: PersonId, end: datetime) -> int:
    """How many of what came before `end` wait in the inbox now."""
    query = (
        select(func.count())
        .select_from(filing.join(resource, resource.c.id == filing.c.resource_id))
        .where(filing.c.person_id == person, filing.c.state == INBOX, resource.c.first_seen_at < end)
    )
    return int(tx.execute(query).scalar_one())


def failing_sources(tx: Tx, end: datetime, at_least: int = 3) -> list[Trouble]:
    """Sources that began to fail before `end` and failed several times in a row, or were stopped."""
    rows = tx.execute(
        select(source.c.name, source.c.url, polling.c.reason, polling.c.stopped)
        .join(polling, polling.c.source_id == source.c.id)
        .where(
            source.c.enabled,
            source.c.removed_at.is_(None),
            (polling.c.failures >= at_least) | (polling.c.stopped != ""),
            or_(polling.c.failing_since.is_(None), polling.c.failing_since < end),
        )
        .order_by(source.c.name)
    )
    return [Trouble(row.name, row.url, row.stopped or row.reason) for row in rows]


def notes(tx: Tx, person: PersonId, first: date, last: date) -> list[tuple[str, JournalEntry]]:
    """Kind and entry of the notes of these days, oldest first; those of one day in the order they were written.

    A journal has the newest on top: of one day the lowest line is the first. What is in two files is told once.
    """
    mine = (note.c.person_id == person) & note.c.gone_at.is_(None) & note.c.day.between(first, last)
    query = select(note, document.c.name.label("document_name")).outerjoin(
        document, document.c.id == note.c.document_id
    )
    rows = tx.execute(query.where(mine).order_by(note.c.day, note.c.line.desc(), note.c.id))
    out: dict[tuple[str, str, str], tuple[str, JournalEntry]] = {}
    for row in rows:
        out.setdefault((row.kind, row.key, row.body.strip()), (row.kind, entry(row)))
    return list(out.values())


def looks(
    tx: Tx, start: datetime, end: datetime
) -> list[tuple[ResourceId, Verdict | None, tuple[Verdict, ...], str, str]]:
    """Links that were looked at in [start, end): the verdict before, those since, the address, where the last led."""
    ours = (look.c.at >= start) & (look.c.at < end)
    rows = list(
        tx.execute(
            select(look.c.resource_id, look.c.evidence, look.c.final_url, resource.c.url)
            .join(resource, resource.c.id == look.c.resource_id)
            .where(ours, resource.c.merged_into.is_(None))
            .order_by(look.c.resource_id, look.c.id)
        )
    )
    earlier = (look.c.at < start) & look.c.resource_id.in_(select(look.c.resource_id).where(ours))  # not every link's
    last = select(func.max(look.c.id)).where(earlier).group_by(look.c.resource_id)
    before = {
        row.resource_id: row.evidence
        for row in tx.execute(select(look.c.resource_id, look.c.evidence).where(look.c.id.in_(last)))
    }
    told: dict[int, list[Verdict]] = {}
    led: dict[int, tuple[str, str]] = {}
    for row in rows:
        told.setdefault(row.resource_id, []).append(_verdict(row.evidence))
        led[row.resource_id] = (row.url, row.final_url)
    return [
        (ResourceId(id_), _verdict(before[id_]) if id_ in before else None, tuple(verdicts), *led[id_])
        for id_, verdicts in told.items()
    ]


def _verdict(evidence: object) -> Verdict:
    told = evidence.get("verdict", "") if isinstance(evidence, dict) else ""
    return Verdict(told) if told in set(Verdict) else Verdict.UNKNOWN


def changes_of_pages(tx: Tx, start: datetime, end: datetime) -> list[tuple[ResourceId, str, tuple[str, ...]]]:
    """Changes of watched pages: the page, the words of the change, the topics of its source."""
    rows = tx.execute(
        select(sighting.c.resource_id, sighting.c.title, source.c.topics)
        .join(source, source.c.id == sighting.c.source_id)
        .where(source.c.kind == "docs", sighting.c.guid.like("change:%"))
        .where(sighting.c.seen_at >= start, sighting.c.seen_at < end)
        .order_by(sighting.c.id)
    )
    return [(ResourceId(row.resource_id), row.title, tuple(row.topics)) for row in rows]


def transcribed(tx: Tx, start: datetime, end: datetime) -> list[ResourceId]:
    """Talks whose first transcript came in [start, end)."""
    first = func.min(transcripts.c.fetched_at)
    query = select(transcripts.c.resource_id).group_by(transcripts.c.resource_id).having(first >= start, first < end)
    return [ResourceId(row[0]) for row in tx.execute(query.order_by(first, transcripts.c.resource_id))]


def grades(tx: Tx, person: PersonId, start: datetime, end: datetime) -> dict[int, int]:
    """How many reviews got which grade in [start, end)."""
    query = (
        select(review_log.c.grade, func.count())
        .join(review, review.c.id == review_log.c.review_id)
        .where(review.c.person_id == person, review_log.c.at >= start, review_log.c.at < end)
        .group_by(review_log.c.grade)
        .order_by(review_log.c.grade)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def due_dates(tx: Tx, person: PersonId, end: datetime) -> list[datetime]:
    """When the cards that were there at `end` were due then: as the first answer since found them, else as they are."""
    mine = (review.c.person_id == person) & (review.c.made_at < end)
    cards = tx.execute(
        select(review.c.id, review.c.due_at, review.c.made_at).where(mine, review.c.suspended.is_(False))
    )
    due = {row.id: (row.due_at, row.made_at) for row in cards}
    logs = (
        select(review_log.c.review_id, review_log.c.card)
        .join(review, review.c.id == review_log.c.review_id)
        .where(mine, review_log.c.at >= end)
        .order_by(review_log.c.id)
    )
    found: dict[int, str] = {}
    for row in tx.execute(logs):
        found.setdefault(row.review_id, str(row.card.get("due", "")))
    then = [_due_then(found.get(id_), at, made) for id_, (at, made) in due.items()]
    return [at for at in then if at is not None]


def _due_then(found: str | None, at: datetime | None, made: datetime) -> datetime | None:
    """`found` is what the first answer since found, "" for a card that had no answer before: due when it was made."""
    if found is None:
        return at
    return datetime.fromisoformat(found) if found else made
