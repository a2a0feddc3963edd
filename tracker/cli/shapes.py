"""The JSON shapes of the face: fields may be added, never renamed; what is absent is null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.cli.output import iso
from tracker.core.model import Resource, Sighting, Source

if TYPE_CHECKING:
    from tracker.core.health import Health
    from tracker.services.suggest import Suggestion


def sighting(s: Sighting) -> dict[str, Any]:
    """One mention, as its source or document wrote it."""
    return {
        "id": s.id,
        "origin": s.origin.value,
        "name": s.name,
        "line": s.line or None,
        "section": list(s.section),
        "label": s.label or None,
        "publisher": s.publisher or None,
        "note": s.note or None,
        "title": s.title or None,
        "url": s.url or None,
        "start_seconds": s.start_seconds,
        "track": s.track or None,
        "day_from": s.day_from,
        "day_to": s.day_to,
        "published": iso(s.published),
    }


def link(health: Health | None) -> dict[str, Any] | None:
    """How the link of a resource fares; None when it was never looked at."""
    if health is None:
        return None
    told = health.judgement
    return {
        "verdict": told.verdict.value,
        "status": told.status or None,
        "final_url": told.final_url or None,
        "checked": iso(health.checked_at),
        "reason": told.reason or None,
        "replacement": told.replacement or None,
        "ok_at": iso(health.ok_at),
        "failing_since": iso(health.failing_since),
        "next_check": iso(health.next_check_at),
        "why_next": health.why_next or None,
    }


def source(one: Source) -> dict[str, Any]:
    """A source as something else names it."""
    return {"source": one.name, "kind": one.kind, "url": one.url, "enabled": one.enabled}


def watched(one: Source) -> str:
    """The same in words, with what to do where it is off."""
    return one.name if one.enabled else f"{one.name}  (off; 'tracker sources enable \"{one.name}\"' watches it)"


def suggestion(one: Suggestion | None) -> dict[str, Any] | None:
    """The topic a resource likely belongs to; None when nothing is sure."""
    return {"topic": one.title, "score": one.score, "reason": one.why} if one else None


def resource(r: Resource, health: Health | None = None, suggestion: dict[str, Any] | None = None) -> dict[str, Any]:
    """One work with everything the library knows of it."""
    return {
        "id": r.id,
        "url": r.url or None,
        "canonical_url": r.canonical_url or None,
        "kind": r.kind.value,
        "title": r.title,
        "authors": list(r.authors),
        "site": r.site or None,
        "lang": r.lang or None,
        "published": iso(r.published),
        "first_seen": iso(r.first_seen),
        "minutes": r.minutes or None,
        "state": r.state.value,
        "why": r.why or None,
        "starred": r.starred,
        "snoozed_until": iso(r.snoozed_until),
        "topics": list(r.topics),
        "sources": list(r.sources),
        "sightings": [sighting(s) for s in r.sightings],
        "link": link(health),
        "has_text": r.has_text,
        "has_transcript": r.has_transcript,
        "suggestion": suggestion,
    }
