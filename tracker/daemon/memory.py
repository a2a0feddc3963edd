"""Free memory goes back to the system: the C library keeps it for each thread, and a daemon lives for months."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

LARGE = 128 * 1024  # bytes; as the C library begins, before it raises this by itself
_LARGE_BLOCKS, _MOST_HEAPS = -3, -8  # M_MMAP_THRESHOLD and M_ARENA_MAX of glibc's malloc.h


def keep_together() -> bool:
    """Whether this process will have two heaps at most, with large blocks outside of them; before it starts threads.

    Else each thread gets a heap of its own, large blocks that were freed once come from the heaps, and what is left
    between their pieces grows for the first half hour and is never free as a whole.
    """
    tune = _of_malloc("mallopt")
    return tune is not None and all((tune(_MOST_HEAPS, 2), tune(_LARGE_BLOCKS, LARGE)))


def give_back() -> bool:
    """Whether free memory was given back; takes a few milliseconds."""
    trim = _of_malloc("malloc_trim")
    return trim is not None and bool(trim(0))


def can_give_back() -> bool:
    """Only glibc can be asked; musl, macOS and Windows give it back by themselves."""
    return _of_malloc("malloc_trim") is not None


def _of_malloc(name: str) -> Callable[..., int] | None:
    try:
        found: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):
        return None
    return found
