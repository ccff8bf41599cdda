"""The values of each labelled and normalised column as terms, in the order in which the report lists them."""

from collections.abc import Iterable, Mapping

from report.counting import Term
from taxonomy.catalogue import load_taxonomy
from taxonomy.education import EDUCATION_LEVELS
from taxonomy.experience import EXPERIENCE_BANDS
from taxonomy.models import NamedEntry
from taxonomy.places import CITY_TIERS
from taxonomy.salary import SALARY_BANDS

ENGLISH = {
    "一线": "Tier 1",
    "二线": "Tier 2",
    "三线": "Tier 3",
    "其他": "Other cities",
    "0-20K": "Below 20K",
    "20-40K": "20K to under 40K",
    "40-60K": "40K to under 60K",
    "60-80K": "60K to under 80K",
    "80-100K": "80K to under 100K",
    "100K以上": "100K and more",
    "在校/应届": "Students, graduates",
    "1年以内": "Under 1 year",
    "1-3年": "1–3 years",
    "3-5年": "3–5 years",
    "5-10年": "5–10 years",
    "10年以上": "Over 10 years",
    "经验不限": "Any",
    "初中及以下": "Junior secondary",
    "中专/中技": "Vocational secondary",
    "高中": "Senior secondary",
    "大专": "Junior college",
    "本科": "Bachelor",
    "硕士": "Master",
    "博士": "Doctorate",
    "学历不限": "Any",
}
"""English of the bands, which the taxonomy names in Chinese alone."""

AI_INVOLVEMENT = [
    Term("core", "核心", "Core"),
    Term("applied", "应用", "Applied"),
    Term("mention", "提及", "Mentioned"),
    Term("none", "无关", "None"),
]
"""How far a job is about AI, from most to least."""

AI_MEANING: Mapping[str, str] = {
    "core": "研发、训练、评测 AI 模型，为其提供数据，或建设训练与推理系统",
    "applied": "做 AI 产品、卖 AI 产品，或以 AI 工具为主要工作手段",
    "mention": "招聘中提到 AI，但工作内容不是 AI",
    "none": "招聘中没有提到 AI",
}


def category_terms() -> list[Term]:
    """The twelve role classes."""
    return _entries(load_taxonomy().categories)


def role_terms() -> list[Term]:
    """The roles."""
    return _entries(load_taxonomy().roles)


def industry_terms() -> list[Term]:
    """The industries."""
    return _entries(load_taxonomy().industries)


def domain_terms() -> list[Term]:
    """The domains (领域) of 《AI 大模型人才发展报告》 and the rest."""
    return _entries(load_taxonomy().domains)


def city_tier_terms() -> list[Term]:
    """The city tiers."""
    return _bands(CITY_TIERS)


def salary_terms() -> list[Term]:
    """The bands of the monthly salary."""
    return _bands(SALARY_BANDS)


def experience_terms() -> list[Term]:
    """The bands of the experience asked for."""
    return _bands(EXPERIENCE_BANDS)


def education_terms() -> list[Term]:
    """The levels of the education asked for."""
    return _bands(EDUCATION_LEVELS)


def _entries(entries: Iterable[NamedEntry]) -> list[Term]:
    return [Term(entry.id, entry.zh, entry.en) for entry in entries]


def _bands(names: Iterable[str]) -> list[Term]:
    return [Term(name, name, ENGLISH[name]) for name in names]
