"""The table of commands: name, file, group, one line for --help. The manual is checked against it."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """Where a command lives and what it says of itself. `module` is imported only when the command runs."""

    module: str
    attribute: str
    group: str
    summary: str


def _row(file: str, group: str, summary: str, attribute: str = "command") -> Row:
    return Row(f"tracker.cli.{file}", attribute, group, summary)


COMMANDS: dict[str, Row] = {
    "init": _row("init", "Start", "make the home, the database and sources.yaml; safe to repeat"),
    "demo": _row("demo", "Start", "a small bundled web, crawled for real into a throw-away home, then the inbox"),
    "import": _row("import_", "Start", "read documents in: lists, roadmaps, journals, plans, OPML, bookmarks"),
    "tui": _row("tui", "Daily", "the terminal interface"),
    "crawl": _row("crawl", "Daily", "one pass over the sources that are due, and what it calls for"),
    "inbox": _row("inbox", "Daily", "what waits for a decision"),
    "triage": _row("triage", "Daily", "decide: file, tag, done, skip, shortlist, snooze, star, inbox; many by a query"),
    "undo": _row("triage", "Daily", "take back the last action, wherever it was made", "undo"),
    "redo": _row("triage", "Daily", "do again what was undone", "redo"),
    "history": _row("triage", "Daily", "what was decided, newest first", "history"),
    "digest": _row("digest", "Daily", "a Markdown digest of a day, a week or any period"),
    "rules": _row("rules", "Daily", "what is done with what comes in, tried on what came before"),
    "noise": _row("noise", "Daily", "how long the queue is, what each source gives back, what would help"),
    "resources": _row("resources", "Library", "list the library"),
    "show": _row("resources", "Library", "one resource with all that is known of it", "show"),
    "proposals": _row("merging", "Library", "what is proposed and waits for an answer: merges, rules", "proposals"),
    "resolve": _row("resolve", "Library", "addresses for papers only named, better pages for front pages: proposed"),
    "merge": _row("merging", "Library", "make two resources one work", "merge"),
    "split": _row("merging", "Library", "take apart what is one resource", "split"),
    "sources": _row("sources", "Library", "what is watched: list, add, remove, edit, discover, preview"),
    "search": _row("search", "Library", "one question over titles, texts, transcripts, notes and plans"),
    "extract": _row("extract", "Library", "the readable text of pages, papers and files"),
    "check": _row("check", "Library", "link health of addresses and of Markdown files"),
    "transcript": _row(
        "transcript", "Library", "the transcript of a talk or of a file; 'import' keeps a file of yours"
    ),
    "export": _row("export", "Library", "documents back out with what was changed here; everything of one kind"),
    "topics": _row("topics", "Learn", "topics and what is filed under them"),
    "plan": _row("plan", "Learn", "plans, roadmaps and lists as trees: show, tick, level, remark, attach", "plan"),
    "today": _row("today", "Daily", "what the day asks for: the running talk, reviews, rows of the plan, what is new"),
    "session": _row("session", "Daily", "half an hour with one thing: start, stop, where you stopped"),
    "review": _row("review", "Learn", "what comes back today, and how well you knew it"),
    "journal": _row("journal", "Learn", "the journal by day", "journal"),
    "note": _row("journal", "Learn", "write a note into the journal", "note"),
    "count": _row("counters", "Learn", "counters of what you do beside reading; off until the settings name them"),
    "daemon": _row("daemon", "Operate", "crawl on a schedule, for ever"),
    "worker": _row("worker", "Operate", "do a team's jobs, beside any number of other workers"),
    "status": _row("operations", "Operate", "what waits, what is next and why, what is in trouble", "status"),
    "doctor": _row("operations", "Operate", "look for damage and trouble", "doctor"),
    "backup": _row("operations", "Operate", "an online, verified copy of the database", "backup"),
    "restore": _row("operations", "Operate", "put a backup in place of the database", "restore"),
    "prune": _row("operations", "Operate", "list, then remove what you are done with for long", "prune"),
    "db": _row("operations", "Operate", "schema: upgrade, current", "database"),
}
