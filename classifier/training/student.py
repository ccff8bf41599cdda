"""The student: the network that is shipped, taught by the teacher's probabilities of all postings."""

import numpy as np
import numpy.typing as npt

from classifier.calibration import softmax
from classifier.corpus import Corpus, Labels
from classifier.labels import HEADS, LabelSpace
from classifier.training.config import NetworkConfig, StudentConfig
from classifier.training.fitting import Targets, fit, targets_of
from classifier.training.matrices import CorpusFeatures, Report
from classifier.training.network import Classifier
from classifier.training.teacher import Scores, new_classifier


def fit_student(
    corpus: Corpus,
    features: CorpusFeatures,
    labels: Labels,
    split: npt.NDArray[np.int64],
    usable: npt.NDArray[np.bool_],
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
        corpus: all postings.
        features: their n-grams.
        labels: all labelled postings.
        split: the labels that may be learnt, the teacher's own; each is shown `labelled_copies` times an epoch.
        usable: which postings may be learnt from at all, [postings].
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
    pool = np.flatnonzero(usable[: corpus.described])
    # A labelled posting teaches its label, or, outside the split, nothing.
    pool = pool[~np.isin(pool, labels.postings)]
    taught = np.tile(split, settings.labelled_copies)
    hard = targets_of(labels, space)[taught]
    soft = {name: softmax(teacher[name][pool].astype(np.float64), temperatures[name]) for name in HEADS}
    targets = Targets(**{name: np.concatenate([soft[name].astype(np.float32), getattr(hard, name)]) for name in HEADS})
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
