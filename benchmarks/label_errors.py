"""How well label errors are found: labels made wrong on purpose, and how many of the suspects are they.

    python benchmarks/label_errors.py --labels labels/train.jsonl --postings data/

Every tenth label (drawn by --seed) is exchanged for the role that a linear model confuses it with most, or for any
other, half each. A logistic regression over TF-IDF characters, which never sees the fold it judges, gives the
probabilities; the suspects are those of `jobatlas review export`. What is suspected beside the exchanged labels may be
real errors of the file. Needs the extra `train`.
"""

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.corpus import fold_of, read_corpus, read_labels
from classifier.labels import LabelSpace
from classifier.review.suspects import find_suspects
from taxonomy.catalogue import load_taxonomy

FOLDS = 4
SHARE = 0.1


def out_of_fold(
    texts: list[str], labels: npt.NDArray[np.int64], folds: npt.NDArray[np.int64], roles: int
) -> npt.NDArray[np.float64]:
    """Probabilities of the roles, [n, roles], each by a model that did not see the posting's fold."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    probabilities = np.zeros((len(texts), roles))
    for fold in range(FOLDS):
        rest, own = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        model = make_pipeline(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, max_features=40_000),
            TruncatedSVD(300, random_state=0),
            LogisticRegression(C=100.0, max_iter=300),
        )
        model.fit([texts[row] for row in rest], labels[rest])
        probabilities[np.ix_(own, model[-1].classes_)] = model.predict_proba([texts[row] for row in own])
    return probabilities


def main() -> None:
    """Print how many exchanged labels are suspected, and how many of the first suspects are exchanged ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labels", type=Path, required=True, help="label file, JSON Lines")
    parser.add_argument("--postings", type=Path, required=True, help="folder with their texts")
    parser.add_argument("--seed", type=int, default=1, help="of the exchanged labels")
    options = parser.parse_args()
    space = LabelSpace.of_taxonomy(load_taxonomy())
    corpus = read_corpus(options.postings)
    labels = read_labels(options.labels, corpus, space)
    places = labels.postings.tolist()
    texts = [f"{corpus.titles[at]}\n{corpus.titles[at]}\n{corpus.descriptions[at][:1500]}" for at in places]
    folds = fold_of(corpus, places, FOLDS)
    before = out_of_fold(texts, labels.role, folds, len(space.roles))
    print(f"{len(texts)} labels; accuracy of the linear model {np.mean(before.argmax(axis=1) == labels.role):.3f}")

    random = np.random.default_rng(options.seed)
    exchanged = random.permutation(len(texts))[: int(SHARE * len(texts))]
    role = labels.role.copy()
    others = before.copy()
    others[np.arange(len(role)), role] = -1
    near = others.argmax(axis=1)
    any_other = (role + random.integers(1, len(space.roles), len(role))) % len(space.roles)
    half = len(exchanged) // 2
    role[exchanged[:half]] = near[exchanged[:half]]
    role[exchanged[half:]] = any_other[exchanged[half:]]

    suspects = find_suspects(out_of_fold(texts, role, folds, len(space.roles)), role, labels.alternative)
    rows = np.array([suspect.row for suspect in suspects])
    wrong = np.isin(rows, exchanged)
    print(f"{len(exchanged)} labels exchanged, {len(rows)} suspected, {wrong.sum()} of these exchanged")
    for first in (50, 100, 200, 400):
        print(f"of the first {first}: {wrong[:first].mean():.2f} exchanged")
    for name, part in (("for the nearest role", exchanged[:half]), ("for any role", exchanged[half:])):
        print(f"suspected of those exchanged {name}: {np.isin(part, rows).mean():.2f}")


if __name__ == "__main__":
    main()
