"""What `read_experience` reads from the forms of every board, and what it leaves unread."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taxonomy.experience import EXPERIENCE_BANDS, read_experience

EXAMPLES = {
    "在校/应届": [
        "在校/应届", "在校生/应届生", "应届毕业生", "应届生", "在校", "经验在读", "实习生", "2026届校招", "校园招聘",
        "应届生或1-3年", "Internship",
    ],
    "1年以内": ["1年以内", "1年以下", "1年及以下", "不到1年", "经验1年以下", "0-1年", "3年以内", "半年工作经验", "6个月以上工作经验"],
    "1-3年": ["1-3年", "1年", "1", "2", "1-3", "2年经验", "1年以上", "经验：1年以上", "一年以上经验", "两年", "1-10年", "2+ years"],
    "3-5年": [
        "3-5年", "3-4年经验", "3年", "3", "3年以上", "经验3-5年", "3年-5年", "３－５年", "3~5年", "三年以上", "3至5年", "3-8年",
        "4年", "3-5 years", "本科，3年以上", "3年以上，有大模型经验者优先",
    ],
    "5-10年": ["5-10年", "5-7年", "5-7年工作经验", "8-9年经验", "5年", "5-10", "5 years' experience", "9年"],
    "10年以上": ["10年以上", "10年", "10年以上经验", "10", "十年以上", "15年", "10-15年"],
    "经验不限": [
        "经验不限", "不限", "无需经验", "无工作经验", "无经验", "无经验要求", "经验：不限", "0年", "0", "0-99", "经验不限，欢迎应届生",
        "无",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("band", "text"), [(band, text) for band, texts in EXAMPLES.items() for text in texts])
def test_reads(band, text):
    assert read_experience(text) == band


def test_every_band_is_covered():
    assert tuple(EXAMPLES) == EXPERIENCE_BANDS


@pytest.mark.parametrize(
    "text",
    [
        None, "", "[]", "本科", "英语精通", "01-29发布", "学历不限", "100-499人",
        "3个月",  # how long an internship lasts
        "2024年", "103",  # a site's code
        "5-3年", "3年以上研发，1年以上管理", "3年以上，经验不限",
    ],
)  # fmt: skip
def test_leaves_unread(text):
    assert read_experience(text) is None


def test_an_unlimited_schooling_says_nothing_about_experience():
    assert read_experience("学历不限 1-3年") == "1-3年"


@given(st.text(max_size=60) | st.text(alphabet="0123456789一二三十半-~年个月经验不限应届以上下内+ ", max_size=20))
@example("年" * 5_000)
def test_any_text_is_a_band_or_none(text):
    assert read_experience(text) in (*EXPERIENCE_BANDS, None)


def _band(years):
    return next(band for start, band in ((10, "10年以上"), (5, "5-10年"), (3, "3-5年"), (1, "1-3年")) if years >= start)


@given(
    st.tuples(st.integers(1, 30), st.integers(1, 30)).map(sorted),
    st.sampled_from(["{}-{}年", "{}-{}年经验", "经验{}-{}年", "{}～{}年", "{}-{}", "{}年-{}年", "{} - {} years"]),
)
def test_a_range_counts_by_its_lower_bound(years, form):
    assert read_experience(form.format(*years)) == _band(years[0])


@given(
    st.integers(1, 30), st.sampled_from(["{}年", "{}年以上", "{}年经验", "经验：{}年以上", "{}+年", "{}", "{}+ years"])
)
def test_a_number_counts_as_at_least(years, form):
    assert read_experience(form.format(years)) == _band(years)
