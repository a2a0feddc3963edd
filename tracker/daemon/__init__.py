"""The background daemon: a few fixed jobs in memory; what is due is a column of the store."""
