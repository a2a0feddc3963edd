"""Feeds over time that do all that real ones do wrong, made by chance: nothing is doubled, lost, or new again."""

from __future__ import annotations

import asyncio
import random
import re
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import pytest

from tests.conftest import ScriptedWeb
from tests.corpus.series import _crawled

BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
STEPS = 14


@dataclass(frozen=True)
class Post:
    """A post as its site has it."""

    n: int
    title: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Habit:
    """How a site writes its feed just now."""

    scheme: str = "http"
    host: str = "blog.example"
    ids: str = "opaque"  # opaque, link, none, new
    tail: str = ""  # put after every address
    atom: bool = False
    dates: bool = True
    shuffled: bool = False
    window: int = 12
    encoding: str = "utf-8"


def changed(habit: Habit, chance: random.Random, *, renames: bool) -> Habit:
    """What a site changes from one day to the next.

    One that renames its posts keeps their ids: were both changed, the address may as well be a page to which new things
    are added.
    """
    match chance.randrange(1 if renames else 0, 10):
        case 0:
            return replace(habit, ids=chance.choice(["opaque", "link", "none", "new"]))
        case 2:
            tails = ["", "?utm_source=rss", "?utm_campaign=x&utm_medium=feed", "#comments"]
            return replace(habit, tail=chance.choice(tails))
        case 3:
            return replace(habit, atom=not habit.atom)
        case 4:
            return replace(habit, dates=not habit.dates)
        case 5:
            return replace(habit, shuffled=not habit.shuffled)
        case 6:
            return replace(habit, window=chance.choice([5, 9, 12, 30]))
        case 7:
            return replace(habit, encoding=chance.choice(["utf-8", "utf-16", "gb18030"]))
        case 8:
            return replace(habit, host="www.blog.example" if habit.host == "blog.example" else "blog.example")
        case 9:
            return replace(habit, scheme="https" if habit.scheme == "http" else "http")
    return habit


def edited(posts: list[Post], chance: random.Random, *, renames: bool) -> list[Post]:
    """Now and then a title or the words of a post are mended."""
    if not posts or chance.random() < 0.5:
        return posts
    at = chance.randrange(len(posts))
    one = posts[at]
    titled = renames and chance.random() < 0.5
    new = replace(one, title=one.title + " (updated)") if titled else replace(one, words=one.words + " More.")
    return [*posts[:at], new, *posts[at + 1 :]]


def identity(post: Post, habit: Habit, link: str) -> str:
    return {"opaque": f"id-{post.n:04d}", "link": link, "new": f"urn:x:{post.n * 7919}", "none": ""}[habit.ids]


def written(posts: list[Post], habit: Habit, chance: random.Random) -> bytes:
    """The feed of a day: the newest posts, as the site is used to write them."""
    shown = posts[-habit.window :][::-1]
    if habit.shuffled:
        chance.shuffle(shown)
    if len(shown) > 6 and chance.random() < 0.3:  # a broken cache forgets some for a day
        shown = [one for one in shown if chance.random() < 0.7]
    if shown and chance.random() < 0.2:
        shown.append(shown[0])  # the same one twice
    rows = "".join(_entry(one, habit) if habit.atom else _item(one, habit) for one in shown)
    head = f'<?xml version="1.0" encoding="{habit.encoding}"?>'
    if habit.atom:
        text = f'{head}<feed xmlns="http://www.w3.org/2005/Atom"><title>博客 Blog</title><id>b</id>{rows}</feed>'
    else:
        text = f'{head}<rss version="2.0"><channel><title>博客 Blog</title>{rows}</channel></rss>'
    return text.encode(habit.encoding)


def _link(post: Post, habit: Habit) -> str:
    return f"{habit.scheme}://{habit.host}/p/{post.n}{habit.tail}"


def _item(post: Post, habit: Habit) -> str:
    link = _link(post, habit)
    guid = identity(post, habit, link)
    return (
        f"<item><title>{escape(post.title)}</title><link>{escape(link)}</link><description>{post.words}</description>"
        + (f"<guid isPermaLink='false'>{escape(guid)}</guid>" if guid else "")
        + (f"<pubDate>{post.at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if habit.dates else "")
        + "</item>"
    )


def _entry(post: Post, habit: Habit) -> str:
    link = _link(post, habit)
    guid = identity(post, habit, link)
    return (
        f"<entry><title>{escape(post.title)}</title><link href='{escape(link)}'/><summary>{post.words}</summary>"
        + (f"<id>{escape(guid)}</id>" if guid else "")
        + (f"<published>{post.at.isoformat()}</published>" if habit.dates else "")
        + "</entry>"
    )


def story(seed: int) -> tuple[list[tuple[str, bytes]], list[set[int]]]:
    """The snapshots of a feed, and the posts that each shows."""
    chance, posts, habit = random.Random(seed), list[Post](), Habit()
    renames = seed % 2 == 1
    steps, shown = [], []
    for step in range(STEPS):
        for _ in range(chance.choice([0, 1, 1, 2, 5]) if step else 8):
            n = len(posts)
            title = chance.choice([f"第 {n} 篇 about caches", f"Post {n}: tools & agents", "Weekly links"])
            posts.append(Post(n, title, f"Words of number {n}.", BEGAN + timedelta(hours=n * 5)))
        if step:
            habit, posts = changed(habit, chance, renames=renames), edited(posts, chance, renames=renames)
        body = written(posts, habit, chance)
        steps.append((f"{seed}/{step}", body))
        shown.append({int(n) for n in re.findall(r"/p/(\d+)", body.decode(habit.encoding))})
    return steps, shown


@pytest.fixture
def web() -> Any:
    web = ScriptedWeb()
    threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield web
    web.shutdown()
    web.server_close()


async def _read(web: Any, steps: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
    return [row async for row in _crawled(web, steps)]


@pytest.mark.parametrize("seed", range(6))
def test_a_feed_that_does_much_wrong_doubles_loses_and_repeats_nothing(seed: int, web: Any) -> None:
    steps, shown = story(seed)
    seen: set[int] = set()
    works: dict[int, int] = {}
    for row, numbers in zip(asyncio.run(_read(web, steps)), shown, strict=True):
        for work, _, url, _ in row["known"].values():
            n = int(re.search(r"/p/(\d+)", url)[1])  # type: ignore[index]
            assert works.setdefault(n, work) == work, f"{row['id']}: post {n} is two works"
        fresh = numbers - seen
        seen |= numbers
        assert set(works) == seen, f"{row['id']}: lost {seen - set(works)}"
        assert len(set(works.values())) == len(works), f"{row['id']}: two posts are one work"
        assert sorted(row["inbox"]) == sorted(works[n] for n in fresh), f"{row['id']}: new again, or not told"
