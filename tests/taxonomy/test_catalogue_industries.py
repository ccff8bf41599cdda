"""Industry names of job sites: whole names, joined ones, and those that say nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.catalogue import load_taxonomy

TAXONOMY = load_taxonomy()
IDS = {industry.id for industry in TAXONOMY.industries}


@pytest.mark.parametrize(
    ("text", "industry"),
    [
        # whole names, in any width, case and with any bar
        ("互联网", "internet"),
        ("计算机服务(系统、数据服务、维修)", "computer_services"),
        ("计算机服务（系统、数据服务、维修）", "computer_services"),
        ("生活服务(O2O)", "local_services"),
        ("ＳａａＳ", "enterprise_services"),
        (" saas ", "enterprise_services"),
        ("专业服务｜咨询", "consulting"),
        ("专业服务|咨询", "consulting"),
        ("医疗丨健康", "healthcare"),
        ("检测，认证", "professional_services"),
        ("软件和信息技术服务业", "software"),
        # several industries: the first known one
        ("计算机软件,计算机服务(系统、数据服务、维修)", "software"),
        ("计算机服务(系统、数据服务、维修),计算机软件", "computer_services"),
        ("移动互联网 | 企业服务", "internet"),
        ("移动互联网 ,游戏", "internet"),
        ("计算机软件 金融/投资/证券", "software"),
        ("房地产 中介服务", "real_estate_construction"),
        ("星际航运,餐饮业", "hospitality"),
        ("其他,银行", "banking"),
        ("文娱丨内容、其他", "social_media"),
        # an internet company with money as its trade is internet finance in either order
        ("互联网/电子商务,金融/投资/证券", "internet_finance"),
        ("金融/投资/证券,互联网/电子商务", "internet_finance"),
        # a page lost the blank between two names
        ("互联网/电子商务汽车及零配件", "internet"),
        ("汽车及零配件医疗设备/器械", "automotive"),
        # an unknown name by its first known word
        ("银行/信用合作社", "banking"),
        ("文化/民俗", "culture_entertainment"),
        # a category of its own, unlike a missing answer
        ("其他行业", "other_industry"),
    ],
)
def test_names_of_sites(text, industry):
    assert TAXONOMY.industry_of_site_name(text) == industry


@pytest.mark.parametrize("text", [None, "", "  ", "不限", "其他", "，", "星际航运", "20-99人", "😀"])
def test_texts_that_name_no_industry(text):
    assert TAXONOMY.industry_of_site_name(text) is None


@pytest.mark.parametrize("industry", TAXONOMY.industries, ids=lambda industry: industry.id)
def test_every_listed_name_is_found(industry):
    assert {TAXONOMY.industry_of_site_name(name) for name in industry.names} == {industry.id}


@given(st.text() | st.lists(st.sampled_from(["互联网", ",", " ", "/", "（", "其他", "AI", "丨"])).map("".join))
def test_any_text_gives_an_industry_or_none(text):
    assert TAXONOMY.industry_of_site_name(text) in IDS | {None}


@given(st.sampled_from(TAXONOMY.industries), st.sampled_from(TAXONOMY.industries), st.sampled_from([",", " ", ";"]))
def test_of_two_industries_the_first_counts_unless_both_are_one_name(first, second, separator):
    joined = f"{first.zh}{separator}{second.zh}"
    found = TAXONOMY.industry_of_site_name(joined)
    assert found == first.id or joined in TAXONOMY.industry(found).names
