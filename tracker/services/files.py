"""Files a person keeps: written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from tracker.core.drill import pass_point
from tracker.core.errors import ConfigError


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never half. Raises ConfigError."""
    path = path.resolve()  # a link stays a link: what it points to is written
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8", newline="") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        pass_point("export.tmp_written")
        pass_point("export.before_rename")
        temporary.replace(path)
        pass_point("export.after_rename")
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise ConfigError(
            str(path), 0, "", f"cannot be written ({error.strerror}). The old file is as it was"
        ) from error
