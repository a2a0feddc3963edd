"""`tracker check` on files and addresses."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

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
        "ok": "ok", "old": "moved", "deeper": "ok", "gone": "failing", "wall": "blocked"}  # fmt: skip
    assert [place["line"] for place in found["old"]["where"]] == [2, 3]
    assert "5 links: 2 ok, 1 failing, 1 moved, 1 blocked; 1 bad" in err
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
    (tmp_path / "picture.md").write_bytes(b"\x89PNG\0\0")
    assert "cannot be read" in tracker("check", "none.md", code=2)[1]
    assert "matches no file" in tracker("check", "none*.md", code=2)[1]
    assert "is no text" in tracker("check", str(tmp_path / "picture.md"), code=2)[1]
    assert "is no pattern" in tracker("check", "https://a.example", "--include", "(", code=2)[1]
    assert "Leave out" in tracker("check", "https://a.example", "--all", code=2)[1]
    assert "--fix" in tracker("check", "https://a.example", "--dry-run", code=2)[1]


def test_when_nothing_answers_the_links_are_not_blamed(tracker: Any) -> None:
    out, _ = tracker("check", "--retries", "0", *(f"http://h{n}.invalid/x" for n in range(6)))
    assert out.count("unknown") == 6
    assert "network here" in out


def test_files_of_all_kinds_are_read_and_their_own_links_followed(tracker: Any, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / ".hidden.md").write_text("[x](nowhere.md)")
    (docs / "a.md").write_text(
        "# One two\n## One two\n## `code` & *more*!\n[a](#one-two) [b](#one-two-1) [c](#code--more) [d](sub/b.html#id) "
        "[e](sub/b.html#no) [f](gone.md) [g](sub) [h](a%20b.txt) <https://never.example/> [m](mailto:x@y.example)\n"
    )
    (docs / "a b.txt").write_text("https://also.example/never")
    (docs / "sub" / "b.html").write_text(
        '<p id="id"><a href="../a.md#nope">x</a> <a name=\'old\' href="#old">y</a></p>'
    )
    out, err = tracker("check", "--offline", str(docs), "--json", "--verbose", code=1)
    found = {one["url"]: one["verdict"] for one in map(json.loads, out.splitlines())}
    assert found == {
        "#one-two": "ok", "#one-two-1": "ok", "#code--more": "ok", "sub/b.html#id": "ok", "sub/b.html#no": "failing",
        "gone.md": "gone", "sub": "ok", "a%20b.txt": "ok", "../a.md#nope": "failing", "#old": "ok",
    }  # fmt: skip
    assert "3 bad" in err
    out, _ = tracker("check", "--offline", str(docs / "*.md"), "--exclude", "gone", "--include", r"\.", code=1)
    assert out.splitlines() == [
        f"failing  sub/b.html#no  no fragment: {docs / 'sub' / 'b.html'} has no heading or id 'no'  ({docs / 'a.md'}:4)"
    ]


def test_standard_input_is_a_file_too(tracker: Any, web: Any, answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    web.routes["/ok"] = answer(body=b"x")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"see {web.base}/ok.\n".encode())))
    out, _ = tracker("check", "-", "--json")
    assert json.loads(out)["where"] == [{"file": "-", "line": 1}]


def test_reports_say_the_same_for_people_and_for_machines(tracker: Any, web: Any, answer: Any, tmp_path: Path) -> None:
    web.routes |= {"/ok": answer(body=b"x"), "/old": answer(301, headers={"Location": "/ok"}), "/wall": answer(403)}
    file = tmp_path / "list.md"
    file.write_text(f"[a]({web.base}/ok) [b]({web.base}/old)\n[c]({web.base}/gone?a=1&b=<2>) [d]({web.base}/wall)\n")
    out, _ = tracker("check", str(file), "--format", "markdown", code=1)
    assert "4 links: 1 ok, 1 failing, 1 moved, 1 blocked" in out
    assert f"## moved (1)\n\n| link | reason | where |\n| --- | --- | --- |\n| <{web.base}/old> |" in out
    assert f"→ <{web.base}/ok> |" in out
    out, _ = tracker("check", str(file), "--format", "junit", code=1)
    suite = ElementTree.fromstring(out)
    assert suite.attrib["tests"] == "4"
    assert suite.attrib["failures"] == "1"
    failed = [case for case in suite.iter("testcase") if case.find("failure") is not None]
    assert failed[0].attrib["line"] == "2"
    assert failed[0].attrib["name"].endswith("/gone?a=1&b=<2>")


def test_what_is_written_meanwhile_stays_and_rights_are_kept(
    tracker: Any, web: Any, answer: Any, tmp_path: Path
) -> None:
    file = tmp_path / "list.md"

    def late(headers: Any) -> Any:
        file.write_text(file.read_text() + "a new line\n")
        return answer(301, headers={"Location": "/new"})

    web.routes |= {"/old": late, "/new": answer(body=b"x")}
    file.write_bytes(f"\ufeff[a]({web.base}/old)\n".encode())
    file.chmod(0o640)
    tracker("check", str(file), "--fix", "--retries", "0")
    assert file.read_bytes().decode() == f"\ufeff[a]({web.base}/new)\na new line\n"
    assert file.stat().st_mode & 0o777 == 0o640


def test_transient_failures_are_asked_again(tracker: Any, web: Any, answer: Any) -> None:
    turns = iter([503, 200, 503, 503])
    web.routes["/x"] = lambda headers: answer(next(turns))
    tracker("check", web.base + "/x")
    assert "answers 503" in tracker("check", web.base + "/x", code=1)[0]


def test_secrets_of_an_address_are_not_shown(tracker: Any, web: Any, answer: Any) -> None:
    address = web.base.replace("//", "//me:S3CRET@") + "/x"
    for form in ("text", "json", "markdown", "junit"):
        out, err = tracker("check", address, "--format", form, "--verbose", code=1)
        assert "S3CRET" not in out + err
        assert "/x" in out
