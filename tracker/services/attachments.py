"""Images of a person's notes: copied into the home, never uploaded, named by what is in them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tracker.core.errors import UsageError
from tracker.core.text import clean_line
from tracker.services.files import write_whole

FOLDER = "attachments"
LARGEST = 50 * 1024 * 1024  # bytes
KINDS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"BM": ".bmp"}  # how files begin


def keep(folder: Path, file: Path, ocr: str = "") -> str:
    """Copy an image into `folder`; returns its lines for a note: what is written in it as a comment, and the image.

    The same image is kept once. Raises UsageError for what is no image, is too large or cannot be read.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise UsageError(f"{file} is larger than {LARGEST // 2**20} MiB", "Name a smaller image")
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror})", "Name an image") from error
    path = folder / (hashlib.sha256(data).hexdigest()[:16] + _suffix(file, data))
    if not path.exists():
        write_whole(path, data)
    words = clean_line(ocr, 20_000).replace("--", "- -").replace(">", "＞")
    return f"<!-- 这是一张图片，ocr 内容为：{words} -->\n![]({path.resolve().as_uri()})"


def _suffix(file: Path, data: bytes) -> str:
    """Of its kind, told by its bytes: a name may say anything."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    for head, suffix in KINDS.items():
        if data.startswith(head):
            return suffix
    raise UsageError(f"{file} is no image", "Name a PNG, JPEG, GIF, WebP or BMP file")
