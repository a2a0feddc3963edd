"""Sites that give one work several addresses: how to tell the work, and which address stands for it.

`QUIRKS` is the only table of site rules for identity. A rule gets the parsed address with its host folded (lower
case, no `www.`, mirrors and mobile hosts replaced) and answers `Known`, or None when the address is not its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from tracker.core.known_work import Known, params
from tracker.core.paper_sites import (
    acl_page,
    arxiv_page,
    cvf,
    doi_page,
    neurips,
    openreview,
    paper_page,
    pmlr,
    publisher,
    scholar,
)
from tracker.core.talk_sites import bilibili_page, short_tube, vimeo, youtube_page
from tracker.core.url_rules import sites_of
from tracker.core.weburl import WebUrl


class Quirk(NamedTuple):
    """One site's rule. `hosts` are folded; a leading dot takes every subdomain too."""

    name: str
    hosts: tuple[str, ...]
    why: str
    rule: Callable[[WebUrl], Known | None]


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
    return Known(f"https://huggingface.co/{found[1]}") if found else paper_page(url)


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
    Quirk("arxiv", ("arxiv.org", "ar5iv.labs.arxiv.org", "ar5iv.org"), "abs, pdf, html and every version are one paper", arxiv_page),
    Quirk("openreview", ("openreview.net",), "forum and pdf of one id are one submission", openreview),
    Quirk("acl", ("aclanthology.org", "aclweb.org", "anthology.aclweb.org", "aclanthology.info"), "page, pdf, bib; three host names over the years", acl_page),
    Quirk("doi", ("doi.org",), "names are case-insensitive; some name an arXiv or ACL paper", doi_page),
    Quirk("publisher", _PUBLISHERS, "abstract, pdf and full text carry the DOI in the path", publisher),
    Quirk("neurips", ("proceedings.neurips.cc",), "abstract and file share a hash; the path was renamed twice", neurips),
    Quirk("pmlr", ("proceedings.mlr.press",), "page and pdf share volume and name", pmlr),
    Quirk("cvf", ("openaccess.thecvf.com",), "html and papers share the file name", cvf),
    Quirk("semantic scholar", ("semanticscholar.org",), "the title in the path may change, the hash does not", scholar),
    Quirk("youtube", ("youtube.com",), "watch, embed, shorts, live, v: one 11-character id", youtube_page),
    Quirk("youtube short", _FRONT_ENDS, "front ends that play the same id", short_tube),
    Quirk("bilibili", ("bilibili.com", "player.bilibili.com", "b23.tv"), "BV, av and player addresses of one part", bilibili_page),
    Quirk("vimeo", ("vimeo.com", "player.vimeo.com"), "page, player and showcase share a number", vimeo),
    Quirk("github", ("github.com",), "owner and name ignore case; .git and the main tree are the repository", _github),
    Quirk("gitlab", ("gitlab.com", "gitee.com", "codeberg.org"), ".git and the main tree are the repository", _gitlab),
    Quirk("hugging face", ("huggingface.co",), "the main tree is the model's page; a papers page names an arXiv paper", _huggingface),
    Quirk("alphaxiv", ("alphaxiv.org",), "a page about an arXiv paper", lambda url: _named(arxiv_page(url))),
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


@lru_cache(maxsize=1024)
def has_rule(host: str) -> bool:
    """Whether a site of `host` (folded) has a rule here."""
    return host in _BY_HOST or any(site in _BY_HOST or f".{site}" in _BY_HOST for site in sites_of(host))


def known_work(url: WebUrl) -> Known | None:
    """What the site's own rule says of an address with a folded host; None when no rule knows it."""
    host = url.host or ""
    quirk = _BY_HOST.get(host) or next((_BY_HOST[f".{s}"] for s in sites_of(host)[1:] if f".{s}" in _BY_HOST), None)
    return quirk.rule(url) if quirk else None
