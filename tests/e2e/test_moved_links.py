"""A new address that was accepted: written into every kind of document, its own bytes alone, and never set back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db import links
from db.store import open_store
from tracker.cli.main import run
from tracker.core.health import NewAddress
from tracker.core.model import ResourceId

OLD, NEW = "https://old.example/a?x=1&y=2", "https://new.example/a"
TALK = "https://www.youtube.com/watch?v=aaaaaaaaaaa&t=61s"
DOCUMENTS = {
    "list.md": f"## Content\n\n1. Caches 文章｜One：A title — why。链接：{OLD} 文章｜Two：Another — why。链接：{OLD}/b\n",
    "links.md": f"# Links\n\n## Section\n- [A title]({OLD}) - why\n- [Other][ref]\n- <{OLD}/b>\n\n[ref]: {OLD}#part\n",
    "roadmap.md": f"## 01 Base｜基础\n\n- [x] （啥也不会）熟悉 [A title]({OLD})\n  - [ ] {OLD}\n",
    "plan.md": "# 100-day plan\n\n## 🚀 第一阶段：Base (Day 1-2)\n\n### 📌 轨道A：App (Day 1-2)\n\n#### Week 1\n\n"
    f"| Day | 学习主题 | 深度 | 实践 | 参考 |\n|--|--|--|--|--|\n| **1** | Types | 掌握 | build | [A title]({OLD}) |\n"
    f"| **2** | More | 掌握 | build | [B]({OLD}/b) |\n",
    "journal.md": f"# 20260112 A talk\n+ [{OLD}]({OLD})\n+ words\n\n# 20260111 Other\n+ [{OLD}/b]({OLD}/b)\n+ words\n",
    "feeds.opml": '<?xml version="1.0"?>\n<opml version="2.0"><head><title>T</title></head><body>\n'
    f'<outline text="A title" type="rss" xmlUrl="{OLD.replace("&", "&amp;")}"/>\n'
    f'<outline text="B" type="rss" xmlUrl="{OLD.replace("&", "&amp;")}/b"/>\n</body></opml>\n',
    "bookmarks.html": "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<DL><p>\n"
    f'<DT><A HREF="{OLD.replace("&", "&amp;")}" ADD_DATE="1">A title</A>\n<DT><A HREF="{OLD.replace("&", "&amp;")}/b">B</A>\n</DL><p>\n',
    "table.csv": f"title,url,note\nA title,{OLD},why\nB,{OLD}/b,why\n",
    "urls.txt": f"{OLD}\n{OLD}/b\n",
}  # fmt: skip


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TRACKER_NOW", "2026-02-01T08:00:00+08:00")

    def go(*words: str, code: int = 0) -> str:
        assert run(["--home", str(tmp_path / "home"), *words]) == code, capsys.readouterr().err
        return capsys.readouterr().out

    return go


def move(tracker: Any, home: Path, old: str, new: str) -> None:
    """Propose a new address for what lies at `old`, as the link check does, and accept it."""
    found = next(one for one in map(json.loads, tracker("resources", "--json").splitlines()) if one["url"] == old)
    store = open_store(str(home / "tracker.db"))
    with store.write() as tx:
        proposed = NewAddress(kind="moved", url=new, why="moved for good", confidence=1.0)
        links.propose(tx, ResourceId(found["id"]), old, proposed, datetime(2026, 2, 1, tzinfo=UTC))
    store.close()
    asked = next(one for one in map(json.loads, tracker("proposals", "--json").splitlines()) if one["kind"] == "moved")
    tracker("proposals", "accept", str(asked["id"]))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_moved_link_changes_its_own_bytes_and_is_not_set_back(tracker: Any, tmp_path: Path, name: str) -> None:
    before, path = DOCUMENTS[name], tmp_path / name
    path.write_text(before, "utf-8")
    tracker("import", str(path))
    move(tracker, tmp_path / "home", OLD, NEW)
    old, new = OLD, NEW
    for _ in range(2):  # the unchanged file, read in again, sets nothing back
        addresses = {one["url"] for one in map(json.loads, tracker("resources", "--json").splitlines())}
        assert new in addresses
        assert old not in addresses
        again = json.loads(tracker("import", str(path), "--json"))
        assert (again["created"], again["updated"]) == (0, 0)
    out = tmp_path / "out" / name
    tracker("export", "document", name, "--out", str(out))
    wanted = before.replace(OLD.replace("&", "&amp;"), NEW).replace(OLD, NEW)
    wanted = wanted.replace(
        f"{NEW}/b", f"{OLD}/b" if name not in ("feeds.opml", "bookmarks.html") else f"{OLD}/b".replace("&", "&amp;")
    )
    assert out.read_text("utf-8") == wanted
    tracker("export", "document", name, "--out", str(path))
    assert path.read_text("utf-8") == wanted
    again = json.loads(tracker("import", str(path), "--json"))
    assert (again["created"], again["updated"]) == (0, 0)
    tracker("undo")
    tracker("export", "document", name, "--out", str(path))
    assert path.read_text("utf-8") == before


def test_a_moved_talk_keeps_its_second(tracker: Any, tmp_path: Path) -> None:
    path = tmp_path / "journal.md"
    before = f"# 20260112 A talk\n+ [{TALK}]({TALK})\n+ words\n"
    path.write_text(before)
    tracker("import", str(path))
    move(tracker, tmp_path / "home", TALK.partition("&")[0], "https://www.bilibili.com/video/BV1knvYBDEjs")
    tracker("export", "document", "journal.md", "--out", str(path))
    to = "https://www.bilibili.com/video/BV1knvYBDEjs?t=61s"
    assert path.read_text() == before.replace(TALK, to)
    seen = json.loads(tracker("journal", "--json").splitlines()[0])
    assert (seen["url"], seen["start_seconds"]) == ("https://www.bilibili.com/video/BV1knvYBDEjs", 61)
    tracker("undo")
    tracker("export", "document", "journal.md", "--out", str(path))
    assert path.read_text() == before
