"""Shares as bars of cells: a stroke for what is done, a thin one for what is left."""

from __future__ import annotations

DONE, LEFT = "━", "─"


def bar(share: float, cells: int) -> tuple[str, str]:
    """What is done and what is left, `cells` together. Something begun shows, something unfinished is never full."""
    full = round(share * cells)
    if 0 < share < 1:
        full = min(max(1, full), cells - 1)
    return DONE * full, LEFT * (cells - full)
