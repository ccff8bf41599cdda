"""The vocabulary as shipped: complete crosswalks, and the lookups over them."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taxonomy.catalogue import CORE_TECHNOLOGY, DATA_FOLDER, load_taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean

TAXONOMY = load_taxonomy()


def test_the_sizes_are_those_of_the_published_classifications():
    assert len(TAXONOMY.categories) == 12
    assert len(TAXONOMY.roles) == 78
    assert len(TAXONOMY.finance_classes) == 7
    assert len(TAXONOMY.media_classes) == 7
    assert len(TAXONOMY.zhaopin_groups) == 14  # thirteen groups and 其他
    assert [talent.id for talent in TAXONOMY.talent_types] == ["management", "crossover", "computing", "ai"]
    assert [domain.zh for domain in TAXONOMY.domains] == [
        "大模型核心技术研发", "移动互联网", "金融", "广告传媒文化体育", "其他",
    ]  # fmt: skip
    assert [group.zh for group in TAXONOMY.company_groups] == ["头部科技企业", "大模型五虎", "AI垂类企业"]


@pytest.mark.parametrize("role", TAXONOMY.roles, ids=lambda role: role.id)
def test_every_role_is_in_every_crosswalk(role):
    assert TAXONOMY.category(role.category).id == TAXONOMY.category_of(role.id) == role.category
    assert role.finance in TAXONOMY.finance_classes
    assert role.media in TAXONOMY.media_classes
    assert role.zhaopin in TAXONOMY.zhaopin_groups
    assert role.talent in {talent.id for talent in TAXONOMY.talent_types}
    assert role.definition


@pytest.mark.parametrize("industry", TAXONOMY.industries, ids=lambda industry: industry.id)
def test_every_industry_folds_into_a_domain(industry):
    assert TAXONOMY.domain_of(industry.id, None) == TAXONOMY.domain(industry.domain).id
    assert TAXONOMY.industry_of_site_name(industry.zh) == industry.id


@pytest.mark.parametrize(
    ("role", "category", "finance", "media", "zhaopin", "talent"),
    [
        ("llm_algorithm", "algorithm", "算法工程师", "AI技术类", "软件/硬件研发", "ai"),
        ("llm_application", "development", "研发工程师", "AI技术类", "软件/硬件研发", "computing"),
        ("java", "development", "程序员和研发工程师", "AI技术类", "软件/硬件研发", "computing"),
        ("data_analyst", "data", "数据工程师", "AI技术类", "软件/硬件研发", "crossover"),
        ("industry_researcher", "research", "金融行业研究员", "管理咨询类", "金融/保险服务", "crossover"),
        ("modeler_3d", "design", "其他", "3D模型类", "视觉/交互/设计", "crossover"),
        ("executive", "other", "其他", "合伙人等高级职务类", "其他", "management"),
        ("editor", "other", "其他", "编辑制作类", "编辑/翻译", "crossover"),
    ],
)
def test_crosswalks_of_single_roles(role, category, finance, media, zhaopin, talent):
    found = TAXONOMY.role(role)
    assert (found.category, found.finance, found.media, found.zhaopin, found.talent) == (
        category, finance, media, zhaopin, talent,
    )  # fmt: skip


def test_the_finance_domain_holds_the_industries_that_the_report_names():
    named = ["保险", "互联网金融", "基金", "投资/融资", "银行", "证券/期货"]
    found = {TAXONOMY.domain_of(TAXONOMY.industry_of_site_name(name), None) for name in named}
    assert found == {"finance"}


@pytest.mark.parametrize(
    ("industry", "company", "domain"),
    [
        ("internet", "北京智谱华章科技有限公司", CORE_TECHNOLOGY),
        ("banking", "智谱AI", CORE_TECHNOLOGY),
        (None, "月之暗面", CORE_TECHNOLOGY),
        ("artificial_intelligence", "某科技公司", CORE_TECHNOLOGY),
        ("internet", "百度", "mobile_internet"),
        ("advertising", None, "media"),
        ("insurance", "平安人寿", "finance"),
        ("other_industry", None, "other"),
        (None, "百度", None),
        (None, None, None),
    ],
)
def test_the_domain_of_a_posting(industry, company, domain):
    assert TAXONOMY.domain_of(industry, company) == domain


@pytest.mark.parametrize(
    ("lookup", "wrong", "suggestion"),
    [
        (TAXONOMY.role, "llm_algoritm", "llm_algorithm"),
        (TAXONOMY.category, "Algorithm", "algorithm"),
        (TAXONOMY.industry, "bankng", "banking"),
        (TAXONOMY.domain, "medias", "media"),
        (TAXONOMY.skill, "Pyton", "Python"),
    ],
)
def test_an_unknown_id_is_answered_with_the_nearest(lookup, wrong, suggestion):
    with pytest.raises(JobAtlasError, match=f"{wrong}.*Did you mean '{suggestion}'"):
        lookup(wrong)


def test_entries_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        TAXONOMY.roles[0].category = "other"


def test_the_packaged_vocabulary_is_read_once_and_a_folder_each_time(tmp_path):
    shutil.copytree(DATA_FOLDER, tmp_path, dirs_exist_ok=True)
    assert load_taxonomy() is TAXONOMY
    copy = load_taxonomy(tmp_path)
    assert copy is not TAXONOMY
    assert copy.roles == TAXONOMY.roles
    assert copy.skills == TAXONOMY.skills


@given(st.text(), st.lists(st.text(min_size=1), max_size=5))
def test_a_suggestion_is_one_of_the_known_names(name, known):
    suggestion = did_you_mean(name, known)
    assert suggestion == "" or any(repr(candidate) in suggestion for candidate in known)
