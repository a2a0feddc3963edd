"""Sites that give one work several addresses: how to tell the work, and which address stands for it.

`QUIRKS` is the only table of site rules for identity. A rule gets the parsed address with its host folded (lower
case, no `www.`, mirrors and mobile hosts replaced) and answers `Known`, or None when the address is not its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from tracker.core.url_rules import sites_of
from tracker.core.weburl import WebUrl


class Known(NamedTuple):
    """`url` stands for the work; `work` names it over all sites ("" when the page has no identifier)."""

    url: str
    work: str = ""


class Quirk(NamedTuple):
    """One site's rule. `hosts` are folded; a leading dot takes every subdomain too."""

    name: str
    hosts: tuple[str, ...]
    why: str
    rule: Callable[[WebUrl], Known | None]


def params(url: WebUrl) -> list[tuple[str, str]]:
    """The query as written, in order; a name without `=` has the value ""."""
    if not url.query:
        return []
    pairs = (piece.partition("=") for piece in url.query.split("&") if piece)
    return [(name, value) for name, _, value in pairs]


def _param(url: WebUrl, name: str) -> str:
    return next((unquote(value) for key, value in params(url) if key == name), "")


# ---- papers ----------------------------------------------------------------------------------------------------

_ARXIV_ID = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = re.compile(rf"/(?:abs|pdf|html|format|ps|e-print|src|tex)/{_ARXIV_ID}(?:\.pdf|\.ps\.gz|\.html)?/?\Z", re.I)
_ARXIV_NAME = re.compile(rf"arxiv[.:]{_ARXIV_ID}\Z", re.I)
_ACL_ID = r"([A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)"
_ACL = re.compile(
    rf"/(?:anthology/|papers/)?(?:[A-Z]/[A-Z]\d{{2}}/)?{_ACL_ID}(?:v\d+)?(?:\.pdf|\.bib|\.xml|/.*)?\Z", re.I
)
_ACL_NAME = re.compile(rf"10\.18653/v1/{_ACL_ID}\Z", re.I)
_DOI = re.compile(r"(10\.\d{4,9}/\S+)\Z")
_PUBLISHER = re.compile(
    r"/(?:doi|article|chapter|book)/(?:abs/|pdf/|pdfdirect/|epdf/|epub/|full/|fullHtml/)?(10\.\d{4,9}/[^?#]+)\Z"
)
_NEURIPS = re.compile(r"/paper(?:_files/paper)?/(\d{4})/(?:hash|file)/([0-9a-f]{32})-")
_PMLR = re.compile(r"/(v\d+|r\d+)/([a-z0-9_-]+)(?:\.html|/\2\.pdf)\Z", re.I)
_CVF = re.compile(r"/(content[^/]*)/(?:html|papers)/(?:[^/]+/)*([^/]+_paper)\.(?:html|pdf)\Z", re.I)
_SCHOLAR = re.compile(r"/paper/(?:[^/]+/)?([0-9a-f]{40})\Z")


def arxiv(number: str) -> Known:
    """The abstract page of an arXiv number (without version)."""
    return Known(f"https://arxiv.org/abs/{number.lower()}", f"arxiv:{number.lower()}")


def acl(number: str) -> Known:
    """The page of an ACL Anthology number; old numbers are written with a capital."""
    number = number.upper() if number[0].isalpha() else number.lower()
    return Known(f"https://aclanthology.org/{number}", f"acl:{number}")


def doi(name: str) -> Known:
    """A DOI names its work whatever its case (DOI Handbook 2.4); those of arXiv and ACL name papers known here."""
    name = unquote(name).rstrip("/.").lower()
    if name.startswith("10.48550/") and (found := _ARXIV_NAME.match(name[9:])):
        return arxiv(found[1])
    if found := _ACL_NAME.match(name):
        return acl(found[1])
    return Known(f"https://doi.org/{name}", f"doi:{name}")


def _arxiv(url: WebUrl) -> Known | None:
    found = _ARXIV.match(url.pathname)
    return arxiv(found[1]) if found else None


def _openreview(url: WebUrl) -> Known | None:
    number = _param(url, "id")
    if url.pathname not in ("/forum", "/pdf", "/attachment", "/revisions", "/references/pdf") or not number:
        return None
    return Known(f"https://openreview.net/forum?id={number}", f"openreview:{number}")


def _acl(url: WebUrl) -> Known | None:
    found = _ACL.match(url.pathname)
    return acl(found[1]) if found else None


def _doi(url: WebUrl) -> Known | None:
    found = _DOI.match(unquote(url.pathname[1:]))
    return doi(found[1]) if found else None


def _publisher(url: WebUrl) -> Known | None:
    found = _PUBLISHER.match(unquote(url.pathname))
    return doi(re.sub(r"\.(?:pdf|epub)\Z", "", found[1])) if found else None


def _neurips(url: WebUrl) -> Known | None:
    found = _NEURIPS.match(url.pathname)
    if not found:
        return None
    return Known(
        f"https://proceedings.neurips.cc/paper/{found[1]}/hash/{found[2]}-Abstract.html", f"neurips:{found[2]}"
    )


def _pmlr(url: WebUrl) -> Known | None:
    found = _PMLR.match(url.pathname)
    if not found:
        return None
    volume, name = found[1].lower(), found[2].lower()
    return Known(f"https://proceedings.mlr.press/{volume}/{name}.html", f"pmlr:{volume}/{name}")


def _cvf(url: WebUrl) -> Known | None:
    found = _CVF.match(url.pathname)
    return Known(f"https://openaccess.thecvf.com/{found[1]}/html/{found[2]}.html", f"cvf:{found[2]}") if found else None


def _scholar(url: WebUrl) -> Known | None:
    found = _SCHOLAR.match(url.pathname)
    return Known(f"https://semanticscholar.org/paper/{found[1]}", f"s2:{found[1]}") if found else None


def _paper_page(url: WebUrl) -> Known | None:
    """A page *about* a paper: its own page, but it names the work."""
    found = re.match(rf"/papers/{_ARXIV_ID}\Z", url.pathname)
    return Known("", f"arxiv:{found[1]}") if found else None


# ---- talks -----------------------------------------------------------------------------------------------------

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


def _youtube(url: WebUrl) -> Known | None:
    path = url.pathname
    found = _TUBE_PATH.match(path)
    video = found[1] if found else _param(url, "v") or _param(url, "vi")
    if not video and (url.fragment or "").startswith("/watch?"):
        video = _param(WebUrl("https", query=(url.fragment or "")[7:]), "v")  # youtube.com/#/watch?v=
    if _TUBE_ID.match(video) and video != "videoseries":
        return youtube(video)
    listed = (
        _LIST_ID.match(path.removeprefix("/browse/"))
        if path.startswith("/browse/")
        else _LIST_ID.match(_param(url, "list"))
    )
    return Known(f"https://www.youtube.com/playlist?list={listed[1]}", f"youtube-list:{listed[1]}") if listed else None


def _short_tube(url: WebUrl) -> Known | None:
    video = url.path[0].partition("&")[0] if url.path else ""
    if video in ("watch", "embed", "v", "shorts", "live", "playlist"):  # other front ends keep the long paths
        return _youtube(url)
    return youtube(video) if _TUBE_ID.match(video) else None


def _bilibili(url: WebUrl) -> Known | None:
    path = url.pathname
    number = _BV.match(path) or re.match(r"(BV1[1-9A-HJ-NP-Za-km-z]{9})\Z", _param(url, "bvid"), re.I)
    old = _AV.match(path) or re.match(r"(?:av)?(\d+)\Z", _param(url, "aid"), re.I)
    part = _param(url, "p")
    page = int(part) if part.isascii() and part.isdigit() and len(part) < 6 else 1
    if number:
        return bilibili("BV" + number[1][2:], max(1, page))
    return bilibili(bv_of(int(old[1])), max(1, page)) if old and len(old[1]) < 16 else None


def _vimeo(url: WebUrl) -> Known | None:
    found = _VIMEO.match(url.pathname)
    return Known(f"https://vimeo.com/{found[1]}", f"vimeo:{found[1]}") if found else None


# ---- code and the rest -----------------------------------------------------------------------------------------

_REPO = re.compile(r"/([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9._-]+?)(?:\.git)?(?:/tree/(?:main|master|HEAD))?/?\Z")
_REPO_PAGE = re.compile(r"/([A-Za-z0-9][A-Za-z0-9-]*)/([A-Za-z0-9._-]+)/(.+)\Z")
_NOT_OWNERS = frozenset(
    [
        "about",
        "apps",
        "blog",
        "codespaces",
        "collections",
        "customer-stories",
        "docs",
        "enterprise",
        "events",
        "explore",
        "features",
        "join",
        "login",
        "marketplace",
        "new",
        "notifications",
        "orgs",
        "pricing",
        "readme",
        "search",
        "security",
        "settings",
        "site",
        "sponsors",
        "stars",
        "topics",
        "trending",
        "users",
    ]
)
_DOCS = re.compile(
    r"/(document|spreadsheets|presentation|forms|file|drive)/(?:u/\d+/)?(d|folders)/((?:e/)?[A-Za-z0-9_-]{10,})(?:/[a-z]*)?/?\Z"
)
_QUESTION = re.compile(r"/(?:questions|q)/(\d+)(?:/[^/]*)?(?:/\d+)?\Z")
_STATUS = re.compile(r"/([A-Za-z0-9_]{1,20}|i/web|i)/status(?:es)?/(\d+)")
_COMMENTS = re.compile(r"(/r/[^/]+/comments/[a-z0-9]+)(?:/[^/]*)?/?\Z", re.I)
_PRODUCT = re.compile(r"/(?:[^/]+/)?(?:dp|gp/product|exec/obidos/ASIN)/([A-Z0-9]{10})(?:/|\Z)")
_BOOK = re.compile(r"/book/show/(\d+)")


def _github(url: WebUrl) -> Known | None:
    found = _REPO.match(url.pathname)
    if found and found[1].lower() not in _NOT_OWNERS:
        name = f"{found[1]}/{found[2]}".lower()
        return Known(f"https://github.com/{name}", f"github:{name}")
    page = _REPO_PAGE.match(url.pathname)
    if page and page[1].lower() not in _NOT_OWNERS:
        repo = page[2].removesuffix(".git")
        query = (
            f"?{url.query}" if url.query and page[3].split("/")[0] in ("search", "issues", "pulls", "commits") else ""
        )
        return Known(f"https://github.com/{page[1].lower()}/{repo.lower()}/{page[3].rstrip('/')}{query}")
    return None


def _gitlab(url: WebUrl) -> Known | None:
    found = _REPO.match(url.pathname)
    return (
        Known(f"https://{url.host}/{found[1]}/{found[2]}".lower(), f"gitlab:{found[1]}/{found[2]}".lower())
        if found
        else None
    )


def _huggingface(url: WebUrl) -> Known | None:
    found = re.match(r"/((?:datasets/|spaces/)?[^/]+/[^/]+)/tree/main/?\Z", url.pathname)
    return Known(f"https://huggingface.co/{found[1]}") if found else _paper_page(url)


def _google_docs(url: WebUrl) -> Known | None:
    found = _DOCS.match(url.pathname)
    return Known(f"https://{url.host}/{found[1]}/{found[2]}/{found[3]}", f"gdocs:{found[3]}") if found else None


def _weixin(url: WebUrl) -> Known | None:
    """The article is named by four parameters, or by its path; the rest is the reader's session."""
    named = {name: value for name, value in params(url) if name in ("__biz", "mid", "idx", "sn")}
    if url.pathname == "/s" and {"__biz", "mid", "idx"} <= named.keys():
        query = "&".join(f"{name}={named[name]}" for name in sorted(named))
        return Known(f"https://mp.weixin.qq.com/s?{query}", f"weixin:{named['mid']}:{named['idx']}:{named['__biz']}")
    found = re.match(r"/s/([A-Za-z0-9_-]+)\Z", url.pathname)
    return Known(f"https://mp.weixin.qq.com/s/{found[1]}", f"weixin:{found[1]}") if found else None


def _question(url: WebUrl) -> Known | None:
    found = _QUESTION.match(url.pathname)
    return Known(f"https://{url.host}/questions/{found[1]}") if found else None


def _status(url: WebUrl) -> Known | None:
    found = _STATUS.match(url.pathname)
    return Known(f"https://x.com/{found[1].lower()}/status/{found[2]}", f"x:{found[2]}") if found else None


def _comments(url: WebUrl) -> Known | None:
    found = _COMMENTS.match(url.pathname)
    return Known(f"https://reddit.com{found[1].lower()}") if found else None


def _amazon(url: WebUrl) -> Known | None:
    found = _PRODUCT.match(url.pathname)
    return Known(f"https://{url.host}/dp/{found[1]}") if found else None


def _goodreads(url: WebUrl) -> Known | None:
    found = _BOOK.match(url.pathname)
    return Known(f"https://goodreads.com/book/show/{found[1]}") if found else None


def _folder_index(url: WebUrl) -> Known | None:
    if url.path and url.path[-1] in ("index.html", "index.htm"):
        query = f"?{url.query}" if url.query else ""
        return Known(
            f"https://{url.host}{url.pathname.rpartition('/')[0]}{query}"
            if len(url.path) > 1
            else f"https://{url.host}/{query}"
        )
    return None


_STACK = ("stackoverflow.com", ".stackexchange.com", "superuser.com", "serverfault.com", "askubuntu.com")
_FRONT_ENDS = ("youtu.be", "y2u.be", "yewtu.be", "redirect.invidious.io", "invidious.io", "piped.video", "piped.kavin.rocks",
               "inv.nadeko.net", "yt.artemislena.eu", "zwearz.com", "hooktube.com")  # fmt: skip
_PUBLISHERS = ("dl.acm.org", "onlinelibrary.wiley.com", "journals.sagepub.com", "tandfonline.com", "pubs.acs.org", "science.org",
               "pnas.org", "link.springer.com", "worldscientific.com", "royalsocietypublishing.org", "annualreviews.org")  # fmt: skip
_AMAZON = tuple(
    f"amazon.{end}" for end in ["com", "cn", "co.uk", "de", "fr", "co.jp", "ca", "it", "es", "in", "com.au"]
)

QUIRKS: tuple[Quirk, ...] = (
    Quirk("arxiv", ("arxiv.org", "ar5iv.labs.arxiv.org", "ar5iv.org"), "abs, pdf, html and every version are one paper", _arxiv),
    Quirk("openreview", ("openreview.net",), "forum and pdf of one id are one submission", _openreview),
    Quirk("acl", ("aclanthology.org", "aclweb.org", "anthology.aclweb.org", "aclanthology.info"), "page, pdf, bib; three host names over the years", _acl),
    Quirk("doi", ("doi.org",), "names are case-insensitive; some name an arXiv or ACL paper", _doi),
    Quirk("publisher", _PUBLISHERS, "abstract, pdf and full text carry the DOI in the path", _publisher),
    Quirk("neurips", ("proceedings.neurips.cc",), "abstract and file share a hash; the path was renamed twice", _neurips),
    Quirk("pmlr", ("proceedings.mlr.press",), "page and pdf share volume and name", _pmlr),
    Quirk("cvf", ("openaccess.thecvf.com",), "html and papers share the file name", _cvf),
    Quirk("semantic scholar", ("semanticscholar.org",), "the title in the path may change, the hash does not", _scholar),
    Quirk("youtube", ("youtube.com",), "watch, embed, shorts, live, v: one 11-character id", _youtube),
    Quirk("youtube short", _FRONT_ENDS, "front ends that play the same id", _short_tube),
    Quirk("bilibili", ("bilibili.com", "player.bilibili.com", "b23.tv"), "BV, av and player addresses of one part", _bilibili),
    Quirk("vimeo", ("vimeo.com", "player.vimeo.com"), "page, player and showcase share a number", _vimeo),
    Quirk("github", ("github.com",), "owner and name ignore case; .git and the main tree are the repository", _github),
    Quirk("gitlab", ("gitlab.com", "gitee.com", "codeberg.org"), ".git and the main tree are the repository", _gitlab),
    Quirk("hugging face", ("huggingface.co",), "the main tree is the model's page; a papers page names an arXiv paper", _huggingface),
    Quirk("alphaxiv", ("alphaxiv.org",), "a page about an arXiv paper", lambda url: _named(_arxiv(url))),
    Quirk("google docs", ("docs.google.com", "drive.google.com"), "edit, view and preview are one document", _google_docs),
    Quirk("weixin", ("mp.weixin.qq.com",), "four parameters name the article", _weixin),
    Quirk("stack exchange", _STACK, "the number names the question, the words do not", _question),
    Quirk("x", ("x.com",), "the number names the post", _status),
    Quirk("reddit", ("reddit.com",), "the number names the thread", _comments),
    Quirk("amazon", _AMAZON, "the product number names the book", _amazon),
    Quirk("goodreads", ("goodreads.com",), "the number names the book", _goodreads),
    Quirk("static pages", (".github.io", ".readthedocs.io", ".gitlab.io", ".pages.dev", ".netlify.app", "docs.python.org"), "static hosts serve index.html as the folder", _folder_index),
)  # fmt: skip


def _named(known: Known | None) -> Known | None:
    """A page about a work: it names the work but keeps its own address."""
    return Known("", known.work) if known else None


_BY_HOST: dict[str, Quirk] = {host: quirk for quirk in QUIRKS for host in quirk.hosts}


@lru_cache(maxsize=8192)
def has_rule(host: str) -> bool:
    """Whether a site of `host` (folded) has a rule here."""
    return host in _BY_HOST or any(site in _BY_HOST or f".{site}" in _BY_HOST for site in sites_of(host))


def known_work(url: WebUrl) -> Known | None:
    """What the site's own rule says of an address with a folded host; None when no rule knows it."""
    host = url.host or ""
    quirk = _BY_HOST.get(host) or next((_BY_HOST[f".{s}"] for s in sites_of(host)[1:] if f".{s}" in _BY_HOST), None)
    return quirk.rule(url) if quirk else None
