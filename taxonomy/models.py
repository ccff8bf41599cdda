"""The entries of the vocabulary: what one line of a data file says, typed and immutable.

The field names are the keys of the YAML files; `loading` turns a violation into a message that names file and entry.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

Text = Annotated[str, Field(min_length=1)]


class Entry(BaseModel):
    """A line of a data file: no unknown keys, no change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NamedEntry(Entry):
    """An id with a Chinese and an English name, for reports."""

    id: Text
    zh: Text
    en: Text


class Category(NamedEntry):
    """A role class of level 1, one of the twelve of 《AI 大模型人才发展报告》."""


class TalentType(NamedEntry):
    """One of the four talent types of 《AI 大模型人才发展报告》, chapter 3."""


class Role(NamedEntry):
    """A role of level 2, with the crosswalks that place it in the tables of the published reports."""

    category: Text
    finance: Text
    """Class of the finance chapter, one of `Taxonomy.finance_classes`."""
    media: Text
    """Class of the media chapter, one of `Taxonomy.media_classes`."""
    zhaopin: Text
    """Occupation group of the LLM impact index, one of `Taxonomy.zhaopin_groups`."""
    talent: Text
    """Id of one of `Taxonomy.talent_types`."""
    definition: Text


class Domain(NamedEntry):
    """A field (领域) of 《AI 大模型人才发展报告》 into which industries fold."""


class Industry(NamedEntry):
    """An industry of companies, and the names that job sites give it."""

    domain: Text
    names: tuple[Text, ...]


class CompanyGroup(NamedEntry):
    """A group of companies whose roles 《2024 大模型人才报告》 compares."""


class CompanyUnit(Entry):
    """A part of a company with an industry of its own; its names match as those of the company do."""

    names: tuple[Text, ...]
    whole_names: tuple[Text, ...] = ()
    industry: Text


class Employers(Entry):
    """Employers of one industry, known by their whole names."""

    industry: Text
    names: tuple[Text, ...]


class Company(Entry):
    """An employer about which something is known beyond what its posting says."""

    zh: Text
    names: tuple[Text, ...] = ()
    """Brands and registered names beside `zh`; see `companies.CompanyNames.find`."""
    whole_names: tuple[Text, ...] = ()
    """Common words, which match only as the whole of a company's name."""
    units: tuple[CompanyUnit, ...] = ()
    group: Text | None = None
    """Id of one of `Taxonomy.company_groups`."""
    core_technology: StrictBool = False
    """Whether its core object of research is a large model."""
    industry: Text | None = None
    """Id of an industry; None where it is not known or its postings belong to several."""


class SkillGroup(NamedEntry):
    """A heading under which skills are listed."""


class ContextRule(Entry):
    """What must stand around an ambiguous name for it to be the skill.

    One of `before`, `after`, `listed_with` and `posting_has` must hold; `exact_case` must hold besides.
    """

    id: Text
    before: tuple[Text, ...] = ()
    """Words, one of which stands shortly before the name in the same sentence."""
    after: tuple[Text, ...] = ()
    """Words, one of which stands shortly after the name in the same sentence."""
    listed_with: tuple[Text, ...] = ()
    """Skill groups, a skill of which stands beside the name in a list."""
    posting_has: tuple[Text, ...] = ()
    """Skills and skill groups, one of which the posting names unambiguously."""
    exact_case: StrictBool = False
    """Whether the name counts only as its entry spells it."""


class Skill(Entry):
    """A skill under one canonical name, with the other spellings that mean it."""

    name: Text
    group: Text
    names: tuple[Text, ...] = ()
    context: dict[Text, Text] = Field(default_factory=dict)
    """Ambiguous ones of the skill's names, each with the id of its context rule."""
    hints: tuple[Text, ...] = ()
    """Phrases that may mean the skill without naming it; "…" is a gap. Only a reader of the context counts them."""
    labelled: StrictBool = True
    """Whether the first round of training labels covers it."""
    measured: StrictBool = True
    """Whether any labels cover it; one that none covers is left out of measuring and learning."""
