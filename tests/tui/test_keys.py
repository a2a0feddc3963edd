"""One table of actions: keys, footer and help agree; a file changes keys and a mistake in it changes nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tracker.core.errors import ConfigError
from tui.actions import PLACES, actions_of, every_place
from tui.keyfile import load_keys
from tui.keyring import Keyring
from tui.keys import BadKey, Keymap, clashes, read_keys, shown, stroke
from tui.screens.help import help_parts

PLACES_AND_MORE = list(every_place())
# What the table of keys promises, screen by screen: strokes and the action they lead to.
PROMISED = {
    "inbox": "j down, k up, gg top, G bottom, ctrl+d page-down, ctrl+u page-up, pagedown page-down, pageup page-up,"
    " home top, end bottom, down down, up up, h panel-left, l panel-right, tab panel-right, shift+tab panel-left,"
    " J preview-down, K preview-up, enter read, o open, O open-done, p file, P choose, e done, d skip, s shortlist,"
    " b snooze, f favourite, t tags, m mute, u undo, z undo, ctrl+r redo, Z redo, space select, v range, *a all,"
    " *n none, / find, : command, ctrl+p palette, ? help, y copy, Y copy-markdown, R refresh-due, S sort, q back,"
    " escape cancel, ctrl+q quit, gi go-inbox, 2 go-inbox",
}  # fmt: skip


@pytest.mark.parametrize("place", PROMISED)
def test_the_promised_keys_lead_where_they_should(place: str) -> None:
    keymap = Keymap(actions_of(place))
    for pair in PROMISED[place].split(", "):
        keys, name = pair.split(" ")
        found = keymap.action(read_keys(keys))
        assert found is not None, f"{keys} leads nowhere"
        assert found.name == name


@pytest.mark.parametrize("place", PLACES_AND_MORE)
def test_no_key_leads_two_ways_and_none_is_eaten(place: str) -> None:
    actions = actions_of(place)
    assert not clashes(actions)
    names = [action.name for action in actions]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("place", PLACES_AND_MORE)
def test_every_action_is_a_method_of_its_screen(place: str) -> None:
    screen = getattr(import_module(f"tui.screens.{place}"), place.capitalize())
    assert not [one.name for one in actions_of(place) if not callable(getattr(screen, one.method, None))]


@pytest.mark.parametrize("place", PLACES_AND_MORE)
def test_help_and_footer_show_what_the_keys_do(place: str) -> None:
    keymap = Keymap(actions_of(place))
    text = "".join(part for part, _ in help_parts(keymap))
    for action in keymap.actions:
        assert action.about in text
        assert all(shown(keys) in text for keys in action.keys)


@pytest.mark.parametrize("place", PLACES_AND_MORE)
def test_every_key_has_a_way_without_letters(place: str) -> None:
    """The menu lists what it leads to; moving, taking and leaving have keys that are no letters."""
    keymap = Keymap(actions_of(place))
    for keys, name in (("f2", "palette"), ("f1", "help"), ("down", "down"), ("up", "up"), ("escape", "cancel")):
        found = keymap.action((keys,))
        assert found is not None
        assert found.name == name


@pytest.mark.parametrize(
    ("key", "character", "expected"),
    [
        ("j", "j", "j"), ("J", "J", "J"), ("fullwidth_latin_small_letter_j", "ｊ", "j"), ("x", "Ｇ", "G"),
        ("x", "：", ":"), ("x", "／", "/"), ("x", "？", "?"), ("x", "＊", "*"), ("x", "＃", "#"), ("x", "１", "1"),
        ("x", "、", "/"), ("x", "\u3000", "space"), ("space", " ", "space"), ("asterisk", "*", "*"),
        ("ctrl+d", None, "ctrl+d"), ("ctrl+d", "\x04", "ctrl+d"), ("enter", "\r", "enter"), ("down", None, "down"),
        ("x", "中", "中"),
    ],
)  # fmt: skip
def test_what_the_terminal_sends_is_read_as_the_table_writes_it(key: str, character: str | None, expected: str) -> None:
    assert stroke(key, character) == expected


@pytest.mark.parametrize(
    ("text", "strokes"),
    [("gg", ("g", "g")), ("g g", ("g", "g")), ("*a", ("*", "a")), ("space", ("space",)), ("Ctrl+D", ("ctrl+d",)),
     ("F2", ("f2",)), ("up", ("up",)), ("?", ("?",)), ("ctrl+x e", ("ctrl+x", "e"))],
)  # fmt: skip
def test_keys_are_read_as_people_write_them(text: str, strokes: tuple[str, ...]) -> None:
    assert read_keys(text) == strokes


@pytest.mark.parametrize(
    ("text", "why", "suggestion"),
    [("", "no key", ""), ("pagdown", "is no key", "pagedown"), ("ctrl+z", "suspends", ""), ("ctrl+i", "is Tab", ""),
     ("ctrl+foo", "is no key", ""), ("hello", "is no key", "")],
)  # fmt: skip
def test_what_is_no_key_says_why(text: str, why: str, suggestion: str) -> None:
    with pytest.raises(BadKey, match=why) as caught:
        read_keys(text)
    assert caught.value.suggestion == suggestion


def test_a_file_changes_keys_and_leaves_the_rest(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    ring.load()
    (tmp_path / "keys.toml").write_text('done = "x"\nskip = []\ntop = ["home", "g0"]\n')
    ring.load()
    keymap = ring.of("inbox")
    assert (keymap.action(("x",)) or keymap.actions[0]).name == "done"
    assert keymap.action(("e",)) is None
    assert keymap.action(("d",)) is None
    assert keymap.action(("g", "g")) is None
    assert keymap.begins(("g",))
    assert (keymap.action(("j",)) or keymap.actions[0]).name == "down"


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ('# mine\ndone = "d"\n', 2, "done", "leads to 'skip' already"),
        ('done = "g"\n', 1, "done", "leads to"),
        ('\n\nfavorite = "x"\n', 3, "favorite", "Did you mean 'favourite'?"),
        ('skip = "x"\ndone = "x"\n', 2, "done", "leads to 'skip' already"),
        ('done = "pagdown"\n', 1, "done", "Did you mean 'pagedown'?"),
        ("done = 3\n", 1, "done", "a list of keys"),
        ('undo = "ctrl+z"\n', 1, "undo", "suspends"),
        ('cancel = "x"\n', 1, "cancel", "must keep Esc"),
        ('done = "x"\ndone = "y\n', 2, "", "is no TOML"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_key_and_the_old_keys_stay(
    tmp_path: Path, text: str, line: int, key: str, said: str
) -> None:
    ring = Keyring(tmp_path)
    (tmp_path / "keys.toml").write_text('done = "x"\n')
    ring.load()
    (tmp_path / "keys.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        ring.load()
    assert (caught.value.line, caught.value.key) == (line, key)
    assert said in caught.value.sentence()
    assert caught.value.sentence().startswith(f"{tmp_path / 'keys.toml'}:{line}: ")
    assert (ring.of("inbox").action(("x",)) or ring.of("inbox").actions[0]).name == "done"


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        Keyring(tmp_path, str(tmp_path / "gone.toml")).load()
    assert load_keys(tmp_path / "gone.toml") == {}


def test_places_stand_in_their_order() -> None:
    order = ["today", "inbox", "plan", "library", "journal", "sources", "review"]
    assert [place.number for place in PLACES] == [order.index(place.name) + 1 for place in PLACES]
