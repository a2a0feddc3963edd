"""A document on its way out and in again: only what was changed changes, on both sides, and nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core.document import Document, DocumentNote, Here, Mention
from tracker.core.journal import JournalStyle, body, bullets_of, next_part, note_key
from tracker.core.plan import NodeState
from tracker.core.url_start import split_time
from tracker.documents import reader_for
from tracker.documents.boxes import plain_remark, read_remark, read_state, write_remark, write_state
from tracker.documents.depth import level_of
from tracker.documents.merge import read_again, state_of, written
from tracker.documents.style import style_of

CASES = Path(__file__).parents[1] / "cases" / "documents"
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
OWN = tuple(sorted(CASES.iterdir()))
TITLES = st.sampled_from(["Own", "A long talk", "Plain"])
NOTES = st.lists(st.tuples(st.integers(1, 28), TITLES, st.text("ab -+*\n", max_size=12)), max_size=5)
WORDS = st.sampled_from(["", "跑通了Demo", "直接看官方文档", "a | b", "再看看 · 也许", "听不懂，暂缓", "L", "x"])


def read(text: str, path: Path) -> Document:
    return reader_for(text, path.name).read(text, path.name)


@cache
def document(path: Path) -> Document:
    return read(path.read_bytes().decode(), path)


def here_of(one: Document) -> Here:
    return Here(
        {node.key: state_of(node) for node in one.nodes},
        {mention.key: mention.url for mention in one.mentions},
        {note.key: note for note in one.notes},
    )


def states() -> st.SearchStrategy[NodeState]:
    def state(checked: bool, words: str, level: int | None) -> NodeState:
        return NodeState(checked, words, level_of(words) if level is None else level)

    return st.builds(state, st.booleans(), WORDS, st.none() | st.integers(0, 5))


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_what_nobody_changed_comes_out_as_it_is(path: Path) -> None:
    one = document(path)
    assert written(one, here_of(one), one).text == one.text
    again = read_again(one, here_of(one), one)
    assert again.document == one
    assert not again.clashes


def _changed_lines(before: str, after: str) -> list[int]:
    old, new = before.split("\n"), after.split("\n")
    assert len(old) == len(new)
    return [number for number, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b]


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(["roadmap.md", "plan.md"]))
def test_random_states_change_their_own_lines_alone(data: st.DataObject, name: str) -> None:
    _random_states(data, CASES / name)


@pytest.mark.shared
@pytest.mark.parametrize("number", ["001", "003"])
def test_random_states_of_the_seeds(number: str) -> None:
    found = list(SEEDS.glob(f"{number}*"))
    if not found:
        pytest.skip("the shared seeds are not here")

    @settings(max_examples=25, deadline=None)
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        _random_states(data, found[0])

    run()


def _random_states(data: st.DataObject, path: Path) -> None:
    one = document(path)
    places = [node for node in one.nodes if node.kind in ("skill", "deliverable", "day", "task", "project")]
    picked = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=4, unique_by=lambda node: node.key))
    edits = {node.key: data.draw(states()) for node in picked}
    here = replace(here_of(one), states=here_of(one).states | edits)
    out = written(one, here, one)
    assert not out.clashes
    differing = [node.line for node in picked if edits[node.key] != state_of(node)]
    assert _changed_lines(one.text, out.text) == sorted(differing)
    again = read(out.text, path)
    assert here_of(again) == here
    assert [replace(n, checked=False, remark="", level=None) for n in again.nodes] == [
        replace(n, checked=False, remark="", level=None) for n in one.nodes
    ]
    assert here_of(read(written(again, here_of(one), again).text, path)) == here_of(one)  # and back again


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(["roadmap.md", "plan.md"]))
def test_edits_here_and_in_the_file_both_hold(data: st.DataObject, name: str) -> None:
    one = document(CASES / name)
    places = [node for node in one.nodes if read_state(one.text.split("\n")[node.line - 1])]
    mine, theirs = data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique_by=lambda n: n.key))
    my_state, their_state = data.draw(states()), data.draw(states())
    lines = one.text.split("\n")
    lines[theirs.line - 1] = write_state(lines[theirs.line - 1], their_state)
    lines.insert(1, "a line put in by hand")
    file = read("\n".join(lines), CASES / name)
    here = replace(here_of(one), states=here_of(one).states | {mine.key: my_state})
    out = written(one, here, file)
    assert not out.clashes
    found = {node.key: state_of(node) for node in read(out.text, CASES / name).nodes}
    assert (found[mine.key], found[theirs.key]) == (my_state, their_state)
    assert "a line put in by hand" in out.text
    again = read_again(one, here, file)
    assert {node.key: state_of(node) for node in again.document.nodes} == found
    assert not again.clashes


def test_what_both_changed_is_kept_and_said() -> None:
    path = CASES / "roadmap.md"
    one = document(path)
    docker = next(node for node in one.nodes if "Docker" in node.title)
    file = read(one.text.replace("（跑通了Demo）", "（持续积累中）"), path)
    here = replace(here_of(one), states=here_of(one).states | {docker.key: NodeState(True, "听不懂", 0)})
    out = written(one, here, file)
    assert out.text == file.text
    assert [(clash.field, clash.line) for clash in out.clashes] == [("remark", docker.line), ("level", docker.line)]
    assert (
        "remark is '听不懂' here, '持续积累中' in the file (it was '跑通了Demo')" in out.clashes[0].finding("").message
    )
    assert "（听不懂）精通 Docker" in written(one, here, file, mine=True).text
    again = read_again(one, here, file)
    kept = next(node for node in again.document.nodes if node.key == docker.key)
    assert state_of(kept) == NodeState(True, "听不懂", 0)
    disputed = replace(here, disputed={(clash.key, clash.field): clash.base for clash in again.clashes})
    assert written(file, disputed, file).text == file.text  # read in since: still a conflict, still not overwritten
    assert len(written(file, disputed, file).clashes) == 2


def test_a_title_edited_in_the_file_keeps_what_was_decided_on_it() -> None:
    path = CASES / "roadmap.md"
    one = document(path)
    redis = next(node for node in one.nodes if "Redis" in node.title)
    here = replace(here_of(one), states=here_of(one).states | {redis.key: NodeState(True, "", None)})
    file = read(one.text.replace("熟悉 Redis", "熟悉 Redis 7").replace("01 推理", "01 推理和部署"), path)
    again = read_again(one, here, file)
    renamed = next(node for node in again.document.nodes if "Redis 7" in node.title)
    assert renamed.checked
    assert again.names[redis.key] == renamed.key
    assert "- [x]  熟悉 Redis 7" in written(one, here, file).text
    gone = read(one.text.replace("- [ ]  熟悉 Redis\n", ""), path)
    lost = written(one, here, gone)
    assert lost.text == gone.text
    assert "no longer in the file" in lost.clashes[0].finding("").message


# ---- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_moved_link_changes_its_own_bytes(path: Path) -> None:
    one, to = document(path), "https://moved.example/now?p=1&q=2"
    for url in {plain(mention) for mention in one.mentions if mention.url}:
        moved = [mention for mention in one.mentions if plain(mention) == url]
        here = replace(here_of(one), links=here_of(one).links | {mention.key: to for mention in moved})
        out = written(one, here, one)
        assert not out.clashes
        assert len(_changed_lines(one.text, out.text)) == len(moved)
        again = read(out.text, path)
        assert [plain(seen) for seen in again.mentions] == [to if m in moved else plain(m) for m in one.mentions]
        names = read_again(one, here, again).names
        assert {names[mention.key] for mention in moved} <= {seen.key for seen in again.mentions}


def plain(mention: Mention) -> str:
    return split_time(mention.url)[0]


# ---- notes -----------------------------------------------------------------------------------------------------------


def note(day: str, title: str, text: str, style: JournalStyle, part: str = "", url: str = "") -> DocumentNote:
    made = JournalStyle(date=style.date)

    when = date.fromisoformat(day)
    said = when.strftime(made.date)
    return DocumentNote(
        note_key(said, title, part), 0, when, said, title, body(url, bullets_of(text), style), part, url
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_new_notes_are_pure_insertions_in_the_journals_own_form(newline: str) -> None:
    path = CASES / "journal.md"
    one = read(document(path).text.replace("\n", newline), path)
    talk = "https://www.youtube.com/watch?v=aaaaaaaaaaa"
    style = style_of(one.text, one.notes, talk)
    assert (style.bullets, style.indent, style.part_in_brackets, style.newest_first) == (("+", "-", "*"), 4, True, True)
    new = [
        note("2026-01-13", "A long talk", "a\n  b\n    c", style, "3", talk),
        note("2026-01-11", "Own", "x", style),
        note("2025-12-31", "Oldest", "y", style),
    ]
    here = replace(here_of(one), notes=here_of(one).notes | {n.key: n for n in new})
    out = written(one, here, one).text
    first = f"# 20260113 A long talk 3\n+ [{talk}]({talk})\n+ a\n    - b\n        * c\n\n# 20260112"
    assert first.replace("\n", newline) in out
    assert f"# 20260111 Own{newline}+ x{newline}{newline}# 20250110" in out
    assert out.endswith(f"+ last{newline}{newline}# 20251231 Oldest{newline}+ y{newline}")
    left = out.split("\n")
    for line in one.text.split("\n"):  # every old line is there, in its order
        assert line in left
        left = left[left.index(line) + 1 :]
    again = read(out, path)
    assert len(again.notes) == len(one.notes) + 3
    assert {n.key for n in new} <= {n.key for n in again.notes}
    later = read_again(one, here, again)
    assert {n.key: n.body for n in later.document.notes} == {key: n.body for key, n in here.notes.items() if n}
    assert not later.clashes


def test_an_edited_note_changes_its_own_lines_and_a_removed_one_goes() -> None:
    path = CASES / "journal.md"
    one = document(path)
    second, third = one.notes[1], one.notes[2]
    edited = replace(second, body=second.body.replace("一条", "两条"))
    here = replace(here_of(one), notes=here_of(one).notes | {second.key: edited, third.key: None})
    out = written(one, here, one).text
    start = one.text.index("# 20250110")
    end = one.text.index("# 20260109")
    assert out == (one.text[:start] + one.text[end:]).replace("一条", "两条")
    assert written(read(out, path), here_of(one), read(out, path)).text != out  # what came back here comes back there
    by_hand = read(one.text.replace("一条", "三条").replace("+ last", "+ last, by hand"), path)
    both = written(one, here, by_hand)
    assert "三条" in both.text
    assert "last, by hand" in both.text
    assert [(clash.field, clash.line) for clash in both.clashes] == [("note", second.line)]
    assert "两条" in written(one, here, by_hand, mine=True).text
    again = read_again(one, here, by_hand)
    assert [n.title for n in again.document.notes].count("A long talk") == 1
    assert "两条" in next(n.body for n in again.document.notes if n.key == second.key)


@settings(max_examples=80, deadline=None)
@given(NOTES)
def test_random_notes_leave_every_old_byte(notes: list[tuple[int, str, str]]) -> None:
    path = CASES / "journal.md"
    one = document(path)
    style = style_of(one.text, one.notes)
    made = {}
    for day, title, text in notes:
        new = note(f"2026-01-{day:02}", title, text, style)
        if new.key not in here_of(one).notes:
            made[new.key] = new
    here = replace(here_of(one), notes=here_of(one).notes | made)
    out = written(one, here, one).text
    again = read(out, path)
    assert {n.key: n.body.rstrip() for n in again.notes} == {k: n.body.rstrip() for k, n in here.notes.items() if n}
    taken_out = written(again, replace(here_of(again), notes=here_of(again).notes | dict.fromkeys(made)), again).text
    assert taken_out.rstrip("\n") == one.text.rstrip("\n")


# ---- small things ----------------------------------------------------------------------------------------------------


@given(WORDS, st.none() | st.integers(0, 5))
def test_a_remark_reads_as_it_was_written(words: str, level: int | None) -> None:
    level = level_of(words) if level is None else level
    assert read_remark(write_remark(words, level)) == (words, level)


def test_a_line_without_a_place_stays() -> None:
    assert write_state("## A heading", NodeState(True)) == "## A heading"
    assert plain_remark("（a）") == "(a)"
    assert write_state("- [x] （a）（b）c", NodeState(True)) == "- [x] （）（b）c"


@pytest.mark.parametrize(
    ("history", "numbers", "part"),
    [
        ([], False, ""),
        ([""], False, "下"),
        (["上"], False, "下"),
        (["上", "中"], False, "下"),
        (["上", "下"], False, "3"),
        (["1"], False, "2"),
        (["1", "2"], False, "3"),
        ([""], True, "2"),
    ],
)
def test_the_part_of_a_talk_follows_from_those_before(history: list[str], numbers: bool, part: str) -> None:
    assert next_part(history, numbers=numbers) == part
