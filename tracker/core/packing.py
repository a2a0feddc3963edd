"""Long texts as they are kept: small. Pure, so that whoever made a text can make it small."""

from __future__ import annotations

import zlib

try:  # the same streams in a third of the time; not built for every machine
    from isal import igzip_lib
except ImportError:  # pragma: no cover  (where tests run it is there)
    igzip_lib = None  # type: ignore[assignment]

BEST = 6  # for what is packed once and kept
QUICK = 1  # for what comes by thousands: a fortieth larger


def pack(text: str, effort: int = BEST) -> bytes:
    """`text` as UTF-8, deflated."""
    data = text.encode("utf-8", "surrogatepass")
    if effort == QUICK and igzip_lib is not None:
        return igzip_lib.compress(data, QUICK, igzip_lib.COMP_ZLIB, igzip_lib.MEM_LEVEL_SMALL)
    return zlib.compress(data, effort)


def unpack(data: bytes) -> str:
    """What `pack` made small."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")
