"""The miniature web of the demo: feeds, articles, a paper list, docs that change, dead and moved links, a talk.

Everything here is made up. `{base}` stands for the address the server got; a page may depend on the visit: `VISITS`
counts the passes of the demo's clock, so that the second crawl finds something changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import NamedTuple


class Post(NamedTuple):
    """One article of a made-up blog."""

    slug: str
    day: str  # YYYY-MM-DD
    title: str
    lead: str
    paragraphs: tuple[str, ...]


KILN = (
    Post(
        "prefix-blocks",
        "2026-01-10",
        "Prefix blocks: why the second question is cheap",
        "A cache that shares whole blocks answers follow-up questions at a tenth of the cost.",
        (
            "A prompt is cut into blocks of tokens, and each block is named by everything before it. Two questions that "
            "begin alike therefore share their first blocks, and the keys and values computed for them.",
            "The price is paid at the border: one changed character in the first block makes every later block new. Put "
            "what never changes first, and what changes with every call last.",
            "We measured a support assistant over a week. With the tools described before the conversation, 71 percent "
            "of all prompt tokens were read from the cache; with the date in the first line, 3 percent.",
        ),
    ),
    Post(
        "paged-memory",
        "2026-01-08",
        "Paged memory for long conversations",
        "Borrowing an old idea of operating systems keeps memory from breaking into crumbs.",
        (
            "A server that reserves the longest possible conversation for every guest wastes most of its memory. Pages of "
            "equal size, handed out when they are needed, waste at most one page a guest.",
            "The scheduler may then put a conversation aside and take it up again, since its pages need not lie side by "
            "side. What is lost is a little time in looking them up.",
        ),
    ),
    Post(
        "honest-evals",
        "2026-01-05",
        "Honest evaluations are boring",
        "If a number makes you happy at once, look for the leak first.",
        (
            "Keep the questions away from whoever writes the prompt. Keep last month's failures in the set for ever. "
            "Report the spread and not the best of five.",
        ),
    ),
)
HARBOUR = (
    Post(
        "draft-and-check",
        "2026-01-11",
        "推测解码：先猜后验",
        "小模型先猜几个词，大模型一次验证；猜得准，速度就翻倍。",
        (
            "推测解码把生成拆成两步：小模型连续猜出若干个词，大模型并行验证，接受最长的正确前缀。输出分布与只用大模型完全一致。",
            "加速的关键是接受率。领域越窄、温度越低，接受率越高；代码补全常常超过八成，闲聊只有一半。",
            "不要忘记显存：两个模型的缓存都要放得下。",
        ),
    ),
    Post(
        "bigrams",
        "2026-01-07",
        "两个字的词为什么搜不到",
        "默认的全文索引按空格分词，中文两个字的词会悄悄丢失。",
        (
            "把连续的汉字切成相邻的两字组合，再按短语查询，召回率就回到百分之百。",
            "代价是索引大六成，但再也没有“明明记得却找不到”。",
        ),
    ),
)
PAPERS = (
    ("2601.00011", "Blocks That Remember: Prefix Sharing Across Tenants", "M. Okafor, L. Brandt"),
    ("2601.00023", "Draft Less, Verify More", "S. Ito"),
    ("2601.00042", "Quiet Caches: Eviction Without Regret", "A. Novak, J. Lim, P. Sousa"),
)
DOCS_V1 = "A cached prefix lives for five minutes after its last use."
DOCS_V2 = 'A cached prefix lives for one hour after its last use; ask for five minutes with ttl="5m".'

LIST = """# 演示清单：学习推理系统的几份资料
Canonical: {base}/list
Author: tracker demo
Platform: web
## Content
一共 3 部分。 1. KV cache 文章｜Kiln：Prefix blocks: why the second question is cheap — 缓存按块共享，第二个问题几乎不花钱。链接：{base}/kiln/prefix-blocks 文档｜Prompt caching guide — 看缓存多久失效，断点放在哪里。链接：{base}/docs/caching 2. Speculative decoding 文章｜Harbour：推测解码：先猜后验 — 小模型猜，大模型验。链接：{base}/harbour/draft-and-check YouTube｜A talk on draft models — 半小时讲清接受率。链接：{base}/talks/draft-models 3. 旧链接 文章｜An essay that moved — 作者换了网站。链接：{base}/old/essay 文章｜A page that is gone — 这一页已经不在了。链接：{base}/old/gone
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What one address answers."""

    status: int
    type: str
    body: str
    headers: tuple[tuple[str, str], ...] = ()


def page(path: str, base: str, visit: int) -> Page:
    """The answer for a path. `visit` is 1 on the first pass of the demo, 2 on the second."""
    name = path.split("?")[0].rstrip("/") or "/"
    fixed = {
        "/": lambda: _html("A miniature web", _front()),
        "/kiln/feed.xml": lambda: Page(200, "application/rss+xml", _rss("Kiln", "kiln", _written(visit), base)),
        "/harbour/atom.xml": lambda: Page(200, "application/atom+xml", _atom("港口笔记", "harbour", HARBOUR, base)),
        "/papers/daily.json": lambda: Page(200, "application/json", _papers(base)),
        "/docs/caching": lambda: _html("Prompt caching guide", _docs(visit)),
        "/talks/draft-models": lambda: _html("A talk on draft models", _talk(visit)),
        "/talks/draft-models.vtt": lambda: _captions(visit),
        "/old/essay": lambda: Page(301, "text/plain", "", (("Location", f"{base}/new/essay"),)),
        "/new/essay": lambda: _html("An essay that moved", "<p>The author moved house, and the essay came along.</p>"),
        "/old/gone": lambda: Page(410, "text/html", "<h1>Gone</h1><p>This page was taken down.</p>"),
        "/broken/feed.xml": lambda: Page(503, "text/plain", "down for repairs", (("Retry-After", "600"),)),
        "/robots.txt": lambda: Page(200, "text/plain", "User-agent: *\nAllow: /\n"),
    }
    if name in fixed:
        return fixed[name]()
    for site, posts in (("kiln", KILN), ("harbour", HARBOUR)):
        for post in posts:
            if name == f"/{site}/{post.slug}":
                return _html(
                    post.title, f"<p><em>{escape(post.lead)}</em></p>" + _paragraphs(post.paragraphs), post.day
                )
    for number, title, authors in PAPERS:
        if name == f"/papers/{number}":
            return _html(
                title, f"<p class=authors>{escape(authors)}</p><h2>Abstract</h2><p>{escape(title)}, in short.</p>"
            )
    return Page(404, "text/html", "<h1>Not found</h1>")


def _written(visit: int) -> tuple[Post, ...]:
    """Kiln writes one post between the two visits."""
    return KILN if visit > 1 else tuple(post for post in KILN if post.slug != "paged-memory")


def _paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(t)}</p>" for t in texts)


def _html(title: str, body: str, day: str = "") -> Page:
    when = f'<time datetime="{day}">{day}</time>' if day else ""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>'
        f"<nav><a href='/'>Home</a></nav><main><article><h1>{escape(title)}</h1>{when}{body}</article></main>"
        f"<footer>made up for a demo</footer></body></html>"
    )
    return Page(200, "text/html; charset=utf-8", text)


def _front() -> str:
    links = "".join(
        f'<li><a href="/{s}/{p.slug}">{escape(p.title)}</a></li>'
        for s, ps in (("kiln", KILN), ("harbour", HARBOUR))
        for p in ps
    )
    return f"<ul>{links}</ul>"


def _docs(visit: int) -> str:
    life = DOCS_V1 if visit < 2 else DOCS_V2
    return (
        "<h2>Lifetime</h2>"
        f"<p>{escape(life)}</p>"
        "<h2>Breakpoints</h2><p>Up to four breakpoints may be set in one "
        "request. Put the longest-lived part first: tools, then system text, then the conversation.</p>"
    )


def _talk(visit: int) -> str:
    track = '<track kind="captions" srclang="en" src="/talks/draft-models.vtt">' if visit > 1 else ""
    return f"<video>{track}</video><p>Recorded in January; captions follow some days later.</p>"


def _captions(visit: int) -> Page:
    if visit < 2:
        return Page(404, "text/plain", "not yet")
    cues = (
        "Welcome. Today: draft models, and why half a guess is worth it.",
        "The big model reads all guesses at once.",
        "What counts is how many it keeps.",
    )
    body = "\n\n".join(f"00:00:{i * 6:02}.000 --> 00:00:{i * 6 + 5:02}.500\n{cue}" for i, cue in enumerate(cues))
    return Page(200, "text/vtt", f"WEBVTT\n\n{body}\n")


def _rss(title: str, site: str, posts: tuple[Post, ...], base: str) -> str:
    items = "".join(
        f"<item><title>{escape(p.title)}</title><link>{base}/{site}/{p.slug}</link><guid>{base}/{site}/{p.slug}</guid>"
        f"<pubDate>{_rfc822(p.day)}</pubDate><description>{escape(p.lead)}</description></item>"
        for p in posts
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title><link>{base}/{site}</link>{items}</channel></rss>'


def _rfc822(day: str) -> str:
    year, month, date = day.split("-")
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{int(date)} {names[int(month) - 1]} {year} 07:30:00 GMT"


def _atom(title: str, site: str, posts: tuple[Post, ...], base: str) -> str:
    entries = "".join(
        f"<entry><title>{escape(p.title)}</title><id>{base}/{site}/{p.slug}</id><link href='{base}/{site}/{p.slug}'/>"
        f"<published>{p.day}T07:30:00Z</published><updated>{p.day}T07:30:00Z</updated><summary>{escape(p.lead)}</summary></entry>"
        for p in posts
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh"><title>{title}</title>'
        f"<id>{base}/{site}</id><updated>2026-01-11T07:30:00Z</updated>{entries}</feed>"
    )


def _papers(base: str) -> str:
    import json

    return json.dumps(
        [
            {
                "paper": {
                    "id": n,
                    "title": t,
                    "summary": f"{t}, in short.",
                    "authors": [{"name": a} for a in who.split(", ")],
                },
                "publishedAt": "2026-01-11T00:00:00.000Z",
                "url": f"{base}/papers/{n}",
            }
            for n, t, who in PAPERS
        ]
    )
