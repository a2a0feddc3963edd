"""`python -m tests.sequences DATABASE SEED DEEDS`: decide by chance, a line for each deed; the tests kill it."""

from __future__ import annotations

import sys

from db.store import open_store
from tests.sequences.deeds import Hand
from tests.sequences.world import NOW


def main(database: str, seed: int, deeds: int) -> None:
    """Decide; several processes may do so about one database."""
    store = open_store(database)
    hand = Hand(store, seed, NOW)
    for _ in range(deeds):
        print(hand.deed(), flush=True)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
