"""Readers of saved pages take anything: they read it, pass it over, or say what is wrong."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cleaning import clean
from crawler.contract import Posting
from crawler.problems import PageProblem
from crawler.readers import job51, lagou, liepin, zhaopin
from crawler.readers.page import company_facts, completed, job_facts, script_object
from crawler.readers.saved_shapes import address_of
from crawler.reply import Reply
from crawler.saved.merge import Gathered

ADDRESSES = {
    zhaopin: (
        "https://fe-api.zhaopin.com/c/i/search/positions",
        "https://fe-api.zhaopin.com/c/i/jobs/position-detail-new",
        "https://www.zhaopin.com/sou/jl530",
        "https://www.zhaopin.com/jobdetail/CC1.htm",
    ),
    liepin: (
        "https://api-c.liepin.com/api/com.liepin.searchfront4c.pc-search-job",
        "https://www.liepin.com/zhaopin/",
        "https://www.liepin.com/a/84000001.shtml",
    ),
    job51: (
        "https://we.51job.com/api/job/search-pc",
        "https://we.51job.com/pc/search",
        "https://jobs.51job.com/all/1.html",
    ),
    lagou: (
        "https://www.lagou.com/jobs/positionAjax.json",
        "https://www.lagou.com/jobs/list_x",
        "https://www.lagou.com/wn/jobs/1.html",
    ),
}
CASES = [(reader, url) for reader, urls in ADDRESSES.items() for url in ("", *urls)]

# Keys that the readers look for, so that the values they take are reached.
WORDS = """
    code data list count number name jobDetailData position base workLocation skillLabel cityId flag jobCardList pagination
    totalCounts totalPage pageSize currentPage job comp jobId title labels status resultbody totalCount items jobName
    jobTags jobAreaLevelDetail success content positionResult result positionId positionName businessZones showId state
    detailedPosition detailedCompany companyName workingExp salaryMonth jobPostingTime"""
KEYS = st.sampled_from(WORDS.split())
LEAVES = st.none() | st.booleans() | st.integers(-2, 300) | st.floats(allow_nan=False) | st.text(max_size=6)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
TAGS = st.sampled_from(
    [
        '<div class="job-card">',
        '<div class="joblist-box__item">',
        '<span class="vue-clamp__text" aria-label="岗">',
        '<a class="jobinfo__name" href="//[x">',
        '<div class="describtion-card__detail-content">',
        '<div class="job-card-pc-container"><a data-nick="job-detail-job-info" href="http://[">',
        '<dd data-selector="job-intro-content">',
        "<script>var $CONFIG = {",
        "<script>__INITIAL_STATE__={",
        '"positionList": [{}]}',
        '<div sensorsname="JobShortExposure" sensorsdata="[]">',
        '<div class="bmsg job_msg"><p class="fp">职能类别：',
        '<li class="con_list_item" data-positionid="1"><a class="position_link"><h3>岗',
        '<dd class="job_bt">',
        '<link rel="canonical" href="http://[">',
        "职位",
        "</div>",
    ]
)


def read(reader: Any, url: str, body: bytes) -> None:
    with contextlib.suppress(PageProblem):
        found = reader.read_saved(Reply(url, body))
        for posting in found or ():
            assert isinstance(posting, Posting)
            clean(posting)


@pytest.mark.parametrize(("reader", "url"), CASES)
@settings(max_examples=40, deadline=None)
@given(value=VALUES)
def test_any_json_is_read_or_told(reader: Any, url: str, value: Any) -> None:
    read(reader, url, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(("reader", "url"), CASES)
@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(TAGS, max_size=8), rest=st.binary(max_size=40))
def test_any_page_is_read_or_told(reader: Any, url: str, pieces: list[str], rest: bytes) -> None:
    read(reader, url, "".join(pieces).encode() + rest)


def test_facts_of_a_line_are_told_apart_by_their_words() -> None:
    facts, rest = job_facts(["佛山-顺德区", "5年以上", "本科", "招5人", "招聘若干人", "9月17日更新", "Java", "3-5年"])
    assert facts == {"experience_text": "5年以上", "education_text": "本科", "published_text": "9月17日更新"}
    assert rest == ["佛山-顺德区", "Java"]


def test_facts_of_a_company_are_told_apart_by_their_words() -> None:
    assert company_facts(["民营", "少于50人", "汽车轮胎", "D轮及以上", "软件"]) == {
        "company_size_text": "少于50人",
        "company_stage_text": "D轮及以上",
        "industry_text": "汽车轮胎",
    }


def test_a_reading_is_completed_by_another_and_not_overruled() -> None:
    row = Posting(source_id="1", title="甲", company="某公司", description="", site_tags=())
    page = Posting(source_id="2", title="乙", company="别的", description="职责", site_tags=("A",), salary_text="1万")
    whole = Posting(
        source_id="1", title="甲", company="某公司", description="职责", site_tags=("A",), salary_text="1万"
    )
    assert completed(row, page) == whole


def test_an_object_in_a_script_ends_where_it_ends() -> None:
    page = '<script>var a = b; $CONFIG = {broken}; window.$CONFIG = {"x": "};{\\n", "y": {"z": 1}}; f()</script>'
    assert script_object(Reply("", page.encode()), "$CONFIG") == {"x": "};{\n", "y": {"z": 1}}
    assert script_object(Reply("", page.encode()), "__INITIAL_STATE__") is None


@pytest.mark.parametrize(
    ("url", "page", "address"),
    [
        ("https://a.cn/1", "<!-- saved from url=(0016)https://b.cn/2 --><html></html>", "https://a.cn/1"),
        ("", "<!DOCTYPE html>\n<!-- saved from url=(0016)https://b.cn/2 --><html></html>", "https://b.cn/2"),
        ("", '<html><head><meta property="og:url" content="https://b.cn/3"></head></html>', "https://b.cn/3"),
        ("", "<html></html>", ""),
        ("", '{"og:url": "https://b.cn"}', ""),
    ],
)
def test_where_a_page_comes_from(url: str, page: str, address: str) -> None:
    assert address_of(Reply(url, page.encode())) == address


def test_a_broken_address_costs_neither_the_page_nor_its_other_rows() -> None:
    cards = "".join(
        f'<div class="joblist-box__item"><a class="jobinfo__name" href="{link}">岗位 {number}</a></div>'
        for number, link in enumerate(("http://[", "https://www.zhaopin.com/jobdetail/CC1.htm"))
    )
    page = f'<html><head><link rel="canonical" href="http://["></head><body>{cards}</body></html>'
    first, second = zhaopin.read_saved(Reply("", page.encode())) or ()
    assert (first.url, first.title) == (None, "岗位 0")
    assert second.source_id == "CC1"


@pytest.mark.parametrize("turned", [False, True])
def test_the_beginning_of_a_text_never_replaces_the_whole(turned: bool) -> None:
    listed = Posting(source_id="1", title="甲", description="职责：训练 模型……", salary_text="2-3万")
    page = Posting(source_id="1", title="甲", description="职责：\n训练模型；\n要求：本科", salary_text="**-**元")
    gathered = Gathered()
    for posting in (page, listed) if turned else (listed, page):
        gathered.add(posting, 1.0)
    assert gathered.values["description"] == page.description
    assert gathered.values["salary_text"] == listed.salary_text


def test_a_text_that_was_rewritten_replaces_the_former() -> None:
    gathered = Gathered()
    for time, text in ((1.0, "职责：训练模型"), (2.0, "职责：评测模型"), (3.0, "职责：\n评测模型")):
        gathered.add(Posting(source_id="1", title="甲", description=text), time)
    assert gathered.values["description"] == "职责：\n评测模型"
