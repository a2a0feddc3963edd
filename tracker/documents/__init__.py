"""Shelf: text -> Document. One file a reader; no I/O."""
