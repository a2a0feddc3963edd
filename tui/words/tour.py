"""The tour of the first day."""

WORDS = {
    "foot": ("{at} of {of}   any key goes on, Esc leaves", "{at} / {of}   按任意键继续，Esc 离开"),
    "start.title": ("Welcome", "欢迎"),
    "start": (
        "What your sources brought waits in the inbox. Go through it with ↓ and ↑ (or j and k);\n"
        "the pane beside the list shows what a thing is and why it is here. {read} reads it.",
        "来源带来的新内容都在收件箱里等你。用 ↓ ↑（或 j k）逐条浏览，\n旁边的面板说明它是什么、为什么在这里。{read} 打开阅读。",
    ),
    "decide.title": ("One key a decision", "一键一决定"),
    "decide": (
        "{file} files it under the topic that is suggested, {choose} under one you choose.\n"
        "{done} is done, {skip} skips it. {select} selects several, then any key is for all of them.",
        "{file} 归入建议的主题，{choose} 选择主题。\n{done} 完成，{skip} 跳过。{select} 可多选，之后任何按键都作用于全部选中项。",
    ),
    "undo.title": ("Nothing is lost", "不会丢失"),
    "undo": (
        "No key asks whether you are sure: {undo} takes back whatever came last, as often as you like,\n"
        "even after a restart.",
        "没有按键会问“确定吗”：{undo} 撤销上一步，想撤多少次都行，\n重启之后也可以。",
    ),
    "find.title": ("Find and go", "查找与前往"),
    "find": (
        "{find} finds words. 1 to 7 lead to the screens on top. {palette} shows all that can be done here,\n"
        "{command} takes it by name. The mouse works too.",
        "{find} 查找词语。1 到 7 前往上方的页面。{palette} 列出这里能做的一切，\n{command} 按名称执行。鼠标也可以用。",
    ),
    "end.title": ("That is all", "就这些"),
    "end": (
        "{help} shows the keys of the screen you are on. Enjoy the morning.",
        "{help} 显示当前页面的按键。祝你有个愉快的早晨。",
    ),
}
