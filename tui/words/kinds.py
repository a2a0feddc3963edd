"""What a resource is, at most three Chinese or seven other letters."""

WORDS = {
    "article": ("article", "文章"),
    "paper": ("paper", "论文"),
    "docs": ("docs", "文档"),
    "video": ("video", "视频"),
    "podcast": ("podcast", "播客"),
    "course": ("course", "课程"),
    "repo": ("repo", "代码库"),
    "book": ("book", "书"),
    "blog": ("blog", "博客"),
    "tool": ("tool", "工具"),
    "other": ("other", "其他"),
    "untitled": ("(no title)", "（无标题）"),
}
