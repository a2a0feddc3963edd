"""Pure floor: nouns and decisions. No I/O, no clock, no threads."""
