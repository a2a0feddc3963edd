"""Reports of a link check: Markdown for a page or a comment, JUnit for machines that run tests. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tracker.core.health import DEAD, Judgement, Verdict
from tracker.core.text import clean_line

ORDER = (
    Verdict.GONE,
    Verdict.SOFT404,
    Verdict.FAILING,
    Verdict.MOVED,
    Verdict.BLOCKED,
    Verdict.UNKNOWN,
    Verdict.REFUSED,
)
NOWHERE = "links"  # the suite of addresses that stand in no file


@dataclass(frozen=True, slots=True)
class Row:
    """A link in a report: its verdict and where it stands, as (file, line)."""

    judgement: Judgement
    places: tuple[tuple[str, int], ...] = ()


def summary(rows: Sequence[Row]) -> str:
    """One line: how many links, how many of each verdict."""
    counts = Counter(row.judgement.verdict for row in rows)
    told = [f"{counts[verdict]} {verdict.value}" for verdict in (Verdict.OK, *ORDER) if counts[verdict]]
    return f"{len(rows)} links" + (f": {', '.join(told)}" if told else "")


class MarkdownReport:
    """A heading a verdict, a table a heading; what is well is counted only."""

    name, suffix = "markdown", ".md"

    def render(self, rows: Sequence[Row]) -> str:
        """The whole report."""
        parts = [f"# Link check\n\n{summary(rows)}\n"]
        for verdict in ORDER:
            mine = [row for row in rows if row.judgement.verdict is verdict]
            if mine:
                parts.append(f"\n## {verdict.value} ({len(mine)})\n\n| link | reason | where |\n| --- | --- | --- |\n")
                parts += [_table_row(row) for row in mine]
        return "".join(parts)


def _table_row(row: Row) -> str:
    j = row.judgement
    reason = _cell(j.reason) + (f" → <{_address(j.replacement)}>" if j.replacement else "")
    where = ", ".join(f"{_cell(file)}:{line}" for file, line in row.places)
    return f"| <{_address(j.url)}> | {reason} | {where} |\n"


def _cell(text: str) -> str:
    cleaned = clean_line(text, 300)
    for sign in "\\`*_[]<>|":
        cleaned = cleaned.replace(sign, "\\" + sign)
    return cleaned


def _address(url: str) -> str:
    return re.sub(r"[ |<>]", lambda m: f"%{ord(m[0]):02X}", clean_line(url, 2000))


class JunitReport:
    """A suite a file, a case a link: bad ones fail, what could not be judged is skipped."""

    name, suffix = "junit", ".xml"

    def render(self, rows: Sequence[Row]) -> str:
        """The whole report."""
        suites: dict[str, list[tuple[Row, int]]] = defaultdict(list)
        for row in rows:
            for file, line in row.places or ((NOWHERE, 0),):
                suites[file].append((row, line))
        bad = sum(row.judgement.verdict in DEAD for mine in suites.values() for row, _ in mine)
        total = sum(map(len, suites.values()))
        body = "".join(_suite(file, mine) for file, mine in suites.items())
        head = f'<testsuites name="tracker check" tests="{total}" failures="{bad}" errors="0">'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}</testsuites>\n'


def _suite(file: str, rows: Sequence[tuple[Row, int]]) -> str:
    bad = sum(row.judgement.verdict in DEAD for row, _ in rows)
    skipped = sum(row.judgement.verdict in (Verdict.UNKNOWN, Verdict.REFUSED) for row, _ in rows)
    head = f'<testsuite name={_quoted(file)} tests="{len(rows)}" failures="{bad}" errors="0" skipped="{skipped}">'
    return f"  {head}\n{''.join(_case(file, row, line) for row, line in rows)}  </testsuite>\n"


def _case(file: str, row: Row, line: int) -> str:
    j = row.judgement
    where = f" line={_quoted(str(line))}" if line else ""
    head = f"    <testcase name={_quoted(j.url)} classname={_quoted(file)} file={_quoted(file)}{where}"
    told = _quoted(f"{j.verdict.value}: {j.reason}" if j.reason else j.verdict.value)
    if j.verdict in DEAD:
        return f'{head}>\n      <failure type="{j.verdict.value}" message={told}/>\n    </testcase>\n'
    if j.verdict in (Verdict.UNKNOWN, Verdict.REFUSED):
        return f"{head}>\n      <skipped message={told}/>\n    </testcase>\n"
    note = j.reason + (f" -> {j.replacement}" if j.replacement else "")
    out = (
        f"\n      <system-out>{escape(clean_line(note, 2000))}</system-out>\n    </testcase>" if note else "</testcase>"
    )
    return f"{head}>{out}\n"


def _quoted(text: str) -> str:
    return quoteattr(clean_line(text, 2000))


REPORTS = {one.name: one for one in (MarkdownReport(), JunitReport())}
