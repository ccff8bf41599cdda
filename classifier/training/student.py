"""The student: the network that is shipped, taught by the teacher's probabilities of all postings."""

import numpy as np
import numpy.typing as npt

from classifier.corpus import Labels
from classifier.labels import LabelSpace
from classifier.training.config import NetworkConfig, StudentConfig
from classifier.training.fitting import fit, joined, soft_targets, targets_of
from classifier.training.matrices import CorpusFeatures, Report
from classifier.training.network import Classifier
from classifier.training.teacher import Scores, new_classifier


def fit_student(
    pool: npt.NDArray[np.int64],
    features: CorpusFeatures,
    labels: Labels,
    split: npt.NDArray[np.int64],
    teacher: Scores,
    temperatures: dict[str, float],
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
        pool: postings without a label of their own that may be learnt from.
        features: the n-grams of all postings.
        labels: all labelled postings.
        split: the labels that may be learnt, the teacher's own; each is shown `labelled_copies` times an epoch.
        teacher: its logits of all described postings.
        temperatures: that make the teacher's probabilities mean what they say.
        space: the labels of the heads.
        encoder: the pre-trained encoder.
        shape: of the network.
        settings: epochs and rates.
        seed: of order, dropout and hidden fields.
        task: name for progress lines.
        report: told of loss, rate and time left.
    """
    taught = np.tile(split, settings.labelled_copies)
    targets = joined(soft_targets(teacher, pool, temperatures), targets_of(labels, space)[taught])
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
