"""Topics made by hand, with what is filed under them, as a list in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.core.model import Resource
from tracker.formats import markdown


def render(topics: Iterable[tuple[str, Iterable[Resource]]], title: str) -> str:
    """A heading a topic, an item a resource; read in again, the same links stand under the same headings."""
    lines = [f"# {markdown.text(title)}"]
    for name, resources in topics:
        lines += ["", f"## {markdown.text(name)}", ""]
        lines += [f"- {markdown.link(one.title or one.url, one.url)}" if one.url else f"- {markdown.text(one.title)}"
                  for one in resources]  # fmt: skip
    return "\n".join(lines) + "\n"
