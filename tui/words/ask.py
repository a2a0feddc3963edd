"""What is asked in windows that come up."""

WORDS = {
    "hint": ("{prompt}  (type to narrow, Enter takes, Esc cancels)", "{prompt}（输入以筛选，回车确定，Esc 取消）"),
    "command": (": an action, or words to find; Tab completes", "：操作名或查询；Tab 补全"),
    "palette": ("do…", "执行…"),
    "file": ("file under…", "归入主题…"),
    "tags": ("topics: ✓ is on; Enter puts on or takes off…", "主题：✓ 表示已有；回车添加或移除…"),
    "snooze": ("come back…", "何时回来…"),
    "nothing": ("nothing fits", "没有符合的"),
    "help": ("Keys of {place}", "{place}的按键"),
    "help-end": ("arrows scroll, Esc or q closes", "方向键滚动，Esc 或 q 关闭"),
}
