"""What `read_education` reads from the forms of every board, and what it leaves unread."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taxonomy.education import EDUCATION_LEVELS, read_education

EXAMPLES = {
    "初中及以下": ["初中及以下", "初中", "小学", "初中及以上学历", "高中及以下"],
    "中专/中技": [
        "中专/中技", "中技/中专", "中专", "中技", "中等专科", "职业高中", "职高", "技工学校", "中专/高中及以上", "高中/中技/中专",
    ],
    "高中": ["高中", "普通高中", "高中及以上", "高中（含职高）及以上文化程度", "高中或同等以上学历", "High school"],
    "大专": [
        "大专", "大专及以上", "专科", "大学专科", "高职高专", "统招大专", "大专/本科", "高中起点全日制大专及以上学历",
        "本科及以上学历；或大专学历并有执业证", "Associate degree",
    ],
    "本科": [
        "本科", "本科及以上", "统招本科", "大学本科", "学士", "全日制本科及以上学历，取得相应学位", "大学及以上", "本科或硕士",
        "本科及以上，硕士优先", "本科（特别优秀者可放宽至大专）", "专业不限，本科及以上", "Bachelor's degree or above", "学历：本科以上",
        "ＢＡＣＨＥＬＯＲ",
    ],
    "硕士": [
        "硕士", "硕士及以上", "研究生", "硕士研究生", "研究生及以上学历", "硕士/博士", "研究生（硕士）及以上", "MBA/EMBA",
        "硕士研究生及以上学历（博士优先）", "博士研究生优先，硕士研究生", "Master", "Master’s degree",
    ],
    "博士": ["博士", "博士研究生", "博士及以上", "博士后", "研究生学历及相应博士学位", "PhD", "Ph.D. in physics"],
    "学历不限": ["学历不限", "不限", "不限制", "无学历要求", "无", "学历不限，本科优先"],
}  # fmt: skip


@pytest.mark.parametrize(("level", "text"), [(level, text) for level, texts in EXAMPLES.items() for text in texts])
def test_reads(level, text):
    assert read_education(text) == level


def test_every_level_is_covered():
    assert tuple(EXAMPLES) == EDUCATION_LEVELS


@pytest.mark.parametrize(
    "text", [None, "", "[]", "应届", "其他", "招4人", "英语熟练", "学历", "3-5年", "硕士优先", "及以上学历"]
)
def test_leaves_unread(text):
    assert read_education(text) is None


@given(st.text(max_size=60))
@example("本科" * 4_000)
def test_any_text_is_a_level_or_none(text):
    assert read_education(text) in (*EDUCATION_LEVELS, None)


@given(
    st.lists(st.sampled_from(EDUCATION_LEVELS[1:-1]), min_size=1, max_size=3),
    st.sampled_from(["/", "或", "、", " / "]),
    st.sampled_from(["", "及以上", "及以上学历", "（全日制）"]),
)
def test_of_several_levels_the_lowest_counts(levels, between, ending):
    assert read_education(between.join(levels) + ending) == min(levels, key=EDUCATION_LEVELS.index)
