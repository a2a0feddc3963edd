"""Formulas: where a page holds the TeX of one, `$...$` stands in its place instead of the pieces it is drawn by."""

from __future__ import annotations

import re

from lxml import etree

from tracker.texts.tree import Element

MARK = "data-tracker-tex"  # an element of ours; the page's own marks are taken off first
MOST = 5000  # characters of one formula
_DRAWN = re.compile(r"(^|\s)(katex-display|katex|mwe-math-element|MathJax_Display|MathJax|mjx-container)(\s|$)")
_PICTURE = re.compile(r"(^|\s)(latex|tex|mwe-math-fallback-image-\w+)(\s|$)")
_STYLE = re.compile(r"^\{\\(?:displaystyle|textstyle)\s*(.*)\}$", re.S)
_ACTS = {"<": r"\lt ", ">": r"\gt ", "`": "'", "](": "] ("}


def keep_tex(root: Element) -> None:
    """Put the TeX of formulas in their places: MathML's annotations, MathJax's scripts, pictures of formulas."""
    for node in root.xpath(f"//*[@{MARK}]"):
        del node.attrib[MARK]
    for node in list(root.iter("script")):
        said = node.get("type") or ""
        if said.startswith("math/tex"):
            _drop_drawn_before(node)
            _replace(node, node.text or "", "mode=display" in said)
    for node in list(root.iter("math")):
        found = next((one.text for one in node.iter("annotation") if "tex" in (one.get("encoding") or "")), "")
        _replace(_outermost(node), found or node.get("alttext") or "", node.get("display") == "block")
    for node in list(root.iter("img")):
        if _PICTURE.search(node.get("class") or "") and (node.get("alt") or "").strip():
            _replace(node, node.get("alt"), False)


def _outermost(node: Element) -> Element:
    """What a formula is drawn by: the element around it that holds the drawing and the words for readers without it."""
    found = node
    for level, above in enumerate(node.iterancestors()):
        if level == 4 or above.tag not in ("span", "div", "mjx-container", "mjx-assistive-mml"):
            break
        if _DRAWN.search(above.get("class") or "") or above.tag == "mjx-container":
            found = above
    return found


def _drop_drawn_before(script: Element) -> None:
    """MathJax draws beside its script; that is the same formula again."""
    while (before := script.getprevious()) is not None and (before.get("class") or "").startswith("MathJax"):
        if (before.tail or "").strip():
            return
        before.getparent().remove(before)


def _replace(node: Element, tex: str, display: bool) -> None:
    words = " ".join(tex.replace("%\n", " ").split())[:MOST]
    if inner := _STYLE.match(words):
        words = inner[1]
    if not words or node.getparent() is None:
        return
    for sign, plain in _ACTS.items():
        words = words.replace(sign, plain)
    display = display or "display" in (node.get("class") or "").lower()
    new = etree.Element("span", {MARK: "1"})
    new.text = f"$${words.strip()}$$" if display else f"${words.strip()}$"
    new.tail = node.tail
    node.getparent().replace(node, new)
