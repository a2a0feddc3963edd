"""Text from outside as Markdown that stays in its place: one title is one line and nothing in it is live.

No embeds, code blocks, tasks, comments, front matter, wiki links, maths or HTML can come out of a title: notes apps
run some of them (obsidian-tasks ADR-002: a fenced block in a note ran JavaScript).
"""

from __future__ import annotations

import re
from urllib.parse import quote

from tracker.core.text import clean_line
from tracker.core.urls import mask_secrets, mask_url

SPECIAL = re.compile(r"([\\`*_{}\[\]|~$^=#!%])")
ENTITY = re.compile(r"&(?=\\?#|\w*(?:;|$))")  # at the end, too: what is written behind the text may close it
LINK = re.compile(r"!?\[([^\[\]]+)\]\(https?://[^\s()]*\)")
LIST_HEAD = re.compile(r"^(?:(?=[-+])|(\d+)(?=[.)]))")  # also of a line of dashes, which is a rule or a heading
ADDRESS_SAFE = ":/?#@!$&'*+,;=-._~%"


def text(raw: str) -> str:
    """One line of plain words, every mark escaped; "<" as an entity, and "&" where it would begin one."""
    line = mask_secrets(clean_line(raw))
    line = SPECIAL.sub(r"\\\1", line)
    line = ENTITY.sub("&amp;", line).replace("<", "&lt;").replace(">", "&gt;")
    line = re.sub(r"\b(https?)://", r"\1&#58;//", line)  # a bare address in a title is no link of ours
    return LIST_HEAD.sub(r"\1\\", line)


def labels(raw: str) -> str:
    """A title with the label alone of every Markdown link in it, as headings of plans have them. Not escaped."""
    return LINK.sub(lambda found: found[1] if clean_line(found[1]) else found[0], raw)


def address(raw: str) -> str:
    """An address that cannot end its link: brackets, quotes, blanks and controls percent-encoded."""
    return quote(mask_url(raw), safe=ADDRESS_SAFE).replace("(", "%28").replace(")", "%29")


def link(title: str, url: str) -> str:
    """`[title](url)` for http(s), the escaped title alone for anything else."""
    shown = text(title) or text(url) or "(no title)"
    return f"[{shown}]({address(url)})" if url.lower().startswith(("http://", "https://")) else shown
