"""Strangers' text made safe for a terminal, a database and a comparison.

Three doors: `clean_line` for titles and names, `clean_text` for paragraphs, `fold` for comparing. Beside them what
can be told from text alone: its language by script, and the minutes it takes to read.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

from tracker.core.patterns import later

LINE_LIMIT = 1000  # characters of a title or name; longer ones are mistakes or attacks
HAN_PER_MINUTE = 400  # silent reading of Chinese, characters (Brysbaert 2019 gives 260 wpm = about 390)
WORDS_PER_MINUTE = 230  # silent reading of English non-fiction (Brysbaert 2019: 238)

# Terminal sequences (ECMA-48): CSI, then the string types (OSC, DCS, SOS, PM, APC) up to their terminator, then the
# two- and three-character escapes. The 8-bit forms (C1) count as well. Bounded, so that thousands of openings
# without an end cost linear time.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,200}[ -/]{0,20}[@-~]"
    r"|(?:\x1b[\]P^_X]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]{0,500}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,4}[0-Z\\^-~]"
)
# What no reader sees but a terminal, a search or a log obeys: C0 and C1 controls, bidi marks and overrides, zero
# width marks, soft hyphen, invisible operators, interlinear marks, tag characters, non-characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001d173-\U0001d17a]"
)
_TAGS = re.compile("(\U0001f3f4[\U000e0061-\U000e007a]{2,8}\U000e007f)|[\U000e0000-\U000e0fff]")  # flags keep theirs
# A joiner is kept where it does work: between parts of an emoji, and in scripts that shape with it.
_JOINER = later(
    "(?<=[\u2190-\u2bff\ufe0f\u3030\u303d\u3297\u3299\U0001f000-\U0001faff])\u200d"
    "(?=[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff])"
    "|(?<=[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\ufb50-\ufdff\ufe70-\ufefc])[\u200c\u200d]"
    "|([\u200c\u200d])"
)
_UNSEEN_ASCII = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0D, 0x20), 0x7F))
_SURROGATE = re.compile("[\ud800-\udfff]")
_STACKED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{6})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
# Any character one of the patterns here could take away.
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u0300-\u036f\u0483-\u0489\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_HUGE_NUMBER = re.compile(r"&#(?:0*[1-9]\d{7,}|[xX]0*[1-9A-Fa-f][0-9A-Fa-f]{6,});?")
_MANY_LINES = re.compile(r"\n{3,}")

_HAN_SIGNS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA_SIGNS = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL_SIGNS = "\u1100-\u115e\u1161-\u11ff\uac00-\ud7a3"
_HAN, _KANA, _HANGUL = (later(f"[{signs}]") for signs in (_HAN_SIGNS, _KANA_SIGNS, _HANGUL_SIGNS))
_EASTERN = later(f"[{_HAN_SIGNS}{_KANA_SIGNS}{_HANGUL_SIGNS}]+")
_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_ENGLISH_SMALL = (
    "the of and to in is for that on with are this it as be by an from or at how what why your we you can not"
)
_ENGLISH = frozenset(_ENGLISH_SMALL.split())


def drop_sequences(text: str) -> str:
    """`text` without terminal sequences; to be used before single control characters are taken out of it."""
    return _SEQUENCE.sub("", text) if "\x1b" in text or "\x9b" in text else text


def strip_unseen(text: str) -> str:
    """`text` without terminal sequences, controls, bidi and zero-width marks; line ends become "\\n"; NFC."""
    if text.isascii():
        if len(text.encode("ascii").translate(None, _UNSEEN_ASCII)) == len(text):  # a tenth of the search below
            return text
    elif not _SUSPECT.search(text):  # nearly all text: one pass
        return unicodedata.normalize("NFC", text)
    text = _SEQUENCE.sub("", text)
    text = _BREAKS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    if text.isascii():
        return text
    text = _JOINER.sub(lambda m: "" if m[1] else m[0], text)
    text = _TAGS.sub(lambda m: m[1] or "", text)
    text = _SURROGATE.sub("\ufffd", text)
    text = _STACKED.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def unescape(text: str) -> str:
    """`text` with its HTML entities as characters. A number no character has (and no machine reads) is U+FFFD."""
    return html.unescape(_HUGE_NUMBER.sub("\ufffd", text)) if "&" in text else text


def clean_line(text: str, limit: int = LINE_LIMIT, *, entities: bool = False) -> str:
    """One line of plain text, at most `limit` characters; safe to print and to store.

    `entities=True` decodes HTML entities first, once. Text that was already cleaned must not be decoded again:
    a title about `&lt;` would change its meaning.
    """
    text = text[: limit * 8 + 4096]  # an 8 MB title costs no more than a long one
    if entities and "&" in text:
        text = unescape(text)
    text = " ".join(strip_unseen(text).split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean_text(text: str, limit: int = 5_000_000) -> str:
    """Plain text of many lines: blanks folded, at most one empty line in a row, at most `limit` characters."""
    text = strip_unseen(text[:limit])
    lines = [_BLANKS.sub(" ", line).strip() for line in text.split("\n")]
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def argument(name: str) -> str:
    """A name as it is typed behind a command: in quotes when it holds a blank."""
    return f'"{name}"' if any(char.isspace() for char in name) else name


def fold(text: str) -> str:
    """`text` for comparing and searching: full-width and half-width, case and all kinds of blanks are equal."""
    folded = unicodedata.normalize("NFKC", strip_unseen(text)).casefold()
    return " ".join(folded.split())


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """A person's pattern, any case; what is no regular expression is taken by the letter."""
    try:
        return re.compile(text, re.I)
    except re.error:
        return re.compile(re.escape(text), re.I)


def guess_language(text: str, sample: int = 4000) -> str:
    """ "en", "zh", "ja", "ko", or "" when the script does not say. Looks at the first `sample` characters."""
    text = text[:sample]
    han, kana, hangul = len(_HAN.findall(text)), len(_KANA.findall(text)), len(_HANGUL.findall(text))
    words = _LATIN_WORD.findall(text)
    # One Han character carries about as much as 1.6 letters' worth of a word: compare with words, not letters.
    east = han + kana + hangul
    if east and east >= len(words):
        if hangul > (han + kana) // 2:
            return "ko"
        return "ja" if kana * 10 > han else "zh"
    return "en" if _is_english(words) else ""


def _is_english(words: list[str]) -> bool:
    """Whether the small words are English ones: a tenth of running text; one is enough for a title."""
    common = sum(1 for word in words if word.lower() in _ENGLISH)
    return common > 0 and common * 12 >= len(words)


def count_words(text: str) -> int:
    """Words as people count them: each Han, kana or Hangul character is one, each Western word is one."""
    east = len(_HAN.findall(text)) + len(_KANA.findall(text)) + len(_HANGUL.findall(text))
    return east + len(_WORD.findall(_HANGUL.sub(" ", _KANA.sub(" ", _HAN.sub(" ", text)))))


def reading_minutes(text: str) -> int:
    """Minutes to read `text`, at least 1; 0 for no text. Knows that Chinese is counted in characters."""
    if not text.strip():
        return 0
    east = 0
    if not text.isascii():
        rest, runs = _EASTERN.subn(" ", text)
        east, text = len(text) - len(rest) + runs, rest
    return max(1, round(east / HAN_PER_MINUTE + len(text.split()) / WORDS_PER_MINUTE))


def clock(seconds: float) -> str:
    """1:02:03 or 2:03."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
