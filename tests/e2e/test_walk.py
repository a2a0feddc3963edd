"""The program as a person runs it: real processes, real loopback servers, real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from db.migrations import HEAD
from tracker.cli.main import run

LIST = """# 几份资料
Canonical: https://list.example/1
## Content
一共 3 部分。 1. KV cache 文章｜Kiln：Prefix blocks — 看缓存：按块共享。链接：https://a.example/1 2. Decoding PDF｜Draft less — 论文。链接：https://arxiv.org/pdf/2309.06180v2
"""


def tracker(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
    return subprocess.run(
        [sys.executable, "-m", "tracker", "--home", str(home), *words],
        capture_output=True, text=True, encoding="utf-8", timeout=90, cwd=home.parent, env=clean | environment,
    )  # fmt: skip


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_demo_walks_the_whole_way(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    done = tracker(home, "demo", "--once")
    assert done.returncode == 0, done.stderr
    assert "first visit: 3 sources, 2 new, 1 failed" in done.stdout
    assert "second visit: 3 sources, 1 new, 1 failed" in done.stdout
    (digest,) = (home / "digests").glob("*.md")
    assert "\n    - KV cache\n" in digest.read_text("utf-8")
    assert digest.read_text("utf-8").rstrip().endswith("-->")
    again = tracker(home, "demo", "--once")
    assert again.returncode == 2
    assert "is not empty" in again.stderr
    checkup = lines(tracker(home, "doctor", "--json").stdout)[0]
    assert checkup["sound"] is True


def test_a_list_goes_in_once_and_comes_out_under_its_topics(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_NOW", "2026-01-12T08:00:00+08:00")
    monkeypatch.setenv("TRACKER_TIMEZONE", "Asia/Shanghai")
    home, file = str(tmp_path / "home"), tmp_path / "list.txt"
    file.write_text(LIST, "utf-8")
    assert run(["--home", home, "init"]) == 0
    assert run(["--home", home, "init"]) == 0
    capsys.readouterr()
    assert run(["--home", home, "import", "--dry-run", str(file)]) == 0
    assert "4 would be new" in capsys.readouterr().out
    for created, unchanged in ((4, 0), (0, 4)):
        assert run(["--home", home, "import", str(file), "--json"]) == 0
        (report,) = lines(capsys.readouterr().out)
        assert (report["as"], report["created"], report["unchanged"], report["resources"]) == (
            "list", created, unchanged, 2)  # fmt: skip
        assert "2 of 3 sections" in report["findings"][0]["message"]
    assert run(["--home", home, "resources", "--json"]) == 0
    first, second = lines(capsys.readouterr().out)
    (seen,) = first["sightings"]
    assert (first["state"], first["topics"], seen["publisher"]) == ("filed", ["KV cache"], "Kiln")
    assert (seen["label"], seen["note"], seen["name"]) == ("文章", "看缓存：按块共享", "list.txt")
    assert second["canonical_url"] == "https://arxiv.org/abs/2309.06180"
    assert run(["--home", home, "digest", "--out", "-"]) == 0
    text = capsys.readouterr().out
    assert text.index("- KV cache") < text.index("Prefix blocks") < text.index("- Decoding") < text.index("Draft less")


def test_a_day_of_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], web: Any, answer: Any) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('[network]\nallow_private = ["127.0.0.1"]\nhost_spacing = 0.0\n')
    (home / "sources.yaml").write_text(f"version: 1\nsources:\n  - name: A\n    url: {web.base}/feed.xml\n")
    items = "".join(f"<item><title>T{n}\x07</title><link>{web.base}/{n}</link></item>" for n in range(3))
    web.routes["/feed.xml"] = answer(body=f"<rss><channel><title>A</title>{items}</channel></rss>".encode())

    def go(*words: str, code: int = 0) -> str:
        assert run(["--home", str(home), "--sources", str(home / "sources.yaml"), *words]) == code
        return capsys.readouterr().out

    log = str(tmp_path / "requests.jsonl")
    assert run(["--home", str(home), "--sources", str(home / "sources.yaml"), "--log-requests", log, "crawl"]) == 0
    assert "A: 3 new" in capsys.readouterr().out
    assert len(lines(Path(log).read_text())) == 1
    crawled = lines(go("crawl", "--all", "--json"))
    assert (crawled[0]["outcome"], crawled[1]["summary"], crawled[1]["sources"]) == ("unchanged", True, 1)
    ids = [one["id"] for one in lines(go("inbox", "--json"))]
    assert len(ids) == 3
    assert "T0" in go("inbox")
    assert "ACK" in go("triage", str(ids[0]), "done")
    go("topics", "add", "KV", "cache")
    assert lines(go("triage", str(ids[1]), "file", "kv cache", "--json"))[0]["state"] == "filed"
    assert "snoozed" in go("triage", str(ids[2]), "snooze", "3d")
    assert "snoozed" not in go("undo")
    assert "snoozed" in go("redo")
    assert "nothing" not in go("redo")
    assert [e["verb"] for e in lines(go("history", "--json"))] == ["snooze", "file", "topic", "done"]
    assert "marked 'T0' done" in go("history")
    assert "KV cache" in go("topics")
    assert lines(go("topics", "--json"))[0]["resources"] == 1
    assert "seen in" in go("show", str(ids[0]))
    assert lines(go("show", str(ids[0]), "--json"))[0]["state"] == "done"
    assert "T1" in go("resources", "--topic", "KV cache")
    assert "waiting in the inbox" in go("status")
    assert lines(go("status", "--json"))[0]["sources"] == 1
    assert "ok" in go("doctor")
    go("backup", str(tmp_path / "b.db"))
    go("restore", str(tmp_path / "b.db"))
    assert f"schema {HEAD}," in go("db", "current")
    go("db", "upgrade")
    assert lines(go("digest", "weekly", "--json"))[0]["new"] == 3
    web.routes["/feed.xml"] = answer(500)
    go("crawl", "--all", code=1)
    assert "trouble" in go("status")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["triage", "done"], 2, "no resource is named"),
        (["triage", "1"], 2, "no action is named"),
        (["triage", "1", "don"], 2, "Did you mean 'done'"),
        (["triage", "1", "file"], 2, "wants a topic"),
        (["triage", "1", "done", "x"], 2, "takes nothing behind it"),
        (["triage", "1", "snooze", "gestern"], 2, "is no date"),
        (["triage", "1", "snooze", "2020-01-01"], 2, "not in the future"),
        (["triage", "77", "done"], 2, "no resource '77'"),
        (["show", "77"], 2, "no resource '77'"),
        (["digest", "montly"], 2, "is no period"),
        (["digest", "2026-01-05..2026-01-01"], 2, "ends before it begins"),
        (["import", "nowhere.md"], 2, "cannot be read"),
        (["import", "empty.md"], 2, "is empty"),
        (["import", "binary.md"], 2, "is no text"),
        (["import", "prose.md"], 2, "looks like no kind"),
        (["crawl", "Nobody"], 2, "no source 'Nobody'"),
        (["--database", "mysql://x/y", "status"], 3, "not supported"),
        (["--database", "postgresql://127.0.0.1:1/x", "status"], 3, "unreachable"),
        (["--database", "prose.md", "status"], 3, "not a database"),
        (["--config", "nowhere.toml", "status"], 2, "nowhere.toml"),
        (["restore", "prose.md"], 3, "not a database"),
        (["undoo"], 2, "Did you mean 'undo'"),
    ],
)
def test_mistakes_are_sentences(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.yaml").write_text("version: 1\nsources:\n  - name: A\n    url: https://a.example/feed\n")
    (tmp_path / "empty.md").write_text(" \n")
    (tmp_path / "prose.md").write_text("Once upon a time there was a text without any list.\n" * 20)
    (tmp_path / "binary.md").write_bytes(b"one\n\x00\xff\x00\x01\xfe" * 9)
    assert run(["--home", str(tmp_path / "home"), *words]) == code
    out, err = capsys.readouterr()
    assert said in err, err
    assert "Traceback" not in out + err
    assert out == ""


@pytest.mark.parametrize("point", ["store.begin:1", "store.item:2", "store.before_commit:1", "store.after_commit:1"])
def test_a_kill_in_the_middle_of_a_crawl_loses_and_doubles_nothing(
    tmp_path: Path, web: Any, answer: Any, point: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('[network]\nallow_private = ["127.0.0.1"]\nhost_spacing = 0.0\n')
    (home / "sources.yaml").write_text(f"version: 1\nsources:\n  - name: A\n    url: {web.base}/feed.xml\n")
    items = "".join(f"<item><guid>{n}</guid><title>T{n}</title></item>" for n in range(5))
    body = f"<rss><channel><title>A</title>{items}</channel></rss>".encode()
    web.routes["/feed.xml"] = lambda headers: (
        answer(304) if headers.get("if-none-match") == '"g"' else answer(body=body, headers={"ETag": '"g"'})
    )
    sources = ("--sources", str(home / "sources.yaml"))
    killed = tracker(home, *sources, "crawl", "--all", TRACKER_CRASH_AT=point)
    assert killed.returncode == -9
    kept = len(lines(tracker(home, *sources, "inbox", "--json").stdout))
    assert kept == (5 if point.startswith("store.after") else 0)
    assert tracker(home, *sources, "crawl", "--all").returncode == 0
    assert len(lines(tracker(home, *sources, "inbox", "--json").stdout)) == 5
    assert lines(tracker(home, "doctor", "--json").stdout)[0]["sound"] is True


@pytest.mark.parametrize(("point", "stands"), [("decision.before_commit:1", False), ("decision.after_commit:1", True)])
def test_a_kill_in_the_middle_of_a_decision_is_all_or_nothing(tmp_path: Path, point: str, stands: bool) -> None:
    home, file = tmp_path / "home", tmp_path / "list.txt"
    file.write_text(LIST, "utf-8")
    assert tracker(home, "import", str(file)).returncode == 0
    killed = tracker(home, "triage", "1", "2", "done", TRACKER_CRASH_AT=point)
    assert (killed.returncode, killed.stdout) == (-9, "")
    states = {one["state"] for one in lines(tracker(home, "resources", "--json").stdout)}
    assert states == ({"done"} if stands else {"filed"})
    assert len(lines(tracker(home, "history", "--json").stdout)) == int(stands)


def test_an_unknown_crash_point_is_a_sentence(tmp_path: Path) -> None:
    done = tracker(tmp_path / "home", "status", TRACKER_CRASH_AT="nowhere:1")
    assert done.returncode == 2
    assert "no crash point" in done.stderr


SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


@pytest.mark.shared
def test_the_curated_list_of_the_seeds_is_read_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = sorted(SEEDS.glob("000*.txt"))
    if not found:
        pytest.skip("the shared seeds are not here")
    home = str(tmp_path / "home")
    assert run(["--home", home, "import", str(found[0]), "--json"]) == 0
    (report,) = lines(capsys.readouterr().out)
    assert (report["created"], report["resources"], report["nodes"]) == (28, 23, 5)
    assert "5 of 11" in report["findings"][0]["message"]
    assert run(["--home", home, "resources", "--json"]) == 0
    seen = [one["sightings"][0] for one in lines(capsys.readouterr().out)]
    assert sum(1 for one in seen if one["publisher"]) == 8
    assert len({one["section"][0] for one in seen}) == 5
    assert all(one["note"] and one["title"] and one["label"] for one in seen)
