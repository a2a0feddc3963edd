"""What a template of a digest can say: plain lists and words, everything from outside written by a pen.

    title, heading, lang, stem, day, first, last, name, is_empty, w (the words of the frame)
    new, decided      [{name, items: [ITEM]}]; n_new, n_decided: how many; more_new, more_decided: words for the rest
    imported          [{count: words, name, command}]: works of long documents, counted; n_imported
    noted, cards      [{kind, title, link, day, quotes: [words]}]
    links             [{link, verdict, to}]
    changed           [{link, topics: words}]
    transcripts, shortlist   [ITEM]
    progress          [{name, bar, done, total, gained, percent, boxes}]
    reviews           {reviewed, grades, due} or None
    opens             [{plan, title, day}]
    troubles          [{link, why}]
    waiting           words
    sources           [{link, facts}]: every address, numbered as `source` of an ITEM or note says

ITEM is {id, title, link, facts, note, source}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tracker.core.digest import Digest, Group, Noted, Progress
from tracker.core.model import Resource
from tracker.core.url_start import at_second
from tracker.formats.markdown import labels
from tracker.formats.pens import Pen, quoted

CELLS = 20


class _Sources:
    """Every address a digest names, numbered in the order of first sight."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, str, str]] = {}

    def number(self, url: str, link: str, facts: str = "") -> int:
        """Its number, from 1; 0 for what has no address."""
        if not url:
            return 0
        return self.rows.setdefault(url, (len(self.rows) + 1, link, facts))[0]


def view(digest: Digest, w: dict[str, str], pen: Pen) -> dict[str, Any]:
    """The digest as a template sees it."""
    sources = _Sources()
    p = digest.period

    def item(one: Resource) -> dict[str, Any]:
        return _item(one, w, pen, sources)

    def notes(found: Iterable[Noted]) -> list[dict[str, Any]]:
        return [_note(one, w, pen, sources) for one in found]

    out: dict[str, Any] = {
        "w": w, "lang": w["lang"], "stem": p.stem, "name": p.name, "day": f"{p.last:%Y%m%d}",
        "first": p.first.isoformat(), "last": p.last.isoformat(),
        "title": w[p.name].format(first=p.first, last=p.last),
        "heading": w[f"heading_{p.name}"].format(first=p.first, last=p.last),
        "is_empty": digest.is_empty,
        "new": _groups(digest.new, lambda name: pen.topic(labels(name)) if name else w["no_topic"], item),
        "decided": _groups(digest.decided, w.__getitem__, item),
        "imported": [
            {"count": w["works"].format(n=one.count), "name": pen.text(labels(one.document)),
             "command": pen.code(f'tracker resources --document "{one.document}"')} for one in digest.imported
        ],
        "n_imported": sum(one.count for one in digest.imported),
        "noted": notes(digest.noted), "cards": notes(digest.cards),
        "links": [
            {"link": pen.link(labels(one.title) or w["untitled"], one.url), "verdict": w[one.verdict.value],
             "to": pen.link(one.to, one.to) if one.to else ""} for one in digest.links
        ],
        "changed": [
            {"link": item(one.item)["link"], "topics": ", ".join(pen.topic(labels(name)) for name in one.topics)}
            for one in digest.changed
        ],
        "transcripts": [item(one) for one in digest.transcripts],
        "progress": [_progress(one, pen) for one in digest.progress],
        "reviews": _reviews(digest, w),
        "shortlist": [item(one) for one in digest.shortlist],
        "opens": [
            {"plan": pen.text(labels(one.plan)), "title": pen.text(labels(one.title)),
             "day": "" if one.day is None else w["day"].format(n=one.day) + (f" · {one.date}" if one.date else "")}
            for one in digest.opens
        ],
        "troubles": [{"link": pen.link(one.name, one.url), "why": pen.text(one.why)} for one in digest.troubles],
        "waiting": w["waiting"].format(n=digest.waiting),
    }  # fmt: skip
    for name, more in (("new", digest.more_new), ("decided", digest.more_decided)):
        out[f"n_{name}"] = sum(len(group["items"]) for group in out[name]) + more
        out[f"more_{name}"] = w["more"].format(n=more) if more else ""
    return out | {"sources": [{"link": link, "facts": facts} for _, link, facts in sources.rows.values()]}


def _groups(
    groups: Iterable[Group], name: Callable[[str], str], item: Callable[[Resource], Any]
) -> list[dict[str, Any]]:
    return [{"name": name(group.name), "items": [item(one) for one in group.items]} for group in groups]


def _item(one: Resource, w: dict[str, str], pen: Pen, sources: _Sources) -> dict[str, Any]:
    first = one.sightings[0] if one.sightings else None
    told = [first.label, first.publisher] if first else []
    facts = [pen.text(labels(fact)) for fact in (*told, one.site) if fact]
    if one.minutes:
        facts.append(w["minutes"].format(n=one.minutes))
    link, line = pen.link(labels(one.title) or one.url or w["untitled"], one.url), " · ".join(dict.fromkeys(facts))
    return {
        "id": int(one.id),
        "title": pen.text(labels(one.title)),
        "link": link,
        "facts": line,
        "note": pen.text(first.note) if first else "",
        "source": sources.number(one.url, link, line),
    }


def _note(one: Noted, w: dict[str, str], pen: Pen, sources: _Sources) -> dict[str, Any]:
    title = labels(f"{one.title} {one.part}").rstrip() or w["untitled"]
    url = at_second(one.url, one.start_seconds)
    return {
        "kind": w.get(one.kind, w["card"]),
        "title": pen.text(title),
        "link": pen.link(title, url),
        "day": one.day.isoformat(),
        "quotes": [quoted(bullet.text, pen) for bullet in one.quotes],
        "source": sources.number(one.url, pen.link(labels(one.title) or w["untitled"], one.url)),
    }


def _progress(one: Progress, pen: Pen) -> dict[str, Any]:
    full = one.done * CELLS // one.total if one.total else 0
    return {
        "name": pen.text(labels(one.name)),
        "bar": "█" * full + "░" * (CELLS - full),
        "done": one.done,
        "total": one.total,
        "gained": one.done - one.before,
        "percent": one.done * 100 // one.total if one.total else 0,
        "boxes": _boxes(one) if one.boxes else "",
    }


def _boxes(one: Progress) -> str:
    gained = one.boxes_done - one.boxes_before
    return f"{one.boxes_done}/{one.boxes}" + (f" ({gained:+d})" if gained else "")


def _reviews(digest: Digest, w: dict[str, str]) -> dict[str, str] | None:
    found = digest.reviews
    if found is None:
        return None
    again, hard, good, easy = (found.grades.get(grade, 0) for grade in (1, 2, 3, 4))
    return {
        "reviewed": w["reviewed"].format(n=sum(found.grades.values())),
        "grades": w["grades"].format(again=again, hard=hard, good=good, easy=easy) if found.grades else "",
        "due": w["due"].format(n=found.due),
    }
