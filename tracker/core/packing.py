"""Long texts as they are kept: small. Pure, so that whoever made a text can make it small."""

from __future__ import annotations

import zlib

BEST = 6  # for what is packed once and kept
QUICK = 1  # for what comes by thousands: two thirds of the time, a twentieth larger


def pack(text: str, effort: int = BEST) -> bytes:
    """`text` as UTF-8, deflated."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), effort)


def unpack(data: bytes) -> str:
    """What `pack` made small."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")
