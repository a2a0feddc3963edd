"""The place in a talk that its address names: `t=`, `start=` and their like."""

from __future__ import annotations

import re
from collections.abc import Collection

from tracker.core.url_rules import alias_of
from tracker.core.urls import MAX_LENGTH, bare_host, pair, read

_VIDEO_SITES = frozenset(("youtube.com", "youtu.be", "bilibili.com", "vimeo.com", "player.vimeo.com", "b23.tv"))
NAMES, FRAGMENT = ("t", "start", "time_continue", "at"), ("t",)
MEDIA = re.compile(r"\.(?:mp3|mp4|m4a|m4v|ogg|oga|ogv|webm|opus)\Z", re.I)
_CLOCK = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s?)?\Z")
_COLONS = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:\.\d+)?\Z")


def split_time(url: str) -> tuple[str, int | None]:
    """The address of a talk without its start time, and that time in seconds (None when none is written).

    Knows `t=`, `start=`, `time_continue=` and `at=` in query and fragment, as 1231, 1231s, 20m31s, 1h2m3s, 1:02:03,
    on video sites; elsewhere `t=` in the fragment alone, as W3C Media Fragments have it: in a query `t` means
    something else.
    """
    found = read(url) if "=" in url and len(url) <= MAX_LENGTH else None
    if found is None or not found.is_web:
        return url, None
    on_site = _is_video_site(found.host or "")
    named = NAMES if on_site or MEDIA.search(found.pathname) else FRAGMENT
    head, hash_mark, after = url.partition("#")
    path, question_mark, query = head.partition("?")
    query, first = _take_time(query, NAMES) if on_site else (query, None)
    after, second = _take_time(after, named)
    seconds = first if first is not None else second
    rest = path + (question_mark + query if query else "") + (hash_mark + after if after else "")
    return (rest, seconds) if seconds is not None else (url, None)


def at_second(url: str, seconds: int | None) -> str:
    """The address of a talk at a second, as `split_time` reads it; as it is for none, and for the very beginning."""
    if not url or not seconds:
        return url
    head, mark, anchor = url.partition("#")
    found = read(url) if len(url) <= MAX_LENGTH else None
    if found is not None and _is_video_site(found.host or ""):
        return f"{head}{'&' if '?' in head else '?'}t={seconds}s{mark}{anchor}"
    return f"{url}{'&' if anchor else '' if mark else '#'}t={seconds}"


def _is_video_site(host: str) -> bool:
    return alias_of(bare_host(host)) in _VIDEO_SITES


def _take_time(text: str, names: Collection[str]) -> tuple[str, int | None]:
    kept, seconds = [], None
    for piece in text.split("&"):
        name, value = pair(piece)
        at = _seconds(value) if name in names else None
        if at is None:
            kept.append(piece)
        elif seconds is None:
            seconds = at
    return "&".join(kept), seconds


def _seconds(text: str) -> int | None:
    text = text.partition(",")[0].partition(".")[0].strip().lower()  # media fragments: t=10,20 plays from 10 to 20
    colons = _COLONS.match(text)
    if colons:
        return int(colons[1] or 0) * 3600 + int(colons[2]) * 60 + int(colons[3])
    clock = _CLOCK.match(text) if text else None
    return int(clock[1] or 0) * 3600 + int(clock[2] or 0) * 60 + int(clock[3] or 0) if clock else None
