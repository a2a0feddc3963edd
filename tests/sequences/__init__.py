"""Random sequences of decisions of every kind, taken back and done again."""
