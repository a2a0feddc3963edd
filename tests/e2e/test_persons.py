"""Two persons on one database, by the commands alone: one library and crawl, and nothing of one's in what the other sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

PLAN = "# Plan of {name}\n\n## Basics\n\n- [ ] {name} learns the cache\n- [ ] {name} learns the router\n"
LIST = (
    "# {name}s list\n\n## {name} topic\n\n- [Shared work](https://shared.example/work) - a private remark of {name}\n"
    "- [Of {name}](https://{name}.example/x)\n"
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where both work."""
    if request.param == "sqlite":
        return str(tmp_path / "shared.db")
    return str(request.getfixturevalue("new_postgres"))


class Person:
    """Somebody with a home and settings of their own."""

    def __init__(self, folder: Path, name: str, database: str, sources: Path, capsys: Any) -> None:
        self.name, self._capsys, self.home = name, capsys, folder / name
        self.home.mkdir()
        (self.home / "config.toml").write_text(
            f'person = "{name}"\ndatabase = "{database}"\n[network]\nallow_private = ["127.0.0.0/8"]\nhost_spacing = 0.0\n'
        )
        self._flags = ("--home", str(self.home), "--sources", str(sources))

    def does(self, *words: str, code: int | None = 0) -> str:
        """All that a command says; `code` None = it may also say that there is nothing of the kind."""
        self._capsys.readouterr()
        found = run([*self._flags, *words])
        said = self._capsys.readouterr()
        assert found in ((0, 2) if code is None else (code,)), f"{words}: {found} {said.err}"
        return str(said.out) + str(said.err)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        self._capsys.readouterr()
        assert run([*self._flags, *words, "--json"]) == 0
        return [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]


@pytest.fixture
def two(
    tmp_path: Path, database: str, web: Any, answer: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> tuple[Person, Person]:
    monkeypatch.setenv("TRACKER_NOW", "2026-01-12T08:00:00+00:00")
    sources = tmp_path / "sources.yaml"
    sources.write_text(f"version: 1\nsources:\n  - name: Feed\n    url: {web.base}/feed\n    kind: feed\n")
    items = "".join(
        f"<item><guid>{n}</guid><title>Item {n}</title><link>https://news.example/{n}</link></item>" for n in range(3)
    )
    web.routes["/feed"] = answer(body=f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode())
    ann, bob = (Person(tmp_path, name, database, sources, capsys) for name in ("ann", "bob"))
    for one in (ann, bob):
        assert one.rows("inbox") == []
    ann.does("crawl", "--without-texts")
    return ann, bob


def seen(person: Person) -> dict[str, str]:
    """All that a person is shown, a command each."""
    commands: tuple[tuple[str, ...], ...] = (
        ("inbox", "--json"), ("resources", "--json"), ("topics", "--json"), ("plan", "list", "--json"),
        ("plan", "show", "--all", "--json"), ("journal", "--json"), ("history", "--json"), ("review", "--all", "--json"),
        ("rules", "list"), ("proposals", "--json"), ("today",), ("digest", "--out", "-"), ("status",),
        ("export", "journal", "--out", "-"), ("export", "plan", "--out", "-"), ("export", "list", "--out", "-"),
        ("export", "json", "--me", "--out", "-"), ("search", "private"), ("search", "learns"), ("search", "cache"),
    )  # fmt: skip
    return {" ".join(words): person.does(*words, code=None) for words in commands}


def test_what_came_waits_for_each_and_is_decided_by_each(two: tuple[Person, Person]) -> None:
    ann, bob = two
    ids = [row["id"] for row in ann.rows("inbox")]
    assert len(ids) == 3
    assert [row["id"] for row in bob.rows("inbox")] == ids
    ann.does("triage", str(ids[0]), "done")
    ann.does("triage", str(ids[1]), "star")
    assert len(bob.rows("inbox")) == 3
    assert not any(row["starred"] for row in bob.rows("resources"))
    bob.does("triage", str(ids[0]), "skip")
    states = {one.name: {row["id"]: row["state"] for row in one.rows("resources")}[ids[0]] for one in two}
    assert states == {"ann": "done", "bob": "skipped"}


def test_undo_takes_back_ones_own_alone(two: tuple[Person, Person]) -> None:
    ann, bob = two
    one, other, _ = (row["id"] for row in ann.rows("inbox"))
    bob.does("triage", str(one), "done")
    ann.does("triage", str(other), "skip")
    bob.does("undo")
    assert len(bob.rows("inbox")) == 3
    assert len(ann.rows("inbox")) == 2
    assert "nothing" in bob.does("undo", code=0).lower() or len(ann.rows("inbox")) == 2
    assert len(ann.rows("history")) == 1


def everything_private(tmp_path: Path, person: Person) -> None:
    """Lists, plans, notes, questions, rules, levels, filings of one person, each with the person's name in it."""
    name = person.name
    for kind, text in (("plan", PLAN), ("list", LIST)):
        file = tmp_path / f"{name}-{kind}.md"
        file.write_text(text.format(name=name))
        person.does("import", str(file), "--as", kind)
    first = person.rows("inbox")[0]["id"]
    person.does("triage", str(first), "file", f"{name} topic")
    person.does("note", str(first), f"private words of {name}")
    person.does("note", str(first), f"answer of {name}", "--question", f"what does {name} ask?")
    person.does("topics", "add", f"{name} own topic")
    person.does("plan", "tick", f"{name} learns the cache")
    person.does("rules", "add", f"{name} rule", "--when", "title:nothing", "--do", "skip")
    person.does("plan", "new", f"{name} plan by hand")


def test_nothing_of_one_is_in_what_the_other_sees(two: tuple[Person, Person], tmp_path: Path) -> None:
    ann, bob = two
    before = seen(bob)
    everything_private(tmp_path, ann)
    shown = seen(ann)
    assert sum("ann" in text for text in shown.values()) >= 12, "the test itself must show much of hers"
    after = seen(bob)
    shared = (
        "resources --json",
        "export json --me --out -",
    )  # works are the library's: their addresses are everybody's
    leaks = {
        command: [line for line in text.splitlines() if "ann" in line.lower()]
        for command, text in after.items() if command not in shared and "ann" in text.lower()
    }  # fmt: skip
    assert leaks == {}
    mine = [json.loads(line) for line in after["export json --me --out -"].splitlines()]
    tables = {row["table"] for row in mine if "ann" in json.dumps(row.get("row", "")).lower()}
    assert tables <= {"resource", "link", "person"}
    for command in ("inbox --json", "plan list --json", "journal --json", "review --all --json"):
        assert after[command] == before[command], command


def test_a_shared_work_is_one_and_each_ones_own(two: tuple[Person, Person], tmp_path: Path) -> None:
    for one in two:
        file = tmp_path / f"{one.name}.md"
        file.write_text(LIST.format(name=one.name))
        one.does("import", str(file))
    ann, bob = two
    works = {one.name: [r for r in one.rows("resources") if r["title"] == "Shared work"] for one in two}
    assert [len(found) for found in works.values()] == [1, 1]
    assert works["ann"][0]["id"] == works["bob"][0]["id"]
    assert works["ann"][0]["topics"] == ["ann topic"]
    assert works["bob"][0]["topics"] == ["bob topic"]
    shown = bob.does("show", str(works["bob"][0]["id"]), "--json")
    assert "ann" not in shown
    assert "bob topic" in shown
    ann.does("triage", str(works["ann"][0]["id"]), "done")
    assert "filed" in bob.does("show", str(works["bob"][0]["id"]), "--json")


def test_a_command_for_what_is_anothers_finds_nothing(two: tuple[Person, Person], tmp_path: Path) -> None:
    ann, bob = two
    everything_private(tmp_path, ann)
    note = ann.rows("journal")[0]["id"]
    place = next(row for row in ann.rows("plan", "show", "--all"))["id"]
    file = "ann-plan.md"
    for words in (
        ("note", str(note), "changed", "--edit"), ("note", str(note), "--remove"), ("plan", "tick", f"#{place}"),
        ("plan", "show", file), ("export", "document", file), ("rules", "remove", "ann rule"),
        ("topics", "show", "ann topic"), ("plan", "remark", f"#{place}", "mine now"),
    ):  # fmt: skip
        assert "Traceback" not in bob.does(*words, code=2), words
    assert "private words of ann" in ann.does("journal", "2026-01-12")
