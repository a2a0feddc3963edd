"""Pieces of screens, drawn from plain text only."""
