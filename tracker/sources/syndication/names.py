"""The names of elements as the library takes them: which mean the same, which nothing, which it has handlers for."""

from __future__ import annotations

import re

# Namespace (lower case) -> the prefix its elements are known by; "" for the formats' own. As feedparser matches them.
SPACES = {
    "": "", "http://www.w3.org/2005/atom": "", "http://purl.org/atom/ns#": "",
    "http://backend.userland.com/rss2": "", "http://blogs.law.harvard.edu/tech/rss": "", "http://purl.org/rss/1.0/": "",
    "http://purl.org/dc/elements/1.1/": "dc", "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content", "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss/": "media", "http://search.yahoo.com/mrss": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner", "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/slash/": "slash", "http://wellformedweb.org/commentapi/": "wfw",
    "http://www.georss.org/georss": "georss", "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://purl.org/syndication/thread/1.0": "thr", "http://a9.com/-/spec/opensearch/1.1/": "opensearch",
    "http://a9.com/-/spec/opensearchrss/1.0/": "opensearch", "http://schemas.google.com/g/2005": "gd",
    "http://webns.net/mvcb/": "admin", "http://www.google.com/schemas/play-podcasts/1.0": "googleplay",
    "https://podcastindex.org/namespace/1.0": "podcast", "http://arxiv.org/schemas/atom": "arxiv",
    "http://www.youtube.com/xml/schemas/2015": "yt", "com-wordpress:feed-additions:1": "wp",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf", "http://backend.userland.com/creativecommonsrssmodule": "cc",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "cc", "http://www.blogger.com/atom/ns#": "blogger",
    "http://purl.org/atompub/tombstones/1.0": "at", "http://www.spotify.com/ns/rss": "spotify",
    "http://www.rssboard.org/media-rss": "mrss2", "http://web.resource.org/cc/": "cc",
}  # fmt: skip
# The prefixes feedparser has handlers for: bound to a namespace not listed above, they would mean something to it.
TAKEN = frozenset(("dc", "dcterms", "content", "itunes", "media", "feedburner", "atom", "rss", "xhtml", "psc", "cc",
                    "admin", "georss", "gml", "geo", "creativecommons", "podcast", "sy", "rdf"))  # fmt: skip
_DECLARATION = re.compile(r"""xmlns(?::([\w.-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")

# Known to change nothing of what is kept, whatever they hold. Unknown elements with children make the reader decline.
NOTHING = frozenset(
    ("comments", "rights", "copyright", "generator", "docs", "cloud", "rating", "contributor", "wfw_commentrss",
     "wfw_comment", "slash_comments", "source", "thr_total", "thr_in-reply-to", "dc_rights", "dc_publisher", "dc_type",
     "dc_format", "dc_identifier", "dc_source", "dc_relation", "dc_coverage", "media_thumbnail", "media_community",
     "media_credit", "media_rating", "media_player", "media_restriction", "media_license", "media_copyright",
     "media_text", "itunes_image", "itunes_explicit", "itunes_block", "itunes_episode", "itunes_season", "itunes_order",
     "itunes_episodetype", "itunes_isclosedcaptioned", "itunes_type", "itunes_complete", "itunes_owner", "icon", "logo", "webmaster", "wp_post-id", "wp_site", "georss_point",
     "georss_featurename", "georss_box", "gd_image", "gd_extendedproperty", "admin_generatoragent", "admin_errorreportsto",
     "feedburner_info", "feedburner_emailserviceid", "feedburner_feedburnerhostname", "opensearch_totalresults",
     "opensearch_startindex", "opensearch_itemsperpage", "opensearch_query", "cc_license", "geo_lat", "geo_long",
     "geo_point", "feedburner_feedflare", "itunes_x-name", "itunes_x-email", "dcterms_valid")
)  # fmt: skip
# What feedparser has handlers for or keeps under a name of its own, beyond what is read here.
HANDLED = frozenset(
    ("image", "textinput", "name", "width", "height", "url", "homepage", "uri", "email", "subtitle", "tagline", "item",
     "entry", "language", "issued", "modified", "created", "expirationdate", "keywords", "abstract", "info", "body",
     "fullitem", "newlocation", "tags", "feed", "channel", "rss", "origlink", "authors", "links", "svg", "math", "hour",
     "itunes_category", "itunes_x-title", "media_title", "media_keywords", "media_group", "dc_contributor",
     "dc_language", "xhtml_body", "feedburner_browserfriendly", "itunes_link", "rdf_li", "contributors", "source_detail")
)  # fmt: skip
TITLES = frozenset(("title", "dc_title"))
DESCRIPTIONS = frozenset(("description", "dc_description", "media_description"))
AUTHORS = frozenset(("author", "dc_creator", "dc_author", "managingeditor"))
PUBLISHED = frozenset(("pubdate", "published", "dcterms_issued"))
UPDATED = frozenset(("updated", "dc_date", "dcterms_modified", "lastbuilddate"))
CATEGORIES = frozenset(("category", "dc_subject", "media_category"))
# The iTunes names that stand apart from what the feed says itself.
APART = frozenset(("author", "summary", "subtitle", "title", "owner", "name", "email"))


def borrowed(text: str) -> bool:
    """Whether a prefix with a meaning is bound to a namespace that is not the one meant, or one is not known."""
    at = text.find("xmlns")
    while at >= 0:
        found = _DECLARATION.match(text, at)
        at = text.find("xmlns", at + 5)
        if found is None:
            continue
        prefix, double, single = found.groups("")
        uri = (double or single).lower()
        if uri in SPACES:
            continue
        if not prefix or prefix.lower() in TAKEN:
            return True
    return False
