"""Shelf: how each kind of source is asked and how its answer is read. One file a kind; no I/O."""
