"""What the farm serves: feeds and links that follow from their numbers alone, so two runs see the same bytes."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

LAST_DAY = datetime(2026, 11, 1, tzinfo=UTC)  # fixed: no clock in the data
ENTRY_BYTES = (2600, 4600)  # of an entry's HTML
CHINESE_EVERY = 3  # every third feed
POOL = 600  # sentences of each language

_SAID_IN_ENGLISH = """
ability account agent answer archive balance batch border bottle branch bridge budget buffer cache carbon channel
choice circuit cluster column compass copper cursor delta desert device engine estimate fabric factor filter forest
frame garden gradient handle harbor horizon index island journal kernel ladder latency lesson library machine margin
measure memory method mirror model module motion network notice number object office orbit packet panel parser pattern
pilot planet pocket policy process profile protocol quarter query radio random reader record region report river sample
schema season sensor signal silver station stream summary surface switch system target tensor theory thread ticket
token tower trace traffic tunnel update valley vector version village volume weather window winter worker
the of and to in is that for with as on are by from this be at or which was not can when it an its has more than
"""
_SAID_IN_CHINESE = """
模型 数据 网络 系统 方法 问题 结果 研究 学习 训练 推理 算法 知识 语言 图像 检索 向量 缓存 索引 任务 工具 记忆 规划 评估
代码 测试 部署 服务 平台 用户 时间 空间 能力 质量 成本 速度 安全 开源 社区 文章 教程 课程 笔记 路线 实践 经验 原理
我们 他们 这个 那个 因此 但是 如果 可以 需要 已经 以及 通过 对于 关于 不同 主要 其中 之后 同时 逐步
"""
_ENGLISH, _CHINESE = _SAID_IN_ENGLISH.split(), _SAID_IN_CHINESE.split()


@dataclass(frozen=True)
class Size:
    """How much of everything there is."""

    feeds: int = 1000
    entries: int = 25
    links: int = 2000
    hosts: int = 200
    seed: int = 7


class Words:
    """Sentences of both languages, made once."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(seed)
        self._pools = ([_english(dice) for _ in range(POOL)], [_chinese(dice) for _ in range(POOL)])

    def some(self, dice: random.Random, chinese: bool) -> str:
        """One sentence."""
        return self._pools[chinese][dice.randrange(POOL)]


def _english(dice: random.Random) -> str:
    words = " ".join(dice.choice(_ENGLISH) for _ in range(dice.randint(8, 40)))
    return words.capitalize() + "."


def _chinese(dice: random.Random) -> str:
    return "，".join("".join(dice.choice(_CHINESE) for _ in range(dice.randint(4, 9))) for _ in range(4)) + "。"


def title(dice: random.Random, chinese: bool, mark: str) -> str:
    """A title that holds its own mark, so that no two are the same."""
    words = [dice.choice(_CHINESE if chinese else _ENGLISH) for _ in range(dice.randint(4, 8))]
    return ("" if chinese else " ").join(words) + f" {mark}"


class Farm:
    """All feeds and links. `edit` gives some feeds one new entry and takes their oldest away."""

    def __init__(self, size: Size, port: int) -> None:
        self.size, self.port = size, port
        self._words = Words(size.seed)
        self._edits = [0] * size.feeds
        self._rounds = 0

    def host(self, number: int) -> str:
        """The address that serves feed or link `number`."""
        low = number % self.size.hosts
        return f"127.1.{low // 200}.{low % 200 + 1}"

    def hosts(self) -> list[str]:
        return [self.host(number) for number in range(self.size.hosts)]

    def feed_url(self, number: int) -> str:
        return f"http://{self.host(number)}:{self.port}/feeds/{number}"

    def feed_urls(self) -> list[str]:
        return [self.feed_url(number) for number in range(self.size.feeds)]

    def edit(self, percent: float) -> list[int]:
        """Give `percent` of the feeds one new entry; which ones follows from how often this was asked."""
        self._rounds += 1
        dice = random.Random(f"{self.size.seed} edit {self._rounds}")
        chosen = dice.sample(range(self.size.feeds), round(self.size.feeds * percent / 100))
        for number in chosen:
            self._edits[number] += 1
        return chosen

    def version(self, number: int) -> int:
        """How often feed `number` was edited."""
        return self._edits[number]

    def feed(self, number: int) -> bytes:
        """The document of feed `number`: RSS 2.0 or Atom 1.0 in turn."""
        first = self._edits[number]
        entries = [self._entry(number, place) for place in range(first, first + self.size.entries)]
        render = _rss if number % 2 else _atom
        return render(f"Feed {number}", f"http://{self.host(number)}:{self.port}", entries[::-1]).encode()

    def _entry(self, number: int, place: int) -> _Entry:
        chinese = number % CHINESE_EVERY == 0
        dice = random.Random(f"{self.size.seed} {number} {place}")
        paragraphs, length = [], 0
        wanted = dice.randint(*ENTRY_BYTES)
        while length < wanted:
            paragraphs.append(_paragraph(dice, self._words.some(dice, chinese)))
            length += len(paragraphs[-1].encode())
        at = LAST_DAY - timedelta(days=self.size.entries - place, seconds=number * 61 % 80_000)
        address = f"http://{self.host(number)}:{self.port}/read/{number}/{place}"
        return _Entry(
            title(dice, chinese, f"n{number}e{place}"),
            address,
            at,
            self._words.some(dice, chinese),
            "\n".join(paragraphs),
        )

    def link_fate(self, number: int) -> str:
        """What becomes of link `number`."""
        dice = random.Random(f"{self.size.seed} link {number}")
        return dice.choices(list(FATES), weights=[fate.share for fate in FATES.values()])[0]

    def link_url(self, number: int) -> str:
        return f"http://{self.host(number)}:{self.port}/links/{self.link_fate(number)}/{number}"

    def link_urls(self) -> list[str]:
        return [self.link_url(number) for number in range(self.size.links)]

    def truth(self) -> dict[str, str]:
        """Each link's address and its fate."""
        return {self.link_url(number): self.link_fate(number) for number in range(self.size.links)}


@dataclass(frozen=True)
class Fate:
    """What a link answers, how often of 100 links, and whether a checker should call it bad."""

    status: int
    share: int
    bad: bool = False


FATES = {
    "well": Fate(200, 84),
    "moved": Fate(301, 6),
    "lost": Fate(404, 4, bad=True),
    "gone": Fate(410, 1, bad=True),
    "broken": Fate(500, 2, bad=True),
    "slow": Fate(200, 2),  # answers after a second
    "headless": Fate(200, 1),  # refuses HEAD with 405
}


@dataclass(frozen=True)
class _Entry:
    title: str
    address: str
    at: datetime
    summary: str
    body: str


def _paragraph(dice: random.Random, words: str) -> str:
    """One block of an entry, now and then a link, a list, code, a picture, or what a cleaner must take away."""
    kind = dice.random()
    if kind < 0.7:
        return f"<p>{words}</p>"
    if kind < 0.85:
        return f'<p>{words} <a href="/more/{dice.randrange(10_000)}" onclick="go()">{words[:20]}</a></p>'
    if kind < 0.91:
        return f"<ul><li>{words}</li><li><em>{words[:40]}</em></li></ul>"
    if kind < 0.95:
        return f"<pre><code>if a &lt; {dice.randrange(100)}:\n    return a\n</code></pre>"
    if kind < 0.98:
        return f'<p><img src="/pictures/{dice.randrange(10_000)}.png" alt="a picture" width="640"></p>'
    return f'<div style="color:red"><script>count()</script><p>{words}</p></div>'


def _rss(name: str, home: str, entries: list[_Entry]) -> str:
    items = "".join(
        f"<item><title>{html.escape(one.title)}</title><link>{one.address}</link>"
        f'<guid isPermaLink="false">{one.address}#id</guid><pubDate>{format_datetime(one.at, usegmt=True)}</pubDate>'
        f"<description>{html.escape(one.summary)}</description>"
        f"<content:encoded><![CDATA[{one.body}]]></content:encoded></item>\n"
        for one in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{name}</title><link>{home}/</link><description>made for measuring</description>\n"
        f"{items}</channel></rss>\n"
    )


def _atom(name: str, home: str, entries: list[_Entry]) -> str:
    items = "".join(
        f'<entry><title>{html.escape(one.title)}</title><link href="{one.address}"/><id>{one.address}#id</id>'
        f"<published>{one.at.isoformat()}</published><updated>{one.at.isoformat()}</updated>"
        f"<summary>{html.escape(one.summary)}</summary>"
        f'<content type="html">{html.escape(one.body, quote=False)}</content></entry>\n'
        for one in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f'<title>{name}</title><id>{home}/{name}</id><link href="{home}/"/>'
        f"<updated>{entries[0].at.isoformat()}</updated>\n"
        f"{items}</feed>\n"
    )


def listed_links(count: int, seed: int = 7) -> Iterator[str]:
    """Lines of a Markdown list of `count` links with a heading every hundred, as people keep them."""
    dice = random.Random(f"{seed} list")
    for number in range(count):
        if number % 100 == 0:
            yield f"\n## Part {number // 100}\n"
        chinese = number % CHINESE_EVERY == 0
        name = title(dice, chinese, f"k{number}")
        yield f"- [{name}](https://site{number % 997}.example/{number}) - {title(dice, chinese, 'why')}"
