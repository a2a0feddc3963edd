"""Dates as feeds and pages write them, read into aware UTC datetimes; anything doubtful is None.

ISO 8601 / W3CDTF and RFC 822 first, as nearly all feeds use them; then what is met in the wild: asctime, month and day
names in other languages, numeric forms, am/pm, Chinese, Japanese and Korean dates. A date that names an impossible
moment (second 61, 31 June) is no date. Years outside 1900..2100 are mistakes, not dates.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from tracker.core.text import strip_unseen

OLDEST_BELIEVABLE = datetime(1990, 1, 1, tzinfo=UTC)  # nothing was published on the web before it
FUTURE_GRACE = timedelta(days=2)  # clocks and time zones of others

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[Tt ]+(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?"
    r"\s*(?:([Zz]|UTC|GMT)|([+-])(\d\d):?(\d\d)?Z?|([A-Z]{2,5}))?)?$"
)
_RFC = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?(\d{1,2})[ -]+([A-Za-z]{3,9})\.?,?[ -]+(\d{4}|\d\d),?"
    r"(?:\s+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:\s*([A-Za-z]{1,5}|[+-]\d\d:?\d\d)|\s*(?:GMT|UTC)([+-]\d\d:?\d\d))?)?$"
)
# One-letter military zones other than Z are used with both signs in the wild (RFC 5322 4.3): not in here.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "bst": 60, "ist": 330, "cet": 60, "met": 60, "mez": 60,
    "cest": 120, "mest": 120, "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "msd": 240, "sast": 120,
    "jst": 540, "kst": 540, "hkt": 480, "sgt": 480, "awst": 480, "acst": 570, "acdt": 630, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780, "brt": -180, "art": -180, "nst": -210, "ndt": -150, "ast": -240, "adt": -180, "at": -240,
    "est": -300, "edt": -240, "et": -300, "cst": -360, "cdt": -300, "ct": -360, "mst": -420, "mdt": -360, "mt": -420,
    "pst": -480, "pdt": -420, "pt": -480, "akst": -540, "akdt": -480, "hst": -600,
}  # fmt: skip

# The beginnings of month names in the languages feeds were seen in; folded, without accents.
_MONTH_NAMES = (
    "jan ene gen sty led janu siau ianouariou ιαν янв", "feb fev fev lut uno vasario φεβ фев",
    "mar mrt mac brez kov μαρ мар már", "apr avr abr kwi dub ápr απρ апр", "may mai mag maj mei kve μαι май мая",
    "jun juin giu cze cer jún ιουν ιον июн", "jul juil lug lip júl ιουλ ιολ июл", "aug aou ago sie srp αυγ авг",
    "sep set wrz zar szept σεπ сен", "oct okt out ott paz rij οκτ окт", "nov lis νοε νοέ ноя",
    "dec dez dic dis gru pro δεκ дек",
)  # fmt: skip
_CZECH_CLASH = {"lis": 11}
_ENGLISH_DAYS = frozenset(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "tues", "wednes", "thur", "thurs"))


def _plain(word: str) -> str:
    """Lower case without accents: `Mär` -> `mar`, `déc` -> `dec`, `Ιούλ` -> `ιουλ`."""
    split = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in split if not unicodedata.combining(c)).replace("ς", "σ")


_MONTHS = {_plain(name): n for n, names in enumerate(_MONTH_NAMES, 1) for name in names.split()} | _CZECH_CLASH

_TIME = re.compile(r"(?<![\d:])(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?![\d:])")
_HALF = re.compile(r"(?<![a-z])(am|pm|a\.m\.|p\.m\.|오전|오후|上午|下午|午前|午後)(?![a-z])", re.I)
_AFTERNOON = frozenset(("pm", "p.m.", "오후", "下午", "午後"))
_OFFSET = re.compile(r"(?:(?:GMT|UTC|Z)\s*)?([+-])(\d{1,2}):?(\d\d)?\s*(?:\([^()]*\))?$", re.I)
_AREA = re.compile(r"\b([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)$")
_EAST = re.compile(
    r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]?"
    r"(?:[^\d]{0,12}(\d{1,2})\s*[:：時时点시]\s*(\d\d?)(?:\s*[:：分분]\s*(\d\d))?)?"
)
_YMD = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DMY = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_NAMED = re.compile(
    r"(?<![^\W_])(\d{1,2})(?:st|nd|rd|th|\.)?,?[\s-]+(?:de\s+)?"
    r"([^\W\d_]{3,14})\.?,?[\s-]+(?:de\s+)?(\d{4}|\d\d)(?!\d)"
)
_NAMED_US = re.compile(r"([^\W\d_]{3,14})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:[^\d]{0,12}\s)?(\d{4})(?!\d)")
_ISO_NAMED = re.compile(r"(\d{4})-([^\W\d_]{3,14})-(\d{1,2})T?")
# ctime, with the zone before the year: "Fri Sep 30 16:49:40 +0000 2011"
_CTIME = re.compile(
    r"[A-Za-z]{3},?\s+([A-Za-z]{3,9})\s+(\d{1,2})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s+(?:([A-Za-z]{1,5}|[+-]\d{4})\s+)?(\d{4})$"
)
_MONTH_YEAR = re.compile(r"^([^\W\d_]{3,14})\.?,?\s+(\d{4})$")
_ASCTIME_YEAR = re.compile(r"([^\W\d_]{3,14})\.?\s+(\d{1,2})\s+(\d{4})$")
_SHORT = (
    (re.compile(r"(\d{4})$"), "y"), (re.compile(r"(\d{4})-(\d\d)$"), "ym"), (re.compile(r"(\d\d)-(\d\d)-(\d\d)$"), "ymd"),
    (re.compile(r"(\d\d)(\d\d)(\d\d)$"), "ymd"), (re.compile(r"(\d{4})-?(\d{3})$"), "yd"),
    (re.compile(r"(\d\d)-?(\d{3})$"), "yd"), (re.compile(r"-(\d\d)-?(\d\d)$"), "ym"),
    (re.compile(r"(\d{4})(\d\d)$"), "ym"),
)  # fmt: skip


def parse_date(text: str) -> datetime | None:
    """The instant `text` names, in UTC to the second; None when it names none. No zone means UTC."""
    text = strip_unseen(text).strip()
    if not 4 <= len(text) <= 100:
        return None
    found = _ISO.match(text)
    if found:
        return _from_iso(found)
    found = _RFC.match(text)
    if found:
        when = _from_rfc(found)
        if when is not None:
            return when
    return _odd(text)


def believable(when: datetime | None, now: datetime) -> datetime | None:
    """`when`, or None when it cannot be a date of publication: before the web, or more than two days ahead of `now`."""
    if when is None or when < OLDEST_BELIEVABLE or when > now + FUTURE_GRACE:
        return None
    return when


def _from_iso(m: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second, _, sign, off_h, off_m, name = m.groups()
    offset = 0
    if sign:
        offset = (int(off_h) * 60 + int(off_m or 0)) * (-1 if sign == "-" else 1)
    elif name:
        if name.lower() not in _ZONES:
            return None
        offset = _ZONES[name.lower()]
    return _make(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), offset)


def _from_rfc(m: re.Match[str]) -> datetime | None:
    day, month_name, year, hour, minute, second, zone, gmt_offset = m.groups()
    return _from_rfc_parts(day, month_name, year, hour, minute, second, gmt_offset or zone)


def _from_rfc_parts(
    day: str, month_name: str, year: str, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> datetime | None:
    month, offset = _month(month_name), _zone(zone or "")
    if month is None or offset is None:
        return None
    return _make(_century(year), month, int(day), int(hour or 0), int(minute or 0), int(second or 0), offset)


def _make(year: int, month: int, day: int, hour: int, minute: int, second: int, offset: int) -> datetime | None:
    """The instant, or None when a part is out of range. `offset` is minutes east of UTC."""
    if not 1900 <= year <= 2100 or abs(offset) > 14 * 60 + 59:
        return None
    extra = timedelta(0)
    if hour == 24 and minute == 0 and second == 0:  # ISO 8601: the end of the day
        hour, extra = 0, timedelta(days=1)
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=timezone(timedelta(minutes=offset)))
    except ValueError:
        return None
    return (local + extra).astimezone(UTC)


def _century(year: str) -> int:
    """Two digits as RFC 2822 4.3 reads them."""
    value = int(year)
    if len(year) > 2:
        return value
    return value + (2000 if value < 70 else 1900)


def _month(name: str) -> int | None:
    """The number of a month named in any language known here, told by the longest known beginning."""
    plain = _plain(name)
    for size in range(min(len(plain), 10), 2, -1):
        if plain[:size] in _MONTHS:
            return _MONTHS[plain[:size]]
    return None


def _zone(text: str) -> int | None:
    """Minutes east of UTC of `+0200`, `EST`, `GMT+02:00`, ""; None when the name is not known."""
    if not text:
        return 0
    found = _OFFSET.fullmatch(text)
    if found:
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return -minutes if found[1] == "-" else minutes
    return _ZONES.get(text.lower())


def _odd(text: str) -> datetime | None:
    """The rarer forms. Each reads the day, then the time and the zone are looked for in what is left."""
    for pattern, parts in _SHORT:
        found = pattern.match(text)
        if found:
            return _from_short(parts, found.groups())
    found = _CTIME.match(text)
    if found:
        month_name, day_of, hour, minute, second, zone, year = found.groups()
        return _from_rfc_parts(day_of, month_name, year, hour, minute, second, zone)
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _EAST.search(text)
    if found:
        return _from_east(text, found)
    day = _find_day(text)
    if day is None:
        return None
    rest = text[: day[3][0]] + " " + text[day[3][1] :]
    return _with_time(day[:3], rest)


def _from_short(parts: str, values: tuple[str, ...]) -> datetime | None:
    year = _century(values[0])
    if parts == "yd":
        first = _make(year, 1, 1, 0, 0, 0, 0)
        days = int(values[1])
        return first + timedelta(days=days - 1) if first and 1 <= days <= 366 else None
    month = int(values[1]) if len(values) > 1 else 1
    return _make(year, month, int(values[2]) if len(values) > 2 else 1, 0, 0, 0, 0)


def _from_east(text: str, m: re.Match[str]) -> datetime | None:
    """Chinese, Japanese, Korean. Korean and Japanese blogs write local time without a zone: their own is meant."""
    offset = 0
    if m[4]:
        offset = 540 if "년" in m[0] else 0
        zone = _OFFSET.search(text[m.end() :].strip())
        offset = (_zone(zone[0]) or 0) if zone else offset
    hour = int(m[4] or 0)
    found_half = _HALF.search(m[0])
    half = found_half[1] if found_half else ""
    return _make(int(m[1]), int(m[2]), int(m[3]), _clock(hour, half), int(m[5] or 0), int(m[6] or 0), offset)


def _clock(hour: int, half: str) -> int:
    """The hour of 24 from one of 12."""
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half.lower() in _AFTERNOON else 0)


def _find_day(text: str) -> tuple[int, int, int, tuple[int, int]] | None:
    """(year, month, day, where it stands) of the first form that fits."""
    for pattern, order in ((_NAMED, "dmy"), (_NAMED_US, "mdy"), (_ISO_NAMED, "ymd"), (_ASCTIME_YEAR, "mdy")):
        for found in pattern.finditer(text):
            month = _month(found[order.index("m") + 1])
            if month:
                year, day = found[order.index("y") + 1], int(found[order.index("d") + 1])
                return _century(year), month, day, found.span()
    found_ymd = _YMD.search(text)
    if found_ymd:
        return int(found_ymd[1]), int(found_ymd[2]), int(found_ymd[3]), found_ymd.span()
    found_dmy = _DMY.search(text)
    if found_dmy:
        return *_order(found_dmy), found_dmy.span()
    found_my = _MONTH_YEAR.match(text)
    month = _month(found_my[1]) if found_my else None
    return (int(found_my[2]), month, 1, found_my.span()) if found_my and month else None


def _order(m: re.Match[str]) -> tuple[int, int, int]:
    """Year, month, day of `26/06/2020`, `03/30/2020`, `30.10.23`: dots: day first; slashes: month first if it can."""
    first, sep, second, year = int(m[1]), m[2], int(m[3]), _century(m[4])
    if sep == "." or first > 12:
        return year, second, first
    return year, first, second


def _with_time(day: tuple[int, int, int], rest: str) -> datetime | None:
    """`day` with the time of day and the zone found in `rest`. Leftovers that are no such thing make it no date."""
    found = _TIME.search(rest)
    if found is None:
        if ":" in rest or any(c.isdigit() for c in rest) or re.search(r"T\w", rest):
            return None
        return _make(*day, 0, 0, 0, 0)
    half = _HALF.search(rest)
    korean = 540 if half and half[1] in ("오전", "오후") else 0
    offset = _rest_zone(rest[found.end() :], rest[: found.start()])
    if offset is None:
        return None
    hour = _clock(int(found[1]), half[1] if half else "")
    if isinstance(offset, str):
        return _in_area(day, hour, int(found[2]), int(found[3] or 0), offset)
    return _make(*day, hour, int(found[2]), int(found[3] or 0), offset or korean)


def _rest_zone(after: str, before: str) -> int | str | None:
    """Minutes east of UTC, or an area name, from what follows the time; None when there is text that is no zone."""
    after = _HALF.sub(" ", after)
    area = _AREA.search(after.strip())
    if area:
        return area[1]
    found = _OFFSET.search(after.strip())
    if found:
        return _zone(found[0].split("(")[0].strip())
    words = re.findall(r"[A-Za-z]+|\d+", after)
    for word in words:
        if word.lower() in _ZONES:
            return _ZONES[word.lower()]
    known = all(_month(word) or _plain(word)[:3] in _ENGLISH_DAYS or word.isdigit() for word in words)
    return 0 if known and not any(len(word) > 4 and word.isdigit() for word in words) else None


def _in_area(day: tuple[int, int, int], hour: int, minute: int, second: int, area: str) -> datetime | None:
    """A local time in a named place of the time zone database; without that database, UTC."""
    naive = _make(*day, hour, minute, second, 0)
    try:
        zone = ZoneInfo(area)
    except (KeyError, ValueError, OSError):
        return None
    return naive.replace(tzinfo=zone).astimezone(UTC) if naive else None
