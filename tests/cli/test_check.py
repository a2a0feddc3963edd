"""`tracker check` on files and addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

CONFIG = '[network]\nallow_private = ["127.0.0.1"]\nhost_spacing = 0.0\n'


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    (tmp_path / "config.toml").write_text(CONFIG)

    def go(*words: str, code: int = 0) -> tuple[str, str]:
        found = run(["--home", str(tmp_path / "no-home"), "--config", str(tmp_path / "config.toml"), *words])
        captured = capsys.readouterr()
        assert found == code, captured
        return captured.out, captured.err

    return go


def test_a_file_is_checked_and_mended_in_its_addresses_alone(
    tracker: Any, web: Any, answer: Any, tmp_path: Path
) -> None:
    base = web.base
    web.routes |= {
        "/ok": answer(body=b"<title>Fine</title>"), "/old": answer(301, headers={"Location": "/new"}),
        "/new": answer(body=b"x"), "/old/deeper": answer(body=b"y"), "/wall": answer(403),
    }  # fmt: skip
    file = tmp_path / "list.md"
    text = (
        f"# L\r\n- [a]({base}/ok) [b]({base}/old) {base}/old/deeper\r\n- <{base}/old>, {base}/gone and {base}/wall\r\n"
    )
    file.write_bytes(text.encode())
    out, err = tracker("check", str(file), "--json", code=1)
    found = {one["url"].rpartition("/")[2]: one for one in map(json.loads, out.splitlines())}
    assert {name: one["verdict"] for name, one in found.items()} == {
        "ok": "ok", "old": "moved", "deeper": "ok", "gone": "gone", "wall": "blocked"}  # fmt: skip
    assert [place["line"] for place in found["old"]["where"]] == [2, 3]
    assert "5 links, 1 of them bad" in err
    out, _ = tracker("check", str(file), "--fix", "--dry-run", code=1)
    assert f"+- [a]({base}/ok) [b]({base}/new) {base}/old/deeper" in out
    assert file.read_bytes() == text.encode()
    tracker("check", str(file), "--fix", code=1)
    assert file.read_bytes().decode() == text.replace(f"{base}/old)", f"{base}/new)").replace(
        f"{base}/old>", f"{base}/new>"
    )
    assert not (tmp_path / "no-home" / "tracker.db").exists()
    assert "mended" not in tracker("check", str(file), "--fix", code=1)[1]


def test_addresses_are_checked_once_however_often_they_stand(tracker: Any, web: Any, answer: Any) -> None:
    web.routes["/ok"] = answer(body=b"x")
    out, _ = tracker("check", web.base + "/ok", web.base + "/ok#a")
    assert out == ""
    assert [path for _, path, _ in web.asked].count("/ok") == 1
    web.routes["/robots.txt"] = answer(body=b"User-agent: *\nDisallow: /\n")
    assert "refused" in tracker("check", web.base + "/ok")[0]


def test_mistakes_are_sentences(tracker: Any, tmp_path: Path) -> None:
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    assert "cannot be read" in tracker("check", "none.md", code=2)[1]
    assert "UTF-8" in tracker("check", str(tmp_path / "latin.md"), code=2)[1]
    assert "--fix" in tracker("check", "https://a.example", "--dry-run", code=2)[1]


def test_when_nothing_answers_the_links_are_not_blamed(tracker: Any) -> None:
    out, _ = tracker("check", *(f"http://h{n}.invalid/x" for n in range(3)))
    assert out.count("unknown") == 3
    assert "network here" in out
