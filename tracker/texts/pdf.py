"""Papers as PDF: their text page by page, by pypdfium2 (the extra 'pdf'); each page's start is an anchor."""

from __future__ import annotations

import re

from tracker.core.article import Article, harmless
from tracker.core.text import clean_line, clean_text, count_words, guess_language, reading_minutes

MOST_PAGES = 500
_ABSTRACT = re.compile(
    r"^\s*(?:abstract|摘\s*要)[:.：—-]?\s*(.{100,4000}?)(?=^\s*(?:1|I)?\.?\s*(?:introduction|引言|keywords|关键词)\b)",
    re.I | re.M | re.S,
)


def read_pdf(body: bytes) -> Article:
    """The text of a PDF. "unreadable" where the extra is missing or the file is broken or locked."""
    try:
        import pypdfium2
    except ImportError:
        return Article("unreadable", "a PDF needs the extra 'pdf'; install it with: pip install 'tracker[pdf]'")
    try:
        document = pypdfium2.PdfDocument(body)
        pages = [document[n].get_textpage().get_text_range() for n in range(min(len(document), MOST_PAGES))]
        title = clean_line(document.get_metadata_dict().get("Title") or "")
    except pypdfium2.PdfiumError as error:
        return Article("unreadable", clean_line(f"the PDF cannot be read: {error}", 300))
    texts = [clean_text(_joined(page)) for page in pages]
    text = "\n\n".join(page for page in texts if page)
    if not text:
        return Article("empty", "the PDF holds pictures of pages, no text", title)
    found = _ABSTRACT.search("\n".join(texts[:2]))
    markdown = "\n\n".join(f"## Page {n}\n\n{harmless(page)}" for n, page in enumerate(texts, 1) if page)
    return Article(
        "ok", "", title or clean_line(text.split("\n")[0], 200), lang=guess_language(text),
        abstract=" ".join(found[1].split()) if found else "", text=text, markdown=markdown, words=count_words(text),
        minutes=reading_minutes(text),
    )  # fmt: skip


def _joined(page: str) -> str:
    """Words broken at line ends put together (pdfium marks the break with U+FFFE)."""
    return re.sub("[\ufffe\x02]\\s*", "", page)
