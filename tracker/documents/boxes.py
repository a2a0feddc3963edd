"""Where a person's state stands in a line of a document, read and written: tick, remark and level.

A task line holds them as `- [x] （remark）text`, a row of a day table in its first cell: `| **7** ✅（remark） |`. The level
is what the words of the remark say; where they say another one, or nothing, it stands behind them: `（remark · L3）`.
Writing changes the bytes of what differs and no other.
"""

from __future__ import annotations

import re

from tracker.core.plan import NodeState
from tracker.documents.depth import level_of

BOX = re.compile(
    r"^(?P<indent>[ \t]*)(?:[-*+]|\d{1,9}[.)]) \[(?P<tick>[ xX])\](?P<gap>[ \t]*)(?P<bracket>（(?P<remark>(?:[^（）]|（[^（）]*）)*)）)?"
    r"[ \t]*(?P<text>.*?)\r?$"
)
_FIRST_CELL = re.compile(r"^\s*\|?(?P<cell>(?:\\.|[^|\\])*)\|")
_DAY = re.compile(
    r"^(?P<day>.*?)(?P<tick>[ \t]*✅️?)?(?P<bracket>[ \t]*（(?P<remark>[^（）]*)）)?(?P<end>[ \t]*)$", re.S
)
_LEVEL_MARK = re.compile(r"(?:^|\s*·\s*)L([0-5])$")


def read_remark(written: str) -> tuple[str, int | None]:
    """Words and level of what stands in the bracket."""
    written = written.strip()
    mark = _LEVEL_MARK.search(written)
    if mark is None:
        return written, level_of(written)
    return written[: mark.start()].rstrip(), int(mark[1])


def write_remark(words: str, level: int | None) -> str:
    """What stands in the bracket, "" for no bracket. The level is written only where the words do not say it."""
    if level is None or level == level_of(words):
        return words
    return f"{words} · L{level}" if words else f"L{level}"


def plain_remark(words: str) -> str:
    """Words as they can stand in a bracket: full-width brackets would end it."""
    return words.replace("（", "(").replace("）", ")").strip()


def day_cell(cell: str) -> tuple[str, NodeState]:
    """The days of a row's first cell, and the state written behind them."""
    found = _DAY.match(cell)
    assert found is not None  # every part is optional
    remark, level = read_remark((found["remark"] or "").replace("\\|", "|"))
    return found["day"], NodeState(found["tick"] is not None, remark, level)


def read_state(line: str) -> NodeState | None:
    """The state a line holds; None for a line that has no place for one."""
    if box := BOX.match(line):
        remark, level = read_remark(box["remark"] or "")
        return NodeState(box["tick"] != " ", remark, level)
    cell = _FIRST_CELL.match(line)
    return day_cell(cell["cell"])[1] if cell else None


def write_state(line: str, state: NodeState) -> str:
    """The line with `state` in it. A line that has no place for a state stays as it is."""
    now = read_state(line)
    if now is None or now == state:
        return line
    written = None if (now.remark, now.level) == (state.remark, state.level) else write_remark(
        state.remark, state.level)  # fmt: skip
    tick = None if now.checked == state.checked else state.checked
    return _write_box(line, tick, written) if BOX.match(line) else _write_row(line, tick, written)


def _write_box(line: str, tick: bool | None, written: str | None) -> str:
    box = BOX.match(line)
    assert box is not None
    if written is not None:
        start, end = box.span("bracket") if box["bracket"] else (box.end("gap"), box.end("gap"))
        # an empty bracket keeps one that the text begins with from being taken for the remark
        new = f"（{written}）" if written or box["text"].startswith("（") else ""
        line = line[:start] + new + line[end:]
    if tick is not None:
        at = box.start("tick")
        line = line[:at] + ("x" if tick else " ") + line[at + 1 :]
    return line


def _write_row(line: str, tick: bool | None, written: str | None) -> str:
    cell = _FIRST_CELL.match(line)
    assert cell is not None
    found = _DAY.match(cell["cell"])
    assert found is not None
    mark = (found["tick"] or "") if tick is None else " ✅" if tick else ""
    bracket = found["bracket"] or ""
    if written is not None:
        escaped = written.replace("|", "\\|")
        bracket = f"（{escaped}）" if written else ""
    return line[: cell.start("cell")] + found["day"] + mark + bracket + found["end"] + line[cell.end("cell") :]
