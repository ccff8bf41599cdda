"""The two baselines that a model has to beat, pinned so that figures stay comparable over time."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from classifier.extras import require_extra
from classifier.labels import LabelSpace
from taxonomy.errors import JobAtlasError

RULES_FILE = Path(__file__).parent / "title_rules.yaml"
FALLBACK_ROLE = "other_role"

IntArray = npt.NDArray[np.int64]


@cache
def _rules() -> list[tuple[str, list[str]]]:
    return [(rule["role"], rule["keywords"]) for rule in yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))]


def roles_by_title_rules(titles: Sequence[str], space: LabelSpace) -> IntArray:
    """Roles by the keyword rules of title_rules.yaml: the first rule with a keyword in the title decides.

    Args:
        titles: titles, [n].
        space: the role ids behind the indices.

    Returns:
        Role indices, [n]; other_role for a title without a keyword.
    """
    places = {role: place for place, role in enumerate(space.roles)}
    unknown = sorted({role for role, _ in _rules()} - set(places))
    if unknown:
        raise JobAtlasError(f"{RULES_FILE.name}: role {unknown[0]!r} is not in the taxonomy. Correct the rule.")

    def decide(title: str) -> int:
        folded = "".join(title.lower().split())
        for role, keywords in _rules():
            if any(keyword in folded for keyword in keywords):
                return places[role]
        return places[FALLBACK_ROLE]

    return np.array([decide(title) for title in titles], dtype=np.int64)


class TfidfBaseline:
    """TF-IDF over characters (1 to 3) of title and description, and a linear support vector machine per head.

    Settings were chosen on folds of the training labels.
    """

    def __init__(self) -> None:
        require_extra("sklearn", "the TF-IDF baseline")
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectoriser = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True, dtype=np.float32
        )

    def predict(
        self,
        learnt: Sequence[str],
        truths: Sequence[IntArray],
        asked: Sequence[str],
    ) -> list[IntArray]:
        """Learn each head from labelled texts and answer for others.

        Args:
            learnt: texts to learn from, [m].
            truths: for each head the class of each text, [m]; -1 where it is not known.
            asked: texts to answer for, [n].

        Returns:
            For each head the predicted classes, [n]; the only one where one alone is known, -1 where none is.

        Raises:
            JobAtlasError: the texts are too few to learn from.
        """
        from sklearn.svm import LinearSVC

        try:
            features = self._vectoriser.fit_transform([text.lower() for text in learnt])
        except ValueError as error:
            raise JobAtlasError(
                f"the TF-IDF baseline cannot learn from {len(learnt)} training labels ({error}). Name more with "
                "--train-labels, of other postings than the measured ones, or leave the option out."
            ) from error
        wanted = self._vectoriser.transform([text.lower() for text in asked])
        answers = []
        for truth in truths:
            known = truth >= 0
            classes = np.unique(truth[known])
            if len(classes) < 2:
                answers.append(np.full(len(asked), classes[0] if len(classes) else -1, dtype=np.int64))
                continue
            machine = LinearSVC(C=1.0, random_state=0).fit(features[known], truth[known])
            answers.append(np.asarray(machine.predict(wanted), dtype=np.int64))
        return answers
