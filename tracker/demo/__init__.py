"""A bundled miniature web on loopback and a walk through it."""
