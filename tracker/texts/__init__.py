"""SHELF: the bytes of a page or a paper -> its readable text. No I/O; run in the reading room's children."""
