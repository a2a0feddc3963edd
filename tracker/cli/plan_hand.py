"""`tracker plan new, add, edit, drop, templates`: plans made by hand."""

from __future__ import annotations

COMMANDS = ()
