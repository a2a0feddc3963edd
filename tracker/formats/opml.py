"""Watched sources as OPML 2.0, folders by their first topic: what any feed reader takes."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from tracker.core.model import Source
from tracker.core.urls import mask_url

NO_FOLDER = ""


def render(sources: Iterable[Source], title: str) -> str:
    """An OPML document; sources without a topic stand at its top. Names and addresses are data, quoted as
    such; passwords and tokens of addresses are masked, since such files are passed on.
    """
    folders: dict[str, list[Source]] = {NO_FOLDER: []}
    for one in sources:
        folders.setdefault(one.topics[0] if one.topics else NO_FOLDER, []).append(one)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">',
             f"  <head><title>{quoteattr(title)[1:-1]}</title></head>", "  <body>"]  # fmt: skip
    lines += [f"    {_outline(one)}" for one in folders.pop(NO_FOLDER)]
    for folder, some in folders.items():
        name = quoteattr(folder)
        lines += [
            f"    <outline text={name} title={name}>",
            *(f"      {_outline(one)}" for one in some),
            "    </outline>",
        ]
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _outline(one: Source) -> str:
    name = quoteattr(one.name)
    return f'<outline type="rss" text={name} title={name} xmlUrl={quoteattr(mask_url(one.url))}/>'
