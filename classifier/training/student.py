"""The student: the network that is shipped, taught by the teacher's probabilities of all postings."""

import numpy as np
import numpy.typing as npt

from classifier.corpus import Labels
from classifier.labels import LabelSpace
from classifier.training.config import NetworkConfig, StudentConfig
from classifier.training.fitting import fit, joined, targets_of
from classifier.training.matrices import CorpusFeatures, Report
from classifier.training.network import Classifier
from classifier.training.teacher import Lessons, Scores, new_classifier


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
