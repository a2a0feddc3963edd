"""Index words."""

import pytest

from tracker.core.search import index_text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("KV Cache", "kv cache"),
        ("大模型 推理", "大模 模型 型 推理 理"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("Café résumé", "cafe resume"),
        ("C++ and C# in 3.5", "cplusplus and csharp in 3 5"),
        ("vLLM部署", "vllm 部署 署"),
        ("", ""),
    ],
)
def test_words(text: str, words: str) -> None:
    assert index_text(text) == words
