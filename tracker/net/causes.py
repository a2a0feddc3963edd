"""What an exception of the network means: a reason of the closed list and a line for people."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx

from tracker.core.text import clean_line
from tracker.core.web import Reason
from tracker.net.connect import NoAddress, PrivateAddress
from tracker.net.inflate import BadEncoding, TooLarge

_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (PrivateAddress, Reason.REFUSED_PRIVATE),
    (NoAddress, Reason.DNS),
    (TooLarge, Reason.TOO_LARGE),
    (BadEncoding, Reason.ENCODING),
    (TimeoutError, Reason.TIMEOUT),
    (httpx.TimeoutException, Reason.TIMEOUT),
    (ssl.SSLError, Reason.TLS),
    (httpx.ConnectError, Reason.CONNECT),
    (httpx.UnsupportedProtocol, Reason.REFUSED_SCHEME),
    (httpx.InvalidURL, Reason.REFUSED_SCHEME),
    (httpx.TransportError, Reason.PROTOCOL),
    (UnicodeError, Reason.PROTOCOL),
)
EXPECTED: tuple[type[Exception], ...] = tuple(kind for kind, _ in _REASONS)


def explain(error: BaseException, seconds: float) -> tuple[Reason, str]:
    """The reason and the sentence for `error`, one of EXPECTED; `seconds` is the deadline."""
    chain = list(_chain(error))
    for kind, reason in _REASONS:
        found = next((one for one in chain if isinstance(one, kind)), None)
        if found is not None:
            return reason, _sentence(reason, found, seconds)
    raise AssertionError(error)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _sentence(reason: Reason, error: BaseException, seconds: float) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection: the host does not answer"
    if reason is Reason.TIMEOUT:
        return f"no whole answer within {seconds:g} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return clean_line(f"the certificate does not hold: {error.verify_message}", 200)
    if isinstance(error, ssl.SSLError):
        return clean_line(f"no secure connection: {error.reason or error}", 200)
    if reason is Reason.CONNECT:
        return clean_line(f"no connection: {_root(error)}", 200)
    return clean_line(str(error) or type(error).__name__, 200)


def _root(error: BaseException) -> str:
    """The system's own words at the bottom of the chain."""
    words = [one.strerror for one in _chain(error) if isinstance(one, OSError) and one.strerror]
    return words[-1] if words else str(error)
