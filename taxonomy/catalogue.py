"""The whole vocabulary as one object: roles, industries, companies and skills, with the crosswalks between them."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from taxonomy._text import fold
from taxonomy.companies import CompanyNames
from taxonomy.employers import industries_of_employers
from taxonomy.errors import JobAtlasError
from taxonomy.industries import IndustryNames
from taxonomy.loading import DataFile
from taxonomy.models import (
    Category,
    Company,
    CompanyGroup,
    Domain,
    Entry,
    Industry,
    Role,
    Skill,
    SkillGroup,
    TalentType,
)
from taxonomy.nearest import did_you_mean
from taxonomy.skill_context import SkillContext
from taxonomy.validation import by_id, check_references, check_skill_context, check_skill_names

DATA_FOLDER = Path(__file__).parent / "data"
"""The vocabulary that comes with the package."""

CORE_TECHNOLOGY = "core_technology"
"""The domain to which the large-model companies belong, whatever their industry."""

_FILES = ("roles.yaml", "industries.yaml", "companies.yaml", "employers.yaml", "skills.yaml", "skill_context.yaml")

EntryType = TypeVar("EntryType", bound=Entry)


class Taxonomy:
    """The loaded and checked vocabulary. Entries keep the order of their file.

    Args:
        folder: a folder with roles.yaml, industries.yaml, companies.yaml, employers.yaml, skills.yaml and
            skill_context.yaml.

    Attributes:
        version: the first 12 digits of a SHA-256 over these files; an edited copy has another.

    Raises:
        JobAtlasError: a file or an entry is wrong; the message names both.
    """

    def __init__(self, folder: Path) -> None:
        roles = DataFile(
            folder / "roles.yaml",
            ["categories", "finance_classes", "media_classes", "zhaopin_groups", "talent_types", "roles"],
        )
        self.categories = roles.entries("categories", Category)
        self.finance_classes = roles.texts("finance_classes")
        self.media_classes = roles.texts("media_classes")
        self.zhaopin_groups = roles.texts("zhaopin_groups")
        self.talent_types = roles.entries("talent_types", TalentType)
        self.roles = roles.entries("roles", Role)
        self._categories = by_id(roles, "categories", self.categories)
        self._roles = by_id(roles, "roles", self.roles)
        for key, known in {
            "category": list(self._categories),
            "finance": self.finance_classes,
            "media": self.media_classes,
            "zhaopin": self.zhaopin_groups,
            "talent": list(by_id(roles, "talent_types", self.talent_types)),
        }.items():
            check_references(roles, "roles", self.roles, key, known, all_used=True)

        industries = DataFile(folder / "industries.yaml", ["domains", "industries"])
        self.domains = industries.entries("domains", Domain)
        self.industries = industries.entries("industries", Industry)
        self._domains = by_id(industries, "domains", self.domains)
        self._industries = by_id(industries, "industries", self.industries)
        check_references(industries, "industries", self.industries, "domain", list(self._domains), all_used=True)
        if CORE_TECHNOLOGY not in self._domains:
            raise industries.fail("domains", CORE_TECHNOLOGY, "the domain of the large-model companies is missing.")
        self._industry_names = IndustryNames(self.industries, industries)

        companies = DataFile(
            folder / "companies.yaml",
            ["groups", "places", "legal_forms", "continuations", "not_the_company", "companies"],
        )
        self.company_groups = companies.entries("groups", CompanyGroup)
        self.companies = companies.entries("companies", Company)
        group_ids, industry_ids = by_id(companies, "groups", self.company_groups), list(self._industries)
        check_references(companies, "companies", self.companies, "group", list(group_ids), all_used=True)
        check_references(companies, "companies", self.companies, "industry", industry_ids, all_used=False)
        for company in self.companies:
            for unit in company.units:
                if unit.industry not in industry_ids:
                    raise companies.unknown("companies", company.zh, "unit industry", unit.industry, industry_ids)
        self._company_names = CompanyNames(self.companies, companies)
        self._employers = industries_of_employers(DataFile(folder / "employers.yaml", ["employers"]), industry_ids)

        skills = DataFile(folder / "skills.yaml", ["groups", "skills"])
        self.skill_groups = skills.entries("groups", SkillGroup)
        self.skills = skills.entries("skills", Skill)
        skill_group_ids = list(by_id(skills, "groups", self.skill_groups))
        check_references(skills, "skills", self.skills, "group", skill_group_ids, all_used=True)
        self.skill_context = SkillContext(folder / "skill_context.yaml")
        check_skill_names(skills, self.skills)
        check_skill_context(skills, self.skills, self.skill_context, skill_group_ids)
        self._skills = {skill.name: skill for skill in self.skills}
        self.version = hashlib.sha256(b"\0".join((folder / name).read_bytes() for name in _FILES)).hexdigest()[:12]

    def role(self, role_id: str) -> Role:
        """The role with an id; an unknown id is a JobAtlasError."""
        return _get(self._roles, role_id, "role")

    def category(self, category_id: str) -> Category:
        """The category with an id; an unknown id is a JobAtlasError."""
        return _get(self._categories, category_id, "category")

    def industry(self, industry_id: str) -> Industry:
        """The industry with an id; an unknown id is a JobAtlasError."""
        return _get(self._industries, industry_id, "industry")

    def domain(self, domain_id: str) -> Domain:
        """The domain with an id; an unknown id is a JobAtlasError."""
        return _get(self._domains, domain_id, "domain")

    def skill(self, name: str) -> Skill:
        """The skill with a canonical name; an unknown name is a JobAtlasError."""
        return _get(self._skills, name, "skill")

    def category_of(self, role_id: str) -> str:
        """The category id of a role id."""
        return self.role(role_id).category

    def industry_of_site_name(self, text: str | None) -> str | None:
        """The industry id of what a site shows as the company's industry; see `industries.IndustryNames.find`."""
        return self._industry_names.find(text)

    def company(self, name: str | None) -> Company | None:
        """The listed company that a posting's company name means; see `companies.CompanyNames.find`."""
        return self._company_names.find(name)

    def industry_of_company(self, name: str | None) -> str | None:
        """The industry id of a listed company, or of an employer known by this whole name; None for any other."""
        company = self.company(name)
        if company is not None and company.industry is not None:
            return company.industry
        return self._employers.get(fold(name)) if name else None

    def domain_of(self, industry_id: str | None, company_name: str | None) -> str | None:
        """The domain id of a posting.

        Rule of 《AI 大模型人才发展报告》: the domain of core technology is made of the large-model companies; every
        other posting takes the domain of its industry.

        Args:
            industry_id: an industry id, or None where the industry is not known.
            company_name: the company as the posting names it.

        Returns:
            The domain id; None where neither company nor industry tells.
        """
        company = self.company(company_name)
        if company is not None and company.core_technology:
            return CORE_TECHNOLOGY
        return None if industry_id is None else self.industry(industry_id).domain


@cache
def _packaged_taxonomy() -> Taxonomy:
    return Taxonomy(DATA_FOLDER)


def load_taxonomy(folder: Path | None = None) -> Taxonomy:
    """The vocabulary, checked.

    Args:
        folder: an edited copy of the data files; None for those of the package, which are read once per process.

    Returns:
        The vocabulary; share it, it does not change.

    Raises:
        JobAtlasError: a file or an entry is wrong; the message names both.
    """
    return _packaged_taxonomy() if folder is None else Taxonomy(folder)


def _get(entries: Mapping[str, EntryType], key: str, kind: str) -> EntryType:
    try:
        return entries[key]
    except KeyError:
        raise JobAtlasError(f"{key!r} is not a {kind} of the vocabulary.{did_you_mean(key, entries)}") from None
