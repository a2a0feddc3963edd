"""Readers of documents: what a text says, with its lines; nothing repaired, nothing lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core.document import Document
from tracker.core.errors import DocumentError
from tracker.core.model import ResourceKind
from tracker.documents import reader_for, readers
from tracker.documents.depth import level_of
from tracker.documents.doctor import examined
from tracker.documents.marks import bare, links

JOURNAL = """# 20260112 A long talk（下）
+ [https://www.youtube.com/watch?v=aaaaaaaaaaa&t=61s](https://www.youtube.com/watch?v=aaaaaaaaaaa&t=61s)
+ first
    - second
        * third
+ EMPTY

# 20250111 **A long talk 上**
[https://youtu.be/aaaaaaaaaaa](https://youtu.be/aaaaaaaaaaa)

<!-- 这是一张图片，ocr 内容为：SOME WORDS -->
![](https://cdn.example/yuque/0/2026/png/1/1768090000000-a.png)

+ one <font>

# 20260110  Cause & Effect 6
https://www.bilibili.com/video/BV1knvYBDEjs
# 20260109 Another 2
+ [x](https://youtu.be/bbbbbbbbbbb)
# 20260108 Another 1
+ [x](https://youtu.be/bbbbbbbbbbb)
# 20260107 Only a name 下
# 20261399 No such day
""".replace("EMPTY", "")
ROADMAP = """# Road
> a remark
- a navigation bullet
## One
- [x] （跑通了Demo）精通 Docker: see [the docs](https://docs.example/docker)
- [ ] 熟悉 Redis
  - [x] （啥也不会）了解 streams
  - [x] Master of caches
- [x] Parent
  - [ ] child
- [ ] （跑通了Demo）odd
加分项：
- [ ] （只看官方文档）Extra, 参考 https://b.example/x
"""
PLAN = """# A plan
## 📚 第一阶段：Basics (Day 1-2)
### Week 1: Start (Day 1-2)
| Day | 主题 | 应用工程师重点 | FDE重点 |
|-----|------|------|------|
| **1** | Types | - | API |
| **2** | **📝 实战：a tool** | ✅ | ✅ |
| soon | nothing |
**🎯 交付物**：
- [ ] a tool
- [x] a service
### 📌 轨道C: FDE (Day 3-6)
| Day | 学习内容 | 技术深度 | 实践作业 | 参考资料 |
|---|---|---|---|---|
| **3** | RAG \\| more | 精通 | build | [Docs](https://a.example/) |
| **4-6** | **📝 项目1: Product** | | | |
## 🏁 第三阶段：All (Day 6-7)
| Day | 综合 | FDE |
|---|---|---|
| **6** | Review | check |
## 资源
| 论文 | 重要性 |
|---|---|
| Attention | ★★★★★ |
| [Linked](https://p.example/1) | ★ |
| 能力 | x |
"""
LINKS = """Intro https://bare.example/a_(b), and `https://code.example`.

One
===

- [A](https://a.example/1 "t") - about a
  - nested <https://auto.example>
- [x] [Task](https://a.example/2) ![](https://pic.example/x.png)
- [![badge](https://img.example/b.svg)](https://badge.example)
- <a href='https://html.example/q?a=1&amp;b=2'>Html</a> and [ref][r]

## Two

| Name | Link |
|------|------|
| T | [Table](https://t.example/1) |

<div><a href="https://block.example">Block</a> https://inblock.example <pre>https://no.example</pre></div>

    https://indented.example

[r]: https://ref.example
"""
OPML = """<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="News"><outline text="A &amp; B" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
<outline title="Deep"><outline XMLURL="https://b.example/feed" text="B&nbsp;C"/></outline></outline>
</body></opml>"""
BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<DL><p><DT><H3>Bar</H3><DL><p>
<DT><A HREF="https://a.example/1" ADD_DATE="1">One &amp; two</A><DD>why
<DT><A HREF="javascript:alert(1)">Bad</A></DL><p>
<DT><A HREF="https://a.example/2">Top</A></DL>"""


def read(text: str, name: str = "file.md", kind: str = "auto") -> Document:
    return reader_for(text, name, kind).read(text, name)


def test_a_journal_is_read_entry_by_entry() -> None:
    found = read(JOURNAL)
    assert found.kind == "journal"
    assert [(n.date_as_written, n.day, n.title, n.part) for n in found.notes] == [
        ("20260112", date(2026, 1, 12), "A long talk", "下"),
        ("20250111", date(2026, 1, 11), "A long talk", "上"),
        ("20260110", date(2026, 1, 10), "Cause & Effect 6", ""),
        ("20260109", date(2026, 1, 9), "Another", "2"),
        ("20260108", date(2026, 1, 8), "Another", "1"),
        ("20260107", date(2026, 1, 7), "Only a name", "下"),
        ("20261399", date(2026, 1, 7), "No such day", ""),
    ]
    first, second = found.notes[:2]
    assert (first.bullets, first.start_seconds, first.url) == (
        (1, 1, 1),
        61,
        "https://www.youtube.com/watch?v=aaaaaaaaaaa",
    )
    assert second.images == (("https://cdn.example/yuque/0/2026/png/1/1768090000000-a.png", "SOME WORDS"),)
    assert "".join(f"# {n.date_as_written}" for n in found.notes[:1]) in JOURNAL
    assert all(note.body in JOURNAL for note in found.notes)
    said = {(f.line, f.message.split(":")[0]) for f in found.findings}
    assert (6, "an empty bullet") in said
    assert (8, "'20250111' is read as 2026-01-11") in said
    assert "stored on 2026-01-11" in next(f.message for f in found.findings if f.line == 8)
    assert (14, "leftover of an editor (<font>)") in said
    assert any("no address" in f.message for f in found.findings)
    assert len({mention.key for mention in found.mentions}) == len(found.mentions) == 7


def test_a_roadmap_keeps_tick_remark_and_depth_apart() -> None:
    found = read(ROADMAP)
    assert found.kind == "roadmap"
    skills = {n.title.split(":")[0]: n for n in found.nodes if n.kind == "skill"}
    docker = skills["精通 Docker"]
    assert (docker.checked, docker.remark, docker.level, docker.target_depth, docker.target_level) == (
        True, "跑通了Demo", 2, "精通", 4)  # fmt: skip
    assert skills["了解 streams"].parent == skills["熟悉 Redis"].key
    assert skills["Master of caches"].target_depth == "master"
    assert [n.title for n in found.nodes if n.kind == "section"] == ["Road", "One", "加分项"]
    assert {f.line for f in found.findings} == {6, 7, 9, 11}
    assert [(m.url, m.section) for m in found.mentions] == [
        ("https://docs.example/docker", ("Road", "One")),
        ("https://b.example/x", ("Road", "One", "加分项")),
    ]


@pytest.mark.parametrize(
    ("remark", "level"),
    [
        ("了解了概念，未实践", 1),
        ("持续积累中", 3),
        ("听不懂，暂缓", 0),
        ("实现Demo", 2),
        ("直接看文档", None),
        ("", None),
    ],
)
def test_remarks_tell_how_far_one_is(remark: str, level: int | None) -> None:
    assert level_of(remark) == level


def test_a_plan_is_a_tree_of_days() -> None:
    found = read(PLAN)
    assert (found.kind, found.title) == ("plan", "A plan")
    rows = [n for n in found.nodes if n.day_from and n.kind in ("day", "task", "project")]
    assert [(n.kind, n.title, n.day_from, n.day_to, n.tracks) for n in rows] == [
        ("day", "Types", 1, 1, ("fde",)),
        ("task", "📝 实战：a tool", 2, 2, ("fde",)),
        ("day", "RAG | more", 3, 3, ("fde",)),
        ("project", "📝 项目1: Product", 4, 6, ("fde",)),
        ("day", "Review", 6, 6, ("fde",)),
    ]
    assert rows[0].emphasis == {"fde": "API"}
    assert (rows[2].target_depth, rows[2].practice) == ("精通", "build")
    assert [(n.title, n.checked) for n in found.nodes if n.kind == "deliverable"] == [
        ("a tool", False),
        ("a service", True),
    ]
    assert [(m.title, m.url, m.kind, m.day_from) for m in found.mentions] == [
        ("Docs", "https://a.example/", None, 3),
        ("Attention", "", ResourceKind.PAPER, None),
        ("Linked", "https://p.example/1", None, None),
        ("能力", "", ResourceKind.PAPER, None),
    ]
    said = [(f.line, f.message) for f in found.findings]
    assert (8, "2 cells in a table of 4 columns") in said
    assert (8, "'soon' is no day") in said
    assert (16, "day 6 of track fde has 2 plans: lines 16 and 20") in said
    assert (17, "'🏁 第三阶段：All (Day 6-7)' names days 6-7, its rows are days 6-6") in said
    assert (15, "'Docs' leads to the front page of a.example, not to a page about it") in [
        (f.line, f.message) for f in examined(found).findings
    ]


def test_markdown_links_stand_under_their_headings() -> None:
    found = [(link.url, link.title, link.section[-1:], link.line, link.checked) for link in links(LINKS)]
    assert found == [
        ("https://bare.example/a_(b)", "https://bare.example/a_(b)", (), 1, None),
        ("https://a.example/1", "A", ("One",), 6, None),
        ("https://auto.example", "https://auto.example", ("One",), 7, None),
        ("https://a.example/2", "Task", ("One",), 8, True),
        ("https://html.example/q?a=1&b=2", "Html", ("One",), 10, None),
        ("https://ref.example", "ref", ("One",), 10, None),
        ("https://t.example/1", "Table", ("Two",), 16, None),
        ("https://block.example", "Block", ("Two",), 18, None),
        ("https://inblock.example", "https://inblock.example", ("Two",), 18, None),
    ]
    listed = read(LINKS)
    assert listed.kind == "list"
    assert next(m for m in listed.mentions if m.title == "A").note == "about a"
    assert [n.title for n in listed.nodes] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("(see https://a.example/x).", ["https://a.example/x"]),
        ("https://a.example/一页，后面", ["https://a.example/一页"]),
        ("https://", []),
        ("nothing", []),
    ],
)
def test_bare_addresses_end_where_the_sentence_does(text: str, urls: list[str]) -> None:
    assert list(bare(text)) == urls


def test_opml_is_read_whole_or_broken() -> None:
    found = read(OPML, "feeds.opml")
    assert (found.kind, found.title, found.findings) == ("opml", "Mine", ())
    assert [(m.title, m.url, m.section) for m in found.mentions] == [
        ("A & B", "https://a.example/feed", ("News",)),
        ("B C", "https://b.example/feed", ("News", "Deep")),
    ]
    broken = read(OPML.replace("&amp;", "&").replace("</outline></outline>", "<<"), "feeds.opml")
    assert {m.url for m in broken.mentions} == {"https://a.example/feed", "https://b.example/feed"}
    assert broken.findings
    assert read("plain words", "x.opml", "opml").mentions == ()


def test_bookmarks_keep_their_folders() -> None:
    found = read(BOOKMARKS, "bookmarks.html")
    assert found.kind == "bookmarks"
    assert [(m.title, m.url, m.section, m.note) for m in found.mentions] == [
        ("One & two", "https://a.example/1", ("Bar",), "why"),
        ("Top", "https://a.example/2", (), ""),
    ]


def test_lists_of_addresses_take_their_words() -> None:
    found = read("# Papers\nhttps://a.example/1 The first\n\nhttps://a.example/2\n#\nhttps://a.example/1\n", "x.txt")
    assert found.kind == "urls"
    assert [(m.title, m.line, m.section) for m in found.mentions] == [
        ("The first", 2, ("Papers",)),
        ("https://a.example/2", 4, ("Papers",)),
        ("https://a.example/1", 6, ()),
    ]
    assert found.mentions[2].key == "https://a.example/1#2"


def test_tables_are_read_by_the_names_of_their_columns() -> None:
    found = read("\ufefftitle;link;topic;note\nOne;https://a.example/1;KV;n\nNamed;;;\n;;x;\n", "x.csv")
    assert [(m.title, m.url, m.section, m.note) for m in found.mentions] == [
        ("One", "https://a.example/1", ("KV",), "n"),
        ("Named", "", (), ""),
    ]
    assert [f.line for f in found.findings] == [4]
    bare_rows = read("https://a.example/1,x\n", "x.csv")
    assert [m.url for m in bare_rows.mentions] == ["https://a.example/1"]
    assert read("url,name\nhttps://a.example,A\n", "x.txt").kind == "csv"


def test_what_is_nothing_known_is_named() -> None:
    with pytest.raises(DocumentError, match="is empty"):
        read(" \n")
    with pytest.raises(DocumentError, match="looks like no kind"):
        read("Once upon a time.")


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: type(reader).__name__)
@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="#|-*+[]()（）xX<>&!:：；｜ \n\tａ1链接https://a.b/日20260101", max_size=300))
def test_no_text_breaks_a_reader(reader: object, text: str) -> None:
    found = reader.read(text, "x.md")  # type: ignore[attr-defined]
    count = text.count("\n") + 1
    assert all(1 <= mention.line <= count for mention in found.mentions)
    assert 0.0 <= reader.likeness(text, "x.md") <= 1.0  # type: ignore[attr-defined]


SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


@pytest.mark.shared
def test_the_seeds_are_read_whole() -> None:
    texts = {path.name[:3]: path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))}
    if len(texts) < 5:
        pytest.skip("the shared seeds are not here")
    found = {number: read(text, number) for number, text in texts.items()}
    assert {n: d.kind for n, d in found.items()} == {
        "000": "list", "001": "roadmap", "002": "journal", "003": "plan", "004": "journal"}  # fmt: skip
    skills = [n for n in found["001"].nodes if n.kind == "skill"]
    assert (len(skills), sum(n.checked for n in skills), sum(bool(n.remark) for n in skills)) == (101, 83, 47)
    journal = found["004"]
    assert (len(journal.notes), sum(sum(n.bullets) for n in journal.notes)) == (26, 497)
    assert sum(len(n.images) for n in journal.notes) == 8
    plan = found["003"]
    rows = [n for n in plan.nodes if n.kind in ("day", "task", "project")]
    assert (len(rows), sum(n.kind != "day" for n in rows)) == (177, 18)
    assert len([m for m in plan.mentions if m.url]) == 151
    assert sum("plans: lines" in f.message for f in plan.findings) == 25
    assert sum(n.kind == "deliverable" for n in plan.nodes) == 56
