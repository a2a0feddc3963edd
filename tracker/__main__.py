"""`python -m tracker` and the `tracker` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; the process exit status is what the command says."""
    from tracker.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
