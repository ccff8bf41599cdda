"""Titles and company names as two postings of one vacancy write them."""

import pytest

from postings.duplicates.companies import Employer, employer, read_company
from postings.duplicates.titles import TitleAgreement, read_title, title_agreement

SAME, EXTENDED, RELATED, DIFFERENT = TitleAgreement


@pytest.mark.parametrize(
    ("first", "second", "agreement"),
    [
        ("大模型算法工程师", "大模型算法工程师（双休+五险一金）", SAME),
        ("【急聘】前端开发", "前端研发工程师", SAME),
        ("测试工程师 (职位编号：T2231)", "测试工程师", SAME),
        ("安卓开发工程师", "Android开发工程师", SAME),
        ("月薪20K 数据分析师", "数据分析师", SAME),
        ("高级Java工程师", "java 工程师", SAME),
        ("Java开发", "Java后端开发工程师", EXTENDED),
        ("AI产品经理（教育方向）", "AI产品经理（医疗方向）", EXTENDED),
        ("数据采集工程师", "数据爬虫工程师", RELATED),
        ("iOS开发工程师", "Android开发工程师", DIFFERENT),
        ("Java开发", "C++开发", DIFFERENT),
        ("客户经理（上海）", "客户经理（安徽）", DIFFERENT),
        ("销售BD-郑州", "销售BD-长沙", DIFFERENT),
        ("仓库管理员", "外贸业务员", DIFFERENT),
    ],
)
def test_titles_agree_as_far_as_they_name_the_same_job(first, second, agreement):
    assert title_agreement(read_title(first), read_title(second), 0.4) is agreement
    assert title_agreement(read_title(second), read_title(first), 0.4) is agreement


def test_a_title_of_nothing_but_advertising_keeps_its_words():
    assert read_title("高薪急聘").core == "高薪急聘"
    assert read_title("").core == ""


@pytest.mark.parametrize(
    ("title", "levels"),
    [
        ("算法实习生", {"intern"}),
        ("初级测试工程师", {"junior"}),
        ("中高级前端", {"middle", "senior"}),
        ("资深架构师", {"senior", "expert"}),
        ("数据分析师 应届生亦可", set()),
        ("Senior Backend Engineer", {"senior"}),
    ],
)
def test_ranks_are_read_from_titles(title, levels):
    assert read_title(title).levels == levels


@pytest.mark.parametrize(
    ("first", "second", "who"),
    [
        ("云岭科技有限公司", "云岭科技", Employer.SAME),
        ("云岭科技（北京）有限公司", "云岭科技股份有限公司", Employer.SAME),
        ("云岭科技", "广州云岭科技集团", Employer.SAME),
        ("抖音视界（北京）有限公司", "字节跳动", Employer.SAME),
        ("云岭科技", None, Employer.UNKNOWN),
        (None, "  ", Employer.UNKNOWN),
        ("某大型互联网公司", "某大型互联网公司", Employer.UNKNOWN),
        ("某大型互联网公司", "云岭科技", Employer.DIFFERENT),
        ("云岭科技", "海石软件", Employer.DIFFERENT),
    ],
)
def test_company_names_mean_the_same_employer_or_not(first, second, who):
    assert employer(read_company(first), read_company(second)) is who
    assert employer(read_company(second), read_company(first)) is who


def test_who_recruits_for_others_is_known_by_name():
    assert read_company("晨光人力资源有限公司").agency
    assert read_company("某知名AI公司").hidden
    assert not read_company("云岭科技").agency
