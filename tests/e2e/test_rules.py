"""Rules by command: mistakes with their column, a crawl that asks them, bulk by query counted first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run


@pytest.fixture
def tracker(tmp_path: Path, capsys: pytest.CaptureFixture[str], web: Any, answer: Any) -> Any:
    items = "".join(
        f"<item><guid>{n}</guid><title>{title}</title><link>{web.base}/{n}</link></item>"
        for n, title in enumerate(("Diffusion one", "KV cache reuse", "Diffusion two", "Other"))
    )
    web.routes["/feed"] = answer(body=f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode())
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('[network]\nallow_private = ["127.0.0.0/8"]\nhost_spacing = 0.0\n')
    (home / "sources.yaml").write_text(f"version: 1\nsources:\n  - name: F\n    url: {web.base}/feed\n    kind: feed\n")

    def go(*words: str, code: int = 0) -> tuple[str, str]:
        found = run(["--home", str(home), "--sources", str(home / "sources.yaml"), *words])
        out, err = capsys.readouterr()
        assert found == code, err
        return out, err

    return go


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def states(tracker: Any) -> dict[str, str]:
    return {one["title"]: one["state"] for one in rows(tracker("resources", "--json")[0])}


def test_rules_from_the_first_mistake_to_undo(tracker: Any) -> None:
    tracker("topics", "add", "KV cache")
    assert "do, column 1: no action 'skp'. Did you mean 'skip'?" in tracker(
        "rules", "add", "d", "--when", "diffusion", "--do", "skp", code=2
    )[1]  # fmt: skip
    assert "when, column 1: no field 'titel'. Did you mean 'title:'?" in tracker(
        "rules", "try", "--when", "titel:x", "--do", "skip", code=2
    )[1]  # fmt: skip
    assert "no rules" in tracker("rules")[1]
    said = tracker("rules", "add", "d", "--when", "title:diffusion", "--do", "skip")[1]
    assert "would have skipped 0" in said
    tracker("rules", "add", "kv", "--when", "cache", "--do", "file kv, star")
    assert "rule 'd': skipped 2 resources" in tracker("crawl", "F")[1]
    assert states(tracker) == {
        "Diffusion one": "skipped", "Diffusion two": "skipped", "KV cache reuse": "filed", "Other": "inbox"
    }  # fmt: skip
    kv = next(one for one in rows(tracker("resources", "--json")[0]) if one["state"] == "filed")
    assert (kv["why"], kv["starred"], kv["topics"]) == ("rule 'kv'", True, ["KV cache"])
    assert "by rule 'kv'" in tracker("show", str(kv["id"]))[0]
    assert [one["by"] for one in rows(tracker("history", "--json")[0])][:2] == ["rule", "rule"]
    listed = rows(tracker("rules", "list", "--json")[0])
    assert [(one["place"], one["name"], one["do"], one["hits"]) for one in listed] == [
        (1, "d", ["skip"], 2), (2, "kv", ["file KV cache", "star"], 1)
    ]  # fmt: skip
    assert "title:diffusion -> skip" in tracker("rules", "list")[0]
    tracker("undo")
    tracker("undo")
    assert set(states(tracker).values()) == {"inbox"}


def test_a_rule_is_tried_and_run_on_what_waits(tracker: Any) -> None:
    tracker("crawl", "F")
    wanted = next(one["id"] for one in rows(tracker("resources", "--json")[0]) if one["title"] == "Diffusion two")
    tracker("triage", str(wanted), "shortlist")
    out = tracker("rules", "try", "--when", "diffusion", "--do", "skip")[0]
    assert out.splitlines() == [
        "would have skipped 2 of what came in so far, 1 of which you kept; 1 still wait",
        f"  kept: {wanted}  shortlist  Diffusion two",
    ]
    (shape,) = rows(tracker("rules", "try", "--when", "diffusion", "--do", "skip", "--json")[0])
    assert (shape["matched"], shape["acts"], shape["kept_ids"], shape["waiting"]) == (2, 2, [wanted], 1)
    tracker("rules", "add", "d", "--when", "diffusion", "--do", "skip")
    tracker("rules", "off", "d")
    assert "nothing to do" in tracker("rules", "run")[1]
    tracker("rules", "on", "d")
    assert tracker("rules", "run", "--dry-run")[0] == "would have: rule 'd': skipped 'Diffusion one'\n"
    assert tracker("rules", "run")[0] == "rule 'd': skipped 'Diffusion one'\n"
    tracker("rules", "add", "other", "--when", "other", "--do", "star")
    tracker("rules", "move", "other", "1")
    tracker("rules", "edit", "other", "--do", "done")
    out = tracker("rules", "try", "d", "--when", "diffusion OR other")[0]
    assert "1 more it does not get: the rule 'other' stands before it" in out
    tracker("rules", "move", "d", "1")
    assert "1 of them it takes from the rule 'other' behind it" in tracker(
        "rules", "try", "d", "--when", "diffusion OR other"
    )[0]  # fmt: skip
    tracker("rules", "remove", "2")
    assert [one["name"] for one in rows(tracker("rules", "list", "--json")[0])] == ["d"]


def test_bulk_by_query_counts_first_and_is_one_step(tracker: Any) -> None:
    tracker("crawl", "F")
    out, err = tracker("triage", "--where", "diffusion", "skip")
    assert len(out.splitlines()) == 2
    assert "would skip: 2 resources. Nothing is changed; --yes does it." in err
    assert set(states(tracker).values()) == {"inbox"}
    (shape,) = rows(tracker("triage", "--where", "diffusion", "skip", "--json")[0])
    assert (shape["dry_run"], shape["count"]) == (True, 2)
    assert len(tracker("triage", "--where", "diffusion", "skip", "--yes")[0].splitlines()) == 2
    for how in ((), ("--yes",)):
        err = tracker("triage", "--where", "zebra", "skip", *how)[1]
        assert "nothing answers 'zebra'; without state: or is: only what waits in the inbox is asked" in err
        assert "--yes does it" not in err
    assert "column 1" in tracker("triage", "--where", "(x", "skip", code=2)[1]
    assert "both IDs and --where" in tracker("triage", "1", "--where", "x", "skip", code=2)[1]
    assert "'tag' wants a topic" in tracker("triage", "1", "tag", code=2)[1]
    assert len([state for state in states(tracker).values() if state == "skipped"]) == 2
    tracker("undo")
    assert set(states(tracker).values()) == {"inbox"}


def test_noise_is_told_and_quietened_by_command(tracker: Any) -> None:
    assert tracker("noise")[0] == "nothing waits\n"
    assert "rule 'cap F': skipped 2 resources" in tracker("sources", "cap", "F", "2")[1] + tracker("crawl", "F")[1]
    out = tracker("noise")[0].splitlines()
    assert out[0] == "2 wait, 30 minutes; 0.0 decided and 2.0 new a day: nothing was decided in 1 day"
    assert out[2].split() == ["-", "4", "2.0", "2", "30", "0", "2", "F"]
    source, queue = rows(tracker("noise", "--json")[0])
    assert (source["seen"], source["by_rules"], source["keep_rate"], source["advice"]) == (4, 2, None, None)
    assert (queue["queue"], queue["waiting"], queue["days_to_clear"]) == (True, 2, None)
    tracker("triage", "--where", "source:F", "done", "--yes")
    assert rows(tracker("noise", "--json")[0])[1]["days_to_clear"] == 0
    assert len(rows(tracker("inbox", "--state", "skipped", "source:F", "--json")[0])) == 2  # still to be reached
    tracker("sources", "mute", "F")
    assert [one["name"] for one in rows(tracker("rules", "list", "--json")[0])] == ["cap F", "mute F"]
    tracker("sources", "unmute", "F")
    assert "Did you mean 'F'" in tracker("sources", "mute", "f", code=2)[1]


def test_suggested_rules_are_taken_and_declined_by_command(tracker: Any, web: Any, answer: Any) -> None:
    assert "suggests a rule" in tracker("rules", "suggest")[1]
    items = "".join(
        f"<item><guid>{n}</guid><title>{word} item{n}</title><link>{web.base}/x{n}</link></item>"
        for n, word in enumerate(["Diffusion"] * 10 + ["Caching"] * 10)
    )
    web.routes["/feed"] = answer(body=f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode())
    tracker("crawl", "F")
    tracker("triage", "--where", "diffusion", "skip", "--yes")
    tracker("triage", "--where", "caching", "done", "--yes")
    (one,) = rows(tracker("rules", "suggest", "--json")[0])
    assert (one["when"], one["do"]) == ("title:diffusion", "skip")
    assert "title:diffusion -> skip: you skipped" in tracker("proposals")[0]
    tracker("proposals", "accept", str(one["id"]))
    assert rows(tracker("rules", "list", "--json")[0])[0]["when"] == "title:diffusion"


def test_rules_follow_a_source_that_is_renamed_and_undo_takes_it_back(tracker: Any, tmp_path: Path) -> None:
    tracker("sources", "mute", "F")
    tracker("rules", "add", "d", "--when", "source:F diffusion", "--do", "skip")
    tracker("rules", "add", "o", "--when", "title:other", "--do", "star")
    said = tracker("sources", "edit", "F", "name", "Feed of papers")[1]
    assert "'F' is called 'Feed of papers' now: the rules 'mute Feed of papers', 'd' follow; 'tracker undo'" in said
    kept = [(one["name"], one["when"]) for one in rows(tracker("rules", "list", "--json")[0])]
    assert kept == [
        ("mute Feed of papers", 'source:"Feed of papers"'), ("d", 'source:"Feed of papers" diffusion'), ("o", "title:other")
    ]  # fmt: skip
    tracker("crawl", "Feed of papers")
    assert {*states(tracker).values()} == {"skipped"}
    tracker("sources", "unmute", "Feed of papers")
    for _ in ("unmuted", "skipped", "renamed"):
        tracker("undo")
    assert [one["name"] for one in rows(tracker("rules", "list", "--json")[0])] == ["mute F", "d", "o"]
    tracker("redo")
    path = tmp_path / "home" / "sources.yaml"  # by hand, found by whatever reads the file next
    path.write_text(path.read_text().replace("Feed of papers", 'F "2"'))
    said = tracker("sources", "list")[1]
    assert "which no query can ask for: 'mute Feed of papers', 'd' find nothing" in said
    path.write_text(path.read_text().replace('F "2"', "mute G"))
    tracker("sources", "list")
    tracker("rules", "edit", "d", "--when", "source:mute")
    path.write_text(path.read_text().replace("mute G", "Third"))
    assert "'mute G' is called 'Third' now: the rules 'd' follow" in tracker("sources", "list")[1]
    assert "mute G" in tracker("undo")[1]
