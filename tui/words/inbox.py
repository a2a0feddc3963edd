"""The inbox."""

WORDS = {
    "waiting": ("{n} waiting", "{n} 条待处理"),
    "filed": ("{n} filed", "已归档 {n}"),
    "shortlist": ("{n} shortlist", "候选 {n}"),
    "snoozed": ("{n} snoozed", "稍后 {n}"),
    "selected": ("{n} selected", "已选 {n} 条"),
    "oldest": ("oldest first", "最早在前"),
    "minutes": ("{n} min", "{n} 分钟"),
    "find": (
        "words, or state: topic: kind: …; Enter keeps, Esc shows all",
        "词语，或 state: topic: kind: …；回车保留，Esc 显示全部",
    ),
    "empty": (
        "Nothing waits for a decision.\n\n{refresh} looks at the sources that are due, {help} shows the keys.",
        "没有待处理的内容。\n\n{refresh} 抓取到期的来源，{help} 显示按键。",
    ),
    "no-hit": ("Nothing holds '{query}'.", "没有符合“{query}”的内容。"),
    "no-source": ("no source brought it", "它不来自任何来源"),
    "no-topics": (
        "There is no topic yet: import a list, or 'tracker topics add TITLE'",
        "还没有主题：请导入列表，或运行 tracker topics add TITLE",
    ),
    "unsure": ("no topic is sure enough; {key} chooses one", "没有足够确定的主题；按 {key} 自己选择"),
    "some-unsure": ("{what}; {n} have no sure topic and stay selected", "{what}；{n} 条没有确定的主题，仍保持选中"),
    "tomorrow": ("tomorrow", "明天"),
    "in-days": ("in {n} day|in {n} days", "{n} 天后"),
    "no-day": ("'{text}' is no day: write 3d, 2w or 2026-12-01", "“{text}”不是日期：请写 3d、2w 或 2026-12-01"),
    "crawling": ("{done} looked at, {new} new", "已抓取 {done}，新增 {new}"),
}
