"""The resource under the cursor: title, where it comes from, why it is here, its teaser. Drawn as text, not markup."""

from __future__ import annotations

from collections.abc import Iterator

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tracker.core.model import Origin, Resource
from tracker.core.text import strip_unseen
from tracker.core.urls import mask_url

MOST_TEXT = 20_000


class Preview(VerticalScroll, can_focus=False):
    """Shows one resource, or a sentence when there is none."""

    def compose(self) -> Iterator[Static]:
        yield Static(Content(""), id="preview-suggestion")
        yield Static(Content(""), id="preview-text")

    def show(self, resource: Resource, text: str) -> None:
        """Draw `resource` with its plain `text`."""
        parts = [(resource.title or "(no title)", "bold $text"), (f"\n{' · '.join(_facts(resource))}", "$text-muted")]
        if resource.topics:
            parts.append((f"\n{', '.join(resource.topics)}", "$text-success"))
        if resource.url:
            parts.append((f"\n{mask_url(resource.url)}", "$text-accent"))
        if text:
            parts.append((f"\n\n{text[:MOST_TEXT]}", ""))
        parts += [(f"\n\n{where}", "$text-muted") for where in _listed(resource)]
        self._draw(Content.assemble(*((strip_unseen(words), style) for words, style in parts)))

    def suggest(self, topic: str, why: str) -> None:
        """Say where `p` would file it, and why, below what is shown."""
        said = strip_unseen(f"p files it under {topic}\n{why}")
        line = self.query_one("#preview-suggestion", Static)
        line.update(Content.styled(said, "$text-warning"))
        line.display = True

    def say(self, sentence: str) -> None:
        """Show a sentence instead of a resource."""
        self._draw(Content.styled(sentence, "$text-muted"))

    def _draw(self, content: Content) -> None:
        self.query_one("#preview-suggestion", Static).display = False
        self.query_one("#preview-text", Static).update(content)
        self.scroll_home(animate=False)


def _facts(resource: Resource) -> Iterator[str]:
    """What is known, in the order people ask: who, where, when, how long."""
    facts = (
        ", ".join(resource.sources),
        ", ".join(resource.authors[:3]),
        resource.site,
        f"{resource.published:%Y-%m-%d}" if resource.published else "",
        f"{resource.minutes} min" if resource.minutes else "",
        resource.lang,
    )
    return (fact for fact in facts if fact)


def _listed(resource: Resource) -> Iterator[str]:
    """Where the person's own documents mention it."""
    for seen in resource.sightings:
        if seen.origin is Origin.DOCUMENT:
            where = f"{seen.name}:{seen.line}" + (f" › {' › '.join(seen.section)}" if seen.section else "")
            yield where + (f" — {seen.note}" if seen.note else "")
