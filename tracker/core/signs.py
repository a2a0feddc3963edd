"""What a page says of itself: title, words, anchors, and the signs that it is not the page one asked for. Pure.

Strangers' markup is not parsed here, only searched, in time linear in its length: these bytes may be hostile.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from urllib.parse import unquote

from tracker.core.html import title_text
from tracker.core.search import tokens
from tracker.core.text import fold, unescape

HEAD = 128 * 1024  # characters in which a title is looked for
SKETCH = 48  # smallest hashes kept of a text
SHORT = 150  # words; an error page has no more
SHELL = 40  # words; a page with fewer and with scripts is drawn by a program

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252"}
_TAG = re.compile(r"<[^<>]*>")
_ANCHORS = re.compile(r"""\b(?:id|name)\s*=\s*(?:"([^"<>]{1,300})"|'([^'<>]{1,300})'|([^\s"'<>=]{1,300}))""", re.I)
_CANONICAL = re.compile(r"<link\b[^<>]{0,2000}>", re.I)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.I)
_META = re.compile(r"<meta\b[^<>]{0,2000}>", re.I)
_REFRESH = re.compile(r"\bhttp-equiv\s*=\s*[\"']?refresh\b", re.I)
_CONTENT = re.compile(r"""\bcontent\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.I)
_WAIT = re.compile(r"\s*(\d{0,3})(?:\.\d*)?\s*[;,]\s*url\s*=\s*(\S.*)", re.I | re.S)
_PASSWORD = re.compile(r"<input\b[^<>]{0,500}\btype\s*=\s*[\"']?password", re.I)
_LOGIN_WORDS = re.compile(r"\b(?:log|sign)[ -]?(?:in|on|into)\b|authentication required|登录|登入|登錄|ログイン", re.I)

# An error page names itself in its title. "Not found" alone may be a story: it counts with "page", "404" or alone.
_NOTHING_HERE = re.compile(
    r"^(?:error\s*)?(?:404|410)\s*(?:$|[-–—:|!.(]|error|not|page|gone)|\b(?:error|http|status|code)[\s:#-]*(?:404|410)\b|\b404\s*(?:[-–—:|!(]|error|page|not|$)|\(404\)"
    r"|\b(?:page|file|article|post|document|content|story|url|resource|site|item|video)\b[^.|]{0,25}?"
    r"\b(?:(?:was |is |were |be |been )?not (?:be )?found|(?:can(?:not|'t|’t)|could(?: not|n't|n’t)) be found|no longer (?:exists|available|here)"
    r"|(?:does not|doesn't|doesn’t) exist|(?:is |was |has been |been )(?:gone|missing|removed|deleted|unavailable))"
    r"|^\W*(?:not found|(?:oops|sorry)\W+(?:not found|page|we |that |this |something)[^|]{0,60})\W*(?:$|[|–—-])"
    r"|\bwe (?:can(?:not|'t|’t)|could(?: not|n't|n’t)) find (?:the|that|this) page"
    r"|页面不存在|页面未找到|找不到(?:该|此|您|你)?.{0,8}(?:页面|网页|内容|文章)|(?:网页|内容|文章|帖子|视频|链接|页面)(?:已经?)?(?:被)?(?:删除|不存在|失效|走丢|丢失)"
    r"|找不到頁面|頁面不存在|您(?:访问|要访问|请求|查找)的.{0,12}(?:不存在|找不到)|ページが?(?:見つかりません|存在しません)"
    r"|seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|страница не найдена",
    re.I,
)
_BODY_NOTHING_HERE = re.compile(
    r"\b(?:the |this |that )?page (?:you(?:'re|’re| are| were)? (?:looking for|requested|tried)[^.]{0,60}?"
    r"|that you[^.]{0,60}?)?(?:was |is |has been |could |can)? ?(?:not (?:be )?found|n['’]t be found|(?:does not|doesn['’]t) exist|no longer (?:exists|available)|been removed|been deleted)"
    r"|\bcan(?:not|['’]t| not) find (?:the|that|this) (?:page|article|post|document)|\b404\b[\s:|–-]{0,4}(?:error|page|not found)"
    r"|页面不存在|页面未找到|(?:网页|内容|文章|页面)(?:已经?)?被?(?:删除|不存在)|您(?:访问|要访问|请求|查找)的.{0,12}(?:不存在|找不到)",
    re.I,
)
# Cheap words, one of which every sentence above and below holds: most pages have none of them.
_SORRY_WORDS = ("found", "exist", "longer", "removed", "deleted", "find", "404", "不存在", "未找到", "删除", "找不到")
_SALE_WORDS = ("domain", "for sale", "parked", "域名")

_PARKED = re.compile(
    r"(?:buy|purchase|acquire|get|own) this (?:premium )?domain|(?:domain|website|site)(?: name)?(?: [\w.-]{3,60})? (?:is|may be|might be|could be) (?:for sale|parked|available for)"
    r"|[\w-]+\.[a-z]{2,12} (?:is|may be) for sale|domain (?:parking|for sale)|parked (?:free|domain|by)|this domain (?:has |is )?(?:expired|recently been registered)"
    r"|make an offer on this domain|inquire about this domain|此域名.{0,6}(?:出售|转让)|域名(?:正在|可|待)?(?:出售|转让)|本域名.{0,4}出售",
    re.I,
)
_PARKING_HOSTS = re.compile(
    r"(?:sedoparking|parkingcrew|bodis|parklogic|above|afternic|dan|hugedomains|undeveloped|domainmarket|uniregistry|"
    r"skenzo|voodoo|sedo|namebright|epik|cashparking|parking)(?:\.[a-z0-9-]+)*\.(?:com|net|org|io|test|example)\b"
    r"|/cdn-cgi/parking|window\.park\s*=",
    re.I,
)
_LET_IN_WORDS = ("wifi", "wi-fi", "captive", "hotspot", "terms", "network", "guest", "portal", "认证", "&#")
_SELLERS = ("above.", "afternic", "dan.", "hugedomains", "undeveloped", "skenzo", "voodoo", "sedo", "bodis", "uniregistry",
            "namebright", "epik")  # fmt: skip
_CHALLENGE = re.compile(
    r"^\W*just a moment|attention required|(?:verify|confirm|prove) (?:that )?you(?: a|['’])re (?:not a (?:ro)?bot|a? ?human)|verifying you are human|are you (?:a )?(?:human|robot)"
    r"|checking (?:if the site connection is secure|your browser)|security check(?:point)?|access (?:to this page has been )?denied|ddos[ -]guard|captcha"
    r"|please enable (?:js|javascript|cookies) and|unusual traffic|人机验证|安全验证|访问验证|请完成验证|滑动验证|环境异常",
    re.I,
)
_CHALLENGE_MARKS = ("cf-challenge", "_cf_chl_opt", "challenge-platform", "px-captcha", "g-recaptcha-response",
                    "aws-waf-token", "geetest_challenge", "datadome.co/captcha")  # fmt: skip
_PORTAL = re.compile(
    r"wi-?fi|captive|hotspot|accept (?:the )?terms|network (?:login|access)|guest (?:access|network)|portal|认证", re.I
)


@dataclass(frozen=True, slots=True)
class Page:
    """What is kept of a page between looks. `sketch`: the smallest hashes of its words; empty for no text."""

    title: str = ""
    sketch: tuple[int, ...] = ()
    words: int = 0
    shell: bool = False  # drawn by a script: its text says nothing

    def to_json(self) -> dict[str, object]:
        """As plain data for the memory of a link."""
        return {"title": self.title, "sketch": list(self.sketch), "words": self.words, "shell": self.shell}

    @classmethod
    def from_json(cls, data: Mapping[str, object] | None) -> Page | None:
        """What `to_json` wrote; None for nothing."""
        if not data:
            return None
        sketch = data.get("sketch")
        return cls(
            str(data.get("title", "")),
            tuple(int(one) for one in sketch) if isinstance(sketch, list) else (),
            int(str(data.get("words", 0))),
            bool(data.get("shell")),
        )


def is_markup(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether this is a page: it says so, or says nothing and begins like one."""
    kind = headers.get("content-type", "").lower()
    return "html" in kind or (not kind and body.lstrip()[:1] == b"<")


def markup_of(headers: Mapping[str, str], body: bytes) -> str:
    """The characters of a page: strict UTF-8 first, then what it says of itself; never fails."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 3:  # cut in the middle of a character
            return body.decode("utf-8-sig", "ignore")
    said = _CHARSET.search(headers.get("content-type", ""))
    inside = _META_CHARSET.search(body[:2048])
    name = said[1] if said else inside[1].decode("ascii") if inside else "utf-8"
    try:
        return body.decode(_WIDER.get(name.lower(), name), "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def title_of(markup: str) -> str:
    """The title, cleaned; "" when there is none."""
    head = markup[:HEAD]
    low = head.lower()
    at = low.find("<title")
    start = low.find(">", at) + 1 if at >= 0 else 0
    end = low.find("</title", start) if start else -1
    return title_text(head[start:end], 300) if end >= 0 else ""


def page_of(markup: str) -> Page:
    """What is kept of a page, for the next look to compare with."""
    text = visible(markup)
    words = list(islice(tokens(text), 20_000))
    pairs = {zlib.crc32(f"{a} {b}".encode()) for a, b in pairwise(words)}
    shell = len(words) < SHELL and "<script" in markup.lower()
    return Page(title_of(markup), tuple(sorted(pairs)[:SKETCH]), len(words), shell)


def visible(markup: str) -> str:
    """The words a reader sees, roughly: scripts, styles, comments and tags out. Linear in the length."""
    for opening, closing in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<head", "</head")):
        markup = _without(markup, opening, closing)
    return unescape(_TAG.sub(" ", markup))


def _without(markup: str, opening: str, closing: str) -> str:
    low, out, at = markup.lower(), [], 0
    if len(low) != len(markup):  # a letter whose small form is two: offsets would lie
        low = markup
    while (start := low.find(opening, at)) >= 0:
        if opening == "<head" and low[start : start + 7] == "<header":
            out.append(markup[at : start + 7])
            at = start + 7
            continue
        out.append(markup[at:start])
        end = low.find(closing, start + len(opening))
        if end < 0:
            return "".join(out)
        at = end + len(closing)
        at = low.find(">", at) + 1 or at if closing[0] == "<" else at  # `</script >` ends with its bracket
    out.append(markup[at:])
    return "".join(out)


def likeness(a: Page, b: Page) -> float:
    """How alike two texts are, from 0 to 1, told from their sketches; 1 when neither has a text."""
    if not a.sketch or not b.sketch:
        return 1.0 if a.sketch == b.sketch else 0.0
    union = sorted(set(a.sketch) | set(b.sketch))[:SKETCH]
    both = set(a.sketch) & set(b.sketch)
    return sum(one in both for one in union) / len(union)


def title_likeness(a: str, b: str) -> float:
    """The share of the shorter title's words that the other has too; 1 when one of them says nothing."""
    one, other = set(tokens(a)), set(tokens(b))
    if not one or not other:
        return 1.0
    return len(one & other) / min(len(one), len(other))


def says_nothing_here(title: str, markup: str = "") -> bool:
    """Whether a page says that what was asked for is not there: in its title, or as a short page in its text."""
    if _NOTHING_HERE.search(title[:120]):
        return True
    if not markup or len(markup) > 60_000:
        return False
    low = markup.lower()
    if not any(word in low for word in _SORRY_WORDS):
        return False
    text = " ".join(visible(markup).split())
    return len(text) < SHORT * 8 and bool(_BODY_NOTHING_HERE.search(text[:1500]))


def is_parked(title: str, markup: str) -> bool:
    """Whether a domain is for sale: it says so in its title, or a short page says so, or shows a parking service."""
    if _PARKED.search(title):
        return True
    low = markup.lower()
    for_sale = any(word in low for word in _SALE_WORDS)
    if len(markup) > 60_000 or not (for_sale or "park" in low or any(name in low for name in _SELLERS)):
        return False
    text = " ".join(visible(markup).split())
    if len(text) > SHORT * 8:
        return False
    return bool(_PARKED.search(text)) or bool(_PARKING_HOSTS.search(markup[:20_000]) and len(text) < 400)


def is_challenge(headers: Mapping[str, str], title: str, markup: str) -> bool:
    """Whether a wall for programs answers in place of the page."""
    if headers.get("cf-mitigated", "").lower() == "challenge" or ("x-datadome" in headers and not title):
        return True
    if len(markup) > 60_000:
        return False
    if not _CHALLENGE.search(title) and not any(mark in markup for mark in _CHALLENGE_MARKS):
        return False
    return len(" ".join(visible(markup).split())) < SHORT * 6


def is_login(title: str, markup: str) -> bool:
    """Whether the page is there to log in: it is named so and asks for a password."""
    return bool(_LOGIN_WORDS.search(title) and _PASSWORD.search(markup))


def is_portal(title: str, markup: str) -> bool:
    """Whether a network asks to be let in: the page of a hotel, not of the address."""
    if _PORTAL.search(title):
        return True
    head = markup[:20_000]
    low = head.lower()
    return any(word in low for word in _LET_IN_WORDS) and bool(_PORTAL.search(visible(head)[:500]))


def canonical_link(markup: str) -> str:
    """The address the page itself calls its right one (rel=canonical), as written; "" for none."""
    for tag in _CANONICAL.findall(markup[:HEAD]):
        if "canonical" in tag.lower() and (found := _HREF.search(tag)):
            return unescape(next(filter(None, found.groups()), "")).strip()
    return ""


def sent_on(markup: str) -> tuple[float, str]:
    """The seconds and the address, as written, of a page that sends a browser on by itself (`<meta http-equiv=refresh>`).

    "" for none. What only browsers without scripts would follow does not count.
    """
    head = markup[:HEAD]
    if not _REFRESH.search(head):
        return 0.0, ""
    for opening, closing in (("<!--", "-->"), ("<noscript", "</noscript"), ("<script", "</script")):
        head = _without(head, opening, closing)
    for tag in _META.findall(head):
        wish = _CONTENT.search(tag)
        if wish and _REFRESH.search(tag) and (found := _WAIT.match(unescape(next(filter(None, wish.groups()), "")))):
            return float(found[1] or 0), found[2].strip(" \t\n\"'")
    return 0.0, ""


# Anchors that scripts or viewers understand, not the page: lines of code, routes, times, pages of a PDF.
_NO_ANCHOR = re.compile(r"^(?:$|top$|[/!?]|L\d|C\d|diff-|issuecomment|discussion|t=|page=|xywh=|:~:|\w+=|.*&)", re.I)


def missing_anchor(anchor: str, markup: str) -> bool:
    """Whether the page surely lacks `anchor`: no id and no name is like it, and it is one a page would have."""
    if _NO_ANCHOR.search(anchor):
        return False
    wanted = {anchor, unquote(anchor), f"user-content-{anchor}", f"user-content-{anchor}".lower()}
    found = (unescape(next(filter(None, one.groups()), "")) for one in _ANCHORS.finditer(markup))
    return not any(one in wanted for one in found)


def missing_text(directive: str, markup: str) -> bool:
    """Whether none of the passages of a text directive (`text=a,b`) stands in the page."""
    passages = [piece.removeprefix("text=") for piece in directive.split("&") if piece.startswith("text=")]
    seen = " ".join(tokens(visible(markup)))
    return bool(passages) and not any(_passage(piece, seen) for piece in passages)


def _passage(piece: str, seen: str) -> bool:
    """`prefix-,start,end,-suffix`: start and end must stand there."""
    words: Iterable[str] = (one for one in piece.split(",") if one[-1:] != "-" and one[:1] != "-")
    return all(" ".join(tokens(unquote(one))) in seen for one in words)


def same_words(a: str, b: str) -> bool:
    """Whether two titles are equal for a reader."""
    return bool(a) and fold(a) == fold(b)
