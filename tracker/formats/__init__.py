"""Shelf: values -> text. One file a format; no I/O."""
