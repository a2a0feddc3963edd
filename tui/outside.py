"""$EDITOR: the terminal is given to it, and taken back."""

from __future__ import annotations

from textual.app import App, SuspendNotSupported


class NoEditor(Exception):
    """No editor can be opened from here."""


def edited(app: App[object], text: str) -> str:
    """`text` as the person's editor left it; as it was when they did not save. Raises NoEditor."""
    import click

    try:
        with app.suspend():
            return click.edit(text, extension=".md") or text
    except (SuspendNotSupported, click.ClickException) as error:
        raise NoEditor(str(error)) from error
