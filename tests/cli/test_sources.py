"""`tracker sources` and the edges of the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tracker.cli import main
from tracker.cli.main import run
from tracker.config.sourcefile import read_sources

FEED = b"<rss><channel><title>Kiln</title><item><title>One</title><link>/1</link></item></channel></rss>"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text('[network]\nallow_private = ["127.0.0.1"]\nhost_spacing = 0.0\n')
    return tmp_path


def tracker(home: Path, *words: str) -> int:
    return run(["--home", str(home), "--sources", str(home / "sources.yaml"), *words])


def test_sources_are_added_looked_at_changed_and_removed(
    home: Path, web: Any, answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    web.routes |= {"/feed": answer(body=FEED), "/page": answer(body=b"<html><body>no</body></html>")}
    file = home / "sources.yaml"
    file.write_bytes(b"\xef\xbb\xbf# mine\r\nversion: 1\r\nsources: []\r\n")
    assert tracker(home, "sources", "add", f"{web.base}/feed", "--topic", "KV", "--why", "good") == 0
    assert tracker(home, "sources", "add", f"{web.base}/x", "--name", "Later", "--no-look") == 0
    assert [s.name for s in read_sources(file).sources] == ["Kiln", "Later"]
    assert file.read_bytes().startswith(b"\xef\xbb\xbf# mine\r\n")
    assert tracker(home, "sources", "add", f"{web.base}/page") == 2
    assert "is no feed" in capsys.readouterr().err
    assert tracker(home, "sources", "add", f"{web.base}/none") == 2
    assert "--no-look" in capsys.readouterr().err
    assert tracker(home, "sources", "add", "ftp://x") == 2
    assert tracker(home, "sources", "edit", "Kiln", "topics", "a, b") == 0
    assert tracker(home, "sources", "edit", "Kiln", "enabled", "false") == 0
    assert tracker(home, "sources", "edit", "Kiln", "topicz", "a") == 2
    assert "Did you mean 'topics'" in capsys.readouterr().err
    assert tracker(home, "sources", "edit", "Kiln", "interval", "often") == 2
    assert read_sources(file).sources[0].topics == ("a", "b")
    assert not read_sources(file).sources[0].enabled
    assert tracker(home, "sources", "enable", "Kiln") == 0
    assert tracker(home, "sources", "disable", "Kiln") == 0
    assert tracker(home, "sources", "remove", "Latr") == 2
    assert "Did you mean 'Later'" in capsys.readouterr().err
    assert tracker(home, "sources", "remove", "Later") == 0
    assert tracker(home, "sources", "list") == 0
    assert "off" in capsys.readouterr().out
    assert tracker(home, "sources", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["name"] == "Kiln"


def test_show_prints_the_whole_an_entry_gives(
    home: Path, web: Any, answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    body = """<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Kiln</title><item>
      <title>One</title><link>/1</link><description>A teaser.</description><content:encoded>&lt;p&gt;The whole
      story&lt;/p&gt;&lt;script&gt;steal()&lt;/script&gt;</content:encoded></item></channel></rss>"""
    web.routes |= {"/feed": answer(body=body.encode())}
    (home / "sources.yaml").write_text("version: 1\nsources: []\n")
    assert tracker(home, "sources", "add", f"{web.base}/feed") == 0
    assert tracker(home, "crawl") == 0
    capsys.readouterr()
    assert tracker(home, "show", "1") == 0
    shown = capsys.readouterr().out
    assert "The whole story" in shown
    assert "steal" not in shown
    assert tracker(home, "show", "1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["summary"], " ".join(told["content"].split())) == ("A teaser.", "<p>The whole story</p>")
    assert tracker(home, "search", "story") == 0
    assert "One" in capsys.readouterr().out


def test_feeds_are_discovered_and_previewed(
    home: Path, web: Any, answer: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    link = b'<link rel="alternate" type="application/rss+xml" href="/feed" title="Kiln">'
    web.routes |= {"/named": answer(body=link), "/feed": answer(body=FEED), "/usual": answer(body=b"<html>x</html>"),
                   "/usual/feed": answer(body=FEED), "/empty/": answer(body=b"<html>x</html>")}  # fmt: skip
    for path, how in (("/named", "link"), ("/feed", "itself"), ("/usual", "path")):
        assert tracker(home, "sources", "discover", web.base + path, "--json") == 0
        assert json.loads(capsys.readouterr().out)["how"] == how
    assert tracker(home, "sources", "discover", web.base + "/named") == 0
    assert "Kiln" in capsys.readouterr().out
    web.routes |= {"/feed": answer(404)}
    assert tracker(home, "sources", "discover", web.base + "/empty/") == 1
    assert "no feed" in capsys.readouterr().err
    assert tracker(home, "sources", "discover", web.base + "/none") == 1
    web.routes |= {"/feed": answer(body=FEED)}
    assert tracker(home, "sources", "preview", web.base + "/feed") == 0
    assert "One" in capsys.readouterr().out
    file = tmp_path / "saved.xml"
    file.write_bytes(FEED.replace(b"<link>", b"<pubDate>2026-01-12</pubDate><link>"))
    assert tracker(home, "sources", "preview", str(file), "--url", "https://a.example/", "--json") == 0
    assert json.loads(capsys.readouterr().out)["entries"][0]["url"] == "https://a.example/1"
    assert tracker(home, "sources", "preview", str(file)) == 0
    assert "2026-01-12" in capsys.readouterr().out
    assert tracker(home, "sources", "preview", web.base + "/empty/", web.base + "/none") == 1
    assert "404" in capsys.readouterr().err
    assert tracker(home, "sources", "preview", "none.xml") == 2
    assert tracker(home, "sources", "preview", str(file), "--kind", "feeed") == 2
    assert "Did you mean 'feed'" in capsys.readouterr().err


def test_a_new_home_gets_the_shipped_list_before_it_is_changed(tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert run(["--home", str(home), "--sources", str(home / "sources.yaml"), "sources", "disable", "Lil'Log"]) == 0
    found = read_sources(home / "sources.yaml").sources
    assert len(found) == 89
    assert not next(s for s in found if s.name == "Lil'Log").enabled


def test_help_is_quick_and_loads_nothing_heavy(tmp_path: Path) -> None:
    heavy = ("textual", "sqlalchemy", "yt_dlp", "apscheduler", "trafilatura", "httpx", "feedparser")
    program = (
        "import sys, time\nstarted = time.process_time()\nfrom tracker.cli.main import run\n"
        "assert run(['--help']) == 0\n"
        f"found = [name for name in {heavy!r} if name in sys.modules]\nassert not found, found\n"
        "print('SECONDS', time.process_time() - started)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, timeout=30)
    assert done.returncode == 0, done.stderr
    assert "crawl" in done.stdout
    assert float(done.stdout.rpartition("SECONDS")[2]) < 1.0


def test_the_program_alone_shows_help_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "crawl" in capsys.readouterr().out
    assert run(["--version"]) == 0
    assert run(["crawl", "--nope"]) == 2
    assert run(["crwal"]) == 2
    assert "Did you mean 'crawl'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(KeyboardInterrupt(), 130, "interrupted"), (RuntimeError("boom"), 70, "unexpected RuntimeError")],
)
def test_what_nobody_expected_is_one_line_and_a_log(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    error: BaseException,
    code: int,
    said: str,
) -> None:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path))

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(main.cli, "main", fail)
    assert run(["status"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    if code == 70:
        assert "boom" in (tmp_path / "tracker-error.log").read_text()
        monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "tracker-error.log"))
        assert run(["status"]) == 70
        assert "no file" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_fault(tmp_path: Path) -> None:
    code = "import sys; sys.argv = ['tracker', '--help']; from tracker.__main__ import main; main()"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE, timeout=30, cwd=tmp_path)
    os.close(write)
    assert b"Traceback" not in done.stderr


def test_environment_and_flags_choose_the_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "h"))
    monkeypatch.setenv("TRACKER_PERSON", "ada")
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    monkeypatch.setenv("TRACKER_SOURCES", str(tmp_path / "s.yaml"))
    assert run(["status"]) == 0
    assert (tmp_path / "other.db").is_file()
    assert run(["sources", "list"]) == 2
    assert "s.yaml" in capsys.readouterr().err
    for name, value, said in (
        ("TRACKER_NOW", "soon", "is no time"),
        ("TRACKER_TIMEZONE", "Mars/Olympus", "is no time zone"),
    ):
        monkeypatch.setenv(name, value)
        assert run(["status"]) == 2
        assert said in capsys.readouterr().err
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "other.db" / "x"))
    monkeypatch.delenv("TRACKER_DATABASE_URL")
    assert run(["status"]) == 2
    assert "cannot be made" in capsys.readouterr().err
