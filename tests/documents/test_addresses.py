"""Addresses in texts: each is found once, and the characters that hold it are its own."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tracker.core.health import Judgement, Verdict
from tracker.documents.addresses import addresses
from tracker.documents.anchors import anchors
from tracker.services.check import Checked, mended

CASES = YAML(typ="safe").load(Path(__file__).parents[1].joinpath("cases/links/addresses.yaml").read_text("utf-8"))
SHARED = Path(__file__).parents[2].parent / "shared"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_address_is_found_where_it_stands(case: dict[str, Any], end: str) -> None:
    text = case["text"].replace("\n", end)
    found = addresses(text, case.get("name", ""))
    assert [f"{one.form} {one.url}" for one in found] == case["found"]
    for one in found:
        assert one.line == text.count("\n", 0, one.start) + 1
        assert "\n" not in text[one.start : one.end]


PIECES = ["[a](", ")", "https://a.example/x", "<", ">", "`", "\n", "\n\n", "[", "]", "\\", "```\n", "<a href='", "'>"]
PIECES += ["|", "(", " ", "!", "<!--", "-->", "&amp;", "[r]: ", "    ", "é中", "\r\n", "\ufeff", "\udc80"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(["a.md", "a.html", "a.txt"]))
def test_odd_texts_harm_nothing_and_only_addresses_are_replaced(text: str, name: str) -> None:
    found = addresses(text, name)
    for one, other in pairwise(found):
        assert one.end <= other.start
    moved = [Checked(Judgement(one.url, Verdict.MOVED, replacement="https://new.example/")) for one in found]
    data = text.encode("utf-8", "surrogateescape")
    after, count = mended(data, name, moved)
    assert count == len(found)
    rest, at = [], 0
    for one in found:
        rest.append(text[at : one.start])
        at = one.end
    rest.append(text[at:])
    assert after.decode("utf-8", "surrogateescape") == "https://new.example/".join(rest)


def test_a_new_address_is_written_so_that_it_stays_whole() -> None:
    text = b"[a](https://o.example/1) <a href='https://o.example/2'> [b](<https://o.example/1>)"
    moved = [
        Checked(Judgement("https://o.example/1", Verdict.MOVED, replacement="https://n.example/a)b c")),
        Checked(Judgement("https://o.example/2", Verdict.MOVED, replacement="https://n.example/?a='1'&b")),
    ]
    after, _ = mended(text, "x.md", moved)
    assert after == (
        b"[a](https://n.example/a%29b%20c) <a href='https://n.example/?a=%271%27&amp;b'> [b](<https://n.example/a)b%20c>)"
    )


def test_anchors_are_named_as_the_forges_name_them() -> None:
    text = (
        "# One `two` *three*!\n## Same\n## Same\n## 中文 标题 {#own}\n<a id='x'></a>\n```\n<a id='no'>\n```\nSet\n===\n"
    )
    assert anchors(text, "a.md") == {"one-two-three", "same", "same-1", "中文-标题", "own", "x", "set"}
    assert anchors("<p id=a><a name='b'># c", "a.html") == {"a", "b"}


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared material is not beside the repository")
def test_mending_real_lists_changes_the_bytes_of_addresses_alone() -> None:
    """Every third address of every list and fixture is moved; with the addresses taken out, the bytes are the same."""
    files = 0
    for name, data in _real_files():
        text = data.decode("utf-8", "surrogateescape")
        found = addresses(text, name)
        new = {one.url: f"https://moved.example/{i}" for i, one in enumerate(found) if i % 3 == 0}
        after, count = mended(data, name, [Checked(Judgement(k, Verdict.MOVED, replacement=v)) for k, v in new.items()])
        assert count == sum(one.url in new for one in found)
        again = addresses(after.decode("utf-8", "surrogateescape"), name)
        assert [new.get(one.url, one.url) for one in found] == [one.url for one in again], name
        assert _without(data, name) == _without(after, name), name
        files += 1
    assert files > 60


def _without(data: bytes, name: str) -> str:
    text, out, at = data.decode("utf-8", "surrogateescape"), [], 0
    for one in addresses(text, name):
        out.append(text[at : one.start])
        at = one.end
    return "".join([*out, text[at:]])


def _real_files() -> list[tuple[str, bytes]]:
    written = [*sorted(SHARED.glob("seeds/**/*.md")), *sorted(SHARED.glob("research/*.md"))]
    out = [(path.name, path.read_bytes()) for path in written if path.stat().st_size < 3_000_000]
    for archive in (SHARED / "corpus/lists/files.zip", SHARED / "corpus/links/files.zip"):
        with zipfile.ZipFile(archive) as opened:
            names = [n for n in opened.namelist() if n.endswith((".md", ".html", ".txt", ".mdx", ".qmd"))]
            out += [(n, opened.read(n)) for n in names[:150] if b"\0" not in opened.read(n)[:8192]]
    return out
