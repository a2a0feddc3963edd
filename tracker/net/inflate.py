"""Content encodings, opened by a decoder that never holds more than the cap (a 1 MiB bomb is 1 GiB inflated)."""

from __future__ import annotations

import zlib

MOST_LAYERS = 2


class BadEncoding(Exception):
    """The body is in an encoding we did not ask for, or does not inflate."""


class TooLarge(Exception):
    """More bytes than the cap."""


class Inflater:
    """Takes wire bytes, keeps at most `most` decoded bytes. Use `feed` for each chunk, then `finish`."""

    def __init__(self, encoding: str, most: int) -> None:
        """Raises BadEncoding for anything but gzip, deflate and identity."""
        names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
        names = [name for name in names if name != "identity"]
        if len(names) > MOST_LAYERS or any(name not in ("gzip", "x-gzip", "deflate") for name in names):
            raise BadEncoding(f"content encoding '{encoding[:40]}' is not opened")
        self._layers = [_Layer(name) for name in reversed(names)]
        self._most = most
        self._parts: list[bytes] = []
        self.size = 0

    def feed(self, chunk: bytes) -> None:
        """Take one chunk. Raises TooLarge (what fits is kept), BadEncoding."""
        pending = [chunk]
        for layer in self._layers:
            pending = [piece for data in pending for piece in layer.open(data, self._most + 1)]
        for piece in pending:
            self._keep(piece)

    def _keep(self, piece: bytes) -> None:
        room = self._most - self.size
        self._parts.append(piece[:room])
        self.size += min(len(piece), room)
        if len(piece) > room:
            raise TooLarge(f"larger than {self._most} bytes")

    def finish(self) -> bytes:
        """The whole body. Raises BadEncoding when the compressed stream was cut."""
        if any(layer.cut for layer in self._layers):
            raise BadEncoding("the compressed body ends too early")
        return self.body

    @property
    def body(self) -> bytes:
        """What was kept so far."""
        return b"".join(self._parts)


class _Layer:
    """One gzip or deflate stream; plain bytes under a false flag pass through, as browsers' caches taught servers."""

    def __init__(self, name: str) -> None:
        self._gzip = name != "deflate"
        self._stream: zlib._Decompress | None = None
        self._plain = False
        self._head = b""

    @property
    def cut(self) -> bool:
        return self._stream is not None and not self._stream.eof

    def open(self, data: bytes, most: int) -> list[bytes]:
        """The decoded pieces of `data`, together at most `most` bytes: more than that is never decoded."""
        if self._plain:
            return [data]
        if self._stream is None:
            self._head += data
            if len(self._head) < 2:
                return []
            data, self._head = self._head, b""
            self._stream = self._begin(data)
        return [data] if self._stream is None else self._inflate(data, most)

    def _begin(self, data: bytes) -> zlib._Decompress | None:
        if self._gzip and data[:2] != b"\x1f\x8b":
            self._plain = True
            return None
        if self._gzip:
            return zlib.decompressobj(31)
        zlib_head = data[0] & 15 == 8 and (data[0] * 256 + data[1]) % 31 == 0
        return zlib.decompressobj(15 if zlib_head else -15)

    def _inflate(self, data: bytes, most: int) -> list[bytes]:
        assert self._stream is not None
        out: list[bytes] = []
        while data and most > 0:
            try:
                piece = self._stream.decompress(data, min(most, 1 << 18))
            except zlib.error as error:
                raise BadEncoding(f"the body does not inflate ({error})") from error
            out.append(piece)
            most -= len(piece)
            data = self._stream.unconsumed_tail
            if self._stream.eof:  # several gzip members in a row are one body
                data = self._stream.unused_data
                if not (self._gzip and data[:2] == b"\x1f\x8b"):
                    break
                self._stream = zlib.decompressobj(31)
        return out
