"""A talk and its caption tracks: which talk an address is, what is known of it, and which track to take. Pure.

The document about a talk has the shape yt-dlp gives it; it is a stranger's, so every field is checked before
use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tracker.core.text import clean_line, clean_text
from tracker.core.transcript import MAX_TITLE, Chapter, TrackOrigin, chapters_in, tidy_chapters
from tracker.core.urls import work_id

YOUTUBE, BILIBILI, FILES = "youtube", "bilibili", "files"
SITE_NAMES = {YOUTUBE: "YouTube", BILIBILI: "Bilibili"}
LONGEST_DESCRIPTION = 16_000
FORMS = ("json3", "json", "vtt", "srv3", "srv2", "srv1", "ttml", "srt")  # from the richest to the poorest
_NOT_TEXT = frozenset(("live_chat", "danmaku", "comments", "rechat"))
_BILIBILI = re.compile(
    r"https?://(?:(?:www|m)\.)?bilibili\.com/(?:s/)?video/(BV1[0-9A-Za-z]{9,12})(?![0-9A-Za-z])", re.I
)
_PART = re.compile(r"[?&]p=(\d{1,4})(?=&|#|$)")
_SHORT = re.compile(r"https?://(?:b23\.tv|bili2233\.cn)/\w+", re.I)
_NAMED_KEY = re.compile(r"(.{2,})-[A-Za-z0-9_-]{11}$")
_LANG = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{2,8}){0,3})$")
_LIVE = frozenset(("is_upcoming", "is_live", "post_live", "was_live", "not_live"))


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk. `part` counts from 1 on Bilibili and is 0 elsewhere; `id` is the site's own."""

    site: str
    id: str
    part: int = 0

    @property
    def url(self) -> str:
        """The one address yt-dlp is asked with."""
        if self.site == YOUTUBE:
            return f"https://www.youtube.com/watch?v={self.id}"
        query = f"?p={self.part}" if self.part > 1 else ""
        return f"https://www.bilibili.com/video/{self.id}{query}"

    @property
    def key(self) -> str:
        """How a job names the talk."""
        return f"{self.id}:{self.part}" if self.part else self.id


@dataclass(frozen=True, slots=True)
class Facts:
    """What a site says of a talk. `playable`: a format that is no storyboard, so a player did answer."""

    title: str = ""
    channel: str = ""
    channel_id: str = ""
    duration: float = 0.0  # seconds, 0 = not said
    published: datetime | None = None
    live: str = ""  # yt-dlp's live_status
    starts: datetime | None = None  # of what is announced
    playable: bool = False
    spoken: str = ""  # language of the talk, "" = not said
    chapters: tuple[Chapter, ...] = ()
    description: str = ""
    parts: int = 0  # of a Bilibili video with several, 0 = one or not said


@dataclass(frozen=True, slots=True)
class Track:
    """One caption track. `url` is bound to this machine and short-lived: never stored. `data` = already there."""

    key: str
    lang: str
    origin: TrackOrigin
    url: str = ""
    form: str = ""
    data: str = ""
    original: bool = False  # marked as the spoken one


def talk_of(url: str) -> Talk | None:
    """The talk at an address, None when it is none. Identifiers of a wrong length are none."""
    site, _, rest = work_id(url).partition(":")
    if site == YOUTUBE:
        return Talk(YOUTUBE, rest)
    if site == BILIBILI:
        number, _, part = rest.partition(":")
        return Talk(BILIBILI, number, int(part or 1))
    if found := _BILIBILI.match(url):  # numbers the bijection does not know
        page = _PART.search(url)
        return Talk(BILIBILI, "BV" + found[1][2:], max(1, int(page[1])) if page else 1)
    return None


def is_short_link(url: str) -> bool:
    """Whether only asking tells which Bilibili talk an address is."""
    return bool(_SHORT.match(url))


def facts_of(info: Mapping[str, Any]) -> Facts:
    """What a document says, field by field; what has the wrong type or is no time counts as not said."""
    description = clean_text(_text(info.get("description"))[:LONGEST_DESCRIPTION])
    duration = _seconds(info.get("duration"))
    live = _text(info.get("live_status"))
    return Facts(
        title=clean_line(_text(info.get("title")), MAX_TITLE * 2),
        channel=clean_line(_text(info.get("channel")) or _text(info.get("uploader")), MAX_TITLE),
        channel_id=clean_line(_text(info.get("channel_id")) or _text(info.get("uploader_id")), 64),
        duration=duration,
        published=_moment(info.get("timestamp")) or _day(info.get("upload_date")),
        live=live if live in _LIVE else "",
        starts=_moment(info.get("release_timestamp")),
        playable=_playable(info),
        spoken=language(_text(info.get("language"))),
        chapters=_chapters(info.get("chapters"), duration) or chapters_in(description, duration),
        description=description,
        parts=int(_seconds(info.get("n_entries"))),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _seconds(value: Any) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e7
    return float(value) if good else 0.0


def _moment(value: Any) -> datetime | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 4e9
    return datetime.fromtimestamp(int(value), UTC) if good else None


def _day(value: Any) -> datetime | None:
    text = _text(value)
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC) if len(text) == 8 else None
    except ValueError:
        return None


def _playable(info: Mapping[str, Any]) -> bool:
    formats = info.get("formats")
    if not isinstance(formats, list):
        return bool(info.get("url"))
    return any(isinstance(one, Mapping) and one.get("protocol") != "mhtml" and one.get("url") for one in formats)


def _chapters(value: Any, duration: float) -> tuple[Chapter, ...]:
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    found = (Chapter(_seconds(row.get("start_time")), clean_line(_text(row.get("title")), MAX_TITLE)) for row in rows)
    return tidy_chapters(found, duration)


def language(key: str) -> str:
    """A BCP 47 tag from what a site calls a track: `ai-zh` and `en-orig` are zh and en; "" when it is none."""
    key = key.removeprefix("ai-").removesuffix("-orig")
    if named := _NAMED_KEY.match(key):
        key = named[1]
    found = _LANG.match(key.replace("_", "-"))
    if found is None:
        return ""
    rest = [_subtag(part) for part in found[2].split("-")[1:]]
    return "-".join([found[1].lower(), *rest])


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()


def tracks_of(info: Mapping[str, Any]) -> tuple[Track, ...]:
    """The tracks of text a document offers, machine translations and chats left out, in its order."""
    found: list[Track] = []
    for field, origin in (("subtitles", TrackOrigin.MANUAL), ("automatic_captions", TrackOrigin.AUTO)):
        listed = info.get(field)
        for key, files in listed.items() if isinstance(listed, Mapping) else ():
            if isinstance(key, str) and isinstance(files, list) and key not in _NOT_TEXT and (lang := language(key)):
                found.extend(_best_file(key, lang, TrackOrigin.AUTO if key.startswith("ai-") else origin, files))
    return tuple(found)


def _best_file(key: str, lang: str, origin: TrackOrigin, files: Sequence[Any]) -> Iterator[Track]:
    """The richest file of a track that is no translation."""
    usable = [
        one for one in files
        if isinstance(one, Mapping)
        and (_text(one.get("url")) or _text(one.get("data")))
        and "tlang=" not in _text(one.get("url"))
    ]  # fmt: skip
    rank = {form: i for i, form in enumerate(FORMS)}
    best = min(usable, key=lambda one: rank.get(_text(one.get("ext")), len(FORMS)), default=None)
    if best is not None:
        yield Track(
            key, lang, origin, _text(best.get("url")), _text(best.get("ext")), _text(best.get("data")),
            key.endswith("-orig"),
        )  # fmt: skip


def document_of(body: bytes) -> tuple[Facts, tuple[Track, ...]] | None:
    """Facts and tracks of a document as `yt-dlp --write-info-json` writes it; None when it is none."""
    try:
        info = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(info, dict) or not isinstance(info.get("title"), str):
        return None
    if not isinstance(info.get("subtitles", info.get("automatic_captions")), dict):
        return None
    return facts_of(info), tracks_of(info)


def choose(
    tracks: Sequence[Track], wished: Sequence[str], spoken: str = "", also: Sequence[str] = ()
) -> tuple[Track, ...]:
    """The track to take, and a second, hand-made one where `also` asks for it.

    Hand-made in a wished language, the recogniser's of what is spoken, any hand-made, any recogniser's.
    """
    manual = [one for one in tracks if one.origin is TrackOrigin.MANUAL]
    auto = [one for one in tracks if one.origin is not TrackOrigin.MANUAL]
    first = _in_language(manual, wished) or _spoken(auto, spoken, wished) or next(iter(manual or auto), None)
    second = _in_language([one for one in manual if one is not first], also)
    return tuple(one for one in (first, second) if one is not None)


def _in_language(tracks: Sequence[Track], wished: Sequence[str]) -> Track | None:
    for wish in wished:
        for match in (str.__eq__, lambda lang, wish: lang.startswith(wish + "-") or wish.startswith(lang + "-")):
            for one in tracks:
                if match(one.lang, wish):
                    return one
    return None


def _spoken(auto: Sequence[Track], spoken: str, wished: Sequence[str]) -> Track | None:
    """The recogniser's track of the language spoken; where that is not said, one marked so, in a wished language."""
    marked = [one for one in auto if one.original] or list(auto)
    if spoken and (found := _in_language(marked, (spoken,)) or _in_language(auto, (spoken,))):
        return found
    return _in_language(marked, wished) or (marked[0] if len({one.lang for one in marked}) == 1 else None)
