"""What the confirmer of skills learns from: labelled postings, and answers to proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.corpus import DEV, TRAIN, Corpus, Labels, copies_of, fold_of, read_label_lines, read_labels
from classifier.labels import LabelSpace
from classifier.training.matrices import Report
from postings.schema import labelled_text
from taxonomy.catalogue import Taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.skills import Proposal, SkillMatcher

ANSWERS = "skills.jsonl"
"""Of a folder that teaches but does not judge: one object a line with id, skills (that the posting asks for) and
rejected (that are named in it and not asked for). Nothing is known of other skills."""


@dataclass(frozen=True)
class LabelledSkills:
    """Labelled postings with what is proposed in them and what they ask for.

    Attributes:
        titles: titles, [n].
        texts: what is matched, [n].
        proposals: of each text, [n].
        wanted: the labelled skills that are measured, [n].
        hidden: skills of which nothing is known, since the annotators did not have them, [n].
        judging: whether a posting is measured, [n]; the others only teach.
        folds: fold of each posting, [n].
        usable: which postings of the corpus may be learnt from, [postings].
    """

    titles: list[str]
    texts: list[str]
    proposals: list[list[Proposal]]
    wanted: list[set[str]]
    hidden: list[frozenset[str]]
    judging: npt.NDArray[np.bool_]
    folds: npt.NDArray[np.int64]
    usable: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Answers:
    """Answers to proposals: index of each posting, the skills it asks for, and those rejected."""

    postings: list[int]
    skills: list[set[str]]
    rejected: list[set[str]]


def read_skill_labels(
    corpus: Corpus, taxonomy: Taxonomy, matcher: SkillMatcher, labels: Sequence[Path], folds: int, report: Report
) -> LabelledSkills:
    """Read the label folders; postings of a dev.jsonl, and their copies, are left out.

    Args:
        corpus: the postings.
        taxonomy: the vocabulary.
        matcher: proposes its skills.
        labels: label folders. The first has train.jsonl, which teaches and judges, and may have dev.jsonl; each other
            has skills.jsonl, which teaches. Of two labels of a posting the first counts.
        folds: parts of the labels, by company.
        report: told how many labels there are.

    Raises:
        JobAtlasError: a file cannot be used, or there are too few companies for the folds.
    """
    measured = [str(row.get("id")) for row in read_label_lines(labels[0] / DEV)] if (labels[0] / DEV).exists() else []
    usable = ~copies_of(corpus, measured) if measured else np.ones(len(corpus), dtype=bool)
    careful = read_labels(labels[0] / TRAIN, corpus, LabelSpace.of_taxonomy(taxonomy))
    learnt = careful.only(usable[careful.postings])
    report(f"{len(learnt):,} labels, {len(careful) - len(learnt):,} left out as copies of measured postings")
    answers = _answers([folder / ANSWERS for folder in labels[1:]], corpus, set(learnt.postings.tolist()), usable)
    if answers.postings:
        report(f"{len(answers.postings):,} postings with answers to proposals")
    places = [*(int(place) for place in learnt.postings), *answers.postings]
    of_fold = fold_of(corpus, places, folds)
    judging = np.arange(len(places)) < len(learnt)
    if len(np.unique(of_fold[judging])) < folds:
        raise JobAtlasError(f"{labels[0] / TRAIN}: too few companies for {folds} folds. Lower `folds` or label more.")
    titles, descriptions, _ = corpus.texts(places)
    texts = [labelled_text(title, text) for title, text in zip(titles, descriptions, strict=True)]
    hidden = _hidden(taxonomy, learnt, answers)
    wanted = [*learnt.skills, *answers.skills]
    return LabelledSkills(
        titles=[title or "" for title in titles],
        texts=texts,
        proposals=[matcher.propose(text) for text in texts],
        wanted=[skills - unseen for skills, unseen in zip(wanted, hidden, strict=True)],
        hidden=hidden,
        judging=judging,
        folds=of_fold,
        usable=usable,
    )


def _hidden(taxonomy: Taxonomy, learnt: Labels, answers: _Answers) -> list[frozenset[str]]:
    """The skills of which nothing is known, for each posting of the labels and then of the answers."""
    everything = frozenset(skill.name for skill in taxonomy.skills)
    never = frozenset(skill.name for skill in taxonomy.skills if not skill.measured)
    late = never | {skill.name for skill in taxonomy.skills if not skill.labelled}
    of_answers = [
        never | (everything - skills - rejected)
        for skills, rejected in zip(answers.skills, answers.rejected, strict=True)
    ]
    return [late if first else never for first in learnt.first_round] + of_answers


def _answers(files: Sequence[Path], corpus: Corpus, known: set[int], usable: npt.NDArray[np.bool_]) -> _Answers:
    """The answers about usable postings that have no label yet."""
    place_of = {posting_id: place for place, posting_id in enumerate(corpus.ids)}
    answers = _Answers([], [], [])
    for path in files:
        for line, row in enumerate(read_label_lines(path), start=1):
            place = place_of.get(str(row.get("id")))
            skills, rejected = row.get("skills"), row.get("rejected")
            if place is None or not isinstance(skills, list) or not isinstance(rejected, list):
                raise JobAtlasError(
                    f"{path}, line {line}: an answer has the id of a posting, and the lists skills and rejected. "
                    "Correct or remove the line."
                )
            if place not in known and usable[place]:
                known.add(place)
                answers.postings.append(place)
                answers.skills.append(set(skills))
                answers.rejected.append(set(rejected))
    return answers
