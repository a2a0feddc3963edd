"""Files a person keeps: written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterable
from glob import escape
from pathlib import Path

from tracker.core.drill import pass_point
from tracker.core.errors import ConfigError

LEFT_BEHIND = 3600  # seconds


def write_whole(path: Path, content: str | bytes | Iterable[bytes]) -> None:
    """Write a file so that a reader sees the old one or the new one, never half. Raises ConfigError.

    Text is written as UTF-8 with its line ends as they are; pieces of bytes are written as they come.
    """
    path = path.resolve()  # a link stays a link: what it points to is written
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        with temporary.open("wb") as out:
            out.writelines(_pieces(content))
            out.flush()
            os.fsync(out.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        pass_point("export.tmp_written")
        pass_point("export.before_rename")
        temporary.replace(path)
        pass_point("export.after_rename")
    except OSError as error:
        raise ConfigError(
            str(path), 0, "", f"cannot be written ({error.strerror}). The old file is as it was"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()  # gone already where all went well


def _sweep(path: Path) -> None:
    """Take away what a write of this file left behind when its process was killed, an hour ago or longer."""
    for left in path.parent.glob(f".{escape(path.name)}.*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND:
                left.unlink()


def _pieces(content: str | bytes | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(content, str):
        return [content.encode()]
    return [content] if isinstance(content, bytes) else content
