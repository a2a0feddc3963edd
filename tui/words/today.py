"""The day."""

WORDS = {
    "talk": ("talk", "演讲"),
    "noted": ("noted", "已记"),
    "reviews": ("review", "复习"),
    "row": ("plan", "计划"),
    "shortlist": ("shortlist", "候选"),
    "new": ("new", "新"),
    "talk-day": ("day {n}", "第 {n} 天"),
    "cards": ("{n} card to review|{n} cards to review", "{n} 张卡片待复习"),
    "minutes": ("{n} min", "{n} 分钟"),
    "plan-day": ("day {n} of {plan}", "第 {n} 天 · {plan}"),
    "plan-off": ("day off of {plan}", "休息日 · {plan}"),
    "fits": ("fits into {n} min", "适合 {n} 分钟"),
    "noted-days": ("{n} day noted|{n} days noted", "记录 {n} 天"),
    "run": ("this run {n}, longest {longest}", "连续 {n} 天，最长 {longest} 天"),
    "progress": ("Progress", "进度"),
    "empty": (
        "Nothing is asked for today.\n\n{inbox} leads to the inbox; 'tracker plan schedule NAME --start DAY' starts a plan.",
        "今天没有安排。\n\n{inbox} 前往收件箱；tracker plan schedule NAME --start DAY 开始一个计划。",
    ),
    "tracks": ("tracks", "方向"),
    "remark": ("remark", "备注"),
    "ticked": ("ticked", "已勾选"),
    "where": ("noted up to", "记到"),
    "cannot": ("this is for what can be read", "只对可以阅读的内容有效"),
}
