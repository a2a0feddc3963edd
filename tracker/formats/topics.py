"""Topics made by hand, with what is filed under them, as a list in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.core.model import Resource
from tracker.core.urls import mask_url
from tracker.formats import markdown


def render(topics: Iterable[tuple[str, Iterable[Resource]]], title: str) -> str:
    """A heading a topic, an item a resource; read in again, the same links stand under the same headings."""
    lines = [f"# {markdown.text(title)}"]
    for name, resources in topics:
        lines += ["", f"## {markdown.text(name)}", "", *(f"- {_item(one)}" for one in resources)]
    return "\n".join(lines) + "\n"


def _item(one: Resource) -> str:
    """Passwords and tokens of addresses are masked: such files are passed on."""
    address = mask_url(one.url)
    return markdown.link(one.title or address, address) if one.url else markdown.text(one.title)
