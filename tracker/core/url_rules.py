"""What is known of addresses as data: counting parameters, redirectors, mobile and mirror hosts.

Conservative on purpose: a parameter dropped too much makes two works one, a parameter kept too much makes a
duplicate that can be merged. Changing a table changes keys: raise `tracker.core.urls.VERSION` with it.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Parameters that only say where a reader came from, on any site.
TRACKING = frozenset(
    (
        "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id "  # ad clicks
        "clickid rb_clickid irclickid irgwc srsltid wickedid s_cid cmpid ncid "
        "_ga _gl __hssc __hstc __hsfp _hsenc _hsmi hsctatracking mkt_tok _openstat "  # analytics, newsletters
        "mc_cid mc_eid ml_subscriber ml_subscriber_hash oly_anon_id oly_enc_id vero_id vero_conv ck_subscriber_id "
        "_bhlid bhlid sc_campaign sc_channel sc_content sc_medium sc_outcome sc_geo sc_country trk_contact trk_msg "
        "fb_action_ids fb_action_types fb_ref fb_source fb_comment_id aftr_source wt_mc wt_zmc wtrid xtor "
        "spm_id_from vd_source partnerid guce_referrer guce_referrer_sig guccounter echobox "
        "phpsessid jsessionid aspsessionid"
    ).split()
)
TRACKING_PREFIXES = ("utm_", "mtm_", "matomo_", "pk_", "piwik_", "hsa_", "stm_", "itm_", "at_campaign", "at_medium",
                     "at_custom", "aspsessionid")  # fmt: skip
TRACKING_SUFFIXES = ("_affiliate", "_clickid")
# Newsletter tools name the sending site: `?ref=blog.example.org`. A git ref or a product number looks different.
REFERRERS = frozenset(["ref", "referrer", "referer", "source", "via"])
_HOST_VALUE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}\Z")
_CODE_HOSTS = ("github.com", "gitlab.com", "gitee.com", "codeberg.org", "bitbucket.org")  # `ref` is a branch there

# More of the same on one site and its subdomains. "*": nothing in the query says what the page is.
SITE_PARAMS: dict[str, frozenset[str]] = {
    site: frozenset(names.split())
    for site, names in {
        "medium.com": "source sk gi",
        "towardsdatascience.com": "source sk gi",
        "substack.com": "r s showwelcome showwelcomeonshare triedredirect isfreemail publication_id post_id",
        "x.com": "*",
        "github.com": "tab readme ref_src",
        "huggingface.co": "library",
        "google.com": "usp authuser ouid rtpof sd pli",
        "bilibili.com": "from seid spm share_source share_medium share_plat share_session_id share_tag share_times "
        "timestamp bbid ts unique_k is_story_h5 mid plat_id buvid from_source msource bsource trackid",
        "zhihu.com": "*",
        "csdn.net": "*",
        "juejin.cn": "*",
        "jianshu.com": "*",
        "36kr.com": "*",
        "sspai.com": "*",
        "nytimes.com": "smid smtyp referringsource unlocked_article_code searchresultposition",
        "linkedin.com": "*",
        "reddit.com": "share_id context rdt",
        "stackoverflow.com": "noredirect lq rq",
        "theguardian.com": "cmp",
        "bbc.co.uk": "ns_mchannel ns_source ns_campaign ns_linkname ns_fee",
        "arstechnica.com": "comments",
        "spotify.com": "si nd dlsi",
        "apple.com": "uo at ct",
        "ted.com": "language subtitle",
        "coursera.org": "irclickid ranmid ransiteid raneaid siteid",
        "udemy.com": "*",
    }.items()
}

# Addresses that only wrap another one: host -> (path pattern, parameter that holds the target).
REDIRECTORS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "google.com": (("/url", ("q", "url")),),
    "facebook.com": (("/l.php", ("u",)), ("/sharer.php", ("u",)), ("/sharer/sharer.php", ("u",))),
    "l.facebook.com": (("/l.php", ("u",)),),
    "lm.facebook.com": (("/l.php", ("u",)),),
    "l.instagram.com": (("/", ("u",)),),
    "linkedin.com": (("/redir/redirect", ("url",)), ("/safety/go", ("url",))),
    "youtube.com": (("/redirect", ("q",)), ("/attribution_link", ("u",))),
    "out.reddit.com": (("*", ("url",)),),
    "t.umblr.com": (("/redirect", ("z",)),),
    "slack-redir.net": (("/link", ("url",)),),
    "duckduckgo.com": (("/l", ("uddg",)), ("/l/", ("uddg",))),
    "vk.com": (("/away.php", ("to",)),),
    "steamcommunity.com": (("/linkfilter", ("u", "url")), ("/linkfilter/", ("u", "url"))),
    "getpocket.com": (("/redirect", ("url",)),),
    "exit.sc": (("/", ("url",)),),
    "urldefense.com": (("/v2/url", ("target",)),),
    "link.zhihu.com": (("/", ("target",)),),
    "link.juejin.cn": (("/", ("target",)),),
    "link.csdn.net": (("/", ("target",)),),
    "link.jianshu.com": (("/", ("t",)),),
    "jianshu.com": (("/go-wild", ("url",)),),
    "gitee.com": (("/link", ("target",)),),
    "oschina.net": (("/action/GoToLink", ("url",)),),
    "mail.qq.com": (("/cgi-bin/readtemplate", ("gourl",)),),
    "c.pc.qq.com": (("/middlem.html", ("pfurl",)), ("/ios.html", ("url",))),
    "weibo.cn": (("/sinaurl", ("u", "toasturl")),),
}
SAFELINKS = ".safelinks.protection.outlook.com"  # Outlook wraps every address of a mail: `url` holds it

# Hosts that serve the same pages under another name; a reason each is the group's comment.
HOST_ALIASES: dict[str, str] = {
    "twitter.com": "x.com", "mobile.twitter.com": "x.com", "mobile.x.com": "x.com",  # renamed 2023; phone pages
    "m.youtube.com": "youtube.com", "music.youtube.com": "youtube.com", "gaming.youtube.com": "youtube.com",
    "youtube-nocookie.com": "youtube.com", "youtubekids.com": "youtube.com",  # same ids, other frames
    "m.bilibili.com": "bilibili.com",
    "m.facebook.com": "facebook.com", "mbasic.facebook.com": "facebook.com", "touch.facebook.com": "facebook.com",
    "old.reddit.com": "reddit.com", "np.reddit.com": "reddit.com", "new.reddit.com": "reddit.com",
    "m.reddit.com": "reddit.com", "amp.reddit.com": "reddit.com", "i.reddit.com": "reddit.com",
    "hf.co": "huggingface.co", "huggingface.com": "huggingface.co",  # the site redirects them itself
    "export.arxiv.org": "arxiv.org", "browse.arxiv.org": "arxiv.org", "cn.arxiv.org": "arxiv.org",
    "de.arxiv.org": "arxiv.org", "lanl.arxiv.org": "arxiv.org", "xxx.lanl.gov": "arxiv.org",  # mirrors of arXiv
    "dx.doi.org": "doi.org",
    "papers.nips.cc": "proceedings.neurips.cc", "papers.neurips.cc": "proceedings.neurips.cc",  # renamed
    "amp.theguardian.com": "theguardian.com", "amp.cnn.com": "cnn.com", "m.imdb.com": "imdb.com",
    "m.douban.com": "douban.com", "m.zhihu.com": "zhihu.com", "m.juejin.cn": "juejin.cn",
}  # fmt: skip
_PHONE_WIKI = re.compile(r"([a-z-]+)\.m\.(wikipedia|wiktionary|wikibooks|wikisource|wikiversity)\.org\Z")


def alias_of(host: str) -> str:
    """The host whose pages `host` shows too; `host` itself when there is none."""
    phone = _PHONE_WIKI.match(host)
    return f"{phone[1]}.{phone[2]}.org" if phone else HOST_ALIASES.get(host, host)


@lru_cache(maxsize=1024)
def sites_of(host: str) -> tuple[str, ...]:
    """`host` and its parents with at least two labels, nearest first: a.b.c -> (a.b.c, b.c)."""
    labels = host.split(".")
    return tuple(".".join(labels[i:]) for i in range(max(1, len(labels) - 1)))


def is_tracking(host: str, name: str, value: str) -> bool:
    """Whether this parameter of a page on `host` (folded) says nothing about which page it is."""
    low = name.lower()
    if low in TRACKING or low.startswith(TRACKING_PREFIXES) or low.endswith(TRACKING_SUFFIXES):
        return True
    if low == "amp" and value.lower() in ("", "1", "true"):
        return True  # the fast form of the same article
    if low in REFERRERS and _HOST_VALUE.match(value.lower()) and host not in _CODE_HOSTS:
        return True
    for site in sites_of(host):
        names = SITE_PARAMS.get(site)
        if names and (low in names or ("*" in names and not _says_which(low))):
            return True
    return False


def _says_which(name: str) -> bool:
    """Names that pick a page even on sites whose queries are noise otherwise."""
    return name in ("id", "p", "page", "q", "query", "search", "keyword", "keywords", "v", "type")
