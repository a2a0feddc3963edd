"""A digest in a form: log and blog (Markdown), obsidian, html out of templates; atom and ics are made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

from tracker.core.digest import Digest, Noted
from tracker.formats import atom, calendar
from tracker.formats.digest_view import view
from tracker.formats.digest_words import WORDS
from tracker.formats.pens import HtmlPen, MarkdownPen, Pen
from tracker.formats.templating import fill


@dataclass(frozen=True, slots=True)
class Form:
    """How a digest can be written. `suffix` ends the file's name; `template` "" = made by the program."""

    suffix: str
    template: str = ""


FORMS = {
    "log": Form(".md", "digest.log.md.j2"),
    "blog": Form(".blog.md", "digest.blog.md.j2"),
    "obsidian": Form(".obsidian.md", "digest.obsidian.md.j2"),
    "html": Form(".html", "digest.html.j2"),
    "atom": Form(".atom.xml"),
    "ics": Form(".ics"),
}
TEMPLATES = tuple(form.template for form in FORMS.values() if form.template)


def render(
    digest: Digest,
    form: str,
    language: str,
    templates: Mapping[str, str],
    places: Mapping[str, str],
    *,
    wiki: bool = False,
) -> str:
    """The whole file. `templates` by name, `places` where each lies. Raises ConfigError for a broken template."""
    words = WORDS[language]
    if form == "atom":
        return _feed(digest, words)
    if form == "ics":
        return _calendar(digest)
    pen: Pen = HtmlPen() if form == "html" else MarkdownPen(wiki=wiki)
    filled = fill(FORMS[form].template, templates, view(digest, words, pen), places)
    return filled.lstrip("\n")


def _feed(digest: Digest, words: Mapping[str, str]) -> str:
    """What came, as a feed: newest first."""
    p = digest.period
    items = [one for group in digest.new for one in group.items]
    title = words[p.name].format(first=p.first, last=p.last)
    return atom.feed(title, f"digest:{p.stem}", items, datetime.combine(p.last, time(), UTC))


def _calendar(digest: Digest) -> str:
    """The notes of the period, a day each."""
    return calendar.calendar(_event(one) for one in (*digest.noted, *digest.cards))


def _event(one: Noted) -> calendar.Event:
    title = f"{one.title} {one.part}".rstrip()
    words = "\n".join(bullet.text for bullet in one.quotes)
    return calendar.Event(f"note:{one.day}:{one.kind}:{title}", one.day, title, words, one.url)
