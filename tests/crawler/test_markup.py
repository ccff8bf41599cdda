"""HTML descriptions become the text a reader would see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup import html_to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("岗位职责：\n1、写代码", "岗位职责：\n1、写代码"),
        ("<p>岗位职责：</p><ul><li>写代码</li><li>读论文</ul>", "岗位职责：\n写代码\n读论文"),
        ("第一行<br>第二行<br/><br>第四行", "第一行\n第二行\n\n第四行"),
        ("<div>一\n  行</div><div>二</div>", "一 行\n二"),
        ("&lt;p&gt;转义一次&lt;/p&gt;", "转义一次"),
        ("&amp;lt;p&amp;gt;转义&amp;lt;br&amp;gt;两次&amp;lt;/p&amp;gt;", "转义\n两次"),
        ("熟悉 vector<int> 与 Map<K, V>；x < y", "熟悉 vector<int> 与 Map<K, V>；x < y"),
        ("<p>若 a<b 则用 vector<int></p>", "若 a<b 则用 vector<int>"),
        ("<script>alert(1)</script>正文<style>p{}</style><!-- 注释 -->", "正文"),
        ("<pre>缩进\n  保留行</pre>", "缩进\n保留行"),
        ("R&amp;D&nbsp;工程师 &mdash; AI", "R&D 工程师 — AI"),
        (r"甲\n乙\n丙", "甲\n乙\n丙"),
        ("甲\n\n\n\n\n乙  \t 丙", "甲\n\n乙 丙"),
        ("<html><title>安全验证</title></html>", "安全验证"),
        ("", ""),
    ],
)
def test_forms(text: str, expected: str) -> None:
    assert html_to_text(text) == expected


@given(st.text(max_size=400))
def test_any_text_gives_text(text: str) -> None:
    result = html_to_text(text)
    assert result == result.strip()
    assert "\n\n\n" not in result


def test_deep_nesting_is_no_trap() -> None:
    assert html_to_text("<div>" * 50_000 + "底") in {"底", ""}
