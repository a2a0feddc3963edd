"""Sites of papers: abstract, PDF, HTML and every version are one work."""

from __future__ import annotations

import re
from urllib.parse import unquote

from tracker.core.known_work import Known, param
from tracker.core.weburl import WebUrl

ARXIV_ID = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = re.compile(rf"/(?:abs|pdf|html|format|ps|e-print|src|tex)/{ARXIV_ID}(?:\.pdf|\.ps\.gz|\.html)?/?\Z", re.I)
_ARXIV_NAME = re.compile(rf"arxiv[.:]{ARXIV_ID}\Z", re.I)
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


def arxiv_page(url: WebUrl) -> Known | None:
    found = _ARXIV.match(url.pathname)
    return arxiv(found[1]) if found else None


def openreview(url: WebUrl) -> Known | None:
    number = param(url, "id")
    if url.pathname not in ("/forum", "/pdf", "/attachment", "/revisions", "/references/pdf") or not number:
        return None
    return Known(f"https://openreview.net/forum?id={number}", f"openreview:{number}")


def acl_page(url: WebUrl) -> Known | None:
    found = _ACL.match(url.pathname)
    return acl(found[1]) if found else None


def doi_page(url: WebUrl) -> Known | None:
    found = _DOI.match(unquote(url.pathname[1:]))
    return doi(found[1]) if found else None


def publisher(url: WebUrl) -> Known | None:
    found = _PUBLISHER.match(unquote(url.pathname))
    return doi(re.sub(r"\.(?:pdf|epub)\Z", "", found[1])) if found else None


def neurips(url: WebUrl) -> Known | None:
    found = _NEURIPS.match(url.pathname)
    if not found:
        return None
    return Known(
        f"https://proceedings.neurips.cc/paper/{found[1]}/hash/{found[2]}-Abstract.html", f"neurips:{found[2]}"
    )


def pmlr(url: WebUrl) -> Known | None:
    found = _PMLR.match(url.pathname)
    if not found:
        return None
    volume, name = found[1].lower(), found[2].lower()
    return Known(f"https://proceedings.mlr.press/{volume}/{name}.html", f"pmlr:{volume}/{name}")


def cvf(url: WebUrl) -> Known | None:
    found = _CVF.match(url.pathname)
    return Known(f"https://openaccess.thecvf.com/{found[1]}/html/{found[2]}.html", f"cvf:{found[2]}") if found else None


def scholar(url: WebUrl) -> Known | None:
    found = _SCHOLAR.match(url.pathname)
    return Known(f"https://semanticscholar.org/paper/{found[1]}", f"s2:{found[1]}") if found else None


def paper_page(url: WebUrl) -> Known | None:
    """A page *about* a paper: its own page, but it names the work."""
    found = re.match(rf"/papers/{ARXIV_ID}\Z", url.pathname)
    return Known("", f"arxiv:{found[1]}") if found else None
