"""Encodings of a person's files: read as written, written as read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.errors import DocumentError
from tracker.documents.charset import decode, encode

CHINESE = "# 20260101 记忆与上下文（上）\r\n+ 把长期记忆写进 GPU，€ 10\n"


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (CHINESE.encode(), "utf-8"),
        (("\ufeff" + CHINESE).encode(), "utf-8"),
        (("\ufeff" + CHINESE).encode("utf-16-le"), "utf-16-le"),
        (("\ufeff" + CHINESE).encode("utf-16-be"), "utf-16-be"),
        ("plain words, no mark\n".encode("utf-16-le"), "utf-16-le"),
        ("plain words, no mark\n".encode("utf-16-be"), "utf-16-be"),
        (("\ufeff" + CHINESE).encode("utf-32-le"), "utf-32-le"),
        (CHINESE.encode("gb18030"), "gb18030"),
        ("- café, déjà vu – naïve\n".encode("cp1252"), "cp1252"),
        (b"caf\xe9 \x81\n", "latin-1"),
    ],
)
def test_a_text_comes_out_in_its_own_bytes(data: bytes, codec: str) -> None:
    text, found = decode(data, "x.md")
    assert found == codec
    assert encode(text, found) == data


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", b"\xff\xfe\x00", b"\xef\xbb\xbf\xff"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="is no text"):
        decode(data, "x.png")


def test_a_character_the_encoding_lacks_is_not_lost() -> None:
    assert encode("café 记忆", "cp1252").decode() == "café 记忆"


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_survives_utf8(text: str) -> None:
    data = text.encode()
    try:
        found, codec = decode(data, "x.md")
    except DocumentError:
        assert "\0" in text
    else:
        assert encode(found, codec) == data
