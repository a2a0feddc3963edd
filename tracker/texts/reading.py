"""The shelf's door: bytes of a page or a paper -> Article. Runs in the reading room's children."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.core.article import Article, harmless
from tracker.core.text import clean_text, count_words, reading_minutes, strip_unseen
from tracker.texts.decode import decode
from tracker.texts.tree import Block, Element, blocks_of, parse

_MORE = 4  # articleBody wins only when it is so many times longer than what the page shows


def read_text(body: bytes, url: str = "", content_type: str = "", select: str = "") -> Article:
    """The readable text of an answer. `select`: CSS of the main text, believed before any guess.

    Never raises for what the bytes are; a PDF without the extra that reads it is "unreadable" with the next step.
    """
    if body[:1024].lstrip().startswith(b"%PDF-"):
        from tracker.texts.pdf import read_pdf

        return read_pdf(body)
    markup = decode(body, content_type)
    if "<" not in markup or content_type.split(";")[0].strip() in ("text/plain", "text/markdown"):
        return _plain(markup)
    root = parse(markup)
    if root is None:
        return _plain("")
    return _page(root, _selected(markup, select) if select else None, url)


def _plain(text: str) -> Article:
    """A text that is no page: its own Markdown, made harmless."""
    text = clean_text(text)
    outcome, why = ("ok", "") if text else ("empty", "the answer holds no text")
    return _article(outcome, why, text, harmless(strip_unseen(text)), text.split("\n")[0][:200].lstrip("# "))


def _article(outcome: str, why: str, text: str, markdown: str, title: str, lang: str = "", **more: object) -> Article:
    from tracker.texts.said import language_of

    return Article(
        outcome, why, title, lang=language_of(text, lang), text=text, markdown=markdown, words=count_words(text),
        minutes=reading_minutes(text), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _page(root: Element, chosen: Element | None, url: str) -> Article:
    from tracker.texts.said import said_by
    from tracker.texts.walls import wall
    from tracker.texts.writer import to_markdown

    said = said_by(root)
    base = _base(root, url)
    blocks = blocks_of(root if chosen is None else chosen)
    kept = _guessed(root, blocks) if chosen is None else frozenset(range(len(blocks)))
    text = "\n\n".join(_words(blocks[n]) for n in sorted(kept))
    markdown = to_markdown(root if chosen is None else chosen, blocks, kept, base)
    if chosen is None and len(said.body) > _MORE * len(text):
        text, markdown = said.body, harmless(said.body)
    outcome, why = wall(root, said.title, text, said.free)
    return _article(
        outcome, why, text, markdown, said.title, said.lang, authors=said.authors, published=said.published,
        abstract=said.abstract, pdf=_web(base, said.pdf),
    )  # fmt: skip


def _web(base: str, url: str) -> str:
    from tracker.core.html import absolute

    found = (absolute(base, url) or "") if url else ""
    return found if found.startswith(("http://", "https://")) else ""


def _words(block: Block) -> str:
    raw = "".join(block.parts)
    return clean_text(strip_unseen(raw) if block.home.tag == "pre" else " ".join(strip_unseen(raw).split()))


def _base(root: Element, url: str) -> str:
    from tracker.core.html import absolute

    named = next((node.get("href") for node in root.iter("base") if node.get("href")), "")
    return (absolute(url, named) or url) if named else url


def _selected(markup: str, select: str) -> Element | None:
    """A page of nothing but what the selector names; None when it names nothing here or makes no sense."""
    from bs4 import BeautifulSoup
    from soupsieve import SelectorSyntaxError

    try:
        found = BeautifulSoup(markup, "lxml").select(select)
    except SelectorSyntaxError:
        return None
    return parse("".join(f"<div>{one}</div>" for one in found))


def _guessed(root: Element, blocks: Sequence[Block]) -> frozenset[int]:
    from tracker.texts.choice import main_blocks

    return main_blocks(root, blocks)
