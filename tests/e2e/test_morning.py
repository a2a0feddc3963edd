"""The morning in a real terminal: with letters, with an input method on, without any letter, by mouse alone."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from db import links
from db.tables import review_log
from tests.e2e.terminal import GLANCE, PATIENCE, Terminal, interface, needs_tmux
from tests.tui.houses import NOW, TALK, count, fill, made_house, numbered, talk
from tracker.core.health import NewAddress
from tracker.core.model import ResourceId
from tracker.services import inbox, library, plans, review, topics
from tracker.wiring import House
from tui.actions import actions_of
from tui.keys import Keymap
from tui.screens.command import palette
from tui.words import say

pytestmark = needs_tmux
CLOCK = NOW.isoformat()
MOVED = "https://new.example/moved"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return made_house(tmp_path)


def until(house: House, expected: dict[str, int], terminal: Terminal) -> None:
    """Wait for what is on disk: an acknowledged decision is there, whatever the screen shows."""
    end = time.monotonic() + PATIENCE
    while count(house) != expected:
        assert time.monotonic() < end, f"{count(house)}, not {expected}:\n{terminal.screen()}"
        time.sleep(GLANCE)


def proposed(house: House, id_: int) -> None:
    old = library.resource(house.store, house.person, id_).url
    with house.store.write() as tx:
        links.propose(tx, id_, old, NewAddress("moved", MOVED, "answers 301 for days", 0.9), NOW)


def filed_under(house: House) -> dict[str, int]:
    return {one.title: one.resources for one in topics.topics(house.store, house.person)}


def heard(house: House, ids: list[int]) -> None:
    """The last work is a talk with a transcript; it and the one before come back today."""
    talk(house, ResourceId(ids[-1]))
    for one in ids[-2:]:
        review.add(house.store, house.person, resource=one, now=house.clock(), made_by="t")


def noted(house: House) -> list[tuple[int, str]]:
    """Second and words of each note, in the order they were written."""
    found = sorted(plans.journal(house.store, house.person), key=lambda one: one.id)
    return [(one.start_seconds or 0, one.body) for one in found]


def graded(house: House) -> list[int]:
    with house.store.read() as tx:
        return [row.grade for row in tx.execute(review_log.select().order_by(review_log.c.id))]


def decided_before(house: House, ids: list[int]) -> None:
    """Somebody who has been here before gets no tour."""
    inbox.act(house.store, house.person, ids[-1:], "skip", now=NOW - timedelta(days=1), made_by="tui")


def morning(house: House, terminal: Terminal, letters: dict[str, str]) -> None:
    """Fifty keys for fifty items, ten taken back, one under a Chinese topic, a moved link accepted."""

    def press(plain: str) -> None:
        terminal.type("".join(letters.get(one, one) for one in plain))

    terminal.wait("50 waiting")
    press("edsedsedsf" * 5)
    until(house, {"inbox": 5, "done": 15, "skipped": 16, "shortlist": 15}, terminal)
    for _ in range(10):
        press("u")
        terminal.wait("undone")
    # Of the last ten keys one was a star, and it went on to be done: nine rows are back.
    before = {"inbox": 14, "done": 12, "skipped": 13, "shortlist": 12}
    until(house, before, terminal)
    press("P")
    terminal.wait("file under")
    terminal.type("推测")
    terminal.wait("推测解码")
    terminal.keys("Enter")
    until(house, {**before, "inbox": before["inbox"] - 1, "filed": 1}, terminal)
    assert filed_under(house)["推测解码"] == 1
    press("6")
    terminal.wait("Proposals 1")
    press("l")
    terminal.wait(MOVED)
    press("a")
    terminal.wait("Nothing is proposed")
    press("4")
    terminal.wait("Title 49")
    press("/")
    terminal.wait(say("library.find")[:20])
    terminal.type("title:50")
    terminal.keys("Enter")
    terminal.wait("Title 49", gone=True)
    terminal.keys("Enter")
    terminal.wait("Why memory")
    for n, way in enumerate(("jj", "jjjj", "}")):
        press(way + "I")
        terminal.wait("Esc keeps it")
        terminal.type(f"第 {n} 条 worth keeping")
        terminal.keys("Escape")
        terminal.wait("Esc keeps it", gone=True)
    assert_notes(house)
    press("q")
    terminal.wait("note here", gone=True)
    press("7")
    terminal.wait("2 cards")
    for left, grade in (("1 card", "3"), ("Done for today", "2")):
        press(" ")
        terminal.wait("good")
        press(grade)
        terminal.wait(left)
    assert graded(house) == [3, 2]
    press("5")
    terminal.wait("1 day noted")
    press("X")
    terminal.wait("Digest of 2026-01-12")
    terminal.keys("Enter")
    terminal.wait("written")
    assert_digest(house)


def assert_notes(house: House) -> None:
    """Three notes, each at a second of its own, the last where the second chapter begins."""
    seconds = [second for second, _ in noted(house)]
    assert [f"第 {n} 条" in body for n, (_, body) in enumerate(noted(house))] == [True] * 3
    assert seconds == sorted(set(seconds))
    assert seconds[-1] == 300


def assert_digest(house: House) -> None:
    """Today's digest stands in its folder, the notes of the morning in it."""
    (path,) = house.digest_folder.iterdir()
    written = path.read_text("utf-8")
    assert all(f"第 {n} 条" in written for n in range(3))


def test_the_morning_with_letters_and_with_an_input_method_on(house: House) -> None:
    ids = fill(house, [*numbered(50), TALK])
    decided_before(house, ids)
    proposed(house, ids[0])
    heard(house, ids)
    with interface(house.home, TRACKER_NOW=CLOCK) as terminal:
        morning(house, terminal, {})
        terminal.keys("q", "q")
    assert library.resource(house.store, house.person, ids[0]).url == MOVED


def test_the_morning_with_full_width_letters(house: House) -> None:
    ids = fill(house, [*numbered(50), TALK])
    decided_before(house, ids)
    proposed(house, ids[0])
    heard(house, ids)
    wide = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
    with interface(house.home, TRACKER_NOW=CLOCK) as terminal:
        morning(house, terminal, wide)
    assert library.resource(house.store, house.person, ids[0]).url == MOVED


def test_the_morning_without_any_letter(house: House) -> None:
    """Arrows, Enter, Space, digits and the menu; the words of the menu are found with the arrows alone."""
    ids = fill(house, [*numbered(3), TALK])
    heard(house, ids)
    proposed(house, ids[0])
    with interface(house.home, TRACKER_NOW=CLOCK) as terminal:
        terminal.wait("Welcome")  # the tour of the first day
        terminal.keys("Enter", "Enter", "Enter", "Enter", "Enter")
        terminal.wait("Esc leaves", gone=True)
        terminal.keys("Down", "Space", "Space")
        terminal.wait("2 selected")
        menu(terminal, "done")
        until(house, {"inbox": 2, "done": 2}, terminal)
        menu(terminal, "undo, wherever")
        until(house, {"inbox": 4}, terminal)
        terminal.keys("Up", "Up")
        menu(terminal, "file under a topic")
        terminal.wait("推测解码")
        terminal.keys("Down", "Enter")
        until(house, {"inbox": 3, "filed": 1}, terminal)
        assert filed_under(house)["推测解码"] == 1
        terminal.keys("1")
        terminal.wait("fits into")
        terminal.keys("6")
        terminal.wait("Proposals 1")
        terminal.keys("Tab")
        terminal.wait(MOVED)
        terminal.keys("Enter")
        terminal.wait("Nothing is proposed")
        terminal.keys("F1")
        terminal.wait("Esc or q closes")
        terminal.keys("Escape")
        terminal.wait("Esc or q closes", gone=True)
        noted_without_letters(terminal)
        assert_notes(house)
        terminal.keys("Escape")
        terminal.wait("note here", gone=True)
        terminal.keys("7")
        terminal.wait("2 cards")
        for left, grade in (("1 card", "3"), ("Done for today", "2")):
            terminal.keys("Space")
            terminal.wait("good")
            terminal.keys(grade)
            terminal.wait(left)
        assert graded(house) == [3, 2]
        terminal.keys("5")
        terminal.wait("1 day noted")
        menu(terminal, "write a digest", "journal")
        terminal.wait("Digest of 2026-01-12")
        terminal.keys("Enter")
        terminal.wait("written")
        assert_digest(house)
    assert library.resource(house.store, house.person, ids[0]).url == MOVED


def noted_without_letters(terminal: Terminal) -> None:
    """The talk is found by a number, notes are begun from the menu and written in Chinese."""
    terminal.keys("4")
    terminal.wait("Title 50")
    terminal.type("/")
    terminal.wait(say("library.find")[:20])
    terminal.type("50")
    terminal.keys("Enter")
    terminal.wait("Title 2", gone=True)
    terminal.keys("Enter")
    terminal.wait("Why memory")
    for n, way in enumerate((["Down"] * 2, ["Down"] * 4, ["}"])):
        terminal.keys(*way)
        menu(terminal, "a note at this second", "reader")
        terminal.wait("Esc keeps it")
        terminal.type(f"第 {n} 条")
        terminal.keys("Escape")
        terminal.wait("Esc keeps it", gone=True)


def menu(terminal: Terminal, words: str, place: str = "inbox") -> None:
    """Take a line of the menu with the arrows."""
    terminal.keys("F2")
    terminal.wait("do…  (type to narrow")
    listed = [one.label for one in palette(Keymap(actions_of(place)), "")]
    steps = next(n for n, line in enumerate(listed) if line.startswith(words))
    terminal.keys(*["Down"] * steps, "Enter")
    terminal.wait("do…  (type to narrow", gone=True)


def test_the_morning_by_mouse(house: House) -> None:
    ids = fill(house, [*numbered(4), TALK])
    inbox.act(house.store, house.person, ids[3:4], "skip", now=NOW - timedelta(days=1), made_by="tui")
    proposed(house, ids[1])
    heard(house, ids)
    with interface(house.home, TRACKER_NOW=CLOCK) as terminal:
        terminal.wait("4 waiting")
        _, row = terminal.place("Title 1")
        terminal.click(1, row)  # the column of marks selects
        terminal.click(1, row + 1)
        terminal.wait("2 selected")
        terminal.click(*terminal.place(" done "))
        until(house, {"inbox": 2, "done": 2, "skipped": 1}, terminal)
        terminal.click(*terminal.place(" undo "))
        until(house, {"inbox": 4, "skipped": 1}, terminal)
        terminal.click(*terminal.place("Title 0"))
        terminal.click(*terminal.place("topic…"))
        terminal.wait("file under")
        terminal.click(*terminal.place("推测解码"))
        until(house, {"inbox": 3, "filed": 1, "skipped": 1}, terminal)
        assert filed_under(house)["推测解码"] == 1
        terminal.wait("3 waiting")  # the row is gone, the others have moved up
        noted_by_mouse(terminal)
        assert_notes(house)
        terminal.click(*terminal.place("Sources"))
        terminal.wait("Proposals 1")
        terminal.click(*terminal.place("Proposals 1"))
        terminal.wait(MOVED)
        terminal.click(*terminal.place(" accept "))
        terminal.wait("Nothing is proposed")
        terminal.click(*terminal.place("Review"))
        terminal.wait("2 cards")
        for left, grade in (("1 card", " good "), ("Done for today", " hard ")):
            terminal.click(*terminal.place(" answer "))
            terminal.wait("again")
            time.sleep(0.3)
            terminal.click(*terminal.place(grade))
            terminal.wait(left)
        terminal.click(*terminal.place("Journal"))
        terminal.wait("1 day noted")
        terminal.click(*terminal.place("write digest"))
        terminal.wait("which digest?")
        terminal.click(*terminal.place("Digest of 2026-01-12: log"))
        terminal.wait("written")
    assert graded(house) == [3, 2]
    assert_digest(house)
    assert library.resource(house.store, house.person, ids[1]).url == MOVED


def noted_by_mouse(terminal: Terminal) -> None:
    """The talk is opened by a double click, its lines are clicked; only the words of the notes are typed."""
    terminal.click(*terminal.place("Title 50"), times=2)
    terminal.wait("Why memory")
    for n in range(3):
        if n == 2:
            terminal.click(*terminal.place("5:00"))  # the chapter beside the text
            terminal.wait("· 5:00 ·")
        else:
            terminal.click(10, 4 + 4 * n)
        terminal.click(*terminal.place(" note here "))
        terminal.wait("Esc keeps it")
        terminal.type(f"第 {n} 条 worth keeping")
        terminal.click(*terminal.place("Esc keeps it"))
        terminal.wait("Esc keeps it", gone=True)
    terminal.click(*terminal.place("q back"))
    terminal.wait("note here", gone=True)


def test_nothing_of_a_title_reaches_the_terminal_and_sizes_change_live(house: House) -> None:
    from tracker.core.model import Entry

    nasty = "\x1b]0;OWNED\x07\x1b[31mred \x9b2J \u202eevil [@click=app.quit]x[/] 大模型" + "很长" * 3000
    ids = fill(house, [*numbered(2), Entry("n", "https://a.example/n", nasty, published=NOW)])
    decided_before(house, ids)
    with interface(house.home, TRACKER_NOW=CLOCK) as terminal:
        shown = terminal.wait("red evil [@click=app.quit]x[/]")
        assert "\u202e" not in shown
        for width, height in ((80, 24), (200, 50), (40, 12), (120, 40)):
            terminal.resize(width, height)
            terminal.wait("2 Inbox")
            time.sleep(0.5)
            assert "waiting" in terminal.screen()
        assert terminal._tmux("display-message", "-p", "#{pane_title}").strip() != "OWNED"


def test_keys_typed_without_a_pause_go_where_they_should(house: House) -> None:
    """A whole line at once, as pasted: words into the field, Esc and the key behind it as two keys."""
    ids = fill(house, numbered(12))
    decided_before(house, ids)
    with interface(house.home, TRACKER_NOW=CLOCK) as terminal:
        terminal.wait("11 waiting")
        terminal.type("/title 7\rP推测\r\x1b/title 3\x1bdie kept\x1b:done\r")
        until(house, {"inbox": 8, "filed": 1, "skipped": 2, "done": 1}, terminal)
        terminal.wait("8 waiting")
    assert [body.endswith("+ e kept\n\n") for _, body in noted(house)] == [True]
