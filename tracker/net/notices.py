"""Notices to a person's own services (webhook, e-mail, desktop, ...) through the apprise library (extra 'notify').

The addresses are the person's own, out of the settings, so the guard for strangers' addresses is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.core.errors import UsageError


def send(addresses: Sequence[str], title: str, body: str, attachment: str = "") -> bool:
    """Send one notice to all addresses; False when one of them did not take it. Raises UsageError without the extra."""
    try:
        import apprise
    except ImportError:
        raise UsageError("notices need the extra 'notify'", "Install tracker[notify]") from None
    bell = apprise.Apprise()
    understood = [bell.add(address) for address in addresses]
    taken = bell.notify(title=title, body=body, attach=attachment or None) if any(understood) else False
    return bool(taken) and all(understood)
