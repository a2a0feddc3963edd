"""Transcripts that lie in files: an episode's own, a caption file at an address, a document about a talk.

Files come by our fetcher and are read in the reading room; what they say is trusted no more than any page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from tracker.config.settings import Youtube
from tracker.core.captions import MAX_BYTES, Captions
from tracker.core.outcome import Asked, Fetched
from tracker.core.talks import FILES, Facts, Track, choose
from tracker.core.text import clean_line
from tracker.core.transcript import TrackOrigin
from tracker.core.web import Answer, Failed, Fetcher, Reply, Request
from tracker.services.reading import JobFailed

_FORM_ORDER = ("vtt", "srt", "subrip", "json", "html", "plain")
_TEXT_TYPES = ("html", "plain")


class Reading(Protocol):
    """Where strangers' bytes are read; `services.reading.ReadingRoom`."""

    async def run(self, function_path: str, *args: object) -> Any:
        """`function(*args)` in a child. Raises JobFailed."""
        ...


async def read(reading: Reading, one: Fetched, site: str) -> Captions:
    """A caption file, read where it can do no harm. Never raises."""
    if one.error:
        return Captions(problem="unread")
    text_too = site == FILES and any(word in one.track.form for word in _TEXT_TYPES)
    try:
        found = await reading.run("tracker.core.captions:read_from", one.body, text_too)
    except JobFailed:
        return Captions(problem="unknown")
    return found if isinstance(found, Captions) else Captions(problem="unknown")


async def at_address(fetcher: Fetcher, reading: Reading, settings: Youtube, url: str) -> Asked:
    """What lies at an address that is no talk: a document in yt-dlp's shape, or captions. Never raises."""
    answer = await fetcher.fetch(Request(url, max_bytes=MAX_BYTES, purpose="transcript"))
    if not isinstance(answer, Reply):
        return _not_there(answer)
    if (found := await _document(reading, answer.body)) is not None:
        return await _with_files(fetcher, settings, *found)
    kind = answer.headers.get("content-type", "").partition(";")[0].lower()
    track = Track(clean_line(kind, 60), "", TrackOrigin.MANUAL, form=kind)
    return Asked(FILES, fetched=(Fetched(track, answer.body),))


def _not_there(answer: Answer) -> Asked:
    gone = isinstance(answer, Failed) and answer.status in (404, 410)
    detail = answer.detail if isinstance(answer, Failed) else "not modified"
    return Asked(FILES, said=("deleted",)) if gone else Asked(FILES, ended=f"not reached: {detail}")


async def _document(reading: Reading, body: bytes) -> tuple[Facts, tuple[Track, ...]] | None:
    """Facts and tracks of a document about a talk, None when the bytes are none."""
    if body.lstrip()[:1] != b"{":
        return None
    try:
        found: tuple[Facts, tuple[Track, ...]] | None = await reading.run("tracker.core.talks:document_of", body)
    except JobFailed:
        return None
    return found


async def _with_files(fetcher: Fetcher, settings: Youtube, facts: Facts, tracks: Sequence[Track]) -> Asked:
    """What a document somebody wrote offers; its captions come by our fetcher."""
    chosen = choose(tracks, settings.languages, facts.spoken, settings.also)
    fetched = tuple([await _fetched(fetcher, track) for track in chosen])
    return Asked(FILES, facts, tuple(tracks), fetched)


async def _fetched(fetcher: Fetcher, track: Track) -> Fetched:
    if track.data:
        return Fetched(track, track.data.encode("utf-8", "replace")[:MAX_BYTES])
    answer = await fetcher.fetch(Request(track.url, max_bytes=MAX_BYTES, purpose="transcript"))
    if isinstance(answer, Reply):
        return Fetched(track, answer.body, answer.status)
    status = answer.status if isinstance(answer, Failed) else 304
    detail = answer.detail if isinstance(answer, Failed) else "not modified"
    return Fetched(track, b"", status, f"HTTP Error {status}: {detail}" if status else detail)


async def of_episode(fetcher: Fetcher, files: Sequence[tuple[str, str]]) -> Asked:
    """The best of an episode's own transcript files."""

    def rank(one: tuple[str, str]) -> int:
        words = f"{one[1]} {one[0].rpartition('.')[2]}".lower()
        return next((i for i, form in enumerate(_FORM_ORDER) if form in words), len(_FORM_ORDER))

    for url, kind in sorted(files, key=rank)[:1]:
        form = kind.lower() or url.rpartition(".")[2].lower()
        fetched = await _fetched(fetcher, Track(clean_line(kind, 60), "", TrackOrigin.MANUAL, url, form))
        return Asked(FILES, None, (), (fetched,))
    return Asked(FILES, said=("the episode names no transcript file",))
