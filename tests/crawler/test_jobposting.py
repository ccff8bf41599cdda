"""schema.org JobPosting: shapes met on real sites, with values of our own."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsel import Selector

from crawler.contract import Posting
from crawler.jobposting import find_job_postings, to_posting
from crawler.problems import FormatChanged, NotAPosting
from taxonomy.salary import read_salary


def read(**fields: Any) -> Posting:
    return to_posting({"title": "工程师", **fields}, "1", "https://a.cn/job/1")


def test_a_node_with_many_places_and_parts() -> None:
    """The shape of a large company's page: parts of the text apart, one address under many names."""
    country = {"@type": "Country", "name": ["CN", "CN"]}
    address = {"@type": "PostalAddress", "addressLocality": "上海", "addressRegion": "上海", "addressCountry": country}
    node = {
        "@context": "http://schema.org/",
        "@type": "JobPosting",
        "title": "基础设施工程师",
        "description": "一支团队。",
        "responsibilities": "设计系统&nbsp;运维系统",
        "qualifications": "五年经验",
        "hiringOrganization": {"@type": "Organization", "name": "某某科技", "contactPoint": [{"name": "赵雅婷"}]},
        "datePosted": "2026-06-10T13:07:44-07:00",
        "validThrough": "2027-06-08T12:50:57-07:00",
        "jobLocation": [{"@type": "Place", "name": name, "address": address} for name in ("上海", "北京", "深圳")],
        "employmentType": "Full-time",
        "directApply": True,
    }
    posting = to_posting(node, "7", "https://a.cn/job/7")
    assert posting.description == "一支团队。\n\n设计系统 运维系统\n\n五年经验"
    assert posting.city_text == "上海/北京/深圳"
    assert (posting.company, posting.employment_text) == ("某某科技", "Full-time")
    assert posting.published_on == date(2026, 6, 10)
    assert "赵雅婷" not in repr(posting)


@pytest.mark.parametrize(
    ("salary", "text", "bounds"),
    [
        (
            {"currency": "CNY", "value": {"minValue": 20000, "maxValue": 35000, "unitText": "MONTH"}},
            None,
            (20000, 35000),
        ),
        ({"currency": "CNY", "minValue": "250,000", "maxValue": 380000, "unitText": "YEAR"}, None, (20833, 31667)),
        ({"currency": "cny", "value": {"value": 300, "unitText": "day"}}, "300元/天", (6525, 6525)),
        ({"value": {"minValue": 30, "maxValue": 30, "unitText": "HOUR"}}, "30元/时", (5220, 5220)),
        ([{"currency": "CNY", "value": 30000}], "30000元", (30000, 30000)),
        ("20-40K·15薪", "20-40K·15薪", (20000, 40000)),
        ({"currency": "USD", "value": {"minValue": 1e5, "maxValue": 1.2e5, "unitText": "YEAR"}}, None, None),
        ({"currency": "CNY", "value": {"value": "面议"}}, "面议", None),
        ({"currency": "CNY", "value": {"value": 0}}, "", None),
        ({"currency": "CNY", "value": {"minValue": "x", "maxValue": None}}, "", None),
        (None, "", None),
    ],
)
def test_salaries_are_written_as_the_reader_of_salaries_wants_them(
    salary: Any, text: str | None, bounds: tuple[int, int] | None
) -> None:
    found = read(baseSalary=salary).salary_text
    assert text is None or (found or "") == text
    read_back = read_salary(found)
    assert ((read_back.minimum, read_back.maximum) if read_back else None) == bounds


@pytest.mark.parametrize(
    ("fields", "name", "expected"),
    [
        (
            {"jobLocation": {"address": {"addressLocality": "杭州", "streetAddress": "文一西路"}}},
            "city_text",
            "杭州·文一西路",
        ),
        ({"jobLocation": "成都"}, "city_text", "成都"),
        ({"jobLocation": {"address": "北京市海淀区"}}, "city_text", "北京市海淀区"),
        ({"jobLocationType": "TELECOMMUTE"}, "city_text", "远程"),
        ({"employmentType": ["FULL_TIME", "CONTRACTOR"]}, "employment_text", "FULL_TIME/CONTRACTOR"),
        ({"experienceRequirements": {"monthsOfExperience": 36}}, "experience_text", "3年"),
        ({"experienceRequirements": "3-5年"}, "experience_text", "3-5年"),
        ({"educationRequirements": {"credentialCategory": "bachelor degree"}}, "education_text", "bachelor degree"),
        ({"educationRequirements": [{"credentialCategory": "本科"}, "硕士"]}, "education_text", "本科/硕士"),
        ({"hiringOrganization": "某公司"}, "company", "某公司"),
        ({"skills": "Python, PyTorch；CUDA"}, "site_tags", ("Python", "PyTorch", "CUDA")),
        ({"skills": ["Python", {"name": "CUDA"}]}, "site_tags", ("Python", "CUDA")),
        ({"url": "javascript:alert(1)"}, "url", "https://a.cn/job/1"),
        ({"url": "https://a.cn/x"}, "url", "https://a.cn/x"),
        ({"datePosted": "2026-13-40"}, "published_on", None),
        ({"datePosted": "3天前"}, "published_text", "3天前"),
    ],
)
def test_fields(fields: dict[str, Any], name: str, expected: Any) -> None:
    assert getattr(read(**fields), name) == expected


def test_pages_without_with_and_with_broken_postings_are_told_apart() -> None:
    with pytest.raises(NotAPosting):
        find_job_postings(Selector(text="<html><body>关于</body></html>"))
    with pytest.raises(FormatChanged):
        find_job_postings(Selector(text='<script type="application/ld+json">{"@type": "JobPosting", </script>'))
    with pytest.raises(NotAPosting):
        find_job_postings(Selector(text='<script type="application/ld+json">{"@type": "Organization", </script>'))
    deep = "[" * 100_000 + '"JobPosting"' + "]" * 100_000
    with pytest.raises(FormatChanged):
        find_job_postings(Selector(text=f'<script type="application/ld+json">{deep}</script>', huge_tree=True))


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(
    ["title", "description", "baseSalary", "jobLocation", "hiringOrganization", "skills", "datePosted", "url"]
)


@given(st.dictionaries(_FIELDS, _JSON))
def test_whatever_the_fields_hold_gives_a_posting_or_a_problem(fields: dict[str, Any]) -> None:
    text = json.dumps({"@type": "JobPosting", **fields}).replace("</", "<\\/")
    nodes = find_job_postings(Selector(text=f'<script type="application/ld+json">{text}</script>'))
    try:
        posting = to_posting(nodes[0], "1", "https://a.cn/")
    except FormatChanged:
        assert not isinstance(fields.get("title"), str) or not fields["title"].strip()
    else:
        assert Posting.from_json(posting.to_json()) == posting
