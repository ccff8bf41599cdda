"""Company names of postings: brands, registered names, and the many that only look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.catalogue import load_taxonomy

TAXONOMY = load_taxonomy()
GROUPS = {
    "tech_leaders": {"阿里巴巴", "百度", "华为", "腾讯", "字节跳动"},
    "large_model_five": {"智谱AI", "月之暗面", "百川智能", "MiniMax", "零一万物"},
    "ai_specialists": {"第四范式", "昆仑万维", "科大讯飞", "商汤"},
}


@pytest.mark.parametrize(
    ("name", "company"),
    [
        ("字节跳动", "字节跳动"),
        ("北京字节跳动科技有限公司", "字节跳动"),
        ("抖音视界（北京）有限公司", "字节跳动"),
        ("ByteDance Ltd", "字节跳动"),
        ("北京抖音有限公司", "字节跳动"),
        ("腾讯科技（深圳）有限公司", "腾讯"),
        ("深圳市腾讯计算机系统有限公司", "腾讯"),
        ("腾讯云计算(北京)有限责任公司", "腾讯"),
        ("百度在线网络技术（北京）有限公司", "百度"),
        ("ＢＡＩＤＵ", "百度"),
        ("华为", "华为"),
        ("华为技术有限公司成都研究所", "华为"),
        ("西安华为", "华为"),
        ("蚂蚁集团", "阿里巴巴"),
        ("阿里云计算有限公司", "阿里巴巴"),
        ("阿里集团", "阿里巴巴"),
        ("阿里巴巴本地生活", "阿里巴巴"),
        ("北京智谱华章科技有限公司", "智谱AI"),
        ("智谱", "智谱AI"),
        ("月之暗面（Moonshot AI）", "月之暗面"),
        ("Kimi", "月之暗面"),
        ("上海稀宇科技有限公司", "MiniMax"),
        ("MiniMax", "MiniMax"),
        ("百川智能", "百川智能"),
        ("北京百川智能科技有限公司", "百川智能"),
        ("01.AI", "零一万物"),
        ("科大讯飞股份有限公司", "科大讯飞"),
        ("杭州深度求索人工智能基础技术研究有限公司", "DeepSeek"),
        ("上海市商汤科技开发有限公司", "商汤"),
        ("北京三快在线科技有限公司", "美团"),
        ("影石Insta360", "影石"),
        ("PwC 普华永道", "普华永道"),
        ("京东方科技集团股份有限公司", "京东方"),
    ],
)
def test_names_of_listed_companies(name, company):
    assert TAXONOMY.company(name).zh == company


@pytest.mark.parametrize(
    "name",
    [
        None, "", " ", "😀", "某大型互联网公司",
        "阿里山茶业有限公司", "小蚂蚁搬家", "菜鸟先飞教育",
        "百川物流有限公司", "海纳百川商务咨询", "北京百川门诊部",
        "天工建筑设计院", "巧夺天工红木家具", "航天工程装备有限公司",
        "通义县人民医院", "字节神话文化传媒", "抖音乐器行",
        "华为授权体验店（人民路）", "诚信通讯华为专卖", "中华为民医药",
        "腾讯众创空间（武汉）", "字节跳动外包项目", "京东合作站",
        "小米粥铺", "沁州黄小米集团", "美团结婚庆有限公司", "滴滴答答早教", "荣耀装饰工程",
        "北京东方园林股份有限公司", "上海思贤信息技术有限公司", "湖北汽车技校",
        "Kimigo", "minimaxi", "Apples", "Jointelli", "Metabaidu",
        "共联通讯录软件",
    ],
)  # fmt: skip
def test_names_that_only_look_alike(name):
    assert TAXONOMY.company(name) is None


@pytest.mark.parametrize(
    ("name", "industry"),
    [
        ("字节跳动", "internet"),
        ("腾讯", "internet"),
        ("腾讯互娱", "games"),
        ("美团", "internet"),
        ("京东", "ecommerce"),
        ("京东物流", "logistics"),
        ("京东健康", "healthcare"),
        ("米哈游", "games"),
        ("小米科技有限责任公司", "smart_hardware"),
        ("小米汽车科技有限公司", "automotive"),
        ("华为技术有限公司", "telecom"),
        ("华为云计算技术有限公司", "cloud_data"),
        ("蚂蚁科技集团股份有限公司", "internet_finance"),
        ("中国平安人寿保险股份有限公司北京分公司", "insurance"),
        ("网易（杭州）网络有限公司", None),
    ],
)
def test_known_industries(name, industry):
    assert TAXONOMY.company(name).industry == industry


def test_a_unit_keeps_the_group_of_its_company():
    company = TAXONOMY.company("阿里云")
    assert (company.zh, company.group, company.industry) == ("阿里巴巴", "tech_leaders", "cloud_data")


def test_the_groups_are_those_of_the_report():
    found = {group.id: {c.zh for c in TAXONOMY.companies if c.group == group.id} for group in TAXONOMY.company_groups}
    assert found == GROUPS


def test_the_core_technology_companies_work_on_large_models():
    core = {company.zh for company in TAXONOMY.companies if company.core_technology}
    assert core >= GROUPS["large_model_five"] | GROUPS["ai_specialists"] | {"DeepSeek", "阶跃星辰", "鹏城实验室"}
    assert not core & GROUPS["tech_leaders"]


@pytest.mark.parametrize("company", TAXONOMY.companies, ids=lambda company: company.zh)
def test_every_listed_name_is_found(company):
    for name in (company.zh, *company.names, *company.whole_names):
        assert TAXONOMY.company(name).zh == company.zh, name
    for unit in company.units:
        for name in (*unit.names, *unit.whole_names):
            found = TAXONOMY.company(name)
            assert (found.zh, found.industry) == (company.zh, unit.industry), name


@given(
    st.text()
    | st.lists(st.sampled_from(["北京", "腾讯", "科技", "(", ")", "有限公司", "阿里", "云", "JD", " "])).map("".join)
)
def test_any_text_gives_a_listed_company_or_none(name):
    company = TAXONOMY.company(name)
    assert company is None or company.zh in {listed.zh for listed in TAXONOMY.companies}
