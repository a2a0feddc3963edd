"""The only room that touches the network."""

import sys

# httpx brings its command line with rich and pygments along, half of the time it takes to load; nothing here uses it.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
