"""What an address is, as far as its text tells."""

from __future__ import annotations

import re
from functools import lru_cache

from tracker.core.model import ResourceKind
from tracker.core.url_rules import sites_of
from tracker.core.url_start import MEDIA
from tracker.core.urls import PLAIN, canonical, folded

_KINDS: tuple[tuple[ResourceKind, frozenset[str]], ...] = (
    (ResourceKind.PAPER, frozenset(["arxiv.org", "openreview.net", "aclanthology.org", "doi.org", "proceedings.neurips.cc", "alphaxiv.org", "proceedings.mlr.press", "openaccess.thecvf.com", "semanticscholar.org", "biorxiv.org", "medrxiv.org", "dl.acm.org", "ssrn.com", "jmlr.org", "papers.ssrn.com", "ieeexplore.ieee.org", "usenix.org", "ar5iv.labs.arxiv.org"])),
    (ResourceKind.VIDEO, frozenset(["youtube.com", "youtu.be", "bilibili.com", "vimeo.com", "ted.com", "twitch.tv"])),
    (ResourceKind.PODCAST, frozenset(["podcasts.apple.com", "open.spotify.com", "xiaoyuzhoufm.com", "overcast.fm", "pca.st", "castbox.fm", "podcasts.google.com"])),
    (ResourceKind.REPO, frozenset(["github.com", "gitlab.com", "gitee.com", "codeberg.org", "bitbucket.org"])),
    (ResourceKind.COURSE, frozenset(["coursera.org", "udemy.com", "edx.org", "deeplearning.ai", "fast.ai", "course.fast.ai", "udacity.com", "icourse163.org", "ocw.mit.edu", "khanacademy.org", "class.coursera.org", "learn.deeplearning.ai", "datacamp.com", "skills.google", "cloudskillsboost.google", "xuetangx.com"])),
    (ResourceKind.BOOK, frozenset(["goodreads.com", "book.douban.com", "manning.com", "oreilly.com", "nostarch.com", "amazon.com", "amazon.cn", "leanpub.com", "packtpub.com"])),
)  # fmt: skip
_DOC_HOST = re.compile(
    r"(?:docs?|developers?|api|wiki|help|reference|learn)\.|.*\.(?:readthedocs\.io|readthedocs\.org)\Z"
)
_DOC_PATH = re.compile(r"/(?:docs?|documentation|reference|api-reference|manual)(?:/|\Z)", re.I)
_COURSE_PATH = re.compile(r"/(?:courses?|class|cs\d{2,3}[a-z]*|learn)(?:/|\Z)", re.I)
_BLOG_PATH = re.compile(r"/(?:blogs?|posts?|articles?|news|research|engineering)(?:/|\Z)", re.I)


@lru_cache(maxsize=1024)  # many addresses are of few hosts
def _known(host: str) -> ResourceKind | None:
    sites = sites_of(host)
    return next((kind for kind, hosts in _KINDS if not hosts.isdisjoint(sites)), None)


def kind_of(url: str) -> ResourceKind:
    """What an address is, as far as its text tells: paper, video, repository, documentation…; article by default."""
    key = canonical(url)
    if plain := PLAIN.match(key):
        host, path = plain["host"], plain["path"]
    else:
        found = folded(key)
        if found is None or not found.is_web:
            return ResourceKind.OTHER
        host, path = found.host or "", found.pathname
    if (known := _known(host)) is not None:
        return known
    if path.lower().endswith(".pdf"):
        return ResourceKind.PAPER
    if MEDIA.search(path):
        return ResourceKind.PODCAST if path.lower().endswith((".mp3", ".m4a", ".ogg", ".opus")) else ResourceKind.VIDEO
    if _BLOG_PATH.match(path) or host.startswith("blog."):
        return (
            ResourceKind.BLOG if path.strip("/") in ("", "blog", "posts", "articles", "news") else ResourceKind.ARTICLE
        )
    if _DOC_HOST.match(host) or _DOC_PATH.search(path):
        return ResourceKind.DOCS
    return ResourceKind.COURSE if _COURSE_PATH.search(path) else ResourceKind.ARTICLE
