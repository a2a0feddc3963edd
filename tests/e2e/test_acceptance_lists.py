"""What a learner's own documents ask of lists, works, topics: a test a row of the list, named after it, on the seeds."""

from __future__ import annotations

import re

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
    seeded("sources", "edit", "vLLM blog", "topics", "DeerFlow：跟Suna的DeepResearch似乎有关系")  # linked by hand
    names = [one["source"] for one in seeded.rows("topics", "show", "DeerFlow") if "source" in one]
    assert names == ["vLLM blog", "bytedance/deer-flow"]


def test_row_24_starred_papers_without_an_address_are_a_wish_list(seeded: Person) -> None:
    papers = [one for one in seeded.rows("resources") if one["kind"] == "paper" and not one["url"]]
    assert len(papers) == 9
    assert all("★" in s["note"] for one in papers for s in one["sightings"] if s["name"] == PLAN)


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
