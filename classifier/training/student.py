"""The student: the network that is shipped, taught by the teacher's probabilities of all postings."""

from functools import partial

import numpy as np
import numpy.typing as npt
import torch

from classifier.calibration import negative_log_likelihood
from classifier.corpus import Labels
from classifier.labels import LabelSpace, Scores
from classifier.training.config import NetworkConfig, StudentConfig
from classifier.training.decide import head_temperatures
from classifier.training.fitting import fit, joined, predict, targets_of
from classifier.training.matrices import CorpusFeatures, Report
from classifier.training.network import Classifier, load_arrays, state_arrays
from classifier.training.offsets import fit_offsets, with_offsets
from classifier.training.run import Run
from classifier.training.stages import Arrays
from classifier.training.teacher import Lessons, new_classifier


def students(run: Run, settings: StudentConfig, encoder: Arrays, taught: list[Scores]) -> tuple[Scores, Classifier]:
    """Distil the teacher of each split, then set right which roles students say too seldom or too often (`offsets`).

    Args:
        run: data and stages.
        settings: epochs and rates.
        encoder: the pre-trained n-gram encoder.
        taught: the teacher's logits of all described postings, for each split.

    Returns:
        Scores of the labelled postings, each by a student that did not learn its fold, [labels, classes] by head; and
        the student that learnt them all.
    """
    temperatures = teacher_temperatures(run, taught)

    def student(split: int) -> Classifier:
        return fit_student(
            run.features,
            run.soft_lessons(split, taught[split], temperatures),
            run.labels,
            run.splits()[split],
            run.space,
            encoder,
            run.config.network,
            settings,
            run.config.seed + 100 * split,
            run.task("student", split),
            run.report,
        )

    def predicted(fold: int) -> Arrays:
        return predict(student(fold), run.features, run.labels.postings)

    deciding = run.settings("vocabulary", "network", "pretraining", "teacher", "student")
    folds = range(run.config.folds)
    of_folds = [run.stages.run(f"student_{fold}", deciding, partial(predicted, fold)) for fold in folds]
    final = new_classifier(run.features, run.config.network, run.space, encoder, run.config.seed)
    load_arrays(final, run.stages.run("student", deciding, lambda: state_arrays(student(run.config.folds))))
    unseen = run.out_of_fold(of_folds, np.arange(len(run.labels)))
    # Industries lose by offsets where postings are drawn at random; AI involvement has a head of its own.
    final.role.bias.data += torch.from_numpy(fit_offsets(unseen["role"], run.labels.role))
    unseen["role"] = with_offsets(unseen["role"], run.labels.role, run.folds)
    return unseen, final.eval()


def teacher_temperatures(run: Run, taught: list[Scores]) -> dict[str, float]:
    """The temperatures that make a teacher's probabilities mean what they say, by head, from its folds.

    Args:
        run: the labels that judge.
        taught: the teacher's logits of all described postings, for each split.
    """
    unseen = run.judged(run.out_of_fold(taught, run.labels.postings))
    return head_temperatures(unseen, run.judges, negative_log_likelihood)


def fit_student(
    features: CorpusFeatures,
    soft: Lessons,
    labels: Labels,
    split: npt.NDArray[np.int64],
    space: LabelSpace,
    encoder: Scores,
    shape: NetworkConfig,
    settings: StudentConfig,
    seed: int,
    task: str,
    report: Report,
) -> Classifier:
    """Distil a teacher (Hinton et al. 2015, "Distilling the knowledge in a neural network").

    Args:
        features: the n-grams of all postings.
        soft: postings without a label of their own, and the teacher's probabilities of them.
        labels: all labelled postings.
        split: the labels that may be learnt, the teacher's own; each is shown `labelled_copies` times an epoch.
        space: the labels of the heads.
        encoder: the pre-trained encoder.
        shape: of the network.
        settings: epochs and rates.
        seed: of order, dropout and hidden fields.
        task: name for progress lines.
        report: told of loss, rate and time left.
    """
    taught = np.tile(split, settings.labelled_copies)
    pool, of_teacher = soft
    targets = joined(of_teacher, targets_of(labels, space)[taught])
    classifier = new_classifier(features, shape, space, encoder, seed)
    fit(
        classifier,
        features,
        np.concatenate([pool, labels.postings[taught]]),
        targets,
        settings,
        seed,
        task,
        report,
    )
    return classifier
