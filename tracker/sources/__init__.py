"""Shelf: how each kind of source is asked and how its answer is read. One file a kind; no I/O."""

from __future__ import annotations

from tracker.sources.base import KIND_NAMES, SourceKind, kind_for, kind_of

__all__ = ["KIND_NAMES", "SourceKind", "kind_for", "kind_of"]
