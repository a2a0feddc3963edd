"""What a learner's own documents ask of lists, works, topics: a test a row of the list, named after it, on the seeds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.learner import PLAN, ROADMAP, SEEDS, Person, places

pytestmark = pytest.mark.shared


def test_row_10_what_a_list_says_of_its_works_is_kept(seeded: Person) -> None:
    file = next(SEEDS.glob("000_*"))
    name = file.name
    seen = [s for one in seeded.rows("resources") for s in one["sightings"] if s["name"] == name]
    assert len(seen) == 23
    assert all(s["label"] and s["note"] and s["section"] for s in seen)
    assert sum(s["publisher"] is not None for s in seen) == 8
    items = re.findall(r"(文章|PDF|YouTube|官方文档|文档)｜(\S.*?) — (.*?)。链接：(\S+)", file.read_text("utf-8"))
    said = [
        (s["label"], f"{s['publisher']}：{s['title']}" if s["publisher"] else s["title"], s["note"], s["url"])
        for s in seen
    ]
    assert sorted(said) == sorted(items)


def test_row_11_a_list_that_says_it_has_more_parts_is_not_called_whole(person: Person) -> None:
    (report,) = person.rows("import", str(next(SEEDS.glob("000_*"))))
    assert any("5 of 11" in one["message"] for one in report["findings"])


def test_row_16_a_skill_called_like_a_tool_has_its_works(seeded: Person) -> None:
    found = seeded.rows("topics", "show", "verl")
    assert "verl" in {one["title"] for one in found}
    skill = next(one for one in places(seeded, ROADMAP) if one["title"].startswith("verl"))
    seeded("plan", "attach", f"#{skill['id']}", "1")
    (now,) = (one for one in places(seeded, ROADMAP) if one["id"] == skill["id"])
    assert 1 in now["resources"]


def test_row_16_a_skills_page_lists_its_works_and_the_sources_that_watch_its_tool(seeded: Person) -> None:
    seeded("init")
    for skill, tool, source in (
        ("verl", "verl", "volcengine/verl"), ("Mem0", "Mem0", "mem0ai/mem0"), ("LightRAG", "LightRAG", "HKUDS/LightRAG"),
        ("OpenAI Agents SDK", "OpenAI Agents SDK", "openai/openai-agents-python"),
        ("LangGraph", "LangGraph", "langchain-ai/langgraph"), ("DeerFlow", "DeerFlow", "bytedance/deer-flow"),
    ):  # fmt: skip
        found = seeded.rows("topics", "show", skill)
        assert tool in {one["title"] for one in found if "title" in one}
        assert [one["source"] for one in found if "source" in one] == [source]
    assert "volcengine/verl  (off" in seeded("topics", "show", "verl")
    seeded("sources", "enable", "volcengine/verl")
    assert seeded("topics", "show", "verl").endswith("source  volcengine/verl\n")
    told = seeded.told("sources", "edit", "vLLM blog", "topics", "serving,DeerFlow")  # linked by hand
    assert told == "vLLM blog: topics is now serving, DeerFlow\n"
    names = [one["source"] for one in seeded.rows("topics", "show", "DeerFlow") if "source" in one]
    assert names == ["vLLM blog", "bytedance/deer-flow"]


def test_row_24_starred_papers_without_an_address_are_a_wish_list(seeded: Person) -> None:
    papers = [one for one in seeded.rows("resources") if one["kind"] == "paper" and not one["url"]]
    assert len(papers) == 9
    assert all("★" in s["note"] for one in papers for s in one["sightings"] if s["name"] == PLAN)


ARXIV = {
    "1706.03762": "Attention Is All You Need", "2005.14165": "Language Models are Few-Shot Learners",
    "2303.08774": "GPT-4 Technical Report", "2302.13971": "LLaMA: Open and Efficient Foundation Language Models",
    "2307.09288": "Llama 2: Open Foundation and Fine-Tuned Chat Models", "2212.08073": "Constitutional AI: From Feedback",
    "2106.09685": "LoRA: Low-Rank Adaptation of Large Language Models", "2305.14314": "QLoRA: Efficient Finetuning",
    "2205.14135": "FlashAttention: Fast and Memory-Efficient Exact Attention", "2308.10792": "Instruction Tuning: A Survey",
    "2210.03629": "ReAct: Synergizing Reasoning and Acting in Language Models", "2401.00001": "Attention Is Not All You Need",
}  # fmt: skip


def atom(found: Iterable[str]) -> bytes:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{n}v2</id><title>{ARXIV[n]}</title>"
        f"<link rel='alternate' href='http://arxiv.org/abs/{n}v2'/></entry>"
        for n in found
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>arXiv Query</title>{entries}</feed>".encode()


@pytest.fixture
def arxiv(seeded: Person, web: Any, answer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """arXiv's API on this machine: by number, or by words of the title."""

    class Api(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            asked = parse_qs(urlsplit(path).query)
            words = {*asked.get("search_query", [""])[0].removeprefix("ti:").strip('"').lower().split()}
            found = [n for n in ARXIV if n in asked.get("id_list", ())] or [
                n for n, title in ARXIV.items() if words and words <= {*title.lower().replace(":", "").split()}
            ]
            return answer(body=atom(found), headers={"Content-Type": "application/atom+xml"})

    web.routes = Api()
    monkeypatch.setattr("tracker.core.resolve.ARXIV_API", f"{web.base}/api/query")
    said = f'[network]\nallow_private = ["{web.base.removeprefix("http://")}"]\nhost_spacing = 0.0\n'
    (seeded.home / "config.toml").write_text(said)
    return web


def test_row_24_a_paper_gets_the_address_that_a_person_accepted_and_no_other(seeded: Person, arxiv: Any) -> None:
    before = seeded.rows("resources")
    found = seeded.rows("resolve", "papers")
    assert len({one["id"] for one in found}) == 9  # rows
    assert len(found) == 11  # works: GPT-3 and 4, LLaMA 1 and 2
    stars = [one["stars"] for one in found]
    assert stars == sorted(stars, reverse=True)
    assert {one["name"]: [fit["url"] for fit in one["found"]] for one in found if one["name"] != "Instruction Tuning"} == {
        name: [f"https://arxiv.org/abs/{number}"]
        for name, number in (
            ("Attention Is All You Need", "1706.03762"), ("GPT-3 Technical Report", "2005.14165"),
            ("GPT-4 Technical Report", "2303.08774"), ("LoRA", "2106.09685"), ("QLoRA", "2305.14314"),
            ("LLaMA 1", "2302.13971"), ("LLaMA 2", "2307.09288"), ("FlashAttention", "2205.14135"),
            ("ReAct: Synergizing Reasoning and Acting", "2210.03629"), ("Constitutional AI", "2212.08073"),
        )
    }  # fmt: skip
    assert seeded.rows("resources") == before  # nothing is stored unseen
    waiting = {one["subject"]: one["id"] for one in seeded.rows("proposals") if one["kind"] in ("paper", "beside")}
    wanted = ["Attention Is All You Need", "GPT-3 Technical Report", "GPT-4 Technical Report", "LLaMA 1", "LLaMA 2"]
    seeded("proposals", "accept", *(str(waiting[name]) for name in wanted))
    seeded("proposals", "decline", str(waiting["Constitutional AI"]))
    now = {one["title"]: one["url"] for one in seeded.rows("topics", "show", "必读论文") if "title" in one}
    assert now["Attention Is All You Need"] == "https://arxiv.org/abs/1706.03762"
    assert now["GPT-4 Technical Report"] == "https://arxiv.org/abs/2303.08774"
    assert {f"https://arxiv.org/abs/{n}" for n in ("2005.14165", "2302.13971", "2307.09288")} <= {*now.values()}
    assert now["Constitutional AI"] is None
    assert {one["name"] for one in seeded.rows("resolve", "papers")}.isdisjoint({*wanted, "Constitutional AI"})
    (report,) = seeded.rows("import", str(SEEDS / PLAN))  # the row of the file is that work still
    assert (report["created"], report["updated"]) == (0, 0)
    seeded("undo")  # the no
    seeded("undo")
    assert seeded.rows("resources") == before


def test_row_24_an_arxiv_that_does_not_answer_is_not_asked_on(seeded: Person, arxiv: Any, answer: Any) -> None:
    arxiv.routes = {}
    (first,) = seeded.rows("resolve", "papers", codes=(1,))
    assert "arXiv gave no answer" in first["problem"]
    arxiv.routes = {asked[1]: answer(body=b"<html>busy</html>") for asked in arxiv.asked}
    (first,) = seeded.rows("resolve", "papers", codes=(1,))
    assert "could not be read" in first["problem"]
    assert not any(one["kind"] == "paper" for one in seeded.rows("proposals"))
    seeded("resolve", "papers", "1", codes=(2,))


def test_row_27_unofficial_copies_are_told(person: Person) -> None:
    (report,) = person.rows("import", str(SEEDS / PLAN))
    told = {one["line"] for one in report["findings"] if "unofficial copy" in one["message"]}
    assert told == {127, 144, 147, 148, 293, 402, 403}


def test_row_28_blogs_that_are_only_named_have_their_sources(seeded: Person) -> None:
    seeded("init")
    names = " | ".join(one["name"] for one in seeded.rows("sources", "list"))
    blogs = ("Anthropic Engineering", "OpenAI Research", "Google Research Blog", "Lil'Log", "Sebastian Raschka")
    assert all(blog in names for blog in blogs)


def test_row_42_six_repositories_have_their_releases_watched_and_a_note(seeded: Person) -> None:
    seeded("init")
    repos = {one["id"]: one["url"] for one in seeded.rows("resources") if one["kind"] == "repo" and any(
        s["name"] == PLAN and 433 < (s["line"] or 0) < 441 for s in one["sightings"])}  # fmt: skip
    other = next(one for one in seeded.rows("resources") if one["kind"] == "repo" and "fastapi" in one["url"])
    assert f"'tracker sources add {other['url']}/releases.atom'" in seeded("show", str(other["id"]))
    releases = {f"{url.lower()}/releases.atom" for url in repos.values()}
    listed = {one["url"].lower(): one["name"] for one in seeded.rows("sources", "list")}
    assert len(releases) == 6
    assert releases <= listed.keys()  # the shipped list knows them all
    for id_ in repos:
        page = seeded("show", str(id_))
        if "'tracker sources enable" in page:  # said where it is off
            seeded("sources", "enable", page.partition('sources enable "')[2].partition('"')[0])
    assert releases <= {one["url"].lower() for one in seeded.rows("sources", "list") if one["enabled"]}
    for id_ in repos:
        seeded("note", str(id_), "agents as graphs\n  state is a typed dict")
        page = seeded("show", str(id_))
        assert "  releases   " in page
        assert "(off" not in page
        assert "agents as graphs" in page
        assert "  state is a typed dict" in page


def test_row_41_one_topic_over_all_documents(seeded: Person) -> None:
    title = next(one["title"] for one in places(seeded, next(SEEDS.glob("000_*")).name) if "KV cache" in one["title"])
    seeded("topics", "alias", title, "KV cache", "vLLM", "RadixAttention", "批处理")
    told = seeded("topics", "show", "KV cache")
    for part in (
        "000_",
        "001_",
        "vLLM深度解析",
        "SGLang与RadixAttention",
        "请求批处理",
        "连续批处理(Continuous Batching)",
    ):
        assert part in told
