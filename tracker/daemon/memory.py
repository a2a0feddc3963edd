"""Free memory goes back to the system: the C library keeps it for each thread, and a daemon lives for months."""

from __future__ import annotations

import ctypes
from collections.abc import Callable


def give_back() -> bool:
    """Whether free memory was given back; takes a few milliseconds."""
    trim = _trim()
    return trim is not None and bool(trim(0))


def can_give_back() -> bool:
    """Only glibc can be asked; musl, macOS and Windows give it back by themselves."""
    return _trim() is not None


def _trim() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
    return found
