"""Pages that are no text: log-ins, consents, walls, errors. Told only where little else is on the page."""

from __future__ import annotations

import re

from tracker.core.text import count_words
from tracker.texts.tree import Element

LEAST_WORDS = 8
FEW_BESIDE_LOGIN = 30  # many sites have a form to sign in beside every text
FEW_WORDS = 120  # a page with more is a text, whatever it also says
_BLOCKED = re.compile(
    r"just a moment|attention required|access denied|verify (that )?you are (a )?human|are you a robot|captcha|"
    r"unusual traffic|checking your browser|security check|安全验证|访问验证|环境异常|请完成验证|アクセスが拒否",
    re.I,
)
_ABSENT = re.compile(
    r"\b404\b|\b410\b|(page|file|content|article) (was |is |could )?not (be )?(found|available)|not found|no longer (exists|available)|"
    r"doesn.t exist|does not exist|页面不存在|页面未找到|找不到(该|此|你|您)?.{0,6}页|已被删除|内容不存在|ページが見つかりません|"
    r"seite nicht gefunden|page introuvable|página no encontrada",
    re.I,
)
_LOGIN = re.compile(r"\b(log|sign)[ -]?in\b|请(先)?登录|ログイン|anmelden|se connecter", re.I)
_CONSENT = re.compile(
    r"(accept|use|uses) (all )?cookies|cookie (policy|consent|settings)|before you continue|同意.{0,8}cookie", re.I
)
_PAY = re.compile(
    r"subscribe to (continue|read|keep)|subscribers only|to continue reading|already a subscriber|付费阅读|"
    r"订阅后.{0,6}阅读|剩余.{0,12}付费|会員限定|members[- ]only",
    re.I,
)


def wall(root: Element, title: str, text: str, free: bool) -> tuple[str, str]:
    """(outcome, why) of a page; ("ok", "") for one that holds a text."""
    words = count_words(text)
    seen = f"{title}\n{text if words < FEW_WORDS else ''}"
    if words >= FEW_WORDS:
        return "ok", ""
    if _BLOCKED.search(seen):
        return "blocked", "the site asks whether a person is looking"
    if _ABSENT.search(seen):
        return "soft404", "the page says that what was asked for is not there"
    asked = any((node.get("type") or "").lower() == "password" for node in root.iter("input"))
    if asked and (words < FEW_BESIDE_LOGIN or _LOGIN.search(title)):
        return "login", "the page asks for a password"
    whole = f"{seen}\n{root.text_content()[:5000]}"
    if not free or _PAY.search(whole):
        return "paywall", "only a beginning is shown to readers who do not pay"
    if words < LEAST_WORDS:
        if _LOGIN.search(seen):
            return "login", "the page asks to sign in"
        if _CONSENT.search(whole):
            return "consent", "the page asks for consent before it shows anything"
        return "empty", "no readable text on the page"
    return "ok", ""
