"""A table of abilities by role, as job plans have them: what each role wants of each ability, in words and stars."""

from __future__ import annotations

from tracker.core.roles import Ability
from tracker.core.text import clean_line, fold
from tracker.documents.depth import depth_of
from tracker.documents.plan import cells_of, role_of

_LEAST = 2  # roles a table must have
_STARS = (None, 1, 1, 3, 3, 4)  # the level that so many stars stand for, where no word says one


def abilities(text: str) -> tuple[Ability, ...]:
    """The rows of the first table whose heads name roles and no days."""
    out: list[Ability] = []
    roles: list[str] = []
    for line in text.splitlines():
        if not line.lstrip().startswith("|"):
            if out:
                break
            roles = []
            continue
        cells = cells_of(line)
        if not roles:
            found = [role_of(cell) for cell in cells[1:]]
            roles = found if sum(map(bool, found)) >= _LEAST and fold(cells[0]) not in ("day", "天", "日") else ["-"]
        elif roles != ["-"] and cells[0].strip(":- ") and len(cells) == len(roles) + 1:
            wanted = {role: clean_line(cell, 200) for role, cell in zip(roles, cells[1:], strict=True) if role}
            title = clean_line(cells[0].replace("*", ""), 200)
            out.append(Ability(title, wanted, {role: _level(cell) for role, cell in wanted.items()}))
    return tuple(out)


def _level(words: str) -> int | None:
    """The level that a cell wants: by its word, else by its stars; None when it says neither."""
    return depth_of(words)[1] or _STARS[min(5, words.count("★"))]
