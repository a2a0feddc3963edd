"""Long lists: read in pieces, with the same answer as in one."""

from __future__ import annotations

import pytest

from tests.documents.test_readers import LINKS
from tracker.documents import marks
from tracker.documents.marks import links

BLOCK = """# Part {n}

- [Plain {n}](https://a.example/{n}) - about {n}
  - nested [other](https://b.example/{n}?x=1&y=2), `code`
- [Ref][r{n}] and <https://auto.example/{n}>

```
- [no](https://no.example/{n})
```

<!--
- [hidden](https://hidden.example/{n})
-->

<details><summary>More</summary>

## Inner *{n}*

| A | B |
|---|---|
| x | [Cell](https://cell.example/{n}) |

</details>

[r{n}]: https://ref.example/{n}
"""


def test_a_long_text_read_in_pieces_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(BLOCK.format(n=n) for n in range(40)) + LINKS
    whole = list(links(text))
    monkeypatch.setattr(marks, "CHUNK", 700)
    assert len(list(marks._pieces(text))) > 5
    assert "".join(piece for _, piece in marks._pieces(text)) == text
    assert list(links(text)) == whole
    assert [one.url for one in whole if "no.example/1" in one.url or "hidden" in one.url] == []
    assert {one.section for one in whole if one.url == "https://cell.example/7"} == {("Part 7", "Inner 7")}


def test_a_text_without_a_place_to_cut_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "CHUNK", 50)
    text = "```\n" + "- [a](https://a.example/)\n" * 20
    assert list(links(text)) == []
    told: list[int] = []
    assert [one.url for one in links("- [a](https://a.example/)\n" * 9, told.append)] == ["https://a.example/"] * 9
    assert told[-1] == 9 * 26
    assert len(told) > 1


def test_headings_in_html_count_and_their_own_links_stand_above() -> None:
    text = """<h1 align="center">Top</h1>

<div><h2>Two <a href="https://in.example/">in</a></h2>
<ul><li><a href="https://a.example/">A</a></li></ul></div>

[after](https://b.example/)
"""
    assert [(one.url, one.section) for one in links(text)] == [
        ("https://in.example/", ("Top",)),
        ("https://a.example/", ("Top", "Two in")),
        ("https://b.example/", ("Top", "Two in")),
    ]
