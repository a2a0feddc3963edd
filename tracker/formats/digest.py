"""A digest as Markdown, in English or Chinese frames. Nothing from the web can break out of its place."""

from __future__ import annotations

from tracker.core.digest import Digest, Group
from tracker.core.model import Resource
from tracker.formats import markdown as md

name = "digest"
suffix = ".md"

FRAMES = {
    "en": {
        "daily": "Daily digest {first}",
        "weekly": "Weekly digest {first} – {last}",
        "period": "Digest {first} – {last}",
        "new": "New ({n})",
        "decided": "Decided ({n})",
        "no_topic": "No topic yet",
        "waiting": "{n} waiting in the inbox.",
        "trouble": "Needs a look",
        "nothing": "Nothing new.",
        "minutes": "{n} min",
        "why": "why",
        "filed": "Filed",
        "shortlist": "Shortlist",
        "done": "Done",
        "snoozed": "Snoozed",
        "skipped": "Skipped",
        "end": "end of digest",
    },
    "zh": {
        "daily": "日报 {first}",
        "weekly": "周报 {first} – {last}",
        "period": "汇总 {first} – {last}",
        "new": "新增（{n}）",
        "decided": "已处理（{n}）",
        "no_topic": "未归类",
        "waiting": "收件箱还有 {n} 条。",
        "trouble": "需要看一下",
        "nothing": "没有新内容。",
        "minutes": "{n} 分钟",
        "why": "原因",
        "filed": "已归档",
        "shortlist": "候选",
        "done": "完成",
        "snoozed": "稍后",
        "skipped": "跳过",
        "end": "完",
    },
}


def render(digest: Digest, language: str = "en") -> str:
    """The whole file. Ends with an end mark, so that a cut file can be told from a whole one."""
    w = FRAMES[language]
    p = digest.period
    parts = [f"# {w[p.name].format(first=p.first, last=p.last)}", ""]
    new = sum(len(g.items) for g in digest.new)
    if not new and not digest.decided:
        parts += [w["nothing"], ""]
    if new:
        parts += [f"## {w['new'].format(n=new)}", ""]
        for group in digest.new:
            parts += _group(group, md.text(group.name) or w["no_topic"], w)
    if digest.decided:
        parts += [f"## {w['decided'].format(n=sum(len(g.items) for g in digest.decided))}", ""]
        for group in digest.decided:
            parts += _group(group, w[group.name], w)
    if digest.troubles:
        parts += [f"## {w['trouble']}", ""]
        parts += [f"- {md.link(t.name, t.url)}: {md.text(t.why)}" for t in digest.troubles]
        parts += [""]
    parts += [w["waiting"].format(n=digest.waiting), "", f"<!-- {w['end']} -->", ""]
    return "\n".join(parts)


def _group(group: Group, heading: str, w: dict[str, str]) -> list[str]:
    return [f"### {heading}", "", *(_item(r, w) for r in group.items), ""]


def _item(r: Resource, w: dict[str, str]) -> str:
    first = r.sightings[0] if r.sightings else None
    facts = [md.text(f) for f in (first.label if first else "", first.publisher if first else "", r.site) if f]
    if r.minutes:
        facts.append(w["minutes"].format(n=r.minutes))
    line = f"- {md.link(r.title or r.url, r.url)}"
    if facts:
        line += f" · {' · '.join(dict.fromkeys(facts))}"
    if first and first.note:
        line += f" — {md.text(first.note)}"
    return line
