"""Compressed bodies never grow beyond the cap."""

import gzip
import zlib

import pytest

from tracker.net.inflate import BadEncoding, Inflater, TooLarge

TEXT = b"one small step " * 1000


def opened(encoding: str, body: bytes, most: int = 1 << 20, step: int = 100) -> bytes:
    inflater = Inflater(encoding, most)
    for i in range(0, len(body), step):
        inflater.feed(body[i : i + step])
    return inflater.finish()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT[:7500], mtime=0) + gzip.compress(TEXT[7500:], mtime=0)),
        ("gzip", TEXT),  # a false flag
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),  # raw, as some servers send it
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
    ],
)
@pytest.mark.parametrize("step", [1, 100, 1 << 20])
def test_bodies_open(encoding: str, body: bytes, step: int) -> None:
    assert opened(encoding, body, step=step) == TEXT


def test_one_byte_bodies_are_kept() -> None:
    assert opened("gzip", b"") == b""


def test_a_bomb_is_cut_at_the_cap() -> None:
    inflater = Inflater("gzip", 1000)
    with pytest.raises(TooLarge):
        inflater.feed(gzip.compress(bytes(50_000_000)))
    assert len(inflater.body) == 1000


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip, gzip", "zstd"])
def test_unknown_encodings_are_refused(encoding: str) -> None:
    with pytest.raises(BadEncoding):
        Inflater(encoding, 10)


@pytest.mark.parametrize(
    "body", [gzip.compress(TEXT, mtime=0)[:-20], gzip.compress(TEXT, mtime=0)[:30] + b"garbage" * 30]
)
def test_cut_and_broken_streams_are_told(body: bytes) -> None:
    with pytest.raises(BadEncoding):
        opened("gzip", body)
