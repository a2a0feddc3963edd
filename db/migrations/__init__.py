"""Migrations: they only append, each runs in one transaction, each is tested on a filled database."""

HEAD = 4  # the schema version of this program: the number of the newest migration
