"""Labels for batches of postings: the one function of this package that classifying needs.

Rules:
- Category: the most probable one; its probability is the sum over its roles. Below the model's category threshold the
  posting needs review; the category stays, as the best guess.
- Role: the most probable role of that category, if it reaches the model's role threshold; else null.
- Industry: as the site names it, else of a known company, else the model's if it reaches the industry threshold.
- Skills: what the vocabulary proposes in the text and the confirmer of skills (docs/skills.md) confirms, and what the
  site's tags name, with their characters.
- A posting without a letter in title and description has no role, category or degree of AI involvement (null), and
  needs review.
- The model reads the first 200 characters of a title, 6,000 of a description and 100 of a company name. Skills are
  matched over the whole text.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from classifier.decisions import RoleAnswers, answer_roles
from classifier.labels import AI_INVOLVEMENT
from classifier.model import PACKAGED_MODEL, Model, Probabilities, load_model
from classifier.skills.confirmer import OWN_CONFIRMER, load_confirmer, read_confirmer
from classifier.skills.site_tags import skills_of_tags
from postings.schema import LABEL_NAMES, LABELS, labelled_text, tag_lines
from taxonomy.catalogue import Taxonomy, load_taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.skills import SkillMatcher

CANDIDATES = 3
"""Roles named in role_candidates."""

_TYPES = {field.name: field.type for field in LABELS}


class Labeller:
    """Labels postings. A posting's labels depend on itself alone, not on its batch.

    Args:
        model: from `load_model`.
        taxonomy: the vocabulary of the labels; it has to be the one the model was trained for.
        where: the model folder, for messages and for a confirmer of skills of its own.

    Raises:
        JobAtlasError: the model was trained for other roles or industries, or its own confirmer cannot be read.
    """

    def __init__(self, model: Model, taxonomy: Taxonomy, where: Path) -> None:
        model.labels.require(taxonomy, str(where))
        self._model = model
        self._taxonomy = taxonomy
        self._skills = SkillMatcher(taxonomy)
        own = where / OWN_CONFIRMER
        self._confirmer = read_confirmer(own) if own.exists() else load_confirmer()

    @classmethod
    def load(cls, path: Path | None = None) -> "Labeller":
        """A labeller with the model of a folder; None for the one that comes with the package.

        Raises:
            JobAtlasError: the folder is no model, is damaged, or is for another taxonomy.
        """
        folder = path or PACKAGED_MODEL
        return cls(load_model(folder), load_taxonomy(), folder)

    @property
    def model_version(self) -> str:
        """What is written to the column model_version."""
        return self._model.version

    @property
    def origin(self) -> str:
        """What the labels come from: the versions of the model, of the confirmer of skills and of the vocabulary.

        Two labellers of one origin give the same labels, unless the rules of this program changed between them.
        """
        return f"{self.model_version}, skills {self._confirmer.version}, vocabulary {self._taxonomy.version}"

    @property
    def model(self) -> Model:
        """The model behind the labels."""
        return self._model

    def label(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Add the label columns of `postings.schema`, or replace them where they are.

        Args:
            batch: postings; title is required, description, company, industry_text and site_tags are used where
                present. All other columns pass through untouched.

        Returns:
            The same rows in the same order.

        Raises:
            JobAtlasError: there is no column title, or a column to be read does not hold text, or lists of texts.
        """
        if "title" not in batch.schema.names:
            raise JobAtlasError(
                f"the postings have no column 'title'; they have {', '.join(batch.schema.names)}. "
                "Name the column of titles `title`."
            )
        titles, descriptions = _texts(batch, "title"), _texts(batch, "description")
        companies, site_industries = _texts(batch, "company"), _texts(batch, "industry_text")
        probabilities = self._model.probabilities(titles, descriptions, companies)
        answers = answer_roles(probabilities.role, self._model.labels, self._model.thresholds)
        labels = self._role_labels(answers, probabilities)
        labels |= self._industry_labels(probabilities, companies, site_industries)
        labels |= self._skill_labels(titles, descriptions, _tag_lines(batch))
        columns = {name: batch.column(name) for name in batch.schema.names if name not in LABEL_NAMES}
        columns |= {name: pa.array(labels[name], type=_TYPES[name]) for name in LABEL_NAMES}
        kept = [field for field in batch.schema if field.name not in LABEL_NAMES]
        return pa.RecordBatch.from_arrays(
            list(columns.values()), schema=pa.schema(kept + LABELS, batch.schema.metadata)
        )

    def _role_labels(self, answers: RoleAnswers, probabilities: Probabilities) -> dict[str, list[Any]]:
        labels = self._model.labels
        readable = probabilities.readable
        order = np.argsort(-probabilities.role, axis=1, kind="stable")[:, :CANDIDATES]
        degrees = probabilities.ai.argmax(axis=1)
        rows = range(len(readable))
        return {
            "role": [
                labels.roles[answers.role[row]] if readable[row] and answers.role_given[row] else None for row in rows
            ],
            "category": [labels.categories[answers.category[row]] if readable[row] else None for row in rows],
            "role_confidence": [answers.role_confidence[row] if readable[row] else None for row in rows],
            "category_confidence": [answers.category_confidence[row] if readable[row] else None for row in rows],
            "role_candidates": [
                [{"role": labels.roles[role], "probability": probabilities.role[row, role]} for role in order[row]]
                if readable[row]
                else None
                for row in rows
            ],
            "ai_involvement": [AI_INVOLVEMENT[degrees[row]] if readable[row] else None for row in rows],
            "needs_review": [bool(answers.needs_review[row] or not readable[row]) for row in rows],
            "model_version": [self._model.version] * len(readable),
        }

    def _industry_labels(
        self, probabilities: Probabilities, companies: list[str | None], site_industries: list[str | None]
    ) -> dict[str, list[Any]]:
        labels: dict[str, list[Any]] = {
            "industry": [],
            "industry_source": [],
            "industry_confidence": [],
            "domain": [],
        }
        for row, (company, site_industry) in enumerate(zip(companies, site_industries, strict=True)):
            industry, source, confidence = self._industry(probabilities, row, company, site_industry)
            labels["industry"].append(industry)
            labels["industry_source"].append(source)
            labels["industry_confidence"].append(confidence)
            labels["domain"].append(self._taxonomy.domain_of(industry, company))
        return labels

    def _industry(
        self, probabilities: Probabilities, row: int, company: str | None, site_industry: str | None
    ) -> tuple[str | None, str | None, float | None]:
        named = self._taxonomy.industry_of_site_name(site_industry)
        if named is not None:
            return named, "site", None
        known = self._taxonomy.industry_of_company(company)
        if known is not None:
            return known, "company", None
        best = int(probabilities.industry[row].argmax())
        confidence = float(probabilities.industry[row, best])
        if not probabilities.readable[row] or confidence < self._model.thresholds.industry:
            return None, None, None
        return self._model.labels.industries[best], "model", confidence

    def _skill_labels(
        self, titles: list[str | None], descriptions: list[str | None], tags: list[str]
    ) -> dict[str, list[Any]]:
        texts = [labelled_text(title, description) for title, description in zip(titles, descriptions, strict=True)]
        proposals = [self._skills.propose(text) for text in texts]
        confirmed = self._confirmer.confirm([title or "" for title in titles], texts, proposals)
        evidence = []
        for text, mentions, lines in zip(texts, confirmed, tags, strict=True):
            of_text = [(mention.skill, mention.start, mention.end) for mention in mentions]
            shift = len(text) + 1  # `postings.schema.evidence_text`
            of_tags = [(skill, start + shift, end + shift) for skill, start, end in skills_of_tags(self._skills, lines)]
            evidence.append(of_text + of_tags)
        return {
            "skills": [list(dict.fromkeys(skill for skill, _, _ in found)) for found in evidence],
            "skill_evidence": [
                [{"skill": skill, "start": start, "end": end} for skill, start, end in found] for found in evidence
            ],
        }


def _tag_lines(batch: pa.RecordBatch) -> list[str]:
    """The tags of each posting, a line each."""
    if "site_tags" not in batch.schema.names:
        return [""] * batch.num_rows
    column = batch.column("site_tags")
    kind = column.type
    if pa.types.is_null(kind):
        return [""] * batch.num_rows
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_null)  # null: every list is empty
    listed = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    if not listed or not any(test(kind.value_type) for test in texts):
        raise JobAtlasError(f"the column 'site_tags' holds {kind}, not lists of texts. Convert it to lists first.")
    return [tag_lines(tags) for tags in column.to_pylist()]


def _texts(batch: pa.RecordBatch, name: str) -> list[str | None]:
    if name not in batch.schema.names:
        return [None] * batch.num_rows
    column = batch.column(name)
    if pa.types.is_null(column.type):
        return [None] * batch.num_rows
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise JobAtlasError(f"the column {name!r} holds {column.type}, not text. Convert it to text first.")
    texts: list[str | None] = column.to_pylist()
    return texts
