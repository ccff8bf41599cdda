"""Text cut into words: the vocabulary as dictionary, terms for tables, and nothing written."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.catalogue import DATA_FOLDER
from taxonomy.segment import keywords, words


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", []),
        (" \n\t", []),
        ("熟悉微调与检索增强生成", ["熟悉", "微调", "与", "检索增强生成"]),
        ("负责向量数据库选型", ["负责", "向量数据库", "选型"]),
        ("提示词工程、思维链", ["提示词工程", "、", "思维链"]),
        ("熟悉Spring Boot/Node.js", ["熟悉", "Spring Boot", "/", "Node.js"]),
        ("用 node.js 和 SPRING BOOT", ["用", "node.js", "和", "SPRING BOOT"]),
        ("C++与C#，CI/CD", ["C++", "与", "C#", "，", "CI/CD"]),
        ("Google的员工", ["Google", "的", "员工"]),
        ("好😀👍", ["好", "😀", "👍"]),
    ],
)
def test_words(text, cut):
    assert words(text) == cut


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("岗位职责：负责大模型微调，具有良好的沟通能力，经验不限。", ["大模型微调"]),
        ("任职要求：1、本科及以上学历；2、熟悉python与PYTHON优先", ["Python", "Python"]),
        ("熟悉spring boot、K8S和llm", ["Spring Boot", "K8s", "LLM"]),
        ("熟悉Kernel调优", ["kernel", "调优"]),
        ("2023年8月 50% 3.5 !!! ——", []),
        ("五险一金，周末双休，带薪年假", []),
        ("的 了 A b", []),
    ],
)
def test_keywords(text, terms):
    assert keywords(text) == terms


@given(st.text() | st.text("负责大模型微调ABc+/. 12，。\n😀"))
def test_words_are_the_text_without_white_space(text):
    assert "".join("".join(words(text)).split()) == "".join(text.split())


@given(st.text() | st.text("负责大模型微调ABc+/. 12，。\n😀"))
def test_keywords_are_words_with_a_letter(text):
    folded = {word.lower() for word in words(text)}
    for term in keywords(text):
        assert term.lower() in folded
        assert len(term) > 1
        assert any(character.isalpha() for character in term)


def test_loading_writes_nothing_says_nothing_and_trusts_no_cache(tmp_path):
    """A fresh process, warnings as errors, with a poisoned cache where jieba would look for its own."""
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    (scratch / "jieba.cache").write_bytes(b"not a dictionary")
    before = {path: path.stat().st_mtime_ns for path in DATA_FOLDER.iterdir()}
    code = "import sys; from taxonomy.segment import words; sys.stdout.write('|'.join(words('熟悉微调')))"
    environment = {**os.environ, "TMPDIR": str(scratch), "PYTHONIOENCODING": "utf-8"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=DATA_FOLDER.parents[1],
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert (out.decode(), err.decode(), process.returncode) == ("熟悉|微调", "", 0)
    assert sorted(path.name for path in scratch.iterdir()) == ["jieba.cache"]
    assert (scratch / "jieba.cache").read_bytes() == b"not a dictionary"
    assert {path: path.stat().st_mtime_ns for path in DATA_FOLDER.iterdir()} == before
