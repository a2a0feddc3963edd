"""The resource under the cursor: title, where it comes from, why it is here, its teaser. Drawn as text, not markup."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tracker.core.model import Origin, Resource
from tracker.core.urls import mask_url
from tui.plain import joined, plain, titled
from tui.told import told
from tui.widgets.words import Words
from tui.words import say

MOST_TEXT = 20_000


class Preview(VerticalScroll, can_focus=True):
    """Shows one resource, or a sentence when there is none."""

    def compose(self) -> ComposeResult:
        yield Words(id="preview-suggestion")
        yield Words(id="preview-text")

    def show(self, resource: Resource, text: str) -> None:
        """Draw `resource` with its plain `text`."""
        parts = [
            (titled(resource.title), "bold $text"),
            (f"\n{' · '.join(_facts(resource))}", "$muted"),
        ]
        if resource.topics:
            parts.append((f"\n{', '.join(resource.topics)}", "$text-success"))
        if resource.url:
            parts.append((f"\n{mask_url(resource.url)}", "$secondary"))
        if text:
            parts.append((f"\n\n{text[:MOST_TEXT]}", ""))
        parts += [(f"\n\n{where}", "$muted") for where in _listed(resource)]
        self.query_one("#preview-suggestion", Words).display = False
        self.query_one("#preview-text", Words).draw(joined(*parts))
        self.scroll_home(animate=False)

    def suggest(self, key: str, topic: str, why: str) -> None:
        """Say where `key` would file it, and why, above what is shown."""
        line = self.query_one("#preview-suggestion", Words)
        line.draw(
            joined((f" {key} ", "bold $accent"), (f"→ {topic}", "bold $text-success"), (f"\n   {told(why)}", "$muted"))
        )
        line.display = True

    def say(self, sentence: str) -> None:
        """Show a sentence instead of a resource."""
        self.query_one("#preview-suggestion", Words).display = False
        self.query_one("#preview-text", Words).draw(plain(sentence, "$muted"))
        self.scroll_home(animate=False)


def _facts(resource: Resource) -> Iterator[str]:
    """What is known, in the order people ask: who, where, when, how long."""
    facts = (
        ", ".join(resource.sources),
        ", ".join(resource.authors[:3]),
        resource.site,
        f"{resource.published:%Y-%m-%d}" if resource.published else "",
        say("inbox.minutes", n=resource.minutes) if resource.minutes else "",
        resource.lang,
    )
    return (fact for fact in facts if fact)


def _listed(resource: Resource) -> Iterator[str]:
    """Where the person's own documents mention it."""
    for seen in resource.sightings:
        if seen.origin is Origin.DOCUMENT:
            where = f"{seen.name}:{seen.line}" + (f" › {' › '.join(seen.section)}" if seen.section else "")
            yield where + (f" — {seen.note}" if seen.note else "")
