"""Lists of the corpus mended where a share of their addresses moved: bytes of addresses change, and no other."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from tests.corpus.predict import CORPUS
from tracker.core.health import Judgement, Verdict
from tracker.documents.addresses import addresses
from tracker.services.check import Checked, is_address, mended, text_of

FILES = CORPUS / "lists" / "files.zip"
SEEDS = CORPUS.parent / "seeds"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES.exists(), reason="the shared material is not beside the repository"),
]


def lists() -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(FILES) as packed:
        found = [(name, packed.read(name)) for name in packed.namelist() if name.endswith(".md")]
    return found + [(str(one), one.read_bytes()) for one in sorted(Path(SEEDS).glob("*.md"))]


def masked(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text with a sign for each address of the web, and the addresses."""
    text, pieces, at, urls = text_of(data, name), [], 0, []
    for one in addresses(text, name):
        if is_address(one.url) and one.start >= at:
            pieces += [text[at : one.start], "\0"]
            urls.append(one.url)
            at = one.end
    return "".join([*pieces, text[at:]]), urls


@pytest.mark.parametrize("seed", range(3))
def test_only_bytes_of_addresses_change(seed: int) -> None:
    chance, replaced = random.Random(seed), 0
    for name, data in lists():
        before, urls = masked(data, name)
        moved = {url: f"https://new{n}.example/a_(b)/{n}?x=1&y=2" for n, url in enumerate(dict.fromkeys(urls))
                 if chance.random() < 0.3}  # fmt: skip
        checked = [Checked(Judgement(url, Verdict.MOVED, replacement=new)) for url, new in moved.items()]
        new_data, count = mended(data, name, checked)
        after, now = masked(new_data, name)
        assert after == before, name
        assert now == [moved.get(url, url) for url in urls], name
        assert count == sum(url in moved for url in urls)
        replaced += count
    assert replaced > 2000
