"""Measures the program side by side with others of its kind, on loopback. Run with `make bench`; see README.md."""
