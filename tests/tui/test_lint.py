"""Rules of the room, read from the code: no plain strings into widgets, no words outside the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "tui"
DRAWN = [path for part in ("screens", "widgets") for path in sorted((ROOM / part).glob("*.py"))]
OWN_DOORS = {"plain.py", "toast.py", "words.py"}  # where Content, notify and Static are handled
# Widgets that read a plain string as markup.
BANNED = {"Static", "Label", "Button", "Markdown", "DataTable", "Log", "RichLog", "ListItem", "Digits", "Checkbox",
          "Collapsible", "RadioButton", "Select", "SelectionList", "Tab", "Tabs", "TabbedContent", "Link",
          "Pretty"}  # fmt: skip
CONTENT = {"Content", "from_markup", "from_text", "notify", "render_markup", "escape"}
SAFE = {"plain", "joined", "label"}
STYLE = re.compile(r"(?:bold|italic|dim|reverse|underline|not|on|none|\$[\w-]+|#[0-9a-f]{6}|\d+%|\s)*$")
WORDS = re.compile(r"[A-Za-z]{2,}[,.]? [A-Za-z]{2,}|^[A-Z][a-z]{2,}|[\u4e00-\u9fff]{2}")


def code_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def unsafe(tree: ast.AST) -> Iterator[str]:
    """What could bring a plain string to a widget."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("textual", "rich")):
            yield from (f"{node.lineno}: imports {one.name}" for one in node.names if one.name in BANNED)
        if isinstance(node, ast.Call):
            if called(node) in CONTENT:
                yield f"{node.lineno}: calls {called(node)}"
            if called(node) == "Option" and not (
                node.args and isinstance(node.args[0], ast.Call) and called(node.args[0]) in SAFE
            ):
                yield f"{node.lineno}: an Option of something else than plain(…)"
            if called(node) == "update" and node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
                yield f"{node.lineno}: updates with a string"
        if isinstance(node, ast.keyword) and node.arg == "markup" and not _is(node.value, False):
            yield f"{node.value.lineno}: markup"


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def literals(tree: ast.Module) -> Iterator[str]:
    """Words written into the code instead of a catalogue; docstrings, styles, CSS and types are not."""
    left = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    left |= {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "TypeVar"
        for one in ast.walk(node)
    }
    left |= {id(one) for node in ast.walk(tree) if isinstance(node, ast.Raise) for one in ast.walk(node)}
    left |= {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign | ast.Assign) and "CSS" in ast.unparse(node)[:40]
        for one in ast.walk(node)
    }
    left |= {id(one) for node in ast.walk(tree) for one in ast.walk(getattr(node, "annotation", None) or ast.Pass())}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in left:
            continue
        if WORDS.search(node.value) and not STYLE.match(node.value):
            yield f"{node.lineno}: {node.value!r}"


@pytest.mark.parametrize("path", [*DRAWN, *sorted(ROOM.glob("*.py"))], ids=lambda path: path.name)
def test_no_plain_string_reaches_a_widget(path: Path) -> None:
    found = list(unsafe(code_of(path)))
    assert path.name in OWN_DOORS or not found, f"{path.name}:{found}: draw plain(…), joined(…) or toast(…)"


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.name)
def test_no_words_are_written_into_screens_and_widgets(path: Path) -> None:
    found = list(literals(code_of(path)))
    assert not found, f"{path.name}: {found}: put them into tui/words"


@pytest.mark.parametrize(
    "code",
    [
        "from textual.widgets import Static",
        "self.app.notify(title)",
        "Content.from_markup(title)",
        "Option(title)",
        "box.update(f'{title}')",
        "OptionList(markup=True)",
    ],
)
def test_the_rule_sees_what_it_is_for(code: str) -> None:
    assert list(unsafe(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["say('Nothing waits here')", "x = 'Sources'", "f'{n} items left'", "'没有内容'.strip()"]
)
def test_the_rule_sees_words_in_the_code(code: str) -> None:
    assert list(literals(ast.parse(code)))
