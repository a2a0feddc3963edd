"""What the screens are called."""

WORDS = {
    "today": ("Today", "今天"),
    "inbox": ("Inbox", "收件箱"),
    "plan": ("Plan", "计划"),
    "library": ("Library", "书库"),
    "journal": ("Journal", "日志"),
    "sources": ("Sources", "来源"),
    "review": ("Review", "复习"),
    "reader": ("Reader", "阅读"),
}
