"""sources.yaml, config.toml and the environment: every mistake named, nothing half taken."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tracker.config.load import describe, load_settings
from tracker.config.sourcefile import add_source, check_text, read_sources, remove_source, seconds, set_key
from tracker.core.errors import ConfigError

GOOD = """# my list
version: 1
defaults:
  interval: 6h
  max_items_first_fetch: 5
sources:
  - name: Lil'Log   # the best
    url: https://a.example/index.xml
    topics: [deep dives, "KV cache"]
    why: >-
      the deepest
      write-ups
    enabled: no
  - {name: 机器之心, url: "https://b.example/feed", kind: feed, interval: 30m, include: 'x'}
"""


def test_a_list_is_read_as_it_is_meant() -> None:
    first, second = check_text(GOOD, "s.yaml")
    assert (first.name, first.topics, first.why) == ("Lil'Log", ("deep dives", "KV cache"), "the deepest write-ups")
    assert (first.enabled, first.interval, first.max_items_first_fetch) == (False, 21600, 5)
    assert (second.name, second.kind, second.interval, second.include) == ("机器之心", "feed", 1800, ("x",))


ITEM = "version: 1\nsources:\n  - name: A\n    url: https://a.example/\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("# only a remark\n", "empty"),
        ("version: 1\nsources: []\nextra: 1\n", "s.yaml:3"),
        ("version: 9\nsources: []\n", "version"),
        ("just words\n", "s.yaml:1"),
        ("- a\n", "s.yaml:1"),
        ("version: 1\nsources: nothing\n", "s.yaml:2"),
        ("version: 1\nsources:\n  - just words\n", "s.yaml:3"),
        (ITEM + "    ulr: x\n", "Did you mean 'url'"),
        (ITEM + "    kind: feeed\n", "Did you mean 'feed'"),
        (ITEM + "    enabled: maybe\n", "enabled"),
        (ITEM + "    interval: often\n", "interval"),
        (ITEM + "    max_items_first_fetch: many\n", "max_items_first_fetch"),
        (ITEM + "    topics: {a: 1}\n", "topics"),
        (ITEM + "    name: B\n", "name"),
        (ITEM + "  - name: A\n    url: https://b.example/\n", "duplicate"),
        (ITEM + "  - name: B\n    url: https://a.example/\n", "duplicate"),
        ("version: 1\nsources:\n  - url: https://a.example/\n", "name"),
        ("version: 1\nsources:\n  - name: A\n", "url"),
        ("version: 1\nsources:\n  - name: ''\n    url: https://a.example/\n", "name"),
        ("version: 1\nsources:\n  - name: A\n    url: file:///etc/passwd\n", "s.yaml:4"),
        ("version: 1\nsources:\n  - name: A\n    url: '|cat /etc/passwd'\n", "s.yaml:4"),
        ("version: 1\nsources:\n  - name: A\n    url: 'C:\\x'\n", "s.yaml:4"),
        (
            "version: 1\nsources:\n  - name: !!python/object/apply:os.system [x]\n    url: https://a.example\n",
            "s.yaml:3",
        ),
        ("a: &a [x]\nb: [*a, *a]\n", "s.yaml: anchors are not read here; write out what '&a' stands for"),
        ("a: &a [*a]\n", "'&a'"),
        (f"a: &{'x' * 500} [y]\n", f"'&{'x' * 40}…'"),
        ("version: 1\n\tsources: x\n", "s.yaml:2"),
        ("version: 1\nsources: [\n", "s.yaml"),
        ("defaults: 5\nversion: 1\nsources: []\n", "defaults"),
        ("defaults:\n  intervall: 5m\nversion: 1\nsources: []\n", "Did you mean 'interval'"),
    ],
)
def test_mistakes_are_named_with_their_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_text(text, "s.yaml")
    assert said in caught.value.sentence()


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    for name, content, said in (
        ("none.yaml", None, "tracker init"),
        ("latin.yaml", b"version: 1\nsources:\n  - name: caf\xe9\n", "latin.yaml:3"),
        ("large.yaml", b"#" * (20 << 20), "larger"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigError, match=said):
            read_sources(tmp_path / name)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_sources(tmp_path)
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").rstrip().encode())
    assert [s.name for s in read_sources(tmp_path / "bom.yaml").sources] == ["Lil'Log", "机器之心"]


def test_ten_thousand_sources_are_read_in_a_breath() -> None:
    text = "version: 1\nsources:\n" + "".join(
        f"  - name: S{n}\n    url: https://s{n}.example/f\n" for n in range(10_000)
    )
    started = time.process_time()
    assert len(check_text(text, "s.yaml")) == 10_000
    assert time.process_time() - started < 20


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_edits_touch_nothing_else(newline: str) -> None:
    text = GOOD.replace("\n", newline)
    added = add_source(
        text, "s.yaml", {"name": "New: one", "url": "https://n.example/", "topics": ("a, b", "c"), "why": ""}
    )
    assert added.startswith(text.rstrip(newline)[:-2])
    assert check_text(added, "s.yaml")[-1].name == "New: one"
    assert check_text(added, "s.yaml")[-1].topics == ("a, b", "c")
    assert remove_source(added, "s.yaml", "New: one").rstrip() == text.rstrip()
    gone = remove_source(text, "s.yaml", "Lil'Log")
    assert [s.name for s in check_text(gone, "s.yaml")] == ["机器之心"]
    off = set_key(text, "s.yaml", "Lil'Log", "enabled", True)
    assert len([1 for a, b in zip(text.splitlines(), off.splitlines(), strict=True) if a != b]) == 1
    assert check_text(off, "s.yaml")[0].enabled
    flow = set_key(text, "s.yaml", "机器之心", "why", "a: b # c")
    assert check_text(flow, "s.yaml")[1].why == "a: b # c"
    fresh = set_key(text, "s.yaml", "Lil'Log", "lang", "en")
    assert check_text(fresh, "s.yaml")[0].lang == "en"
    listed = set_key(text, "s.yaml", "Lil'Log", "exclude", ["x", "y"])
    assert check_text(listed, "s.yaml")[0].exclude == ("x", "y")
    assert check_text(set_key(text, "s.yaml", "Lil'Log", "why", "short"), "s.yaml")[0].why == "short"
    with pytest.raises(KeyError):
        remove_source(text, "s.yaml", "nobody")
    with pytest.raises(ConfigError):
        add_source(text, "s.yaml", {"name": "Lil'Log", "url": "https://n.example/"})


def test_a_list_without_sources_takes_its_first() -> None:
    added = add_source("version: 1\nsources: []\n", "s.yaml", {"name": "A", "url": "https://a.example/"})
    assert [s.name for s in check_text(added, "s.yaml")] == ["A"]


@pytest.mark.parametrize(("text", "value"), [("30m", 1800), ("6h", 21600), ("1d", 86400), ("90s", 90), ("auto", None)])
def test_spans(text: str, value: int | None) -> None:
    assert seconds(text) == value


def test_settings_come_from_file_and_environment(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        'timezone = "Asia/Shanghai"\n[network]\nconcurrency = 3\nallow_private = ["127.0.0.1"]\n[ui]\ntheme = "dark"\n'
    )
    environment = {"TRACKER_NETWORK__CONCURRENCY": "5", "TRACKER_UI__LANGUAGE": "zh", "TRACKER_YOUTUBE__FEEDS": "false",
                   "TRACKER_NETWORK__ROBOTS_OVERRIDE": "a.example, b.example", "TRACKER_PERSON": "ada", "TRACKER_HOME": "/x",
                   "TRACKER_STUDY__RETENTION": "0.8", "OTHER": "1"}  # fmt: skip
    found = load_settings(file, environment)
    assert (found.timezone, found.network.concurrency, found.ui.theme, found.ui.language) == (
        "Asia/Shanghai",
        5,
        "dark",
        "zh",
    )
    assert (found.youtube.feeds, found.network.robots_override, found.person) == (
        False,
        ("a.example", "b.example"),
        "ada",
    )
    assert found.study.retention == 0.8
    assert load_settings(tmp_path / "none.toml", {}).network.concurrency == 8
    assert len(describe()) > 30


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[netwrok]\n", "Did you mean 'network'"),
        ("[network]\nconcurency = 3\n", "Did you mean 'concurrency'"),
        ("[network]\nconcurrency = 'many'\n", "concurrency"),
        ("[network]\nconcurrency = 0\n", "concurrency"),
        ("[network]\nconcurrency = true\n", "concurrency"),
        ("[network]\nallow_private = 'x'\n", "allow_private"),
        ("[network]\nallow_private = [1]\n", "allow_private"),
        ("[ui]\ntheme = 'pink'\n", "theme"),
        ("[ui]\ntheme = 5\n", "theme"),
        ("[youtube]\nfeeds = 'maybe'\n", "feeds"),
        ("ui = 5\n", "ui"),
        ("[network\n", "config.toml:1"),
        ("[network]\nconcurrency = 1\nhost_spacing = -1\nspacing = 1\n", "host_spacing"),
    ],
)
def test_mistakes_in_settings_are_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(file, {})
    assert said in caught.value.sentence()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TRACKER_NETWORK__CONCURENCY", "1", "TRACKER_NETWORK__CONCURRENCY"),
        ("TRACKER_NETWORK__CONCURRENCY", "x", "TRACKER_NETWORK__CONCURRENCY"),
        ("TRACKER_YOUTUBE__FEEDS", "maybe", "TRACKER_YOUTUBE__FEEDS"),
        ("TRACKER_NETWRK__X", "1", "TRACKER_NETWRK__X"),
    ],
)
def test_mistakes_in_the_environment_are_named(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path / "none.toml", {name: value})
    assert said in caught.value.sentence()


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load_settings(tmp_path / "none.toml", {}, must_exist=True)
    with pytest.raises(ConfigError):
        load_settings(tmp_path, {})
    (tmp_path / "latin.toml").write_bytes(b"person = 'caf\xe9'\n")
    with pytest.raises(ConfigError):
        load_settings(tmp_path / "latin.toml", {})
