"""Items of a list that are ticked off: the box is no word about a work."""

from __future__ import annotations

from tracker.documents.awesome import Awesome


def test_a_box_before_a_link_is_no_note() -> None:
    text = "# L\n\n## A\n- [ ] [One](https://a.example/1)\n* [x] [Two](https://a.example/2) - said of it\n- see [3](https://a.example/3)\n"
    assert [one.note for one in Awesome().read(text, "l.md").mentions] == ["", "said of it", "see 3"]
