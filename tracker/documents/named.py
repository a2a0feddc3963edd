"""Works that a roadmap names without an address: books, courses, tools and frameworks, things said to be read.

Told by form alone, and rather too few than too many: a title in 《》, a line about a course, a proper name that heads
its line, a line that is nothing but names under a heading about frameworks or projects, what stands behind "参考".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.core.model import ResourceKind
from tracker.core.text import clean_line, fold

_BOOK = re.compile(r"《([^《》]{2,80})》")
_COURSE = re.compile(r"(?:课程|教程|\bcourses?\b|\btutorials?\b)", re.I)
_COURSE_NUMBER = re.compile(r"([A-Z]{2,4}\s?\d{2,3}[A-Z]?)\s*(?:[:：].*)?\Z", re.S)
_LEAD = re.compile(r"\A(?:结合|参考|学习|看完?|跟着|follow|take)\s*(?=\S)", re.I)
_NAME = r"[A-Za-z0-9][A-Za-z0-9.+#\-]*(?: [A-Z0-9][A-Za-z0-9.+#\-]*){0,3}"
_HEAD = re.compile(rf"({_NAME})\s*[:：]\s*\S")
_ALONE = re.compile(rf"({_NAME})(?:框架|项目| framework| project)?\Z")
_LIST = re.compile(rf"(?:其他|其它|others?)?\s*[:：]?\s*({_NAME}(?:\s*[、,，/]\s*{_NAME})+)\s*(?:等.{{0,8}})?\Z", re.I)
_ABOUT_TOOLS = re.compile(r"框架|项目|开源|framework|project|library", re.I)
_REFERENCE = re.compile(rf"(?:参考|参见|see)\s*({_NAME}(?:\s*[、,，]\s*{_NAME})*)", re.I)
_TITLE = re.compile(r"(?:\A|[:：]\s*)([A-Z][A-Za-z]*(?: [A-Za-z0-9\-]+){4,12})(?=\s*(?:[，,。；;]|\Z))")
# What everybody's stack is made of: a skill to have, no work to read. And makers, whose works these are.
_COMMON = frozenset(
    [
        "python",
        "java",
        "javascript",
        "typescript",
        "node.js",
        "nodejs",
        "go",
        "golang",
        "rust",
        "c",
        "c++",
        "c#",
        "sql",
        "html",
        "css",
        "react",
        "vue",
        "angular",
        "docker",
        "kubernetes",
        "k8s",
        "linux",
        "git",
        "github",
        "mysql",
        "redis",
        "mongodb",
        "postgresql",
        "kafka",
        "nginx",
        "bash",
        "shell",
        "php",
        "ruby",
        "swift",
        "kotlin",
        "scala",
        "rag",
        "agent",
        "agents",
        "llm",
        "nlp",
        "gpu",
        "cuda",
        "transformer",
        "api",
        "sdk",
        "demo",
    ]
)
_MAKERS = frozenset(
    [
        "anthropic",
        "openai",
        "google",
        "meta",
        "microsoft",
        "nvidia",
        "deepmind",
        "huggingface",
        "amazon",
        "aws",
        "apple",
    ]
)
_SPLIT = re.compile(r"\s*[、,，]\s*")


def named_in(text: str, above: Sequence[str], *, leaf: bool) -> list[tuple[str, ResourceKind]]:
    """Titles and kinds of the works that one box names. `above` are the titles over it, nearest first."""
    if "://" in text:
        return []  # what has its address is a mention already
    out: dict[str, tuple[str, ResourceKind]] = {}
    for title, kind in (*_read(text), *(_tools(text, above) if leaf else ())):
        out.setdefault(fold(title), (clean_line(title, 300), kind))
    return list(out.values())


def _read(text: str) -> Iterator[tuple[str, ResourceKind]]:
    """Books, courses, and what the text sends its reader to."""
    books = _BOOK.findall(text)
    yield from ((book, ResourceKind.BOOK) for book in books)
    number = _COURSE_NUMBER.match(text)
    if number:
        yield number[1], ResourceKind.COURSE
    elif not books and _COURSE.search(text):
        yield _LEAD.sub("", re.split(r"[，,。；;]", text, maxsplit=1)[0]), ResourceKind.COURSE
    yield from ((found[1], ResourceKind.ARTICLE) for found in _TITLE.finditer(text))
    for found in _REFERENCE.finditer(text):
        yield from ((name, ResourceKind.ARTICLE) for name in _SPLIT.split(found[1]) if _is_work(name))


def _tools(text: str, above: Sequence[str]) -> Iterator[tuple[str, ResourceKind]]:
    """The proper name that heads a line, or the names that are all of it."""
    if _COURSE.search(text) or _COURSE_NUMBER.match(text):
        return
    about_tools = any(_ABOUT_TOOLS.search(words) for words in (text, *above))
    head, alone, listed = _HEAD.match(text), _ALONE.match(text), _LIST.match(text)
    if listed and about_tools:
        names = _SPLIT.split(listed[1])
    elif alone and about_tools:
        names = [alone[1]]
    else:
        names = [head[1]] if head and not listed else []
    yield from ((name, ResourceKind.TOOL) for name in names if _is_work(name))


def _is_work(name: str) -> bool:
    words = fold(name)
    return len(words) > 1 and words not in _MAKERS and words not in _COMMON
