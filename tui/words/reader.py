"""The reader."""

WORDS = {
    "nothing": ("Nothing is kept of it yet. o opens it in the browser.", "还没有保存内容。按 o 在浏览器中打开。"),
    "no-address": ("this resource has no address a browser may open", "它没有浏览器可以打开的地址"),
    "not-opened": ("not opened: {url}", "没有打开：{url}"),
    "find": ("words; Enter goes to the first", "输入词语，回车到第一处"),
    "no-hit": ("nothing holds these words", "没有包含这些词的地方"),
}
