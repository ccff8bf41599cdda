"""How good a model is on labelled postings, beside the two baselines."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from classifier.baselines import TfidfBaseline, roles_by_title_rules
from classifier.corpus import Corpus, Labels, copies_of, joined_labels, read_corpus, read_labels
from classifier.decisions import answer_roles
from classifier.evaluation import EvaluationResult, measure
from classifier.labeller import Labeller
from classifier.labels import AI_INVOLVEMENT
from classifier.measures import Predictions
from taxonomy.catalogue import load_taxonomy

Report = Callable[[str], None]
IntArray = npt.NDArray[np.int64]

MODEL = "model"
TITLE_RULES = "title rules"
TFIDF = "TF-IDF + linear"

UNKNOWN_SHOWN = 5
"""Names of skills that the vocabulary lacks, told at most."""


def evaluate(
    labels: Path,
    data: Path,
    model: Path | None = None,
    train_labels: Sequence[Path] = (),
    progress: Report | None = None,
) -> EvaluationResult:
    """Measure a model on labelled postings.

    Args:
        labels: the label file to measure on, such as dev.jsonl.
        data: the folder whose postings.parquet holds the labelled postings.
        model: the model folder; None for the one that comes with the package.
        train_labels: labels to train the TF-IDF baseline on, such as train.jsonl; none leaves that baseline out.
            Postings of the measured set and their copies are not learnt from.
        progress: takes a line about what is going on.

    Returns:
        Figures with 95 % bootstrap intervals; `str()` of it is the printed table.

    Raises:
        JobAtlasError: a file cannot be used, or the baseline needs the extra `train`.
    """
    report = progress or (lambda _: None)
    labeller = Labeller.load(model)
    space = labeller.model.labels
    corpus = read_corpus(data)
    truth = read_labels(labels, corpus, space)
    report(f"{len(truth):,} labelled postings")
    if unknown := unknown_skills(truth):
        report(
            f"{unknown.total():,} skills of the labels are not in the vocabulary and count as missed:"
            f" {', '.join(f'{name} ({count:,})' for name, count in unknown.most_common(UNKNOWN_SHOWN))}"
            f"{' and others' if len(unknown) > UNKNOWN_SHOWN else ''}. Correct their names in {labels}."
        )
    predictions = {MODEL: predictions_of(labeller, corpus, truth)}
    report("labelled by the model")
    rules = roles_by_title_rules([corpus.titles[place] for place in truth.postings], space)
    predictions[TITLE_RULES] = Predictions(role=rules, category=space.category_of_role[rules])
    if train_labels:
        learnt = joined_labels([read_labels(path, corpus, space) for path in train_labels])
        predictions[TFIDF] = _by_tfidf(corpus, truth, learnt, space.category_of_role)
        report("labelled by the TF-IDF baseline")
    return measure(predictions, truth, space, labeller.model_version)


def unknown_skills(truth: Labels) -> Counter[str]:
    """Names of skills in labels that the vocabulary lacks -> how many labels have them."""
    known = {skill.name for skill in load_taxonomy().skills}
    return Counter(skill for skills in truth.skills for skill in sorted(skills - known))


def predictions_of(labeller: Labeller, corpus: Corpus, truth: Labels) -> Predictions:
    """What a model says of the labelled postings, as it would label them in a crawl."""
    titles, descriptions = _column(corpus.titles, truth), _column(corpus.descriptions, truth)
    companies = _column(corpus.companies, truth)
    batch = pa.RecordBatch.from_pydict(
        {
            "title": titles,
            "description": descriptions,
            "company": companies,
            "industry_text": _column(corpus.site_industries, truth),
            "site_tags": [corpus.tags[place] for place in truth.postings],
        }
    )
    labelled = labeller.label(batch)
    probabilities = labeller.model.probabilities(titles, descriptions, companies)
    space = labeller.model.labels
    answers = answer_roles(probabilities.role, space, labeller.model.thresholds)
    industries = {industry: place for place, industry in enumerate(space.industries)}

    def places(name: str, known: dict[str, int]) -> IntArray:
        return np.array([known.get(value, -1) for value in labelled.column(name).to_pylist()], dtype=np.int64)

    return Predictions(
        role=answers.role,
        category=answers.category,
        role_confidence=answers.role_confidence,
        category_confidence=answers.category_confidence,
        role_given=answers.role_given,
        needs_review=answers.needs_review,
        ai=places("ai_involvement", {degree: place for place, degree in enumerate(AI_INVOLVEMENT)}),
        ai_confidence=probabilities.ai.max(axis=1),
        industry=places("industry", industries),
        industry_by_model=np.array([source == "model" for source in labelled.column("industry_source").to_pylist()]),
        industry_of_model=probabilities.industry.argmax(axis=1),
        industry_confidence=probabilities.industry.max(axis=1),
        skills=[set(skills) for skills in labelled.column("skills").to_pylist()],
    )


def _by_tfidf(corpus: Corpus, truth: Labels, learnt: Labels, category_of_role: IntArray) -> Predictions:
    copies = copies_of(corpus, {corpus.ids[place] for place in truth.postings})
    kept = np.flatnonzero(~copies[learnt.postings])
    role, ai, industry = TfidfBaseline().predict(
        [_text(corpus, learnt.postings[place]) for place in kept],
        [learnt.role[kept], learnt.ai[kept], learnt.industry[kept]],
        [_text(corpus, place) for place in truth.postings],
    )
    return Predictions(role=role, category=category_of_role[role], ai=ai, industry_of_model=industry)


def _text(corpus: Corpus, place: int) -> str:
    # The title three times: on folds of the training labels this gave the baseline 2 to 4 points over once.
    return "\n".join([corpus.titles[place]] * 3 + [corpus.descriptions[place]])


def _column(texts: list[str], truth: Labels) -> list[Any]:
    return [texts[place] or None for place in truth.postings]
