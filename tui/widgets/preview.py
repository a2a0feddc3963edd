"""The resource under the cursor: title, where it comes from, why it is here, its teaser. Drawn as text, not markup."""

from __future__ import annotations

from collections.abc import Iterator

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tracker.core.model import Origin, Resource
from tracker.core.text import strip_unseen

MOST_TEXT = 20_000


class Preview(VerticalScroll, can_focus=False):
    """Shows one resource, or a sentence when there is none."""

    def compose(self) -> Iterator[Static]:
        yield Static(Content(""), id="preview-text")

    def show(self, resource: Resource, text: str) -> None:
        """Draw `resource` with its plain `text`."""
        parts = [(resource.title or "(no title)", "bold $text"), ("\n", "")]
        for name, value in _facts(resource):
            parts += [(f"\n{name:<9}", "$text-muted"), (value, "")]
        if resource.url:
            parts += [("\n", ""), (f"\n{resource.url}", "$text-accent")]
        if text:
            parts += [("\n\n", ""), (text[:MOST_TEXT], "")]
        self._draw(Content.assemble(*((strip_unseen(words), style) for words, style in parts)))

    def say(self, sentence: str) -> None:
        """Show a sentence instead of a resource."""
        self._draw(Content.styled(sentence, "$text-muted"))

    def _draw(self, content: Content) -> None:
        self.query_one("#preview-text", Static).update(content)
        self.scroll_home(animate=False)


def _facts(resource: Resource) -> Iterator[tuple[str, str]]:
    """Name and value of what is known, in the order people ask."""
    facts = (
        ("from", ", ".join(resource.sources)),
        ("site", resource.site),
        ("by", ", ".join(resource.authors)),
        ("day", f"{resource.published:%Y-%m-%d}" if resource.published else ""),
        ("minutes", str(resource.minutes or "")),
        ("topics", ", ".join(resource.topics)),
    )
    yield from ((name, value) for name, value in facts if value)
    for seen in resource.sightings:
        if seen.origin is Origin.DOCUMENT:
            where = f"{seen.name}:{seen.line}" + (f" › {' › '.join(seen.section)}" if seen.section else "")
            yield "listed", where + (f" — {seen.note}" if seen.note else "")
