"""The verbs: each takes its store, fetcher and clock, and owns the transaction."""
