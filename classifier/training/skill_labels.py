"""What the confirmer of skills learns from: labelled postings, answers to proposals, and contrasts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.corpus import DEV, TRAIN, Corpus, Labels, copies_of, fold_of, read_label_lines, read_labels
from classifier.labels import LabelSpace
from classifier.skills.site_tags import skills_of_tags
from classifier.training.matrices import Report
from classifier.training.skill_contrasts import contrasts
from postings.schema import labelled_text, tag_lines
from taxonomy.catalogue import Taxonomy
from taxonomy.errors import JobAtlasError
from taxonomy.nearest import did_you_mean
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
        tagged: skills that the site's tags name, [n].
        wanted: the labelled skills that are measured, [n].
        hidden: skills of which nothing is known, since the annotators did not have them, [n].
        judging: whether a posting is measured, [n]; the others only teach.
        answered: whether proposals were answered and no list of skills was given, [n].
        folds: fold of each posting, [n]; -1 for what is in none and always teaches.
        usable: which postings of the corpus may be learnt from, [postings].
    """

    titles: list[str]
    texts: list[str]
    proposals: list[list[Proposal]]
    tagged: list[set[str]]
    wanted: list[set[str]]
    hidden: list[frozenset[str]]
    judging: npt.NDArray[np.bool_]
    answered: npt.NDArray[np.bool_]
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
    """Read the label folders; postings of any folder's dev.jsonl, and their copies, are left out.

    Args:
        corpus: the postings.
        taxonomy: the vocabulary.
        matcher: proposes its skills.
        labels: label folders. The first has train.jsonl, which teaches and judges; each other has skills.jsonl, which
            teaches. Each may have dev.jsonl. Of two labels of a posting the first counts.
        folds: parts of the labels, by company.
        report: told how many labels there are.

    Raises:
        JobAtlasError: a file cannot be used, or there are too few companies for the folds.
    """
    usable = _usable(corpus, labels)
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
    return _labelled(
        corpus,
        matcher,
        places,
        [*learnt.skills, *answers.skills],
        _hidden(taxonomy, learnt, answers),
        judging,
        np.arange(len(places)) >= len(learnt),
        of_fold,
        usable,
    )


def read_own_skill_labels(
    corpus: Corpus, taxonomy: Taxonomy, matcher: SkillMatcher, labels: Sequence[Path], folds: int, report: Report
) -> LabelledSkills:
    """Read the label folders of a user who goes on from a confirmer: all of them teach and judge.

    Postings of any folder's dev.jsonl, and their copies, are left out.

    Args:
        corpus: the user's postings.
        taxonomy: the vocabulary.
        matcher: proposes its skills.
        labels: folders with train.jsonl, skills.jsonl or both. Of two labels of a posting that of the first folder
            counts, and of a folder that of train.jsonl.
        folds: parts of the labels, by company.
        report: told how many labels there are.

    Raises:
        JobAtlasError: a file cannot be used or names an unknown skill, there is none, or too few companies for the
            folds.
    """
    places: list[int] = []
    wanted: list[set[str]] = []
    hidden: list[frozenset[str]] = []
    answered: list[bool] = []
    usable = _usable(corpus, labels)
    for folder in labels:
        files = [file for file in (TRAIN, ANSWERS) if (folder / file).exists()]
        if not files:
            raise JobAtlasError(f"{folder}: has neither {TRAIN} nor {ANSWERS}. Name a folder with labels of skills.")
        for file in files:
            _require_skills(folder / file, taxonomy)
        learnt = None
        if TRAIN in files:
            learnt = read_labels(folder / TRAIN, corpus, LabelSpace.of_taxonomy(taxonomy))
            learnt = learnt.only(usable[learnt.postings] & ~np.isin(learnt.postings, places))
            places += learnt.postings.tolist()
        answers = _answers([folder / ANSWERS] if ANSWERS in files else [], corpus, set(places), usable)
        places += answers.postings
        wanted += [*(learnt.skills if learnt else []), *answers.skills]
        hidden += _hidden(taxonomy, learnt, answers)
        answered += [False] * (len(learnt) if learnt else 0) + [True] * len(answers.postings)
    report(f"{len(places):,} postings with labels of skills")
    of_fold = fold_of(corpus, places, folds)
    if len(np.unique(of_fold)) < folds:
        raise JobAtlasError(
            f"{', '.join(map(str, labels))}: too few companies for {folds} folds. Lower `folds` or label more."
        )
    judging = np.ones(len(places), dtype=bool)
    return _labelled(corpus, matcher, places, wanted, hidden, judging, np.array(answered), of_fold, usable)


def with_contrasts(labelled: LabelledSkills, taxonomy: Taxonomy, matcher: SkillMatcher, seed: int) -> LabelledSkills:
    """Labelled postings, and after them the contrasts of the vocabulary, which teach in every fold.

    Args:
        labelled: the postings.
        taxonomy: the vocabulary.
        matcher: proposes its skills.
        seed: of the contrasts.
    """
    written = contrasts(taxonomy, seed)
    everything = frozenset(skill.name for skill in taxonomy.skills)
    nothing = np.zeros(len(written), dtype=bool)
    return replace(
        labelled,
        titles=labelled.titles + [""] * len(written),
        texts=labelled.texts + [contrast.text for contrast in written],
        proposals=labelled.proposals + [matcher.propose(contrast.text) for contrast in written],
        tagged=labelled.tagged + [set[str]() for _ in written],
        wanted=labelled.wanted + [set(contrast.asked) for contrast in written],
        hidden=labelled.hidden + [everything - contrast.asked - contrast.rejected for contrast in written],
        judging=np.concatenate([labelled.judging, nothing]),
        answered=np.concatenate([labelled.answered, nothing]),
        folds=np.concatenate([labelled.folds, np.full(len(written), -1)]),
    )


def _labelled(
    corpus: Corpus,
    matcher: SkillMatcher,
    places: Sequence[int],
    wanted: Sequence[set[str]],
    hidden: list[frozenset[str]],
    judging: npt.NDArray[np.bool_],
    answered: npt.NDArray[np.bool_],
    folds: npt.NDArray[np.int64],
    usable: npt.NDArray[np.bool_],
) -> LabelledSkills:
    """Postings of the corpus with their labels and what is proposed in them."""
    titles, descriptions, _ = corpus.texts(places)
    texts = [labelled_text(title, text) for title, text in zip(titles, descriptions, strict=True)]
    return LabelledSkills(
        titles=[title or "" for title in titles],
        texts=texts,
        proposals=[matcher.propose(text) for text in texts],
        tagged=[_named_by_tags(matcher, corpus.tags[place]) for place in places],
        wanted=[skills - unseen for skills, unseen in zip(wanted, hidden, strict=True)],
        hidden=hidden,
        judging=judging,
        answered=answered,
        folds=folds,
        usable=usable,
    )


def _named_by_tags(matcher: SkillMatcher, tags: Sequence[str]) -> set[str]:
    return {mention.skill for mention in skills_of_tags(matcher, tag_lines(tags))}


def _usable(corpus: Corpus, folders: Sequence[Path]) -> npt.NDArray[np.bool_]:
    """Which postings may be learnt from, [postings]: those of each folder's dev.jsonl, and their copies, may not."""
    held = [folder / DEV for folder in folders if (folder / DEV).exists()]
    measured = [str(row.get("id")) for path in held for row in read_label_lines(path)]
    return ~copies_of(corpus, measured) if measured else np.ones(len(corpus), dtype=bool)


def _require_skills(path: Path, taxonomy: Taxonomy) -> None:
    known = {skill.name for skill in taxonomy.skills}
    for line, row in enumerate(read_label_lines(path), start=1):
        if not isinstance(row.get("skills"), list):
            raise JobAtlasError(
                f"{path}, line {line}: tells nothing of skills. Add the list `skills`, empty if the posting asks for "
                "none, or leave the line out."
            )
        for name in [*row["skills"], *row.get("rejected", [])]:
            if name not in known:
                raise JobAtlasError(
                    f"{path}, line {line}: the vocabulary has no skill {name!r}.{did_you_mean(str(name), known)} "
                    "Add it to skills.yaml, or correct the line."
                )


def _hidden(taxonomy: Taxonomy, learnt: Labels | None, answers: _Answers) -> list[frozenset[str]]:
    """The skills of which nothing is known, for each posting of the labels and then of the answers."""
    everything = frozenset(skill.name for skill in taxonomy.skills)
    never = frozenset(skill.name for skill in taxonomy.skills if not skill.measured)
    late = never | {skill.name for skill in taxonomy.skills if not skill.labelled}
    of_answers = [
        never | (everything - skills - rejected)
        for skills, rejected in zip(answers.skills, answers.rejected, strict=True)
    ]
    return [late if first else never for first in (learnt.first_round if learnt else ())] + of_answers


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
