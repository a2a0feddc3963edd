"""A sentence that was made in English elsewhere, in the language of the interface.

Services keep reasons as English sentences: they stand in JSON and in logs, too. The catalogue `tui/words/told.py` knows
their forms; what it does not know is shown as it came.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from tui.words import say, spoken, words

JOINTS = (("; ", "；"), (". ", "。"), (": ", "："))
QUOTES = ("'", "(")
OURS = ("span", "when")  # values that are words of ours; titles and names stay as they are
_FIELD = re.compile(r"\{(\w+)\}")


def told(sentence: str) -> str:
    """`sentence` in the language in use; English stays as it is."""
    return sentence if spoken() == "en" else _told(sentence)


def _told(sentence: str) -> str:
    for key, pieces in _forms():
        found = _values(pieces, sentence)
        if found is not None:
            return say(f"told.{key}", **{name: _told(one) if name in OURS else one for name, one in found.items()})
    for joint, joined in JOINTS:
        head, between, tail = sentence.partition(joint)
        if between and (parted := (_told(head), _told(tail))) != (head, tail):
            return joined.join(parted)
    return sentence


@cache
def _forms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Words and names of fields in turn, for each sentence; those that say most of themselves first."""
    known = [(key, tuple(_FIELD.split(english))) for key, (english, _) in words("told").items()]
    return tuple(sorted(known, key=lambda one: (len(one[1]), -sum(map(len, one[1][::2])))))


def _values(pieces: tuple[str, ...], sentence: str) -> dict[str, str] | None:
    """What stands at the fields of a form; None when it is another one. Only what is quoted holds joints."""
    literals, found = pieces[::2], {}
    if len(pieces) == 1:
        return {} if sentence == pieces[0] else None
    if not sentence.startswith(literals[0]) or not sentence.endswith(literals[-1]):
        return None
    at, end = len(literals[0]), len(sentence) - len(literals[-1])
    for n, (_, after) in enumerate(pairwise(literals)):
        to = end if n == len(literals) - 2 else sentence.find(after, at + 1, end)
        if to <= at:
            return None
        value = found[pieces[2 * n + 1]] = sentence[at:to]
        if not literals[n].endswith(QUOTES) and any(joint in value for joint, _ in JOINTS):
            return None
        at = to + len(after)
    return found
