"""Tools in the names of skills and works, and the sources that watch them."""

from __future__ import annotations

import pytest

from tracker.core.model import Source
from tracker.core.tools import repository, watching

VERL = Source("volcengine/verl", "https://github.com/volcengine/verl/releases.atom", kind="github")
AGENTS = Source("agents", "https://github.com/openai/openai-agents-python/releases.atom", kind="github")
BLOG = Source("vLLM blog", "https://vllm.ai/blog/rss.xml", kind="feed", topics=("Serving",))
ALL = [VERL, AGENTS, BLOG]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("verl：掌握强化学习对齐技术", [VERL]),
        ("OpenAI Agents SDK：包含单代理", [AGENTS]),
        ("the verlag of it", []),
        ("serving", [BLOG]),
        ("Serving a model", []),
        ("C", []),
    ],
)
def test_a_place_called_like_a_tool_has_its_sources(name: str, found: list[Source]) -> None:
    assert watching([name], [], ALL) == found


def test_a_repository_has_the_source_of_its_releases() -> None:
    assert watching([], ["https://github.com/Volcengine/verl/tree/main", "https://a.example/"], ALL) == [VERL]
    assert watching([], ["https://github.com/other/verl"], ALL) == []
    assert repository("http://www.github.com/Owner/name.git") == "Owner/name"
    assert repository("https://github.com/owner") == ""
