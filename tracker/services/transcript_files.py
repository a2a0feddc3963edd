"""Transcript files a person has: read, shown, and kept as the transcript of a talk. An import can be undone."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from db import actions
from db import resources as works
from db import transcripts as rows
from db.actions import Changes
from db.store import Store, Tx
from tracker.core.captions import MAX_BYTES, Captions
from tracker.core.errors import DocumentError, NotFound, UsageError
from tracker.core.jobs import IMPORTED, Transcript
from tracker.core.model import PersonId, ResourceId
from tracker.core.talks import BILIBILI, YOUTUBE, Talk, language, talk_of
from tracker.core.text import clean_line
from tracker.core.transcript import MAX_TITLE, TrackOrigin, paragraphs
from tracker.core.urls import canonical, is_web
from tracker.services.caption_files import Reading
from tracker.services.reading import JobFailed

_PROBLEMS = {
    "empty": "is empty",
    "captcha": "is a captcha page, not captions",
    "html": "is a web page, not captions",
    "cut": "is cut off or damaged",
    "no-cues": "holds no line with a time",
    "too-large": f"is larger than {MAX_BYTES >> 20} MiB",
    "unknown": "is no caption file we know",
}
_HINT = "Known are WebVTT, SRT, TTML, YouTube's json3 and srv, Bilibili's and podcasts' JSON, and plain text"
_ID = re.compile(r"\[([A-Za-z0-9_-]{11})\]|(?:^|[ _.(-])(BV1[0-9A-Za-z]{9})(?:$|[ _.)\]-])")
_AUTO = re.compile(r"(?:^|[._ -])(?:auto|asr|ai-[a-z]{2,3}|[a-z]{2,3}-orig)(?:[._ -]|$)", re.I)


async def read_transcript(reading: Reading, path: Path, *, lang: str = "", origin: str = "") -> Captions:
    """What a transcript file holds; language and author from the wishes, the file, then its name.

    Raises DocumentError when it cannot be read.
    """
    try:
        size = path.stat().st_size
        body = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise DocumentError(str(path), 0, f"cannot be read ({error.strerror})", "Check the path") from error
    if size > MAX_BYTES:
        raise DocumentError(str(path), 0, _PROBLEMS["too-large"], _HINT)
    try:
        found = await reading.run(
            "tracker.core.captions:read_from", body, path.suffix.lower() not in (".json", ".json3")
        )
    except JobFailed as failed:
        raise DocumentError(str(path), 0, str(failed), _HINT) from failed
    if found.problem:
        raise DocumentError(str(path), 0, _PROBLEMS.get(found.problem, found.problem), _HINT)
    return _named(found, path, lang, origin)


def _named(found: Captions, path: Path, lang: str, origin: str) -> Captions:
    told = language(path.stem.rpartition(".")[2]) if "." in path.stem else ""
    who = TrackOrigin(origin) if origin else TrackOrigin.AUTO if _AUTO.search(path.stem) else found.origin
    return Captions(found.segments, who, lang or told or found.lang, found.form)


def talk_named(path: Path) -> Talk | None:
    """The talk whose identifier a file name holds, as yt-dlp writes it: `Title [abc123DEF45].en.vtt`."""
    found = _ID.search(path.name)
    if found is None:
        return None
    return Talk(YOUTUBE, found[1]) if found[1] else Talk(BILIBILI, found[2], 1)


def keep_file(
    store: Store, person: PersonId, path: Path, read: Captions, *, wish: str, part: int, now: datetime
) -> tuple[ResourceId, Transcript]:
    """Keep a file that was read as the transcript of `wish` (a number or an address; "" = the talk its name holds).

    Without a talk it becomes a work of its own, named like the file. Raises NotFound, UsageError.
    """
    with store.write() as tx:
        changes = Changes(tx)
        id_ = _work(changes, person, path, wish, now)
        known = works.by_ids(tx, person, [id_])
        title = known[0].title if known else path.stem
        new = _transcript(id_, title, read, part, now, path)
        rows.keep(changes, new)
        label = f"transcript of {title or path.name}"
        actions.record(tx, person, verb="transcript", label=label, made_by="", changes=changes.made, now=now)
    return id_, new


def _transcript(id_: ResourceId, title: str, read: Captions, part: int, now: datetime, path: Path) -> Transcript:
    said = paragraphs(read.segments, origin=read.origin)
    length = max(one.end for one in read.segments)
    return Transcript(id_, part, read.lang, read.origin, clean_line(path.name, MAX_TITLE), title, now, IMPORTED, length,
                      read.segments, said, ())  # fmt: skip


def _work(changes: Changes, person: PersonId, path: Path, wish: str, now: datetime) -> ResourceId:
    if wish.isdigit():
        if not works.by_ids(changes.tx, person, [ResourceId(int(wish))]):
            raise NotFound("resource", wish, "tracker resources")
        return ResourceId(int(wish))
    if wish and not is_web(wish):
        raise UsageError(f"'{wish}' is neither a number nor an address", "See 'tracker resources'")
    talk = talk_of(wish) if wish else talk_named(path)
    address = talk.url if talk else wish
    found = _known(changes.tx, talk, address) if address else None
    title = "" if wish else clean_line(_plain_name(path), MAX_TITLE)  # an address has a title of its own
    return found or rows.make_work(changes, person, address, canonical(address) if address else "", title, now)


def _known(tx: Tx, talk: Talk | None, address: str) -> ResourceId | None:
    return rows.resource_of(tx, talk or Talk("", ""), address)


def _plain_name(path: Path) -> str:
    """The file's name without endings, language and identifier."""
    name = _ID.sub(" ", path.stem)
    head, _, last = name.rpartition(".")
    return (head if head and language(last) else name).strip(" .-_") or path.stem
