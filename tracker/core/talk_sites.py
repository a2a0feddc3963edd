"""Sites of talks: every player and address of one recording is one work."""

from __future__ import annotations

import re

from tracker.core.known_work import Known, param
from tracker.core.weburl import WebUrl

_TUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}\Z")
_TUBE_PATH = re.compile(r"/(?:embed|v|e|vi|shorts|live|watch)/([^/&]+)")
_LIST_ID = re.compile(r"(?:VL)?((?:PL|UU|LL|FL|OLAK5uy_|RD|EC|UL)[A-Za-z0-9_-]{2,})\Z")
_BV = re.compile(r"/(?:video/|s/video/|blackboard/[^/]+/)?(BV1[1-9A-HJ-NP-Za-km-z]{9})(?:/|\Z)", re.I)
_AV = re.compile(r"/(?:video/|s/video/)?av(\d+)(?:/|\Z)", re.I)
_VIMEO = re.compile(
    r"/(?:video/|channels/[^/]+/|groups/[^/]+/videos/|showcase/\d+/video/|album/\d+/video/)?(\d{5,})(?:/[0-9a-f]{6,})?/?\Z"
)
_BV_TABLE = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"
_BV_PLACES = (8, 7, 0, 5, 1, 3, 2, 4, 6)


def youtube(video: str) -> Known:
    """The watch page of a video id (11 characters)."""
    return Known(f"https://www.youtube.com/watch?v={video}", f"youtube:{video}")


def bilibili(video: str, part: int = 1) -> Known:
    """The page of one part of a BV number."""
    query = f"?p={part}" if part > 1 else ""
    return Known(f"https://www.bilibili.com/video/{video}{query}", f"bilibili:{video}:{part}")


def bv_of(aid: int) -> str:
    """The BV number of an old av number: the site's own published bijection."""
    left = ((1 << 51) | aid) ^ 23442827791579
    out = [""] * 9
    for place in _BV_PLACES:
        left, digit = divmod(left, 58)
        out[place] = _BV_TABLE[digit]
    return "BV1" + "".join(out)


def youtube_page(url: WebUrl) -> Known | None:
    path = url.pathname
    found = _TUBE_PATH.match(path)
    video = found[1] if found else param(url, "v") or param(url, "vi")
    if not video and (url.fragment or "").startswith("/watch?"):
        video = param(WebUrl("https", query=(url.fragment or "")[7:]), "v")  # youtube.com/#/watch?v=
    if _TUBE_ID.match(video) and video != "videoseries":
        return youtube(video)
    listed = (
        _LIST_ID.match(path.removeprefix("/browse/"))
        if path.startswith("/browse/")
        else _LIST_ID.match(param(url, "list"))
    )
    return Known(f"https://www.youtube.com/playlist?list={listed[1]}", f"youtube-list:{listed[1]}") if listed else None


def short_tube(url: WebUrl) -> Known | None:
    video = url.path[0].partition("&")[0] if url.path else ""
    if video in ("watch", "embed", "v", "shorts", "live", "playlist"):  # other front ends keep the long paths
        return youtube_page(url)
    return youtube(video) if _TUBE_ID.match(video) else None


def bilibili_page(url: WebUrl) -> Known | None:
    path = url.pathname
    number = _BV.match(path) or re.match(r"(BV1[1-9A-HJ-NP-Za-km-z]{9})\Z", param(url, "bvid"), re.I)
    old = _AV.match(path) or re.match(r"(?:av)?(\d+)\Z", param(url, "aid"), re.I)
    part = param(url, "p")
    page = int(part) if part.isascii() and part.isdigit() and len(part) < 6 else 1
    if number:
        return bilibili("BV" + number[1][2:], max(1, page))
    return bilibili(bv_of(int(old[1])), max(1, page)) if old and len(old[1]) < 16 else None


def vimeo(url: WebUrl) -> Known | None:
    found = _VIMEO.match(url.pathname)
    return Known(f"https://vimeo.com/{found[1]}", f"vimeo:{found[1]}") if found else None
