"""Which sources watch the tool that a skill or a work is called like: verl, LangGraph, OpenAI Agents SDK."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tracker.core.model import Source
from tracker.core.text import fold

MOST_WORDS = 3  # of a tool's name
LEAST = 3  # letters and digits a name has
_WORDS = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*")
_REPO = re.compile(r"https?://(?:www\.)?github\.com/([\w.-]+)/([\w.-]+)", re.I)
_LANGUAGE = re.compile(r"[-_.](?:python|py|js|ts|sdk|rs|go)\Z")
_PLAIN = re.compile(r"[^a-z0-9]")


def repository(url: str) -> str:
    """`owner/name` of an address at GitHub; "" for any other."""
    found = _REPO.match(url)
    return f"{found[1]}/{found[2].removesuffix('.git')}" if found else ""


def watching(names: Iterable[str], urls: Iterable[str], sources: Sequence[Source]) -> list[Source]:
    """The sources about a place called `names`, or about works at `urls`: those that watch a repository of `urls`,
    one that is called like a tool in `names`, or that are said to be about it (their `topics`)."""
    called = list(names)
    tools = {tool for name in called for tool in _tools(name)}
    repos, said = {repository(url).lower() for url in urls} - {""}, {fold(name) for name in called}
    return [one for one in sources if _is_about(one, tools, repos, said)]


def _is_about(source: Source, tools: set[str], repos: set[str], said: set[str]) -> bool:
    watched = repository(source.url).lower()
    if watched and (watched in repos or _tool(watched.partition("/")[2]) in tools):
        return True
    return any(fold(topic) in said for topic in source.topics)


def _tool(repo: str) -> str:
    """A repository's name as people say it: `openai-agents-python` is OpenAI Agents."""
    return _PLAIN.sub("", _LANGUAGE.sub("", repo))


def _tools(name: str) -> set[str]:
    """What tools a title may name: its Western words, up to three that stand together."""
    words = [_PLAIN.sub("", word) for word in _WORDS.findall(fold(name))]
    runs = {"".join(words[at : at + n]) for at in range(len(words)) for n in range(1, MOST_WORDS + 1)}
    return {run for run in runs if len(run) >= LEAST}
