"""Labels that are likely wrong, among those whose postings are at hand.

A model agrees with the errors that it learnt. So a label of its training run is judged by what the models of the run's
folds said, which had not learnt it (`classifier.folds`); any other label, and one that was changed since, by the model.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from classifier.folds import JudgedLabel
from classifier.model import Model
from classifier.review.candidates import read_texts
from classifier.review.given import GivenLabels
from classifier.review.suspects import Suspect, find_suspects
from postings.view import PostingsView


@dataclass(frozen=True)
class LabelErrors:
    """The likely errors.

    Attributes:
        suspects: by posting id, the likeliest error first.
        judged_on_folds: labels that models of the training run's folds judged.
        judged_by_model: labels that the model itself judged.
    """

    suspects: dict[str, Suspect]
    judged_on_folds: int
    judged_by_model: int


def find_label_errors(
    view: PostingsView,
    model: Model,
    labelled: Mapping[str, str],
    given: GivenLabels,
    folds: Mapping[str, JudgedLabel],
) -> LabelErrors:
    """Find the labels that are contradicted; those given twice are settled and not suspected.

    Args:
        view: the postings.
        model: judges what its folds do not.
        labelled: label id -> posting id of the labels whose postings are in the view.
        given: the labels.
        folds: the labels of the model's training run by posting id.
    """
    space = model.labels
    label_ids, posting_ids = list(labelled), list(labelled.values())
    roles = np.array([given.role(label_id, space) for label_id in label_ids], dtype=np.int64)
    alternatives = np.array([given.role(label_id, space, "alt") for label_id in label_ids], dtype=np.int64)
    places = {role: place for place, role in enumerate(space.roles)}
    probabilities = np.zeros((len(label_ids), len(space.roles)))
    readable = np.ones(len(label_ids), dtype=np.bool_)
    by_model = []
    for row, (label_id, posting_id) in enumerate(labelled.items()):
        # A label file may name postings without their source.
        judged = folds.get(label_id) or folds.get(posting_id)
        if judged is None or places[judged.role] != roles[row]:
            by_model.append(row)
        else:
            probabilities[row, roles[row]] = judged.probability
            probabilities[row, places[judged.other]] = judged.other_probability
    if by_model:
        texts = read_texts(view, [posting_ids[row] for row in by_model])
        columns = (texts[name].to_pylist() for name in ("title", "description", "company"))
        found = model.probabilities(*columns)
        probabilities[by_model], readable[by_model] = found.role, found.readable
    suspects = {
        posting_ids[suspect.row]: suspect
        for suspect in find_suspects(probabilities, roles, alternatives)
        if label_ids[suspect.row] not in given.settled and readable[suspect.row]
    }
    return LabelErrors(suspects, len(label_ids) - len(by_model), len(by_model))
